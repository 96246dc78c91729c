"""Rows of `notifications`, `attempts` and `receipts` (the ledger)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model import SEVERITIES, URGENT, AlertReason, NotificationState, Receipt, Severity
from monitor.stores.destinations import is_paused
from monitor.stores.tables import attempts, destinations, notifications, receipts, revisions
from monitor.stores.upsert import upsert

PENDING = NotificationState.PENDING.value
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notification that may be tried now."""

    id: int
    destination: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notification that this worker alone may send until its lease ends.

    `tries` counts the attempts before this one, `lost` those among them whose worker died; after a replay
    both begin anew, and `since` is its time (else that of the notification). `may_repeat` says that any
    attempt ever may have arrived: its worker died, or the destination's answer was lost. `carries` others
    already, if an earlier attempt gathered some. `disabled` is why its destination gets nothing any more.
    """

    id: int
    attempt: int
    key: str
    alert: str
    revision: int
    reason: AlertReason
    receiver: str
    destination: str
    severity: Severity
    article: int
    since: datetime
    tries: int
    lost: int
    may_repeat: bool
    carries: bool = False
    disabled: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a destination has got of an alert: what it calls the first message, and the highest severity."""

    thread: str
    severity: Severity


def notification_key(alert: str, revision: int, destination: str) -> str:
    """Give the key that all tries to deliver share."""
    return f"{alert}/{revision}/{destination}"


def store_notifications(
    c: sa.Connection,
    alert: str,
    revision: int,
    *,
    receiver: str,
    destinations: Collection[str],
    severity: Severity,
    now: datetime,
) -> list[Waiting]:
    """Store one notification a destination, to be sent at once."""
    stored = []
    for destination in destinations:
        values = {
            "key": notification_key(alert, revision, destination),
            "alert": alert,
            "revision": revision,
            "receiver": receiver,
            "destination": destination,
            "severity": severity,
            "state": PENDING,
            "created_at": now,
            "next_attempt_at": now,
        }
        result = c.execute(sa.insert(notifications).values(**values))
        stored.append(Waiting(int(result.inserted_primary_key[0]), destination, severity))  # type: ignore[index]
    return stored


def notifications_due(c: sa.Connection, now: datetime, limit: int) -> list[Waiting]:
    """List what may be tried now: new, waited long enough, or left by a worker whose lease ended.

    A follow-up is not due while an earlier message about its alert is under way to the same destination,
    and nothing is while its destination is left alone, or while it goes along with another. `limit` is for
    each destination and severity, so that a destination which is behind hides no other one's.
    """
    place = sa.func.row_number().over(
        partition_by=(notifications.c.destination, notifications.c.severity), order_by=notifications.c.id
    )
    due = (
        sa.select(
            notifications.c.id, notifications.c.destination, notifications.c.severity, place.label("place")
        )
        .where(notifications.c.state == PENDING, notifications.c.next_attempt_at <= now)
        .where(notifications.c.carrier.is_(None), ~_earlier_under_way(), ~is_paused(now))
        .subquery()
    )
    first = sa.select(due.c.id, due.c.destination, due.c.severity).where(due.c.place <= limit)
    return [Waiting(*row) for row in c.execute(first.order_by(due.c.id))]


def could_be_tried(now: datetime) -> sa.ColumnElement[bool]:
    """Say whether nothing holds up a row of `notifications`: no other message, no rest of its destination."""
    return sa.and_(notifications.c.carrier.is_(None), ~_earlier_under_way(), ~is_paused(now))


def _earlier_under_way() -> sa.Exists:
    """Say whether a row of `notifications` must wait for an earlier revision to the same destination."""
    earlier = notifications.alias("earlier")
    return sa.exists().where(
        earlier.c.alert == notifications.c.alert,
        earlier.c.destination == notifications.c.destination,
        earlier.c.revision < notifications.c.revision,
        earlier.c.state == PENDING,
    )


def free_leases(c: sa.Connection, worker: str, now: datetime) -> int:
    """Make due at once what `worker` was sending when it died; gives how many that were.

    For the start of a worker that is alone in bearing its name.
    """
    held = sa.and_(notifications.c.state == PENDING, notifications.c.lease_owner == worker)
    return c.execute(
        sa.update(notifications).where(held).values(lease_owner=None, next_attempt_at=now)
    ).rowcount


def claim(
    c: sa.Connection, notification: int, worker: str, now: datetime, lease: timedelta
) -> Claimed | None:
    """Take a notification for `worker` until `now + lease` and note the attempt.

    None where there is nothing to do: it is at its end, must wait (for its time, or for the message that it
    follows), or another worker sends it.
    """
    taken = (
        sa.update(notifications)
        .where(notifications.c.id == notification, notifications.c.state == PENDING)
        .where(sa.or_(notifications.c.next_attempt_at <= now, notifications.c.lease_owner == worker))
        .where(notifications.c.carrier.is_(None), ~_earlier_under_way(), ~is_paused(now))
        .values(lease_owner=worker, next_attempt_at=now + lease)
    )
    return _begin_attempt(c, notification, now) if c.execute(taken).rowcount else None


