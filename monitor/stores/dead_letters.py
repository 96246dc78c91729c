"""Notifications that were given up: finding them, taking them up again, ending them for good."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Match, NotificationState
from monitor.stores.alerts import matches_told, tells_something
from monitor.stores.articles import load_article
from monitor.stores.notifications import receipt_of
from monitor.stores.portions import portions
from monitor.stores.tables import articles, attempts, notifications, revisions

DEAD = NotificationState.DEAD.value


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters are meant: those that fit everything named here; None means any."""

    ids: Collection[int] | None = None
    destinations: Collection[str] | None = None
    receiver: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A notification that was given up. `title` is None where its article is no longer in the archive."""

    id: int
    at: datetime
    receiver: str
    destination: str
    severity: str
    reason: str
    alert: str
    revision: int
    key: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver; `outcome` is None where the worker died while it sent."""

    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything about one notification, whatever its state."""

    id: int
    state: str
    reason: str
    receiver: str
    destination: str
    severity: str
    alert: str
    revision: int
    created_at: datetime
    ended_at: datetime | None
    replayed_at: datetime | None
    article: Article | None
    matches: tuple[Match, ...]
    attempts: tuple[Attempt, ...]


class Fate(Enum):
    """What replaying made of a dead letter."""

    PENDING = "will be tried again"
    DELIVERED = "was delivered already, so it is not sent again"
    GONE = "what it tells of is no longer in the archive"
    NOT_DEAD = "is no longer dead"


def dead_letters(c: sa.Connection, choice: Choice, limit: int | None = None) -> list[DeadLetter]:
    """List the dead letters that are meant, the newest first."""
    told = sa.and_(
        revisions.c.alert == notifications.c.alert, revisions.c.revision == notifications.c.revision
    )
    found: sa.Select[Any] = (
        sa.select(
            notifications.c.id,
            notifications.c.ended_at,
            notifications.c.receiver,
            notifications.c.destination,
            notifications.c.severity,
            notifications.c.reason,
            notifications.c.alert,
            notifications.c.revision,
            notifications.c.key,
            articles.c.title,
        )
        .select_from(notifications)
        .outerjoin(revisions, told)
        .outerjoin(articles, articles.c.id == revisions.c.article)
        .where(*_meant(choice))
        .order_by(notifications.c.ended_at.desc(), notifications.c.id.desc())
        .limit(limit)
    )
    return [DeadLetter(*row) for row in c.execute(found)]


def number_of_dead_letters(c: sa.Connection, choice: Choice) -> int:
    """Count the dead letters that are meant."""
    return c.scalar(sa.select(sa.func.count()).select_from(notifications).where(*_meant(choice))) or 0


def _meant(choice: Choice) -> list[sa.ColumnElement[bool]]:
    clauses = [notifications.c.state == DEAD]
    if choice.ids is not None:
        clauses.append(notifications.c.id.in_(choice.ids))
    if choice.destinations is not None:
        clauses.append(notifications.c.destination.in_(choice.destinations))
    if choice.receiver is not None:
        clauses.append(notifications.c.receiver == choice.receiver)
    if choice.since is not None:
        clauses.append(notifications.c.ended_at >= choice.since)
    return clauses


def dead_addresses(c: sa.Connection) -> list[tuple[str, str]]:
    """List the receivers and destinations that dead letters were meant for."""
    asked = sa.select(notifications.c.receiver, notifications.c.destination).distinct()
    return [(row.receiver, row.destination) for row in c.execute(asked.where(notifications.c.state == DEAD))]


def states_of(c: sa.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Give the states of notifications; a number that there is none of is left out."""
    found: dict[int, str] = {}
    for part in portions(ids):
        asked = sa.select(notifications.c.id, notifications.c.state).where(notifications.c.id.in_(part))
        found.update((int(number), str(state)) for number, state in c.execute(asked))
    return found


def load_letter(c: sa.Connection, number: int) -> Letter | None:
    """Load a notification with what it tells and every attempt to deliver it."""
    row = c.execute(sa.select(notifications).where(notifications.c.id == number)).one_or_none()
    if row is None:
        return None
    of = sa.and_(revisions.c.alert == row.alert, revisions.c.revision == row.revision)
    article = c.scalar(sa.select(revisions.c.article).where(of))
    return Letter(
        id=row.id,
        state=row.state,
        reason=row.reason,
        receiver=row.receiver,
        destination=row.destination,
        severity=row.severity,
        alert=row.alert,
        revision=row.revision,
        created_at=row.created_at,
        ended_at=row.ended_at,
        replayed_at=row.replayed_at,
        article=None if article is None else load_article(c, article),
        matches=tuple(matches_told(c, {(row.alert, row.revision)}).get((row.alert, row.revision), [])),
        attempts=tuple(_attempts(c, number)),
    )


def _attempts(c: sa.Connection, number: int) -> list[Attempt]:
    tried = (
        sa.select(attempts.c.started_at, attempts.c.ended_at, attempts.c.outcome, attempts.c.detail)
        .where(attempts.c.notification == number)
        .order_by(attempts.c.id)
    )
    return [Attempt(*row) for row in c.execute(tried)]


def replay(c: sa.Connection, letter: DeadLetter, now: datetime) -> Fate:
    """Take a dead letter up again, with new patience from `now`; what the ledger has ends as delivered.

    Its earlier attempts stay, so that a message which may have arrived says that it may be a repeat.
    """
    if receipt_of(c, letter.key) is not None:
        ended = {"state": NotificationState.DELIVERED.value, "reason": "", "ended_at": now}
        return Fate.DELIVERED if _leaves_the_dead(c, letter.id, ended) else Fate.NOT_DEAD
    if letter.title is None or not tells_something(c, letter.alert):
        return Fate.GONE
    waits = {"state": NotificationState.PENDING.value, "ended_at": None, "lease_owner": None}
    again = waits | {"next_attempt_at": now, "replayed_at": now}
    return Fate.PENDING if _leaves_the_dead(c, letter.id, again) else Fate.NOT_DEAD


def drop(c: sa.Connection, number: int, now: datetime) -> bool:
    """End a dead letter for good, keeping its reason; False where it is no longer dead."""
    return _leaves_the_dead(c, number, {"state": NotificationState.DROPPED.value, "ended_at": now})


def _leaves_the_dead(c: sa.Connection, number: int, values: dict[str, Any]) -> bool:
    dead = sa.and_(notifications.c.id == number, notifications.c.state == DEAD)
    return c.execute(sa.update(notifications).where(dead).values(**values)).rowcount == 1
