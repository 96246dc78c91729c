"""Counts for `watchword status`: sums that add up, and the last alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.model import HEARTBEAT, ArticleState, MatchState, NotificationState
from monitor.stores.tables import (
    alerts,
    articles,
    attempts,
    feeds,
    matches,
    notifications,
    revisions,
    tallies,
)

# Entries that were in an earlier document of the feed; not a state of an article, for they are none.
SEEN_BEFORE = "seen-before"


@dataclass(frozen=True, slots=True)
class Sums:
    """How many of each ended where. `entries` counts over the whole life, the others what is kept.

    `by_channel` counts delivered notifications by the kind of their destination.
    """

    entries: Mapping[str, int]
    matches: Mapping[str, int]
    notifications: Mapping[str, int]
    alerts: int
    revisions: int
    unknown_outcomes: int
    by_channel: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a stage, and for how many seconds the oldest of it has been waiting."""

    waiting: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Workload:
    """The state of the archive in numbers; `stages` are `poll`, `dispatch` and `deliver`."""

    stages: Mapping[str, Backlog]
    feeds: dict[str, int]
    entries: dict[str, int]
    matches: dict[str, int]
    notifications: dict[str, int]


@dataclass(frozen=True, slots=True)
class LastAlert:
    """One line of `status`."""

    id: str
    receiver: str
    severity: str
    revision: int
    at: datetime
    title: str


def sums(c: sa.Connection) -> Sums:
    """Count everything there is."""
    lost = (
        sa.select(sa.func.count())
        .select_from(attempts.join(notifications, notifications.c.id == attempts.c.notification))
        .where(attempts.c.outcome.is_(None), notifications.c.receiver != HEARTBEAT)
    )
    told = sa.select(sa.func.count()).select_from(alerts).where(alerts.c.receiver != HEARTBEAT)
    joined = revisions.join(alerts, alerts.c.id == revisions.c.alert)
    revised = sa.select(sa.func.count()).select_from(joined).where(alerts.c.receiver != HEARTBEAT)
    return Sums(
        entries=_entries(c),
        matches=_matches(c),
        notifications=_notifications(c),
        alerts=c.scalar(told) or 0,
        revisions=c.scalar(revised) or 0,
        unknown_outcomes=c.scalar(lost) or 0,
        by_channel=_delivered_by_channel(c),
    )


def workload(c: sa.Connection, watched: Collection[str], now: datetime) -> Workload:
    """Count what waits for each stage, and everything by state.

    The archive may know more feeds than the `watched` ones; those wait for nothing.
    """
    asked = sa.select(feeds.c.feed, feeds.c.next_poll_at, feeds.c.last_polled_at, feeds.c.failures)
    rows = [row for row in c.execute(asked) if row.feed in watched]
    due = [row.next_poll_at for row in rows if row.next_poll_at is not None and row.next_poll_at <= now]
    undispatched = matches.c.state == MatchState.PENDING.value
    deliverable = sa.and_(
        notifications.c.state == NotificationState.PENDING.value, notifications.c.next_attempt_at <= now
    )
    return Workload(
        stages={
            "poll": Backlog(len(due), _age(min(due, default=None), now)),
            "dispatch": _backlog(c, matches.c.created_at, undispatched, now),
            "deliver": _backlog(c, notifications.c.created_at, deliverable, now),
        },
        feeds=dict.fromkeys(("fine", "failing", "not-polled"), 0)
        | Counter(_condition(row.last_polled_at, row.failures) for row in rows),
        entries=_entries(c),
        matches=_matches(c),
        notifications=_notifications(c),
    )


def feed_tallies(c: sa.Connection) -> dict[str, dict[str, int]]:
    """Count the entries of each feed by state."""
    found: dict[str, dict[str, int]] = {}
    for feed, state, number in c.execute(sa.select(tallies)):
        found.setdefault(feed, {})[state] = number
    return found


def last_alerts(c: sa.Connection, limit: int) -> list[LastAlert]:
    """List the newest alerts."""
    newest = (
        sa.select(
            alerts.c.id,
            alerts.c.receiver,
            alerts.c.severity,
            alerts.c.revision,
            revisions.c.created_at,
            articles.c.title,
        )
        .join(revisions, sa.and_(revisions.c.alert == alerts.c.id, revisions.c.revision == alerts.c.revision))
        .join(articles, articles.c.id == revisions.c.article)
        .where(alerts.c.receiver != HEARTBEAT)
        .order_by(revisions.c.created_at.desc(), alerts.c.id)
        .limit(limit)
    )
    return [LastAlert(*row) for row in c.execute(newest)]


def last_heartbeat(c: sa.Connection) -> datetime | None:
    """Give the time of the last heartbeat that came through; None where none did lately."""
    through = sa.and_(
        notifications.c.receiver == HEARTBEAT, notifications.c.state == NotificationState.DELIVERED.value
    )
    found: datetime | None = c.scalar(sa.select(sa.func.max(notifications.c.ended_at)).where(through))
    return found


def work_left(c: sa.Connection) -> int:
    """Count the matches and notifications that wait for something to be done."""
    waiting = sa.select(sa.func.count()).where(matches.c.state == MatchState.PENDING.value)
    undelivered = sa.select(sa.func.count()).where(notifications.c.state == NotificationState.PENDING.value)
    return (c.scalar(waiting) or 0) + (c.scalar(undelivered) or 0)


def _delivered_by_channel(c: sa.Connection) -> dict[str, int]:
    delivered = sa.and_(
        notifications.c.state == NotificationState.DELIVERED.value, notifications.c.receiver != HEARTBEAT
    )
    rows = c.execute(
        sa.select(notifications.c.destination, sa.func.count())
        .where(delivered)
        .group_by(notifications.c.destination)
    )
    counts: dict[str, int] = {}
    for destination, number in rows:
        kind = str(destination).partition(":")[0]
        counts[kind] = counts.get(kind, 0) + int(number)
    return counts


def _entries(c: sa.Connection) -> dict[str, int]:
    per_state = c.execute(
        sa.select(tallies.c.state, sa.func.sum(tallies.c.entries))
        .where(tallies.c.feed != HEARTBEAT)
        .group_by(tallies.c.state)
    )
    none = {SEEN_BEFORE: 0, **{state.value: 0 for state in ArticleState}}
    return none | {state: int(number) for state, number in per_state}


def _matches(c: sa.Connection) -> dict[str, int]:
    return {state.value: 0 for state in MatchState} | _by_state(c, matches.c.state, matches.c.rule)


def _notifications(c: sa.Connection) -> dict[str, int]:
    return {state.value: 0 for state in NotificationState} | _by_state(
        c, notifications.c.state, notifications.c.receiver
    )


def _condition(last_polled_at: datetime | None, failures: int) -> str:
    return "not-polled" if last_polled_at is None else "failing" if failures else "fine"


def _backlog(
    c: sa.Connection, since: sa.Column[datetime], waits: sa.ColumnElement[bool], now: datetime
) -> Backlog:
    number, oldest = c.execute(sa.select(sa.func.count(), sa.func.min(since)).where(waits)).one()
    return Backlog(int(number), _age(oldest, now))


def _age(oldest: datetime | None, now: datetime) -> float:
    return 0.0 if oldest is None else max((now - oldest).total_seconds(), 0.0)


def _by_state(c: sa.Connection, state: sa.Column[str], whose: sa.Column[str]) -> dict[str, int]:
    """Count by state, the heartbeat apart: `whose` tells it from what analysts see."""
    rows = c.execute(sa.select(state, sa.func.count()).where(whose != HEARTBEAT).group_by(state))
    return {str(state): int(number) for state, number in rows}
