import pytest

OFFICE = """\
actors:
  - {{id: body, kind: organisation, names: [The Body]}}
  - {{id: ann, kind: person, names: [Ann Ash]}}
  - {{id: bob, kind: person, names: [Bob Birch]}}
  - id: head
    kind: office
    of: body
    titles: [head]
    {allow}
    holders:
      - {{person: ann, from: 2001, until: {until}}}
      - {{person: bob, from: 2005, checked: {checked}}}
"""


def codes(book, level="finding"):
    return [problem.code for problem in book.problems if problem.level == level]


@pytest.mark.parametrize(
    ("until", "expected"), [("2005", []), ("2004", ["holder-gap"]), ("2006", ["holder-overlap"])]
)
def test_holders_follow_each_other(load, until, expected):
    """Gaps and overlaps between holders are findings."""
    book = load(a=OFFICE.format(until=until, checked="2026-10", allow="name: Head"))
    assert codes(book) == expected


def test_a_finding_can_be_accepted(load):
    """`lint: allow` silences a code in its entry."""
    text = OFFICE.format(until="2004", checked="2026-10", allow="lint: {allow: [holder-gap]}")
    assert codes(load(a=text)) == []


def test_an_old_check_is_a_remark(load):
    """An open holder whom nobody checked for 180 days is remarked on."""
    text = OFFICE.format(until="2005", checked="2026-01-01", allow="name: Head")
    assert codes(load(a=text), "remark") == ["holder-unchecked"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "actors: [{id: a, kind: person, names: [Ann-Ash]}, {id: b, kind: person, names: [ann ASH]}]",
            ["shared-name"],
        ),
        ("actors: [{id: a, kind: person, names: [x y]}, {id: b, kind: place, names: [x y]}]", []),
        ("actors: [{id: a, kind: other, names: [WHO]}]", ["acronym-case"]),
        ("actors: [{id: a, kind: other, names: [{term: WHO, case: exact}]}]", []),
        (
            "rules: [{id: r, status: live, match: x}]",
            ["live-without-tests", "live-without-tests", "live-without-why", "live-without-owner"],
        ),
        (
            "rules: [{id: r, status: live, match: x, why: w, owner: o, tests: [{match: x}, {no_match: y}]}]",
            [],
        ),
    ],
)
def test_findings(load, text, expected):
    """What is likely a mistake is found by its code."""
    assert sorted(codes(load(a=text))) == sorted(expected)


def test_a_test_of_an_office_needs_a_date(load):
    """A test that reaches an office without a published time is a finding at the test."""
    office = OFFICE.format(until="2005", checked="2026-10", allow="name: Head")
    rules = (
        'rules: [{id: r, match: "actor:head", tests: [{match: Ann Ash}, {match: Ann Ash, published: 2002}]}]'
    )
    assert codes(load(a=office, b=rules)) == ["test-without-date"]


def test_a_contained_name_is_a_remark(load):
    """A name inside another's of the same kind is worth knowing."""
    text = "actors: [{id: a, kind: other, names: [x y z]}, {id: b, kind: other, names: [y z]}]"
    assert codes(load(a=text), "remark") == ["contained-name"]


def test_codes_that_do_not_exist_are_errors(load):
    """A misspelled code in `lint: allow` is refused with the nearest valid one."""
    (problem,) = load(a="rules: [{id: r, match: x, lint: {allow: [wide-naer]}}]").problems
    assert (problem.level, problem.hint) == ("error", "did you mean 'wide-near'?")


def test_a_wide_near_is_a_remark_that_can_be_accepted(load):
    """NEAR above 10 is remarked on, unless the rule accepts it."""
    assert codes(load(a="rules: [{id: r, match: a NEAR/11 b}]"), "remark") == ["wide-near"]
    assert not load(a="rules: [{id: r, match: a NEAR/11 b, lint: {allow: [wide-near]}}]").problems
