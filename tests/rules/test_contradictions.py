"""Expressions that can be used and cannot be meant."""

import pytest

from monitor.rules.expression import parse


@pytest.mark.parametrize(
    ("source", "code", "about"),
    [
        ("foo AND NOT foo", "never-true", "NOT foo"),
        ('(foo AND bar) AND baz AND NOT "FOO"', "never-true", 'NOT "FOO"'),
        ("foo AND NOT (bar OR foo)", "never-true", "NOT (bar OR foo)"),
        ("baz AND (a OR b) AND NOT (b OR a)", "never-true", "NOT (b OR a)"),
        ("title:foo AND NOT foo", "never-true", "NOT foo"),
        ("actor:x AND NOT actor:x", "never-true", "NOT actor:x"),
        ("baz OR (foo AND NOT foo)", "never-true", "NOT foo"),
        ("foo AND published:>=2026 AND published:<2026", "impossible-date", "published:<2026"),
        ("foo AND (published:2026-02 AND published:2026-01)", "impossible-date", "published:2026-01"),
        ("foo AND published:<1990", "impossible-date", "published:<1990"),
        ("foo AND published:1985-03", "impossible-date", "published:1985-03"),
        ("ANY/2 (foo, foo)", "same-operand", "foo"),
        ("ANY/2 (foo, bar, (b OR a), (a OR b))", "same-operand", "a OR b"),
    ],
)
def test_nonsense_is_a_finding_at_its_place(source, code, about):
    """It keeps the rule usable, and the check from calling it fine."""
    expression = parse(source)
    assert expression.tree is not None
    (fault,) = expression.faults
    assert (fault.level, fault.code) == ("finding", code)
    assert source[fault.start : fault.end].strip("()") == about.strip("()")


@pytest.mark.parametrize(
    "source",
    [
        "foo AND NOT title:foo",
        "url:foo AND foo AND NOT tag:foo",
        "foo AND NOT exact:foo",
        "exact:foo AND NOT exact:Foo",
        "foo AND NOT (foo AND bar)",
        "foo AND (foo OR bar) AND NOT baz",
        "office.any:x AND NOT actor:x",
        "(foo AND bar) OR (baz AND NOT foo)",
        "foo AND published:>=2026-01 AND published:<=2026-01",
        "foo AND (published:2025 OR published:2026)",
        "foo AND published:<=1990-01-01",
        "ANY/2 (foo, foos, exact:foo, title:foo)",
    ],
)
def test_what_can_be_meant_is_no_finding(source):
    """Parts that differ in field, form or range contradict nobody."""
    assert parse(source).faults == ()


def test_a_finding_in_an_expression_can_be_accepted(load):
    """`lint: allow` of the rule silences it."""
    rule = "rules: [{{id: r, match: foo AND NOT foo{}}}]"
    assert [problem.code for problem in load(a=rule.format("")).problems] == ["never-true"]
    assert not load(a=rule.format(", lint: {allow: [never-true]}")).problems
