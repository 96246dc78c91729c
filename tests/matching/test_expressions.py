from datetime import UTC, datetime

import pytest

from monitor.text.visible import visible_text

TERMS = [
    ("sanctions", "New SANCTIONS follow", True, "any case"),
    ("sanction", "sanctions", False, "the whole token"),
    ('"security counc*"', "Security Councils", True, "a prefix at a phrase's end"),
    ('"common threats"', "common\nthreats", True, "a single line break is a space"),
    ('"common threats"', "common, “threats”", True, "commas and quotes do not part a phrase"),
    ('"common threats"', "common. Threats", False, "a sentence end does"),
    ('"common threats"', "common\n\nthreats", False, "a blank line does"),
    ("Al-Qaeda", "al qaeda", True, "hyphens are never compared"),
    ("Iran", "Iran’s", True, "apostrophes part tokens"),
    ("OTAN", "l'OTAN", True, "elision"),
    ("C++", "C++17 is out", True, "no boundary at a symbol"),
    ("C++", "C is out", False, "symbols must be there"),
    ("C++", "C ++", False, "a symbol at an edge touches its token"),
    ("U.S.", "the U.S.A.", True, "no boundary after the point"),
    ('"@bank.com"', "mail to x@bank.com", True, "a leading symbol"),
    ('"R&D"', "R & D", True, "white space is never compared"),
    ('"R&D"', "R D", False, "the symbol is missing"),
    ("exact:SNSC", "snsc", False, "case as written"),
    ("exact:SNSC", "the SNSC.", True, "case as written"),
    ('exact:"Été"', "ete", False, "accents as written"),
    ("nguyen", "Nguyễn", True, "Latin accents"),
    ("istanbul", "İSTANBUL", True, "Turkish dotted i"),
    ("تهديد", "تهدید", True, "Arabic yeh as Persian writes it"),
    ('"می خواهم"', "می\u200cخواهم", True, "ZWNJ is a space"),
    ("شورای‌عالی", "شوراي عالي", True, "ZWNJ in the rule, Arabic letters in the text"),
    ("أمن", "الأمن", False, "the article is part of the token in literal terms"),
    ("Совет", "Совета", False, "nothing is stemmed unless asked"),
    ("stem.ru:переговоры", "о переговорах", True, "any form by the stemmer named"),
    ("安全会议", "俄罗斯联邦安全会议秘书", True, "clusters in a row"),
    ("安全会议", "安全 会议", True, "white space between clusters"),
    ("安全会议", "安全、会议", False, "nothing else between clusters"),
    ("GDP", "中国GDP增长", True, "Latin inside Han"),
    ("뉴스", "뉴스가", False, "Hangul words are tokens"),
    ("2026", "۲۰۲۶", True, "digits of every script"),
    ('"2,231"', "2 231", True, "a comma parts numbers"),
    ("sanctions", visible_text("<p>sanc<b>tions</b></p>"), True, "inline tags vanish"),
    ('"common threats"', visible_text("<li>common</li><li>threats</li>"), False, "block tags part"),
]


@pytest.mark.parametrize(("term", "text", "hit", "why"), TERMS)
def test_terms(find, term, text, hit, why):
    """A term finds what a reader would call the same words."""
    assert (find(f"({term}) OR zzz", text) is not None) is hit, why


@pytest.mark.parametrize(
    ("text", "hit"), [("sanctions on iran", True), ("sanction iran", True), ("iran", False)]
)
def test_prefix_with_a_selective_term(find, text, hit):
    """A prefix counts beside a term that selects."""
    assert (find("sanction* AND iran", text) is not None) is hit


@pytest.mark.parametrize(
    ("match", "text", "hit", "why"),
    [
        ("a NEAR/2 b", "a x x b", True, "two tokens between"),
        ("a NEAR/2 b", "a x x x b", False, "three between"),
        ("a NEAR/0 b", "b a", True, "adjacent, either order"),
        ("a ONEAR/0 b", "b a", False, "in this order"),
        ("a NEAR b", "a. One two three. B", True, "sentence ends are crossed"),
        ("a NEAR b", "a\n\nb", True, "blank lines are crossed"),
        ('a NEAR/0 "a b"', "a b", False, "hits that share a token are no pair"),
        ("(a OR c) NEAR/0 (b OR d)", "c d", True, "groups of OR"),
        ("NOT a NEAR/0 b AND c", "a x b c", True, "NEAR binds tighter than NOT"),
        ("iran NEAR/1 s", "Iran's s", True, "the s of a possessive is a token"),
    ],
)
def test_near(find, match, text, hit, why):
    """NEAR counts the tokens between the nearest edges."""
    assert (find(match, text) is not None) is hit, why


def test_near_does_not_cross_fields(find):
    """Words in two fields are not near, however short the fields."""
    assert find("a NEAR b", "b", title="a") is None
    assert find("a AND b", "b", title="a") is not None