def gather(c: sa.Connection, carrier: Claimed, now: datetime, fewest: int, most: int) -> list[Claimed]:
    """Let others go along with a notification that is about to be sent: what waits for the same receiver at
    the same destination, urgent ones with urgent ones alone; nobody where `fewest` do not wait.

    Whom it carried in an earlier attempt, it carries again, and nobody else: what was said once under a key
    is what is said under it for ever. So what may have arrived alone goes alone again.
    """
    if carrier.may_repeat and not carrier.carries:
        return []
    along = sa.select(notifications.c.id).where(notifications.c.carrier == carrier.id)
    if not carrier.carries:
        waiting = (
            sa.select(notifications.c.id)
            .where(notifications.c.state == PENDING, notifications.c.next_attempt_at <= now)
            .where(notifications.c.destination == carrier.destination)
            .where(notifications.c.receiver == carrier.receiver, notifications.c.id != carrier.id)
            .where(notifications.c.severity.in_(_as_urgent_as(carrier.severity)))
            .where(notifications.c.carrier.is_(None), ~_carries(), ~_earlier_under_way(), ~_told())
            .order_by(notifications.c.id)
            .limit(most)
        )
        ids = list(c.scalars(waiting))
        if len(ids) < fewest:
            return []
        chosen = sa.and_(
            notifications.c.id.in_(ids),
            notifications.c.state == PENDING,
            notifications.c.next_attempt_at <= now,
        )
        c.execute(sa.update(notifications).where(chosen).values(carrier=carrier.id, lease_owner=None))
    return [_begin_attempt(c, number, now) for number in c.scalars(along.order_by(notifications.c.id)).all()]


def _as_urgent_as(severity: Severity) -> tuple[Severity, ...]:
    return URGENT if severity in URGENT else tuple(one for one in SEVERITIES if one not in URGENT)


def _carries() -> sa.Exists:
    """Say whether a row of `notifications` has others that go along with it."""
    along = notifications.alias("along")
    return sa.exists().where(along.c.carrier == notifications.c.id)


def _told() -> sa.Exists:
    """Say whether the ledger has a row of `notifications` already."""
    return sa.exists().where(receipts.c.key == notifications.c.key)


def _begin_attempt(c: sa.Connection, notification: int, now: datetime) -> Claimed:
    before = _attempts_of(c, notification)
    begun = c.execute(sa.insert(attempts).values(notification=notification, started_at=now))
    told = sa.and_(
        revisions.c.alert == notifications.c.alert, revisions.c.revision == notifications.c.revision
    )
    row = c.execute(
        sa.select(
            notifications,
            revisions.c.reason.label("why"),
            revisions.c.article,
            _carries().label("carries"),
            destinations.c.disabled_at,
            destinations.c.reason.label("said"),
        )
        .join(revisions, told)
        .outerjoin(destinations, destinations.c.destination == notifications.c.destination)
        .where(notifications.c.id == notification)
    ).one()
    fresh = [tried.outcome for tried in before if tried.started_at >= (row.replayed_at or tried.started_at)]
    return Claimed(
        id=row.id,
        attempt=int(begun.inserted_primary_key[0]),  # type: ignore[index]
        key=row.key,
        alert=row.alert,
        revision=row.revision,
        reason=AlertReason(row.why),
        receiver=row.receiver,
        destination=row.destination,
        severity=row.severity,
        article=row.article,
        since=row.replayed_at or row.created_at,
        tries=len(fresh),
        lost=fresh.count(None),
        may_repeat=any(tried.outcome in (None, UNKNOWN) for tried in before),
        carries=bool(row.carries),
        disabled=row.said if row.disabled_at else "",
    )


def hold_back(c: sa.Connection, held: Claimed, until: datetime) -> None:
    """Let a notification that was claimed wait until its turn, as if nobody had tried."""
    c.execute(sa.delete(attempts).where(attempts.c.id == held.attempt))
    waits = {"lease_owner": None, "next_attempt_at": until}
    still = sa.and_(notifications.c.id == held.id, notifications.c.state == PENDING)
    c.execute(sa.update(notifications).where(still).values(**waits))


def renew(c: sa.Connection, notification: int, worker: str, now: datetime, lease: timedelta) -> None:
    """Keep a notification that `worker` is still sending until `now + lease`."""
    held = sa.and_(notifications.c.state == PENDING, notifications.c.lease_owner == worker)
    c.execute(
        sa.update(notifications)
        .where(notifications.c.id == notification, held)
        .values(next_attempt_at=now + lease)
    )


