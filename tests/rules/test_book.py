from datetime import UTC, datetime

import pytest

from monitor.rules.book import load_rulebook

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def placed(book, level="error"):
    return [
        (problem.path.rsplit("/", 1)[-1], problem.line, problem.column)
        for problem in book.problems
        if problem.level == level
    ]


TEN_MISTAKES = """\
actors:
  - id: iran-snsc
    kind: organization
    names: {en: "Supreme National Security Council"}
  - id: sec
    kind: office
    of: iran-snscc
    titles: {en: [secretary]}
    holders:
      - {person: nobody, from: 2013-13-10}
topics:
  - id: t
    terms: [a, "sa*"]
rules:
  - id: r1
    match: |
      iran AND (russia OR
        china AND india)
  - id: r2
    staus: live
    match: 'actor:irn-snsc AND x'
  - id: r3
    match: NOT a
  - id: r1
    match: iran NEAR russia NEAR china
"""


def test_every_mistake_is_told_at_once_with_its_place(load):
    """A file with more than ten mistakes gives each of them, at its line and column."""
    book = load(a=TEN_MISTAKES)
    assert placed(book) == [
        ("a.yaml", 3, 11),
        ("a.yaml", 4, 17),
        ("a.yaml", 7, 9),
        ("a.yaml", 10, 18),
        ("a.yaml", 10, 32),
        ("a.yaml", 13, 19),
        ("a.yaml", 18, 15),
        ("a.yaml", 20, 5),
        ("a.yaml", 21, 13),
        ("a.yaml", 23, 12),
        ("a.yaml", 24, 9),
        ("a.yaml", 25, 29),
    ]
    assert book.unusable
    assert not book.rules


def test_hints_name_the_nearest_valid_word(load):
    """Unknown keys, values and references come with the nearest valid one."""
    hints = {problem.line: problem.hint for problem in load(a=TEN_MISTAKES).problems}
    assert "'organisation'" in hints[3]
    assert "write [Supreme National Security Council]" in hints[4]
    assert "'iran-snsc'" in hints[7]
    assert "'status'" in hints[20]
    assert "'iran-snsc'" in hints[21]


def test_a_bad_file_is_left_out_and_the_rest_runs(load):
    """What other files lose by a broken one is one line each; everything else runs on."""
    book = load(
        actors="actors: [{id: iran, kind: country, names: [Iran], nams: [x]}]",
        rules="""\
            topics:
              - {id: one, terms: [alpha]}
              - {id: two, terms: [beta, "topic:one"]}
            rules:
              - {id: r1, match: "actor:iran AND topic:two"}
              - {id: r2, match: "actor:iran"}
              - {id: r3, match: "topic:two"}
            """,
    )
    assert list(book.rules) == ["r3"]
    assert placed(book) == [("actors.yaml", 1, 51), ("rules.yaml", 0, 0)]
    assert "r1, r2" in book.problems[-1].message


def test_a_file_that_is_no_yaml_costs_others_one_line(load):
    """Ids are guessed from a file that cannot be read, so that nobody is told of unknown references."""
    book = load(a="actors:\n  - id: iran\n\tkind: country", b='rules: [{id: r, match: "actor:iran"}]')
    assert placed(book) == [("a.yaml", 3, 1), ("b.yaml", 0, 0)]


def test_duplicates_over_files_name_both_places(load):
    """The second of two equal ids is refused and the message holds the place of the first."""
    book = load(a="rules: [{id: r, match: x}]", b="rules: [{id: r, match: y}]")
    (problem,) = [problem for problem in book.problems if problem.level == "error"]
    assert "a.yaml:1:14" in problem.message
    assert problem.path.endswith("b.yaml")
    assert book.rules["r"].match == "x"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('topics: [{id: a, terms: ["topic:b"]}, {id: b, terms: ["topic:a"]}]', "cycle"),
        ("actors: [{id: a, kind: group, names: [x], part_of: a}]", "cycle"),
        ('rules: [{id: r, match: "sanction* OR embargo*"}]', "not-selective"),
        ('rules: [{id: r, match: "lang:fa AND NOT x"}]', "not-selective"),
        (
            'topics: [{id: t, terms: ["sanction*", x]}]\nrules: [{id: r, match: "topic:t"}]',
            "not-selective",
        ),
        (
            'actors: [{id: a, kind: person, names: [x]}]\nrules: [{id: r, match: "office.any:a"}]',
            "wrong-kind",
        ),
    ],
)
def test_what_only_the_whole_tells(load, text, code):
    """Cycles, rules that select nothing and references of the wrong kind are errors."""
    assert [problem.code for problem in load(a=text).problems if problem.level == "error"] == [code]


