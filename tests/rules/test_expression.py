import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.expression import parse
from monitor.rules.tree import And, Near, Not, Or, Word, show


def faults(source):
    return [(fault.code, source[fault.start : fault.end]) for fault in parse(source).faults]


@pytest.mark.parametrize(
    "source",
    [
        'a AND (b OR "c d")',
        "NOT title:(x OR y) AND z",
        "a NEAR/3 b AND c ONEAR/0 d",
        'exact:SNSC OR exact:"No 10" OR stem:talks OR stem.ru:переговоры',
        'actor:iran AND topic:trade AND office.any:head AND feed:x AND lang:(fa OR "ar")',
        'published:>=2026-01-01 AND source:"Iran Press" AND country:IR AND a',
        "C++ AND U.S. AND R&D AND Al-Qaeda AND sanction* AND می‌خواهم AND 中国 AND “typographic quotes”",
        "ANDROID OR NOTE OR NEARBY OR ORAL",
        "# a comment\na #another\n AND b",
        "a NOT NEAR/3 b AND (c SENTENCE d) AND e NOT  PARAGRAPH f",
        "ATLEAST/2 (a OR b) OR ANY/2 (a, b AND c, NOT d)",
        'NOT a NEAR b AND "say \\"no\\""',
    ],
)
def test_what_is_written_prints_and_parses_back(source):
    """A tree printed and parsed again is the same tree."""
    tree = parse(source).tree
    assert tree is not None, parse(source).faults
    assert parse(show(tree)).tree == tree


def trees():
    words = st.sampled_from(["iran", '"common threats"', "sanction*", "exact:SNSC", "C++", "中国", "actor:x"])

    def grown(inner):
        several = st.lists(inner, min_size=2, max_size=3).map(lambda parts: [f"({part})" for part in parts])
        return st.one_of(
            several.map(" AND ".join),
            several.map(" OR ".join),
            inner.map(lambda part: f"NOT ({part})"),
            st.tuples(words, words).map(lambda pair: f"{pair[0]} NEAR/2 {pair[1]}"),
        )

    return st.recursive(words, grown, max_leaves=8)


@given(trees())
def test_every_tree_prints_and_parses_back(source):
    """Printing loses nothing, whatever the nesting."""
    tree = parse(source).tree
    assert tree is not None
    assert parse(show(tree)).tree == tree


def test_precedence():
    """NEAR binds tighter than NOT, and NOT tighter than AND."""
    tree = parse("NOT a NEAR b AND c").tree
    assert isinstance(tree, And)
    negation, word = tree.parts
    assert isinstance(negation, Not)
    assert isinstance(negation.below, Near)
    assert isinstance(word, Word)
    assert isinstance(parse("a OR b OR c").tree, Or)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a AND b OR c", [("mixed-and-or", "OR")]),
        ("iran russia", [("no-operator", "russia")]),
        ("a and b", [("no-operator", "and")]),
        ("a NOT b", [("no-operator", "NOT")]),
        ("a NEAR b NEAR c", [("mixed-near", "NEAR")]),
        ("(a NEAR b) NEAR c", [("near-operand", "NEAR")]),
        ("(a AND b) NEAR c", [("near-operand", "a AND b")]),
        ("(NOT a) NEAR c", [("near-operand", "NOT")]),
        ("lang:fa NEAR b", [("near-operand", "lang:fa")]),
        ("title:(a AND body:b)", [("field-in-field", "body:")]),
        ("title:(a AND lang:fa)", [("filter-in-field", "lang:fa")]),
        ("titel:x AND foo:y", [("unknown-field", "titel:x"), ("unknown-field", "foo:y")]),
        ("sa*nc AND *x AND ir*", [("term", "*"), ("term", "*x"), ("term", "*")]),
        ('"san*ct x"', [("term", "*")]),
        ("+++", [("term", "+++")]),
        ("a AND @b", [("expression", "@")]),
        ("(a OR b", [("expression", "(")]),
        ("a OR b)", [("expression", ")")]),
        ("a OR", [("expression", "R")]),
        ("AND a", [("expression", "AND")]),
        ('a AND "b', [("expression", '"')]),
        ("published:>=2026-13-01 AND a", [("expression", "published:>=2026-13-01")]),
        ("stem.xx:a", [("expression", "stem.xx:")]),
        ("ATLEAST/0 (a)", [("count", "ATLEAST/0")]),
        ("ANY/3 (a, b)", [("count", "ANY/3")]),
        ("ANY (a, b)", [("count", "ANY")]),
        ("ATLEAST/2 (a AND b)", [("near-operand", "a AND b")]),
        ("(ANY/2 (a, b)) NEAR c", [("near-operand", "ANY/2 (a, b)")]),
        ("a NEAR/x b", [("expression", "NEAR/x")]),
        ("a NEAR/11 b", [("wide-near", "NEAR/11")]),
    ],
)
def test_mistakes_are_named_at_their_place(source, expected):
    """Each mistake is told with a code and the very characters it is about."""
    assert faults(source) == expected


def test_both_readings_are_shown():
    """Where a text can be read in two ways, the message writes both, and a picture shows the place."""
    expression = parse("a AND b OR c AND d")
    (fault,) = expression.faults
    assert "`(a AND b) OR (c AND d)` or `a AND (b OR c) AND d`" in fault.message
    assert expression.picture(fault) == "    a AND b OR c AND d\n            ^^"


@pytest.mark.parametrize("source", ["(" * 5000 + "a" + ")" * 5000, "NOT " * 5000 + "a", "title:" * 500 + "a"])
def test_deep_nesting_is_refused(source):
    """Nesting beyond reason is a clear error, not a crash."""
    assert parse(source).tree is None


@given(st.text(alphabet='abAND ORNT()"*/:#\n.+NEAR5', max_size=40))
def test_parsing_never_raises(source):
    """Any text gives a tree or faults."""
    expression = parse(source)
    assert (expression.tree is None) == any(fault.level == "error" for fault in expression.faults)
