"""Rows of `stories`, `alerts`, `revisions` and `alert_rules`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import AlertReason, Match, Severity
from monitor.stores.articles import match_from_row
from monitor.stores.tables import alert_rules, alerts, matches, revisions, stories, story_keys
from monitor.stores.upsert import upsert


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as it stands: its revision so far, and the rules it has told of."""

    id: str
    receiver: str
    severity: Severity
    revision: int
    rules: frozenset[str]


def join_story(c: sa.Connection, keys: Sequence[str], now: datetime) -> int:
    """Find the story that knows one of `keys`, or open one; either way it knows them all afterwards."""
    known = sa.select(sa.func.min(story_keys.c.story)).where(story_keys.c.key.in_(keys))
    story: int | None = c.scalar(known)
    if story is None:
        opened = c.execute(sa.insert(stories).values(created_at=now, last_at=now))
        story = int(opened.inserted_primary_key[0])  # type: ignore[index]
    else:
        c.execute(sa.update(stories).where(stories.c.id == story).values(last_at=now))
    for key in keys:
        c.execute(upsert(c, story_keys).values(key=key, story=story).on_conflict_do_nothing())
    return story


def alerts_of(c: sa.Connection, story: int) -> dict[str, StoredAlert]:
    """Load the alerts of a story, by receiver."""
    rows = c.execute(sa.select(alerts).where(alerts.c.story == story)).mappings().all()
    return {row["receiver"]: _stored(c, row) for row in rows}


def _stored(c: sa.Connection, row: Any) -> StoredAlert:
    rules = c.scalars(sa.select(alert_rules.c.rule).where(alert_rules.c.alert == row["id"]))
    return StoredAlert(row["id"], row["receiver"], row["severity"], row["revision"], frozenset(rules))


def store_alert(
    c: sa.Connection, alert: str, story: int, receiver: str, severity: Severity, now: datetime
) -> None:
    """Store a new alert, before its first revision."""
    values = {"id": alert, "story": story, "receiver": receiver, "severity": severity, "created_at": now}
    c.execute(sa.insert(alerts).values(**values, revision=0))


def store_revision(
    c: sa.Connection,
    alert: str,
    revision: int,
    *,
    reason: AlertReason,
    severity: Severity,
    article: int,
    rules: Collection[tuple[str, int]],
    now: datetime,
) -> None:
    """Store a revision with the rules it tells of, as pairs of rule id and match number."""
    c.execute(sa.update(alerts).where(alerts.c.id == alert).values(revision=revision, severity=severity))
    about = {"alert": alert, "revision": revision}
    c.execute(
        sa.insert(revisions).values(
            **about, reason=reason.value, severity=severity, article=article, created_at=now
        )
    )
    c.execute(sa.insert(alert_rules), [about | {"rule": rule, "match": match} for rule, match in rules])


def matches_told(c: sa.Connection, alert: str, revision: int) -> list[Match]:
    """Load the matches that a revision tells of."""
    told = (
        sa.select(matches)
        .join(alert_rules, alert_rules.c.match == matches.c.id)
        .where(alert_rules.c.alert == alert, alert_rules.c.revision == revision)
        .order_by(matches.c.id)
    )
    return [match_from_row(row) for row in c.execute(told).mappings()]