@pytest.mark.parametrize(
    "match", ["sanction* AND iran", '"security counc*"', "title:iran", "a NEAR b*oo".replace("*", "")]
)
def test_selective_rules_load(load, match):
    """A term that must be there is enough."""
    assert not load(a=f"rules: [{{id: r, match: '{match}'}}]").unusable


def test_what_is_typed_stays_text(load):
    """Nothing in terms, labels and ids is guessed to be another thing."""
    book = load(
        a="""\
        topics: [{id: "007", terms: [NO, 1e3, on, 2026-01-01]}]
        rules:
          - {id: "1", match: "topic:007", alert: {labels: {desk: NO}}}
        """
    )
    assert [term.text for term in book.topics["007"].terms] == ["NO", "1e3", "on", "2026-01-01"]
    assert book.rules["1"].labels == (("desk", "NO"),)


def test_defaults(load):
    """A rule with the least is titled by its id, of medium severity and never live."""
    rule = load(a="rules: [{id: r, match: x}]").rules["r"]
    assert (rule.title, rule.severity, rule.status) == ("r", "medium", "shadow")


def test_files_that_are_passed_over(load, tmp_path):
    """Dot files and links out of the folder are passed over; .yml and empty files are remarked on."""
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text("rules: [{id: out, match: x}]")
    (tmp_path / "link.yaml").symlink_to(outside)
    (tmp_path / ".hidden.yaml").write_text("nonsense: [")
    (tmp_path / "old.yml").write_text("nonsense: [")
    book = load(empty="", none="rules: []")
    assert (book.rules, book.unusable) == ({}, False)
    assert sorted(problem.code for problem in book.problems) == ["empty-file", "empty-list", "yml-file"]


def test_a_missing_folder_is_an_error(tmp_path):
    """A rules folder that is not there makes the book unusable."""
    assert load_rulebook([tmp_path / "none"], now=NOW).unusable


def test_checksums_follow_what_defines_a_rule(load):
    """A rule's checksum changes with what it refers to, and with nothing else."""
    rules = 'rules: [{id: r, match: "actor:a"}, {id: s, match: "foo"}]'
    first = load(a="actors: [{id: a, kind: person, names: [x y]}]", b=rules)
    moved = load(a="# moved\n\nactors: [{id: a, kind: person, names: [x y]}]", b=rules)
    changed = load(a="actors: [{id: a, kind: person, names: [x z]}]", b=rules)
    assert first.checksum == moved.checksum != changed.checksum
    assert first.rules["r"].checksum != changed.rules["r"].checksum
    assert first.rules["s"].checksum == changed.rules["s"].checksum


def test_conditions_over_time_are_refused(load):
    """What this version does not do is refused at its place, never passed over."""
    (problem,) = load(a="rules: [{id: r, match: x, when: {count: 3}}]").problems
    assert "not in this version" in problem.message


def test_variants_of_a_language_are_lists_of_their_own(load):
    """A language key is a label: en and en-GB stand beside each other."""
    book = load(a="topics: [{id: t, terms: {en: [color], en-GB: [colour]}}]")
    assert [term.text for term in book.topics["t"].terms] == ["color", "colour"]


MISTAKES_BESIDE = """\
actors:
  - id: o
    kind: office
    of: nobody
    titles: [king, "*x", "+"]
    grace: long
    holders: [{from: 2024, until: 2023}, {person: none, vacant: true}]
topics:
  - id: t
    terms: {en: ["sa*", {term: x, lang: en}]}
rules:
  - id: r
    match: actor:unknown topic:missing
    tests: [{match: x, actors: [noone]}, {series: []}]
"""


def test_one_mistake_does_not_hide_another(load):
    """What is wrong in the sound parts of a wrong entry or expression is told in the same run."""
    loaded = load(a=MISTAKES_BESIDE)
    places = {(problem.line, problem.column) for problem in loaded.problems if problem.level == "error"}
    wanted = {(4, 9), (5, 21), (5, 27), (6, 12), (7, 15), (7, 35), (7, 42), (7, 51)}
    wanted |= {(10, 21), (10, 41), (13, 12), (13, 26), (14, 33), (14, 51)}
    assert places == wanted
