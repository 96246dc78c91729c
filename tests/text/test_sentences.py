import pytest

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
        ("one\n\ntwo", "", 2, "a blank line"),
        ("one\ntwo", "", 1, "a single line break is a space"),
        ("यह एक है। वह दो है।", "hi", 2, "the danda"),
    ],
)
def test_sentences(text, lang, count, why):
    """Sentences end where a reader of the language ends them."""
    assert len(sentences(text, lang)) == count, why


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
