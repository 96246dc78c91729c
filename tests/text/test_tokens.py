import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.stems import LANGUAGES, stem
from monitor.text.tokens import Tokens, symbols_in


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Al-Qaeda al\u2011qaeda", "al qaeda al qaeda"),
        ("Iran's Iran’s O\u02bcNeil l'OTAN", "iran s iran s o neil l otan"),
        ("2,231 COVID19 F16 foo_bar", "2 231 covid19 f16 foo bar"),
        ("x² ™ ①", "x"),
        ("شورای\u200cعالی", "شورای عالی"),
        ("a\u200cb sanc\u00adtions", "ab sanctions"),
        ("中国GDP增长2023年", "中 国 gdp 增 长 2023 年"),
        ("スーパー人々", "ス ー パ ー 人 々"),
        ("ภาษา ๑๒", "ภ า ษ า 12"),
        ("นำ น\u0e4d\u0e32 น\u0e4d\u0e49\u0e32", "น\u0e4d\u0e32 น\u0e4d\u0e32 น\u0e49\u0e4d\u0e32"),
        ("ນຳນ\u0ecd\u0eb2ນາ", "ນ\u0ecd\u0eb2 ນ\u0ecd\u0eb2 ນ າ"),
        ("한국 뉴스", "한국 뉴스"),
        ("हिन्दी", "हिन्दी"),
        ("❤️ ok", "ok"),
    ],
)
def test_tokens_by_script(text, tokens):
    """Tokens are cut by script and folded one by one."""
    assert Tokens(text).folded == tokens.split()


@given(st.text(max_size=40))
def test_tokens_stand_where_they_say(text):
    """Tokens follow each other without overlap, and none is empty."""
    tokens = Tokens(text)
    edges = [edge for pair in zip(tokens.starts, tokens.ends, strict=True) for edge in pair]
    assert edges == sorted(edges)
    assert all(start < end for start, end in zip(tokens.starts, tokens.ends, strict=True))


@pytest.mark.parametrize(
    ("text", "runs_on"),
    [
        ("a b", True),
        ("a\nb", True),
        ("a, b", True),
        ("a “b", True),
        ("a-b", True),
        ("a/b", True),
        ("a\n\nb", False),
        ("a. b", False),
        ("a (b", False),
        ("a; b", False),
        ("中 国", True),
        ("中、国", False),
    ],
)
def test_what_a_phrase_runs_across(text, runs_on):
    """A phrase crosses spaces, line breaks, hyphens, commas and quotes; between clusters white space."""
    assert Tokens(text).joined(0) is runs_on


def test_symbols_of_a_gap():
    """What is not a separator must stand verbatim."""
    assert symbols_in(" ++ ") == "++"
    assert symbols_in("-’, ") == ""


def test_stems_bring_forms_together():
    """Forms of one word have one stem."""
    assert "ru" in LANGUAGES
    assert len({stem(word, "ru") for word in ("секретарь", "секретаря", "секретарём")}) == 1
