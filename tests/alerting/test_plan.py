"""The decision what an article's matches do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.plan import Candidate, Ending, Standing, plan
from monitor.model import SEVERITIES, AlertReason, Evidence, Match, MatchState, Update
from tests.conftest import NOON


def candidate(number: int, rule="r", severity="high", status="live", receivers=("desk",)) -> Candidate:
    match = Match(rule, rule, severity, "live", "x", Evidence(NOON, "published"))
    return Candidate(number, match, status, dict.fromkeys(receivers, frozenset(Update)))


def test_all_rules_of_an_article_make_one_alert_of_the_highest_severity() -> None:
    """Three matches, one receiver: one alert that lists them all."""
    decided = plan([candidate(1, "a", "low"), candidate(2, "b", "critical"), candidate(3, "c", "info")], {})
    [revision] = decided.revisions
    assert (revision.severity, revision.number, revision.reason) == ("critical", 1, AlertReason.FIRST)
    assert [c.number for c in revision.matches] == [1, 2, 3]
    assert set(decided.ends.values()) == {Ending(MatchState.TOLD, "first")}


def test_a_rule_that_joins_later_is_a_follow_up() -> None:
    """The next revision tells of the new rule only and keeps the alert's highest severity."""
    before = {"desk": Standing("a1", "high", 1, frozenset({"a"}))}
    decided = plan([candidate(4, "a"), candidate(5, "b", "low")], before)
    [revision] = decided.revisions
    assert (revision.alert, revision.number, revision.severity) == ("a1", 2, "high")
    assert revision.reason is AlertReason.NEW_RULE
    assert decided.ends == {
        4: Ending(MatchState.REPEATED, "new"),
        5: Ending(MatchState.TOLD, "new-rule"),
    }


def test_shadow_and_retired_rules_tell_nobody() -> None:
    """The rule's status today decides, whatever it was when the article came."""
    found = plan(
        [candidate(1, status="shadow"), candidate(2, status="retired"), candidate(3, status=None)], {}
    )
    assert found.revisions == ()
    assert {number: end.state for number, end in found.ends.items()} == {
        1: MatchState.SHADOW,
        2: MatchState.RETIRED,
        3: MatchState.RETIRED,
    }


RULES, PEOPLE = st.sampled_from("abc"), st.sampled_from(["desk", "night", "root"])


@given(
    st.lists(
        st.tuples(
            RULES, st.sampled_from(SEVERITIES), st.sampled_from(["live", "shadow", None]), st.sets(PEOPLE)
        ),
        max_size=6,
        unique_by=lambda drawn: drawn[0],
    ),
    st.dictionaries(PEOPLE, st.frozensets(RULES)),
)
def test_every_match_ends_once_and_nobody_is_told_twice(drawn, told) -> None:
    """Each match has exactly one end, no receiver hears of a rule again, none is forgotten."""
    candidates = [
        candidate(n, rule, sev, status, people) for n, (rule, sev, status, people) in enumerate(drawn)
    ]
    standing = {who: Standing(f"a-{who}", "low", 1, rules) for who, rules in told.items()}
    decided = plan(candidates, standing)
    assert set(decided.ends) == {c.number for c in candidates}
    for revision in decided.revisions:
        rules = [c.match.rule for c in revision.matches]
        assert rules or revision.reason is AlertReason.SEVERITY
        assert not set(rules) & told.get(revision.receiver, frozenset())
    heard = {(r.receiver, c.match.rule) for r in decided.revisions for c in r.matches}
    wanted = {(who, c.match.rule) for c in candidates if c.status_now == "live" for who in c.receivers}
    assert heard == {(who, rule) for who, rule in wanted if rule not in told.get(who, frozenset())}
