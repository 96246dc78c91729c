"""Rows of `alerts`, `revisions` and `alert_rules`.

What dispatch reads and writes is read and written for many articles at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import NOBODY, AlertReason, Corroboration, Evidence, Match, Severity, Update
from monitor.stores.articles import match_from_row
from monitor.stores.stories import corroboration_as_json
from monitor.stores.tables import alert_rules, alerts, matches, revisions


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as it stands: its revision so far, and the rules it has told of.

    `updates`, `passed` and `knows_first_tier` are what `alerting.plan.Standing` says.
    """

    id: str
    receiver: str
    severity: Severity
    revision: int
    rules: frozenset[str]
    updates: frozenset[Update]
    passed: int
    knows_first_tier: bool


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision to be stored, about a version of an article; `rules` are pairs of rule and match number."""

    alert: str
    number: int
    story: int
    receiver: str
    reason: AlertReason
    severity: Severity
    article: int
    rules: tuple[tuple[str, int], ...]
    version: int = 1
    updates: frozenset[Update] = frozenset(Update)
    passed: int = 1
    knows_first_tier: bool = False
    told_by: Corroboration = NOBODY


def alerts_of(c: sa.Connection, told_of: Collection[int]) -> dict[int, list[StoredAlert]]:
    """Load the alerts of stories, by story."""
    found: dict[int, list[StoredAlert]] = defaultdict(list)
    for story, alert in _stored(c, c.execute(_ALERTS, {"stories": list(told_of)}).all()):
        found[story].append(alert)
    return found


def alerts_called(c: sa.Connection, ids: Collection[str]) -> list[StoredAlert]:
    """Load alerts by their ids."""
    rows = c.execute(sa.select(alerts).where(alerts.c.id.in_(ids))).all() if ids else ()
    return [alert for _, alert in _stored(c, rows)]


def _stored(c: sa.Connection, rows: Sequence[sa.Row[Any]]) -> Iterator[tuple[int, StoredAlert]]:
    """Give alerts with the rules that they have told of, each with its story."""
    rules: dict[str, set[str]] = defaultdict(set)
    if rows:
        for alert, rule in c.execute(_RULES, {"alerts": [row.id for row in rows]}):
            rules[alert].add(rule)
    for row in rows:
        yield (
            row.story,
            StoredAlert(
                id=row.id,
                receiver=row.receiver,
                severity=row.severity,
                revision=row.revision,
                rules=frozenset(rules[row.id]),
                updates=frozenset(map(Update, row.updates)),
                passed=row.passed,
                knows_first_tier=row.knows_first_tier,
            ),
        )


_ALERTS = sa.select(alerts).where(alerts.c.story.in_(sa.bindparam("stories", expanding=True)))
_RULES = sa.select(alert_rules.c.alert, alert_rules.c.rule).where(
    alert_rules.c.alert.in_(sa.bindparam("alerts", expanding=True))
)


def store_revisions(c: sa.Connection, new: Sequence[NewRevision], now: datetime) -> None:
    """Store revisions, and the alerts of which they are the first."""
    first = [one for one in new if one.number == 1]
    if first:
        rows = [
            {"id": one.alert, "story": one.story, "receiver": one.receiver, "revision": 1, "created_at": now}
            | {"severity": one.severity, "updates": _listed(one.updates)}
            | {"passed": one.passed, "knows_first_tier": one.knows_first_tier}
            for one in first
        ]
        c.execute(sa.insert(alerts), rows)
    later = [one for one in new if one.number > 1]
    if later:
        rows = [
            {"name": one.alert, "to": one.number, "how_severe": one.severity, "wants": _listed(one.updates)}
            | {"mark": one.passed, "knows": one.knows_first_tier}
            for one in later
        ]
        c.execute(_REVISE, rows)
    if new:
        rows = [
            {"alert": one.alert, "revision": one.number, "reason": one.reason.value, "created_at": now}
            | {"severity": one.severity, "article": one.article, "version": one.version}
            | {"told_by": corroboration_as_json(one.told_by)}
            for one in new
        ]
        c.execute(sa.insert(revisions), rows)
    told = [
        {"alert": one.alert, "rule": rule, "revision": one.number, "match": match}
        for one in new
        for rule, match in one.rules
    ]
    if told:
        c.execute(sa.insert(alert_rules), told)


def _listed(updates: frozenset[Update]) -> list[str]:
    return sorted(update.value for update in updates)


_REVISE = (
    sa.update(alerts)
    .where(alerts.c.id == sa.bindparam("name"))
    .values(
        revision=sa.bindparam("to"),
        severity=sa.bindparam("how_severe"),
        updates=sa.bindparam("wants", type_=sa.JSON),
        passed=sa.bindparam("mark"),
        knows_first_tier=sa.bindparam("knows"),
    )
)


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A revision as it was written; `brings_rules` says that it told of rules for the first time.

    One that is `silent` told nobody: its story was split off by hand.
    """

    number: int
    severity: Severity
    article: int
    version: int
    brings_rules: bool
    silent: bool


