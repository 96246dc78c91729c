import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.folding import fold, folded_form

PAIRS = [
    ("Straße", "strasse", "full case folding"),
    ("İstanbul", "istanbul", "the Turkish dotted capital"),
    ("ışık", "isik", "the Turkish dotless i"),
    ("Łódź Øst đồng Ħ", "lodz ost dong h", "Latin letters with strokes"),
    ("Æsir œuvre þing ð Ǽ", "aesir oeuvre thing d ae", "Latin ligatures"),
    ("Ελλάδας", "ελλαδασ", "Greek tonos and final sigma"),
    ("Ёлка тре\u0301звый", "елка трезвый", "ё and the stress mark"),
    ("أحمد إيران آب ٱلله", "احمد ایران اب الله", "forms of alef"),
    ("ي ى ك ة ؤ ئ ۀ", "ی ی ک ه و ی ه", "Arabic letters as Persian writes them"),
    ("شَـيْء", "شی", "harakat, tatweel and the final hamza"),
    ("שָׁלוֹם", "שלום", "Hebrew points"),
    ("۱۲۳ ١٢ ２０", "123 12 20", "digits of every script"),
    ("می\u200cروم a\u200cb", "می روم ab", "ZWNJ between Arabic letters is a space"),
    ("sanc\u00adti\u200bons\u200e\ufe0f", "sanctions", "characters without a trace"),
    ("a\u00a0b", "a b", "the no-break space"),
    ("น้ำ น้\u0e4d\u0e32 น\u0e4d\u0e49\u0e32", " ".join(["น\u0e49\u0e4d\u0e32"] * 3), "the Thai vowel am"),
    ("ນ້ຳ ນ\u0ecd\u0ec9\u0eb2", " ".join(["ນ\u0ec9\u0ecd\u0eb2"] * 2), "the Lao vowel am"),
    ("ख\u093cबर ऩ ढ़", "\u0916\u093cबर \u0929 \u0922\u093c", "a nukta apart or in one"),
    ("ﬁn ｶﾞ", "fin ガ", "compatibility forms"),
]


@pytest.mark.parametrize(("one", "other", "why"), PAIRS)
def test_equal_to_a_reader_is_equal_folded(one, other, why):
    """What readers of a language take for the same folds to the same."""
    assert fold(one) == fold(other) == other, why


@pytest.mark.parametrize("pair", ["й и", "ї і", "が か", "ў у"])
def test_letters_that_differ_stay_apart(pair):
    """A mark that makes another letter is kept."""
    one, other = pair.split()
    assert fold(one) != fold(other)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text):
    """Folding is idempotent."""
    assert fold(fold(text)) == fold(text)


@given(st.text("น\u0e38\u0e49\u0e4b\u0e4d\u0e32\u0e33\u0301\u0ecd\u0ec9\u0eb2\u0eb3\u200b", max_size=12))
def test_folding_thai_and_lao_twice_changes_nothing(text):
    """Folding is idempotent in whatever order marks stand."""
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_to_a_fixed_point():
    """No single character, alone or among letters, needs to be folded twice."""
    for code in range(0x20000):
        if not 0xD800 <= code < 0xE000:
            text = f"a{chr(code)}ب"
            assert fold(fold(text)) == fold(text), hex(code)


def test_exact_forms_keep_case_and_accents():
    """`keep_case` and `keep_accents` leave that difference and fold the rest."""
    assert fold("Éte\u200b", keep_case=True, keep_accents=True) == "Éte"
    assert fold("ÉTÉ", keep_accents=True) == "été"
    assert fold("أي", keep_case=True, keep_accents=True) == "ای"


def test_a_token_folds_as_its_text():
    """The remembered form of a token is the form of the text."""
    assert [folded_form(token) for token in ("Ünïcode", "ABC")] == ["unicode", "abc"]