def _attempts_of(c: sa.Connection, notification: int) -> Sequence[Any]:
    tried = sa.select(attempts.c.started_at, attempts.c.outcome)
    return c.execute(tried.where(attempts.c.notification == notification)).all()


def receipt_of(c: sa.Connection, key: str) -> Receipt | None:
    """Look into the ledger: was this told already?"""
    row = c.execute(sa.select(receipts).where(receipts.c.key == key)).one_or_none()
    return Receipt(detail=row.detail, sent_at=row.sent_at, reference=row.reference) if row else None


def told_earlier(c: sa.Connection, alert: str, destination: str, revision: int) -> Told | None:
    """Look up what a destination got of an alert before `revision`; None where that is nothing."""
    delivered = (
        sa.select(receipts.c.reference, notifications.c.severity)
        .join(notifications, notifications.c.key == receipts.c.key)
        .where(notifications.c.alert == alert, notifications.c.destination == destination)
        .where(notifications.c.revision < revision)
        .order_by(notifications.c.revision)
    )
    rows = c.execute(delivered).all()
    if not rows:
        return None
    thread = next((row.reference for row in rows if row.reference), "")
    return Told(thread, max((row.severity for row in rows), key=SEVERITIES.index))


def record_delivered(c: sa.Connection, done: Claimed, receipt: Receipt, now: datetime) -> None:
    """Write the receipt into the ledger and end the notification, in one transaction."""
    values = {"sent_at": receipt.sent_at, "detail": receipt.detail, "reference": receipt.reference}
    c.execute(upsert(c, receipts).values(key=done.key, **values).on_conflict_do_nothing())
    _end_attempt(c, done.attempt, "delivered", receipt.detail, now)
    _end(c, done.id, NotificationState.DELIVERED, "", now)


def record_deferred(
    c: sa.Connection, held: Claimed, reason: str, *, next_at: datetime, now: datetime, unknown: bool = False
) -> None:
    """Note that a destination asked to wait; the notification is due again at `next_at`.

    `unknown` says that the message may have arrived all the same.
    """
    _end_attempt(c, held.attempt, UNKNOWN if unknown else "deferred", reason, now)
    waits = {"lease_owner": None, "next_attempt_at": next_at, "reason": reason}
    # Where another worker has delivered or ended it meanwhile, that stands.
    open_still = sa.and_(notifications.c.id == held.id, notifications.c.state == PENDING)
    c.execute(sa.update(notifications).where(open_still).values(**waits))


def record_dead(c: sa.Connection, dead: Claimed, reason: str, now: datetime) -> None:
    """Give a notification up, with the reason."""
    _end_attempt(c, dead.attempt, "rejected", reason, now)
    _end(c, dead.id, NotificationState.DEAD, reason, now)


def orphans(c: sa.Connection, known: Collection[str], before: datetime) -> list[Waiting]:
    """List notifications that have been due since before `before` to destinations other than the `known`."""
    left = sa.select(notifications.c.id, notifications.c.destination, notifications.c.severity).where(
        notifications.c.state == PENDING,
        notifications.c.next_attempt_at <= before,
        notifications.c.destination.not_in(list(known)),
        ~_earlier_under_way(),
    )
    return [Waiting(*row) for row in c.execute(left.order_by(notifications.c.id))]


def bury_orphan(c: sa.Connection, orphan: int, reason: str, before: datetime, now: datetime) -> bool:
    """Give up a notification that nobody has tried since before `before`; False where somebody has."""
    untried = sa.and_(notifications.c.state == PENDING, notifications.c.next_attempt_at <= before)
    found = c.scalar(sa.select(notifications.c.id).where(notifications.c.id == orphan, untried))
    if found is not None:
        _end(c, orphan, NotificationState.DEAD, reason, now)
    return found is not None


def _end_attempt(c: sa.Connection, attempt: int, outcome: str, detail: str, now: datetime) -> None:
    ended = {"ended_at": now, "outcome": outcome, "detail": detail}
    c.execute(sa.update(attempts).where(attempts.c.id == attempt).values(**ended))


def _end(c: sa.Connection, notification: int, state: NotificationState, reason: str, now: datetime) -> None:
    ended = {"state": state.value, "reason": reason, "ended_at": now, "lease_owner": None, "carrier": None}
    c.execute(sa.update(notifications).where(notifications.c.id == notification).values(**ended))
    # Whoever went along and has not ended with it goes on by itself.
    along = notifications.c.carrier == notification
    c.execute(sa.update(notifications).where(along).values(carrier=None))
