"""What the archive tells of how the daemon is doing: what waits, what failed, which feed fell silent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa

from monitor.model import MatchState, NotificationState
from monitor.stores.notifications import could_be_tried
from monitor.stores.tables import articles, matches, notifications

# A feed's habit is read from so many of the times at which it last brought something.
_HABIT = 20
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Notifications of one destination that wait or were given up.

    `since` is when the oldest of them could first be tried, or was made, or was given up; `reason` is what
    was said of the newest.
    """

    destination: str
    number: int
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """When a feed last brought something, and its longest pause before that, in seconds."""

    feed: str
    last: datetime
    longest_pause: float


def oldest_match(c: sa.Connection) -> datetime | None:
    """Give the time since which a match has been waiting for dispatch; None where none waits."""
    found: datetime | None = c.scalar(sa.select(sa.func.min(matches.c.created_at)).where(_match_waits()))
    return found


def untried(c: sa.Connection, before: datetime, now: datetime) -> list[Undelivered]:
    """List the destinations with something that could have been tried since before `before`."""
    due = sa.and_(_pending(), notifications.c.next_attempt_at <= before, could_be_tried(now))
    return _by_destination(c, due, notifications.c.next_attempt_at)


def failing(c: sa.Connection, before: datetime, broken: Collection[str]) -> list[Undelivered]:
    """List the destinations that have something from before `before`, and would not take it so far.

    Those that are known to be `broken` are listed whenever they would not take something.
    """
    late = sa.or_(notifications.c.created_at <= before, notifications.c.destination.in_(list(broken)))
    tried = sa.and_(_pending(), notifications.c.reason != "", late)
    return _by_destination(c, tried, notifications.c.created_at)


def given_up(c: sa.Connection, after: datetime) -> list[Undelivered]:
    """List the destinations with something that was given up after `after` and has not been seen to."""
    dead = sa.and_(notifications.c.state == NotificationState.DEAD.value, notifications.c.ended_at >= after)
    return _by_destination(c, dead, notifications.c.ended_at)


def habits(c: sa.Connection, feeds: Collection[str]) -> list[Habit]:
    """Tell the habit of each feed that has brought something often enough to have one."""
    return [habit for feed in feeds if (habit := _habit(c, feed)) is not None]


def _habit(c: sa.Connection, feed: str) -> Habit | None:
    # What came with one document came at one time.
    newest = (
        sa.select(articles.c.first_seen)
        .where(articles.c.feed == feed)
        .group_by(articles.c.first_seen)
        .order_by(articles.c.first_seen.desc())
        .limit(_HABIT)
    )
    times = list(c.scalars(newest))
    if len(times) < FEWEST:
        return None
    pauses = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    return Habit(feed, times[0], max(pauses))


def _by_destination(
    c: sa.Connection, wanted: sa.ColumnElement[bool], time: sa.Column[datetime]
) -> list[Undelivered]:
    of_each = (
        sa.select(
            notifications.c.destination, sa.func.count(), sa.func.min(time), sa.func.max(notifications.c.id)
        )
        .where(wanted)
        .group_by(notifications.c.destination)
    )
    rows = c.execute(of_each.order_by(notifications.c.destination)).all()
    asked = sa.select(notifications.c.id, notifications.c.reason).where(
        notifications.c.id.in_([row[3] for row in rows])
    )
    reasons: dict[int, str] = {row.id: row.reason for row in c.execute(asked)} if rows else {}
    return [Undelivered(name, number, since, reasons.get(last, "")) for name, number, since, last in rows]


def _pending() -> sa.ColumnElement[bool]:
    return notifications.c.state == NotificationState.PENDING.value


def _match_waits() -> sa.ColumnElement[bool]:
    return matches.c.state == MatchState.PENDING.value
