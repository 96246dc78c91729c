"""Which changes of a story are told to those who know of it."""

from __future__ import annotations

import pytest

from monitor.alerting.plan import Development, Standing, plan
from monitor.alerting.route import RootRoute, route
from monitor.model import AlertReason, Article, Corroboration, Evidence, Match, Relation, Update
from monitor.stories.corroboration import MILESTONES, milestone
from tests.alerting.test_plan import candidate
from tests.conftest import NOON

EVERY = frozenset(Update)


def standing(**said: object) -> dict[str, Standing]:
    return {"desk": Standing("a1", "high", 3, frozenset({"r"}), **said)}


def development(voices: int = 1, **said: object) -> Development:
    told_by = Corroboration(voices=tuple(f"v{n}" for n in range(voices)), tier=said.pop("tier", None))
    return Development(Relation.SAME, told_by, milestone(voices), **said)


def reasons(development: Development, before: dict[str, Standing], *candidates: object) -> list[AlertReason]:
    return [revision.reason for revision in plan(candidates, before, development).revisions]


def test_more_sources_are_told_at_each_mark_once() -> None:
    """As 20 voices come one after the other, four revisions tell of it: at 2, 3, 5 and 10."""
    told = []
    before = standing()
    for voices in range(1, 21):
        for revision in plan([candidate(voices)], before, development(voices)).revisions:
            told.append((voices, revision.reason, revision.matches))
            before = standing(passed=revision.passed)
    assert told == [(mark, AlertReason.MORE_SOURCES, ()) for mark in MILESTONES]


def test_a_source_of_the_first_tier_is_told_once() -> None:
    """It weighs more than how many have it, and is no news to whoever knows of one."""
    assert reasons(development(2, tier=1), standing()) == [AlertReason.FIRST_TIER]
    assert reasons(development(1, tier=2), standing()) == []
    assert reasons(development(1, tier=1), standing(knows_first_tier=True)) == []


def test_a_severity_that_rises_is_told_and_one_that_falls_is_not() -> None:
    """The rule was told; what it is worth has changed since."""
    assert reasons(development(), standing(), candidate(1, severity="critical")) == [AlertReason.SEVERITY]
    assert reasons(development(), standing(), candidate(1, severity="low")) == []


@pytest.mark.parametrize("kind", ["correction", "retraction"])
def test_a_correction_goes_to_exactly_those_who_were_told(kind: str) -> None:
    """The alert that told of the article is revised, whatever else has changed; another one is not."""
    before = standing() | {"night": Standing("a2", "low", 1, frozenset({"r"}))}
    found = plan([], before, development(correction=kind, corrects=frozenset({"a1"})))
    assert [(one.receiver, one.reason.value, one.number) for one in found.revisions] == [("desk", kind, 4)]


@pytest.mark.parametrize(
    ("update", "change", "candidates"),
    [
        (Update.RULE, development(), [candidate(1, rule="new")]),
        (Update.SEVERITY, development(), [candidate(1, severity="critical")]),
        (Update.SOURCES, development(5), []),
        (Update.TIER, development(tier=1), []),
        (Update.CORRECTION, development(correction="correction", corrects=frozenset({"a1"})), []),
    ],
)
def test_what_nobody_wants_to_hear_is_not_told(update: Update, change: Development, candidates: list) -> None:
    """Each update can be had alone, and be done without."""
    assert len(reasons(change, standing(updates=frozenset({update})), *candidates)) == 1
    assert reasons(change, standing(updates=EVERY - {update}), *candidates) == []


def test_a_first_alert_knows_what_its_story_has_come_to() -> None:
    """Whoever is told late is not told at once what the first message says already."""
    [first] = plan([candidate(1)], {}, development(6, tier=1)).revisions
    assert (first.reason, first.passed, first.knows_first_tier) == (AlertReason.FIRST, 5, True)


def test_updates_are_those_of_the_route_and_of_the_routes_above() -> None:
    """A route that says nothing has its parent's; who is reached by two ways gets what either asks for."""
    root = RootRoute.model_validate(
        {
            "receiver": "root",
            "update": ["sources", "tier"],
            "routes": [
                {"when": {"rule": "a"}, "receiver": "a", "update": "none"},
                {"when": {"rule": "b"}, "receiver": "b", "routes": [{"receiver": "inner"}]},
                {"when": {"rule": "c"}, "receiver": "c", "update": "rule", "continue": True},
                {"when": {"rule": "c"}, "receiver": "c", "update": ["correction"]},
            ],
        }
    )
    article = Article("1", "t", NOON)

    def updates(rule: str) -> dict[str, set[str]]:
        match = Match(rule, rule, "high", "live", "x", Evidence(NOON, "published"))
        return {one.receiver: {update.value for update in one.updates} for one in route(root, match, article)}

    assert updates("a") == {"a": set()}
    assert updates("b") == {"inner": {"sources", "tier"}}
    assert updates("c") == {"c": {"rule", "correction"}}
    assert updates("other") == {"root": {"sources", "tier"}}
