"""The decision what an article's matches do: which alerts they raise or revise, and where each match ends.

Pure: it reads values and gives values; `pipeline.dispatch` carries the plan out in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.model import SEVERITIES, AlertReason, Match, MatchState, RuleStatus, Severity


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match that waits: its number, the rule's status today (None: the rule is gone), its receivers."""

    number: int
    match: Match
    status_now: RuleStatus | None
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a receiver was told of this story so far."""

    alert: str
    severity: Severity
    revision: int
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Revision:
    """An alert to be written, or the next revision of one; `alert` is None for a new one."""

    receiver: str
    alert: str | None
    number: int
    reason: AlertReason
    severity: Severity
    matches: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be written for one article: its matches' ends, by number, and the revisions."""

    ends: Mapping[int, MatchState]
    revisions: tuple[Revision, ...]


# The status that a rule has today ends its match before anybody is told.
_SILENT_ENDS: dict[RuleStatus | None, MatchState] = {
    None: MatchState.RETIRED,
    "retired": MatchState.RETIRED,
    "draft": MatchState.SHADOW,
    "shadow": MatchState.SHADOW,
}


def plan(candidates: Sequence[Candidate], standing: Mapping[str, Standing]) -> Plan:
    """Decide; `standing` maps a receiver to what it was told of this story."""
    ends = {c.number: _SILENT_ENDS[c.status_now] for c in candidates if c.status_now in _SILENT_ENDS}
    live = [c for c in candidates if c.number not in ends]
    receivers = dict.fromkeys(receiver for c in live for receiver in c.receivers)
    revisions = [
        revision for receiver in receivers if (revision := _revise(receiver, live, standing.get(receiver)))
    ]
    told = {candidate.number for revision in revisions for candidate in revision.matches}
    for candidate in live:
        ends[candidate.number] = MatchState.TOLD if candidate.number in told else MatchState.REPEATED
    return Plan(ends, tuple(revisions))


def _revise(receiver: str, live: Sequence[Candidate], before: Standing | None) -> Revision | None:
    told = before.rules if before else frozenset()
    new = tuple(c for c in live if receiver in c.receivers and c.match.rule not in told)
    if not new:
        return None
    severity = _highest([c.match.severity for c in new] + ([before.severity] if before else []))
    if before is None:
        return Revision(receiver, None, 1, AlertReason.FIRST, severity, new)
    return Revision(receiver, before.alert, before.revision + 1, AlertReason.NEW_RULE, severity, new)


def _highest(severities: Sequence[Severity]) -> Severity:
    return max(severities, key=SEVERITIES.index)