def revisions_of(c: sa.Connection, names: Collection[str]) -> dict[str, list[StoredRevision]]:
    """Load the revisions of alerts, by alert, the first one first."""
    found: dict[str, list[StoredRevision]] = defaultdict(list)
    if names:
        for alert, *row in c.execute(_REVISIONS, {"names": list(names)}):
            found[alert].append(StoredRevision(*row))
    return found


_REVISIONS = (
    sa.select(
        revisions.c.alert,
        revisions.c.revision,
        revisions.c.severity,
        revisions.c.article,
        revisions.c.version,
        sa.exists()
        .where(alert_rules.c.alert == revisions.c.alert, alert_rules.c.revision == revisions.c.revision)
        .label("brings_rules"),
        (revisions.c.reason == AlertReason.SPLIT.value).label("silent"),
    )
    .where(revisions.c.alert.in_(sa.bindparam("names", expanding=True)))
    .order_by(revisions.c.alert, revisions.c.revision)
)


def matches_told(c: sa.Connection, of: Collection[tuple[str, int]]) -> dict[tuple[str, int], list[Match]]:
    """Load the matches that revisions tell of, by alert and revision.

    A revision that tells of no rule for the first time tells of those matches of its article whose rules the
    alert has told of, and where its article has none, of the alert's rules alone, without evidence.
    """
    found: dict[tuple[str, int], list[Match]] = defaultdict(list)
    before: dict[str, list[Match]] = defaultdict(list)
    for row in c.execute(_TOLD, {"names": [alert for alert, _ in of]}).mappings():
        match = match_from_row(row)
        before[row["alert"]].append(match)
        if (row["alert"], row["revision"]) in of:
            found[row["alert"], row["revision"]].append(match)
    if left := [one for one in of if one not in found]:
        for row in c.execute(_MATCHES_OF_REVISIONS, {"names": [alert for alert, _ in left]}).mappings():
            if (row["alert"], row["revision"]) in left:
                found[row["alert"], row["revision"]].append(match_from_row(row))
    for alert, revision in left:
        if (alert, revision) not in found and before[alert]:
            found[alert, revision] = [_without_evidence(match) for match in before[alert]]
    return found


def _without_evidence(match: Match) -> Match:
    return replace(match, evidence=Evidence(match.evidence.at, match.evidence.at_from))


def tells_something(c: sa.Connection, alert: str) -> bool:
    """Tell whether the archive has a match that an alert tells of, be it readable or not."""
    there = sa.select(matches.c.id).join(alert_rules, alert_rules.c.match == matches.c.id)
    return c.scalar(there.where(alert_rules.c.alert == alert).limit(1)) is not None


_TOLD = (
    sa.select(matches, alert_rules.c.alert, alert_rules.c.revision)
    .join(alert_rules, alert_rules.c.match == matches.c.id)
    .where(alert_rules.c.alert.in_(sa.bindparam("names", expanding=True)))
    .order_by(matches.c.id)
)
_MATCHES_OF_REVISIONS = (
    sa.select(matches, revisions.c.alert, revisions.c.revision)
    .join(revisions, revisions.c.article == matches.c.article)
    .join(
        alert_rules,
        sa.and_(alert_rules.c.alert == revisions.c.alert, alert_rules.c.rule == matches.c.rule),
    )
    .where(revisions.c.alert.in_(sa.bindparam("names", expanding=True)))
    .order_by(matches.c.id)
)
