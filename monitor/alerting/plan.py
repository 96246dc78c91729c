"""The decision what an article's matches do: which alerts they raise or revise, and where each match ends.

Pure: it reads values and gives values; `pipeline.dispatch` carries the plan out in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from monitor.model import (
    NOBODY,
    SEVERITIES,
    AlertReason,
    Corroboration,
    Match,
    MatchState,
    Relation,
    RuleStatus,
    Severity,
    Update,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match that waits: its number, the rule's status today (None: the rule is gone), its receivers.

    Each receiver stands with the updates that its routes ask for.
    """

    number: int
    match: Match
    status_now: RuleStatus | None
    receivers: Mapping[str, frozenset[Update]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a receiver was told of this story so far, and what it wants to be told yet.

    `passed` is the highest mark of independent voices that it knows of, `knows_first_tier` whether it was
    told of a source of the first tier.
    """

    alert: str
    severity: Severity
    revision: int
    rules: frozenset[str]
    updates: frozenset[Update] = frozenset(Update)
    passed: int = 1
    knows_first_tier: bool = False


@dataclass(frozen=True, slots=True)
class Development:
    """What an article does to its story: how it stands to it, and who has it now.

    `passed` is the highest mark of independent voices that the story has passed. `correction` says that the
    article corrects or takes back what the alerts in `corrects` told. Those `elsewhere`, by receiver, are
    about other stories by now: of stories that were split or joined by hand, a correction goes where its
    article was told.
    """

    relation: Relation = Relation.NEW
    told_by: Corroboration = NOBODY
    passed: int = 1
    correction: Literal["", "correction", "retraction"] = ""
    corrects: frozenset[str] = frozenset()
    elsewhere: Mapping[str, Standing] = field(default_factory=dict)

    @property
    def has_first_tier(self) -> bool:
        """Whether a source of the first tier has the story."""
        return self.told_by.tier == 1


@dataclass(frozen=True, slots=True)
class Revision:
    """An alert to be written, or the next revision of one; `alert` is None for a new one.

    `matches` are those it tells of for the first time; a revision for another reason has none.
    """

    receiver: str
    alert: str | None
    number: int
    reason: AlertReason
    severity: Severity
    matches: tuple[Candidate, ...]
    updates: frozenset[Update] = frozenset(Update)
    passed: int = 1
    knows_first_tier: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a match ended, and why: what it was told for, or how its article stands to what was told."""

    state: MatchState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be written for one article: its matches' ends, by number, and the revisions."""

    ends: Mapping[int, Ending]
    revisions: tuple[Revision, ...]


# The status that a rule has today ends its match before anybody is told.
_SILENT_ENDS: dict[RuleStatus | None, Ending] = {
    None: Ending(MatchState.RETIRED, "rule-gone"),
    "retired": Ending(MatchState.RETIRED, "rule-retired"),
    "draft": Ending(MatchState.SHADOW, "rule-draft"),
    "shadow": Ending(MatchState.SHADOW, "rule-shadow"),
}


def plan(
    candidates: Sequence[Candidate],
    standing: Mapping[str, Standing],
    development: Development = Development(),
) -> Plan:
    """Decide; `standing` maps a receiver to what it was told of this story.

    Whoever was told of the story hears of what changes it, also where this article's rules are others'.
    """
    ends = {c.number: _SILENT_ENDS[c.status_now] for c in candidates if c.status_now in _SILENT_ENDS}
    live = [c for c in candidates if c.number not in ends]
    receivers = dict.fromkeys([*(name for c in live for name in c.receivers), *standing])
    revisions = [
        found
        for name in receivers
        if (found := _revise(name, live, standing.get(name), development)) is not None
    ]
    corrected = list(_corrected_elsewhere(development))
    # Whoever hears of a correction in another thread hears nothing besides but of rules that are new.
    heard = {revision.receiver for revision in corrected}
    revisions = [one for one in revisions if one.matches or one.receiver not in heard] + corrected
    for candidate in live:
        ends[candidate.number] = _ending(candidate, revisions, development.relation)
    return Plan(ends, tuple(revisions))


def _corrected_elsewhere(development: Development) -> Iterator[Revision]:
    """Correct what was told in the threads of other stories, which it changes nothing else about."""
    if not development.correction:
        return
    reason = AlertReason(development.correction)
    for receiver, before in development.elsewhere.items():
        if Update.CORRECTION in before.updates:
            known = before.updates, before.passed, before.knows_first_tier
            number = before.revision + 1
            yield Revision(receiver, before.alert, number, reason, before.severity, (), *known)


def _ending(candidate: Candidate, revisions: Collection[Revision], relation: Relation) -> Ending:
    """Say why a match was told, or why nobody was told of it."""
    for revision in revisions:
        if candidate in revision.matches:
            return Ending(MatchState.TOLD, revision.reason.value)
    for revision in revisions:
        if not revision.matches and revision.receiver in candidate.receivers:
            return Ending(MatchState.TOLD, revision.reason.value)
    return Ending(MatchState.REPEATED, relation.value)


def _revise(
    receiver: str, live: Sequence[Candidate], before: Standing | None, development: Development
) -> Revision | None:
    mine = [c for c in live if receiver in c.receivers]
    told = before.rules if before else frozenset()
    new = tuple(c for c in mine if c.match.rule not in told)
    severity = _highest([c.match.severity for c in mine] + ([before.severity] if before else []))
    passed, tier = development.passed, development.has_first_tier
    if before is None:
        updates = frozenset[Update]().union(*(c.receivers[receiver] for c in mine))
        return Revision(receiver, None, 1, AlertReason.FIRST, severity, new, updates, passed, tier)
    reason = _reason(before, new, severity, development)
    if reason is None:
        return None
    matches = new if Update.RULE in before.updates else ()
    updates = before.updates.union(*(c.receivers[receiver] for c in matches))
    known = max(passed, before.passed), tier or before.knows_first_tier
    number = before.revision + 1
    return Revision(receiver, before.alert, number, reason, severity, matches, updates, *known)


def _reason(
    before: Standing, new: Sequence[Candidate], severity: Severity, development: Development
) -> AlertReason | None:
    """Give the weightiest of the changes that a receiver wants to be told of."""
    wants = before.updates
    if development.correction and before.alert in development.corrects and Update.CORRECTION in wants:
        return AlertReason(development.correction)
    if new and Update.RULE in wants:
        return AlertReason.NEW_RULE
    if SEVERITIES.index(severity) > SEVERITIES.index(before.severity) and Update.SEVERITY in wants:
        return AlertReason.SEVERITY
    if development.has_first_tier and not before.knows_first_tier and Update.TIER in wants:
        return AlertReason.FIRST_TIER
    if development.passed > before.passed and Update.SOURCES in wants:
        return AlertReason.MORE_SOURCES
    return None


def _highest(severities: Sequence[Severity]) -> Severity:
    return max(severities, key=SEVERITIES.index)