def test_fields(find):
    """A field's prefix covers one term or one bracket; author, URL and tags are looked at only when asked."""
    fields = {"title": "alpha", "summary": "beta", "author": "Gamma", "url": "https://x.org/d%C3%A9lta-1"}
    fields["tags"] = ("one two", "three")
    assert find("title:alpha AND summary:beta AND author:gamma AND url:delta", **fields)
    assert find("gamma OR delta OR three", **fields) is None
    assert find('tag:"one two"', **fields)
    assert find('tag:"two three"', **fields) is None
    assert find("tag:(two NEAR/0 three)", **fields) is None
    assert find("title:(alpha AND beta)", **fields) is None
    assert find("alpha AND NOT title:beta", **fields)


def test_filters(find):
    """A filter takes the whole value, any case; a missing value is no match."""
    fields = {"feed": "irna", "source": "Iran Press", "lang": "fa-ir", "country": "IR"}
    assert find('x AND feed:irna AND source:"iran press" AND lang:(ar OR fa) AND country:ir', "x", **fields)
    assert find("x AND source:iran", "x", **fields) is None
    assert find("x AND lang:fa", "x") is None
    assert find("x AND NOT country:ir", "x")


@pytest.mark.parametrize(
    ("when", "hit"),
    [
        (">=2026-10", True),
        (">2026-10", False),
        ("2026-10", True),
        ("<=2026-10-20", True),
        ("<2026-10-20", False),
    ],
)
def test_published(find, when, hit):
    """A day, month or year is all of it."""
    published = datetime(2026, 10, 20, 15, tzinfo=UTC)
    assert (find(f"x AND published:{when}", "x", published=published) is not None) is hit


def test_topics_are_nested(find):
    """A topic finds its own terms and those of the topics it includes."""
    context = """\
    topics:
      - {id: outer, terms: [alpha, "topic:inner"]}
      - {id: inner, terms: {en: [beta], ru: [{term: угроза, stem: ru}, {term: AI, lang: [en]}]}}
    """
    assert find("topic:outer", "beta", context)
    assert find("topic:outer", "об угрозах", context)
    assert find("topic:outer", "j'ai", context, lang="fr") is None
    assert find("topic:outer", "AI", context, lang="en")
    assert find("topic:inner", "alpha", context) is None


def test_stem_by_the_language_of_the_article(find):
    """`stem:` takes the article's stemmer, and the exact token where the language is unknown."""
    assert find("stem:переговоры", "о переговорах", lang="ru")
    assert find("stem:переговоры", "о переговорах") is None
    assert find("stem:переговоры", "переговоры")


@pytest.mark.parametrize(
    ("match", "text", "hit", "why"),
    [
        ("a SENTENCE b", "b x x x x x x x x x a.", True, "one sentence, any distance"),
        ("a SENTENCE b", "An a. Then b.", False, "two sentences"),
        ("a SENTENCE b", "a\n\nb", False, "a blank line ends a sentence"),
        ('a SENTENCE "a b"', "a b", False, "hits that share a token are no pair"),
        ("a PARAGRAPH b", "An a. Then b.", True, "one paragraph"),
        ("a PARAGRAPH b", "a\n\nb", False, "two paragraphs"),
        ("a NOT NEAR/1 b", "a b x x a", True, "one hit has no b near"),
        ("a NOT NEAR/1 b", "b a x b", False, "every hit has a b near"),
        ("a NOT ONEAR/1 b", "b a", True, "no b after"),
        ("a NOT ONEAR/1 b", "a b", False, "a b after"),
        ("a NOT SENTENCE b", "An a. Then b.", True, "b in another sentence"),
        ("a NOT PARAGRAPH b", "An a. Then b.", False, "b in the same paragraph"),
        ("ATLEAST/3 (a OR b)", "a b", False, "two hits"),
        ("ATLEAST/3 (a OR b)", "a b a", True, "three hits"),
        ('ATLEAST/2 (a OR "a b")', "a b", False, "a position counts once"),
        ("ANY/2 (a, b, c)", "a a a", False, "one and the same three times"),
        ("ANY/2 (a, b AND d, c)", "c d b", True, "two different ones"),
    ],
)
def test_sentences_exceptions_and_counts(find, match, text, hit, why):
    """SENTENCE, PARAGRAPH, the negated NEARs, ATLEAST and ANY mean what the page says."""
    assert (find(match, text) is not None) is hit, why


def test_a_b_in_another_field_is_not_near(find):
    """NOT NEAR looks for b in the field of a only."""
    assert find("a NOT NEAR/5 b", "a", title="b")


def test_a_summary_that_begins_the_body_counts_once(find):
    """ATLEAST does not count the summary where it repeats the body's beginning."""
    assert find("ATLEAST/3 (a OR zz)", "a and a", summary="a and") is None
    assert find("ATLEAST/3 (a OR zz)", "a and a", summary="another a")
