"""Findings on names and on what they stand under: each points at the very characters."""

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from monitor.matching.view import time_of
from monitor.model import Article
from monitor.rules.book import load_rulebook
from monitor.rules.scalars import moment
from tests.rules.conftest import NOW


def found(book):
    return [(Path(p.path).name, p.line, p.column, p.code) for p in book.problems]


def place(text, line, written):
    return line, dedent(text).splitlines()[line - 1].index(written) + 1


ONE = """\
actors:
  - id: who
    kind: organisation
    names:
      en: [World Health Organization, WHO]
      fr: {terms: ["OMS"]}
  - {id: other, kind: organisation, names: [Somebody], weak: [{lang: [en], term: who}]}
"""


def test_a_finding_on_a_name_points_at_the_name(load):
    """In lists with and without languages, quoted or not, and in mappings."""
    assert found(load(a=ONE)) == [
        ("a.yaml", *place(ONE, 5, "WHO"), "acronym-case"),
        ("a.yaml", *place(ONE, 6, '"OMS"'), "acronym-case"),
        ("a.yaml", *place(ONE, 7, "who"), "shared-name"),
    ]


def test_a_finding_on_a_name_that_another_file_adds_points_there(load):
    """The file to mend is the one that the name stands in; the actor's own entry accepts it."""
    own = "actors: [{{id: a, kind: other, names: [Some Body]{}}}]"
    more = "actors:\n  - extend: a\n    names: {en: [Any Body, IMF]}\n"
    assert found(load(a=own.format(""), b=more)) == [("b.yaml", *place(more, 3, "IMF"), "acronym-case")]
    assert not load(a=own.format(", lint: {allow: [acronym-case]}"), b=more).problems


@pytest.mark.parametrize(
    ("names", "cancels", "codes"),
    [
        ("[Ann Ash]", "[ann-ash]", ["cancelled-name"]),
        ("[Ann Ash, Ann Elm]", "{en: [Ann Ash]}", ["cancelled-name"]),
        ("[{term: Who, case: exact}]", "[who]", ["cancelled-name"]),
        ("[Ann Ash]", "[Ann Ash Street]", []),
        ("[Ann]", "[{term: Ann, case: exact}]", []),
        ("[Ann]", "[{term: Ann, lang: [de]}]", []),
        ("{ru: {terms: [Анна], inflect: true}}", "[Анна]", []),
    ],
)
def test_a_name_that_always_cancels_itself_is_found(load, names, cancels, codes):
    """A name that is also a `not:` phrase can never be found, unless it counts in more forms."""
    book = load(a=f"actors: [{{id: a, kind: other, names: {names}, not: {cancels}}}]")
    assert [problem.code for problem in book.problems] == codes


def test_an_empty_language_is_a_finding_at_the_key(load):
    """It is no way to write a list without languages; that is written as a list."""
    text = """\
    actors:
      - {id: a, kind: other, names: {en: [Ann Ash], "": [Ann Elm]}}
      - {id: b, kind: other, names: [Bob Birch]}
      - {id: c, kind: other, names: {"": [Cy Cedar]}, lint: {allow: [empty-language]}}
    topics:
      - {id: t, terms: {"": [trade]}}
    """
    assert found(load(a=text)) == [("a.yaml", *place(text, line, '""'), "empty-language") for line in (2, 6)]


@pytest.mark.parametrize(
    ("names", "level"),
    [
        ("[{term: Anna, inflect: true}]", "error"),
        ("{terms: [Anna], inflect: true}", "error"),
        ("{inflect: true, ru: [Anna]}", "error"),
        ("[Anna], inflect: true", "remark"),
        ("{zh: [中国], '': [Anna]}, inflect: true, lint: {allow: [empty-language]}", "remark"),
    ],
)
def test_inflection_without_a_language_asks_for_one(load, names, level):
    """Wherever `inflect: true` stands, the way out is to put the names under their language."""
    (problem,) = load(a=f"actors: [{{id: a, kind: person, names: {names}}}]").problems
    assert problem.level == level
    assert problem.hint.startswith("put the names under their language, such as ru: ")


def test_groups_in_a_circle_are_a_finding(load):
    """Once for the circle, at the first of its groups; who accepts it breaks it."""
    group = "  - {{id: {}, kind: group, names: [{} Group], members: [{{actor: {}}}]{}}}\n"
    circle = [("a", "b", ""), ("b", "c", ""), ("c", "b", "")]
    text = "actors:\n" + "".join(group.format(name, name * 2, of, more) for name, of, more in circle)
    (problem,) = load(a=text).problems
    assert (problem.level, problem.code, problem.line) == ("finding", "member-circle", 3)
    assert problem.message == "b is a member of itself over others: b → c → b"
    circle[1] = ("b", "c", ", lint: {allow: [member-circle]}")
    assert not load(
        a="actors:\n" + "".join(group.format(name, name * 2, of, more) for name, of, more in circle)
    ).problems


@pytest.mark.parametrize("day", ["1989-12-31", "1990-01-01", "2026-11-02", "2026-11-03", "1970"])
def test_a_date_of_a_test_that_is_not_believed_is_a_finding(load, day):
    """The check and the matcher agree on which `published` is used."""
    book = load(a=f"rules: [{{id: r, match: foo, tests: [{{match: foo, published: {day}}}]}}]")
    _, used = time_of(Article(id="1", title="foo", first_seen=NOW, published=moment(day)))
    assert [problem.code for problem in book.problems] == ["test-date-unused"] * (used == "first seen")
    assert NOW + timedelta(days=1) == moment("2026-11-02")


def test_a_folder_without_rule_files_is_remarked_on(tmp_path):
    """Nothing at all was checked, which is easily taken for nothing wrong."""
    (tmp_path / "notes.txt").write_text("no rules")
    (problem,) = load_rulebook([tmp_path], now=NOW).problems
    assert (problem.level, problem.code) == ("remark", "empty-folder")
    (tmp_path / "a.yaml").write_text("rules: [{id: r, match: foo}]")
    assert not load_rulebook([tmp_path], now=NOW).problems
