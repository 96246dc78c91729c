"""Explanations say what the evaluator says, and their changes are the smallest that help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.changes import Supposing, choices, literals
from monitor.matching.engine import Matcher
from monitor.matching.explain import Explained, change_in_words, explain
from monitor.rules.book import Rulebook, load_rulebook
from monitor.rules.definitions import Rule
from monitor.rules.expression import parse
from tests.matching.conftest import NOW, article

ACTORS = """
actors:
  - {id: opec, kind: organisation, names: {en: [OPEC Group]}}
  - {id: ann-lee, kind: person, names: {en: [Ann Lee]}, weak: {en: [Lee]}, context: {en: [geologist]}}
  - id: opec-head
    kind: office
    of: opec
    titles: {en: [head]}
    holders: [{person: ann-lee, from: 2020, until: 2024-05-01}]
topics:
  - {id: trade, terms: {en: [grain, gas]}}
rules:
  - {id: r, match: oil}
"""
FEBRUARY = datetime(2023, 2, 9, tzinfo=UTC)
LEAVES = [
    "oil",
    "gas",
    "grain",
    '"oil gas"',
    "topic:trade",
    "actor:ann-lee",
    "actor:opec",
    "title:oil",
    "lang:fa",
]
NEAR_SIDES = ["oil", "gas", "(grain OR gas)", "actor:ann-lee"]
BECAUSE = "'Lee': a weak name of ann-lee, which counts because "
CHAIN = "opec-head → ann-lee → from 2020 until 2024-05-01, found "
BODY = BECAUSE + "opec, the body of the office opec-head, is named in full"
UNBOUND = "the title 'head' has not its body, or is marked as another or a former one"
WORDS = ["oil", "gas", "grain", "the", ".", "Ann Lee", "Lee", "OPEC Group"]


@pytest.fixture(scope="session")
def actors(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("explained")
    (folder / "rules.yaml").write_text(ACTORS, encoding="utf-8")
    return load_rulebook([folder], now=NOW)


def judged(book: Rulebook, source: str, body: str = "", **fields: object):
    """Explain one expression over one article; gives the explanation, its rule and the matcher."""
    tree = parse(source).tree
    assert tree is not None, parse(source).faults
    rule: Rule = replace(book.rules["r"], match=source, expression=tree, status="live")
    matcher = Matcher(replace(book, rules={"r": rule}))
    return explain(matcher, rule, article(body, **fields)), rule, matcher


def expressions() -> st.SearchStrategy[str]:
    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, min_size=2, max_size=3).map(lambda parts: [f"({part})" for part in parts])
        sides = st.tuples(st.sampled_from(NEAR_SIDES), st.sampled_from(NEAR_SIDES))
        return st.one_of(
            several.map(" AND ".join),
            several.map(" OR ".join),
            inner.map(lambda part: f"NOT ({part})"),
            several.map(lambda parts: f"ANY/2 ({', '.join(parts)})"),
            sides.map(" NEAR/1 ".join),
            sides.map(" NOT NEAR/1 ".join),
            sides.map(" SENTENCE ".join),
            st.just("ATLEAST/2 (oil OR gas)"),
        )

    return st.recursive(st.sampled_from(LEAVES), grown, max_leaves=6)


TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(source=expressions(), title=TEXTS, body=TEXTS)
def test_the_tree_says_what_live_matching_says(actors: Rulebook, source: str, title: str, body: str) -> None:
    """The value at the root of an explanation is the verdict of the matcher over the same article."""
    found, _, matcher = judged(actors, source, body, title=title)
    assert found.tree.holds == bool(matcher.match(article(body, title=title)))
    assert (found.match is not None) == found.tree.holds


@settings(max_examples=300, deadline=None)
@given(source=expressions(), title=TEXTS, body=TEXTS)
def test_changes_are_all_the_minimal_sets_that_give_a_yes(
    actors: Rulebook, source: str, title: str, body: str
) -> None:
    """The sets named are those that turn the verdict while no part of them does, found by trying them all."""
    found, rule, matcher = judged(actors, source, body, title=title)
    _, evaluator = matcher.judge(rule, article(body, title=title))
    values = {literal: evaluator.holds(*literal) for literal in literals(rule.expression)}

    def gives_a_yes(turned: frozenset[object]) -> bool:
        supposed = {literal: value != (literal in turned) for literal, value in values.items()}
        return Supposing(supposed).holds(rule.expression)

    minimal: set[frozenset[object]] = set()
    for size in range(len(values) + 1):
        for chosen in map(frozenset, combinations(values, size)):
            if not any(known <= chosen for known in minimal) and gives_a_yes(chosen):
                minimal.add(chosen)
    named = {frozenset((change.node, change.fields) for change in one) for one in found.changes.sets}
    assert found.changes.all_tried
    assert named == (minimal if not found.tree.holds else set())


@pytest.mark.parametrize(
    ("source", "body", "needed"),
    [
        ("oil AND gas AND grain", "oil", [["gas", "grain"]]),
        ("oil OR (gas AND grain)", "", [["oil"], ["gas", "grain"]]),
        ("oil AND NOT gas", "oil and gas", [["no gas"]]),
        ("ANY/2 (oil, gas, grain)", "oil", [["gas"], ["grain"]]),
        ("ATLEAST/3 (oil OR gas) OR grain", "oil", [["grain"], ["ATLEAST/3 (oil OR gas)"]]),
        ("oil NEAR/2 gas", "oil but not at all any gas", [["oil NEAR/2 gas"]]),
        ("title:(oil NEAR/2 gas)", "oil gas", [["title:(oil NEAR/2 gas)"]]),
        ("grain AND title:oil", "oil grain", [["title:oil"]]),
        ("oil AND NOT oil", "", []),
        ("oil AND (NOT oil OR gas)", "", [["oil", "gas"]]),
    ],
)
def test_changes_in_words(actors: Rulebook, source: str, body: str, needed: list[list[str]]) -> None:
    """Each operator asks for what it is short of, the cheapest first; a contradiction asks for nothing."""
    found, _, _ = judged(actors, source, body)
    assert [[change_in_words(change) for change in one] for one in found.changes.sets] == needed


def test_sets_that_differ_in_one_change_are_told_as_one(actors: Rulebook) -> None:
    """`a AND (b OR c)` needs a, and b or c: not a and b, or a and c."""
    found, _, _ = judged(actors, "oil AND (gas OR grain)", "")
    [(shared, one_of)] = choices(found.changes.sets)
    assert [change_in_words(change) for change in shared] == ["oil"]
    assert [change_in_words(change) for change in one_of] == ["gas", "grain"]


def test_a_rule_of_many_parts_is_explained_at_once(actors: Rulebook) -> None:
    """Hundreds of alternatives in many brackets give a few cheapest sets, without trying all of them."""
    brackets = [f"({' OR '.join(f'w{part}x{number}' for number in range(60))})" for part in range(12)]
    found, rule, _ = judged(actors, " AND ".join(brackets), "")
    assert {len(one) for one in found.changes.sets} == {12}
    supposed = dict.fromkeys(literals(rule.expression), False)
    for one in found.changes.sets:
        chosen = {(change.node, change.fields): True for change in one}
        assert Supposing(supposed | chosen).holds(rule.expression)


def test_many_alternatives_that_are_ruled_out_hide_no_way(actors: Rulebook) -> None:
    """What a rule excludes is not followed, so that the way that is left is found behind it."""
    words = [f"w{number}" for number in range(200)]
    source = f"({' OR '.join(words)}) AND NOT ({' OR '.join(words[:-1])})"
    found, _, _ = judged(actors, source, "")
    assert [[change_in_words(change) for change in one] for one in found.changes.sets] == [["w199"]]


def notes(node: Explained) -> list[str]:
    return [*node.notes, *(note for part in node.below for note in notes(part))]


@pytest.mark.parametrize(
    ("source", "body", "said"),
    [
        ("oil NEAR/2 gas", "oil but not at all any gas", "both are there, at the nearest 5 words apart"),
        ("oil NEAR/2 gas", "gas or oil", "both are there, at the nearest 1 word apart"),
        ("oil ONEAR/2 gas", "gas oil", "both are there, never in one field in this order"),
        ("oil NEAR/2 gas", "oil", "the right side is not there"),
        ("oil NEAR/2 gas", "", "neither side is there"),
        ("oil NOT NEAR/2 gas", "oil gas", "`gas` is near wherever `oil` stands"),
        ("oil NOT NEAR/2 gas", "oil. gas oil the grain at the end", "`gas` is near wherever `oil` stands"),
        ("oil NOT NEAR/2 gas", "oil the grain at the gas", "`oil` stands somewhere without `gas` near"),
        ("oil SENTENCE gas", "We found oil. There was gas.", "both are there, never in one sentence"),
        ("oil PARAGRAPH gas", "We found oil. There was gas.", "both are there, in one paragraph"),
        ("ATLEAST/3 (oil OR gas)", "oil gas", "2 hits"),
        ("ANY/2 (oil, gas, grain)", "oil", "1 is true"),
        ("lang:fa", "", "the article has none"),
        ("country:IR", "", "the article's is 'RU'"),
        ("published:>=2026-01-01", "", "the article's time is 2023-02-09 00:00 UTC"),
        ("actor:ann-lee", "Lee spoke", "'Lee' is a weak name, and nothing here makes it certain"),
        ("actor:ann-lee", "Ann Lee spoke; Lee left", BECAUSE + "'Ann Lee' is a full name of it"),
        ("actor:ann-lee", "geologist Lee", BECAUSE + "'geologist' is among its context"),
        ("actor:ann-lee", "OPEC Group's Lee", BODY),
        ("actor:opec-head", "Ann Lee spoke", CHAIN + "by the holder's name, on 2023-02-09 (published)"),
        ("actor:opec-head", "the OPEC Group head spoke", CHAIN + "by its title, on 2023-02-09 (published)"),
        ("actor:opec-head", "the head spoke", UNBOUND),
    ],
)  # fmt: skip
def test_each_node_says_what_made_it_so(actors: Rulebook, source: str, body: str, said: str) -> None:
    """Distances, counts, values, weak names and the chain of an office stand at their nodes."""
    found, _, _ = judged(actors, source, body, published=FEBRUARY, country="RU")
    assert said in notes(found.tree)


def test_hits_are_counted_beyond_those_shown(actors: Rulebook) -> None:
    """A word that stands everywhere is shown as often as is useful, and counted to the end."""
    found, _, _ = judged(actors, "oil", "oil " * 3000)
    assert (found.tree.hits, len(found.tree.spans)) == (3000, 50)


def test_a_former_holder_is_told_from_the_one_of_that_day(actors: Rulebook) -> None:
    """Whoever held the office at another time is named with the interval."""
    found, _, _ = judged(
        actors, "actor:opec-head", "Ann Lee spoke", published=datetime(2025, 1, 1, tzinfo=UTC)
    )
    assert notes(found.tree) == ["ann-lee held it from 2020 to 2024-05-01, not on 2025-01-01"]


def test_a_rule_of_any_status_is_explained(tmp_path: Path) -> None:
    """A draft, which is never run, and a retired rule are judged like a live one."""
    for status in ("draft", "retired", "shadow", "live"):
        (tmp_path / "r.yaml").write_text(f"rules: [{{id: r, match: oil, status: {status}}}]\n")
        book = load_rulebook([tmp_path], now=NOW)
        assert explain(Matcher(book), book.rules["r"], article("oil")).tree.holds
