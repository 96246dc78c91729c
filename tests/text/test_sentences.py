from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.display import displayable, isolate, shorten
from monitor.text.sentences import sentence_of, sentences


@pytest.mark.parametrize(
    ("text", "lang", "count", "why"),
    [
        ("Mr. Smith met U.S. President J. Biden. He left.", "en", 2, "abbreviations and initials"),
        ("It rose 3.5 per cent. Then it fell!", "en", 2, "a point inside a number"),
        ("Rules: one; two. Three?", "en", 2, "colon and semicolon do not end one"),
        ("俄罗斯表示。中国很好！", "zh", 2, "no space after the ideographic full stop"),
        ("В 2023 г. Путин встретился. Он сказал.", "ru", 2, "a Russian abbreviation"),
        ("گفت. او رفت؟ بله", "fa", 3, "the Arabic question mark"),
        ("He left in 2023. 12 people died.", "en", 2, "a number begins a sentence"),
        ("He said no. Iran said yes. See No. 5 and Fig. 2.", "en", 3, "an abbreviation before numbers only"),
        ("Wait… Then he left. Wait… then.", "en", 3, "an ellipsis ends one unless a small letter follows"),
        ("He paused... then spoke. Then...", "en", 2, "three stops are read alike"),
        ("He wrote to Yahoo!Japan and said.Then left", "en", 1, "no space, no end"),
        ("很好!我们去. 再见", "zh", 3, "ASCII marks after Han"),
        ("Am 3. Oktober traf Dr. Merz Frau Meier, z. B. Er ging.", "de", 1, "ordinals and short forms"),
        ("Es waren 300. Dann kam 2023. Ende.", "de", 3, "a year is no ordinal"),
        ("She won 12. Then he left.", "en", 2, "no ordinals in English"),
        ("J.-C. Trichet et M. Macron. Mme. Ferri aussi.", "fr", 2, "French initials and titles"),
        ("El Sr. Sánchez y EE. UU. hablan. ¿Sí? No.", "es", 3, "Spanish"),
        ("O Exmo. Sr. Costa falou. Fim.", "pt", 2, "Portuguese"),
        ("L'on. Rossi e il dott. Bianchi. Poi niente.", "it", 2, "Italian"),
        ("А. С. Пушкин получил 5 тыс. руб. Затем и т. д. Потом.", "ru", 1, "Russian, running on after one"),
        ("У 2023 р. Зеленський приїхав. Він сказав.", "uk", 2, "Ukrainian"),
        ("Prof. Dr. Kaya 19. Yüzyıl dedi. Sonra gitti.", "tr", 2, "Turkish"),
        ("قال د. محمد كلمته. ثم ذهب.", "ar", 2, "an Arabic title of one letter"),
        ("م. ر. رضایی گفت. او رفت.", "fa", 2, "Persian initials"),
        ("פרופ. כהן אמר. הוא הלך.", "he", 2, "Hebrew"),
        ("डॉ. सिंह ने कहा। पी. चिदंबरम आए।", "hi", 2, "Hindi titles and initials"),
        ("彼は「行く。」と言った。終わり", "ja", 2, "a quotation within a Japanese sentence"),
        ("이란은 말했다. 러시아는 갔다.", "ko", 2, "Hangul syllables are no initials"),
        ("พ.ศ. 2566 ดร. สมชาย พูด! แล้วไป", "th", 1, "Thai has its paragraphs"),
        ("ကမ္ဘာ။ မြန်မာ", "my", 1, "and Burmese"),
        ("Բարև։ Ես եմ։", "hy", 2, "Armenian"),
        ("a\ud800b. C", "en", 2, "half a surrogate pair"),
        ("!!! ... ???", "en", 1, "nothing but marks"),
        ("", "en", 1, "nothing at all"),
        ("one\n\ntwo", "", 2, "a blank line"),
        ("one\ntwo", "", 1, "a single line break is a space"),
        ("यह एक है। वह दो है।", "hi", 2, "the danda"),
    ],
)
def test_sentences(text, lang, count, why):
    """Sentences end where a reader of the language ends them."""
    assert len(sentences(text, lang)) == count, why


@settings(deadline=None)
@given(st.text(alphabet="aB1.!?…。। \n\"'(—\u0e01\ud800中"), st.sampled_from(["", "en", "de", "th"]))
def test_sentences_lie_side_by_side(text, lang):
    """They are in order, do not overlap, and leave out nothing but the blank lines between paragraphs."""
    spans = sentences(text, lang)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    gaps = [text[end:start] for (_, end), (start, _) in pairwise([(0, 0), *spans, (len(text), 0)])]
    assert not "".join(gaps).strip()


def test_sentence_of_an_offset():
    """An offset belongs to the sentence that holds it."""
    spans = sentences("One two. Three four.", "en")
    assert [sentence_of(spans, offset) for offset in (0, 7, 9, 19)] == [0, 0, 1, 1]


def test_display_takes_direction_tricks_away():
    """Bidi controls, control characters and runs of white space do not reach people; joiners do."""
    assert displayable("a\u202eb\x1b[31m\n c\u2066 می\u200cخ ") == "ab[31m c می\u200cخ"
    assert isolate("x") == "\u2068x\u2069"


def test_shorten_cuts_between_graphemes():
    """A cut never takes a grapheme apart, and short texts stay whole."""
    family = "👨\u200d👩\u200d👧"
    assert shorten(family * 5, 3) == family * 2 + "…"
    assert shorten("abc", 3) == "abc"
    assert shorten("ab cdef", 4) == "ab…"
