"""Claims: who may send a notification now, what goes along with it, and how the attempt ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model import (
    NOBODY,
    SEVERITIES,
    URGENT,
    AlertReason,
    Corroboration,
    NotificationState,
    Receipt,
    Severity,
)
from monitor.stores.notifications import PENDING, could_be_tried, earlier_under_way, end
from monitor.stores.stories import corroboration_from_json
from monitor.stores.tables import attempts, destinations, notifications, receipts, revisions
from monitor.stores.upsert import insert_if_absent

UNKNOWN = "unknown"
# Refused in company, or lost in company again and again: from then on a notification goes alone.
PARTED, LOST_TOGETHER = "parted", "lost-together"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notification that this worker alone may send until its lease ends.

    `tries` counts the attempts before this one, `lost` those among them whose worker died; after a replay
    both begin anew, and `since` is its time (else that of the notification). `may_repeat` says that any
    attempt ever may have arrived: its worker died, or the destination's answer was lost. `carries` others
    already, if an earlier attempt gathered some; goes `alone` if that went wrong. `ailing` says that its
    destination was not well when last heard of, `disabled` why it gets nothing any more. `receipt` is what
    the ledger has of it: then it was told already.
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
    version: int
    digest: str
    since: datetime
    tries: int
    lost: int
    may_repeat: bool
    told_by: Corroboration = NOBODY
    carries: bool = False
    alone: bool = False
    ailing: bool = False
    disabled: str = ""
    receipt: Receipt | None = None


def free_leases(c: sa.Connection, worker: str, now: datetime) -> int:
    """Make due at once what `worker` was sending when it died; gives how many that were.

    For the start of a worker that is alone in bearing its name.
    """
    held = sa.and_(notifications.c.state == PENDING, notifications.c.lease_owner == worker)
    return c.execute(
        sa.update(notifications).where(held).values(lease_owner=None, next_attempt_at=now)
    ).rowcount


def claim(
    c: sa.Connection, numbers: Sequence[int], worker: str, now: datetime, lease: timedelta
) -> dict[int, Claimed]:
    """Take notifications for `worker` until `now + lease` and note the attempts; gives them by number.

    Left out is what there is nothing to do about: it is at its end, must wait (for its time, or for the
    message that it follows), or another worker sends it.
    """
    asked = {"numbers": list(numbers), "worker": worker, "now": now, "until": now + lease}
    return {one.id: one for one in _begin_attempts(c, c.scalars(_TAKE, asked).all(), now)}


# What every message needs is put together once: building a statement takes longer than what it asks for.
_TAKE = (
    sa.update(notifications)
    .where(notifications.c.id.in_(sa.bindparam("numbers", expanding=True)), notifications.c.state == PENDING)
    .where(
        sa.or_(
            notifications.c.next_attempt_at <= sa.bindparam("now"),
            notifications.c.lease_owner == sa.bindparam("worker"),
        )
    )
    .where(could_be_tried(sa.bindparam("now")))
    .values(lease_owner=sa.bindparam("worker"), next_attempt_at=sa.bindparam("until"))
    .returning(notifications.c.id)
)


def gather(
    c: sa.Connection, carrier: Claimed, worker: str, now: datetime, fewest: int, most: int
) -> list[Claimed]:
    """Let others go along with a notification that is about to be sent: what waits for the same receiver at
    the same destination, urgent ones with urgent ones alone; nobody where `fewest` do not wait.

    Whom it carried in an earlier attempt, it carries again, and nobody else: what was said once under a key
    is what is said under it for ever. So what may have arrived alone goes alone again, and what was parted,
    too. And nobody goes along where the worker slept so long that the notification is another one's now, or
    has ended.
    """
    if (carrier.may_repeat or carrier.alone) and not carrier.carries:
        return []
    if c.scalar(_HELD.with_for_update(), {"number": carrier.id, "worker": worker}) is None:
        return []
    along = sa.select(notifications.c.id).where(notifications.c.carrier == carrier.id)
    if not carrier.carries:
        waiting = (
            sa.select(notifications.c.id)
            .where(notifications.c.state == PENDING, notifications.c.next_attempt_at <= now)
            .where(notifications.c.destination == carrier.destination)
            .where(notifications.c.receiver == carrier.receiver, notifications.c.id != carrier.id)
            .where(notifications.c.digest == carrier.digest)
            .where(notifications.c.carrier.is_(None), ~_carries(), ~earlier_under_way(), ~_told())
            .where(~_was_parted())
            .order_by(notifications.c.id)
            .limit(most)
        )
        if not carrier.digest:
            waiting = waiting.where(notifications.c.severity.in_(_as_urgent_as(carrier.severity)))
        ids = list(c.scalars(waiting))
        if len(ids) < (1 if carrier.digest else fewest):
            return []
        chosen = sa.and_(  # whatever another worker has taken or gathered since we looked is not ours
            notifications.c.id.in_(ids),
            notifications.c.carrier.is_(None),
            notifications.c.state == PENDING,
            notifications.c.next_attempt_at <= now,
        )
        c.execute(sa.update(notifications).where(chosen).values(carrier=carrier.id, lease_owner=None))
    return _begin_attempts(c, c.scalars(along).all(), now)


def is_held(c: sa.Connection, claimed: Claimed, worker: str) -> bool:
    """Tell whether a notification still waits, and is still `worker`'s to send."""
    return c.scalar(_HELD, {"number": claimed.id, "worker": worker}) is not None


_HELD = sa.select(notifications.c.id).where(
    notifications.c.id == sa.bindparam("number"),
    notifications.c.state == PENDING,
    notifications.c.lease_owner == sa.bindparam("worker"),
)


def _as_urgent_as(severity: Severity) -> tuple[Severity, ...]:
    return URGENT if severity in URGENT else tuple(one for one in SEVERITIES if one not in URGENT)


def _carries() -> sa.Exists:
    """Say whether a row of `notifications` has others that go along with it."""
    along = notifications.alias("along")
    return sa.exists().where(along.c.carrier == notifications.c.id)


def _was_parted() -> sa.Exists:
    """Say whether a row of `notifications` was in company when that went wrong."""
    return sa.exists().where(
        attempts.c.notification == notifications.c.id, attempts.c.outcome.in_((PARTED, LOST_TOGETHER))
    )


def _told() -> sa.Exists:
    """Say whether the ledger has a row of `notifications` already."""
    return sa.exists().where(receipts.c.key == notifications.c.key)


def _begin_attempts(c: sa.Connection, numbers: Sequence[int], now: datetime) -> list[Claimed]:
    """Note that notifications are tried; gives them in the order of their numbers."""
    if not numbers:
        return []
    rows = c.execute(_CLAIMED, {"numbers": list(numbers)}).all()
    tried = [{"notification": row.id, "started_at": now} for row in rows]
    begun: dict[int, int] = dict(c.execute(_BEGIN, tried).all())
    return [_claimed(row, begun[row.id]) for row in rows]


def _claimed(row: Any, attempt: int) -> Claimed:
    return Claimed(
        id=row.id,
        attempt=attempt,
        key=row.key,
        alert=row.alert,
        revision=row.revision,
        reason=AlertReason(row.why),
        receiver=row.receiver,
        destination=row.destination,
        severity=row.severity,
        article=row.article,
        version=row.version,
        digest=row.digest,
        since=row.replayed_at or row.created_at,
        tries=row.tries,
        lost=row.lost,
        may_repeat=bool(row.may_repeat),
        told_by=corroboration_from_json(row.told_by),
        carries=bool(row.carries),
        alone=bool(row.alone),
        ailing=row.failures is not None,
        disabled=row.said if row.disabled_at else "",
        receipt=Receipt(row.detail, row.sent_at, row.reference) if row.sent_at else None,
    )


_BEGIN = sa.insert(attempts).returning(attempts.c.notification, attempts.c.id)
_before = sa.select(sa.func.count()).where(attempts.c.notification == notifications.c.id)
_since = _before.where(
    attempts.c.started_at >= sa.func.coalesce(notifications.c.replayed_at, attempts.c.started_at)
)
_unanswered = attempts.c.outcome.is_(None)
_CLAIMED = (
    sa.select(
        notifications,
        revisions.c.reason.label("why"),
        revisions.c.article,
        revisions.c.version,
        revisions.c.told_by,
        _carries().label("carries"),
        _was_parted().label("alone"),
        destinations.c.failures,
        destinations.c.disabled_at,
        destinations.c.reason.label("said"),
        _since.scalar_subquery().label("tries"),
        _since.where(_unanswered).scalar_subquery().label("lost"),
        _before.where(_unanswered | attempts.c.outcome.in_((UNKNOWN, LOST_TOGETHER)))
        .scalar_subquery()
        .label("may_repeat"),
        receipts.c.sent_at,
        receipts.c.detail,
        receipts.c.reference,
    )
    .join(
        revisions,
        sa.and_(revisions.c.alert == notifications.c.alert, revisions.c.revision == notifications.c.revision),
    )
    .outerjoin(destinations, destinations.c.destination == notifications.c.destination)
    .outerjoin(receipts, receipts.c.key == notifications.c.key)
    .where(notifications.c.id.in_(sa.bindparam("numbers", expanding=True)))
    .order_by(notifications.c.id)
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


def record_delivered(c: sa.Connection, done: Sequence[tuple[Claimed, Receipt]], now: datetime) -> None:
    """Write receipts into the ledger and end the notifications, in one transaction."""
    receipts_of = [
        {"key": one.key, "sent_at": got.sent_at, "detail": got.detail, "reference": got.reference}
        for one, got in done
    ]
    c.execute(insert_if_absent(c, receipts), receipts_of)
    _end_attempts(c, [(one, "delivered", got.detail) for one, got in done], now)
    end(c, [one.id for one, _ in done], NotificationState.DELIVERED, "", now)


def record_deferred(
    c: sa.Connection, held: Claimed, reason: str, *, next_at: datetime, now: datetime, unknown: bool = False
) -> None:
    """Note that a destination asked to wait; the notification is due again at `next_at`.

    `unknown` says that the message may have arrived all the same.
    """
    _end_attempts(c, [(held, UNKNOWN if unknown else "deferred", reason)], now)
    waits = {"lease_owner": None, "next_attempt_at": next_at, "reason": reason}
    # Where another worker has delivered or ended it meanwhile, that stands.
    open_still = sa.and_(notifications.c.id == held.id, notifications.c.state == PENDING)
    c.execute(sa.update(notifications).where(open_still).values(**waits))


def part(c: sa.Connection, together: Sequence[Claimed], reason: str, now: datetime) -> None:
    """Let each of those that were refused together go on by itself, at once."""
    _end_attempts(c, [(one, PARTED, reason) for one in together], now)
    _go_on(c, [one.id for one in together], reason, now)


def part_lost(c: sa.Connection, carrier: Claimed, reason: str, now: datetime) -> None:
    """Let a notification and all that go along go on by themselves, for no attempt of theirs came to an end.

    Any of these may have arrived; none counts against one that goes alone.
    """
    numbers = c.scalars(sa.select(notifications.c.id).where(notifications.c.carrier == carrier.id)).all()
    numbers = [carrier.id, *numbers]
    lost = sa.and_(attempts.c.notification.in_(numbers), attempts.c.outcome.is_(None))
    c.execute(sa.update(attempts).where(lost).values(ended_at=now, outcome=LOST_TOGETHER, detail=reason))
    _go_on(c, numbers, reason, now)


def _go_on(c: sa.Connection, numbers: Sequence[int], reason: str, now: datetime) -> None:
    pending = sa.and_(notifications.c.id.in_(numbers), notifications.c.state == PENDING)
    goes_on = {"carrier": None, "lease_owner": None, "next_attempt_at": now, "reason": reason}
    c.execute(sa.update(notifications).where(pending).values(**goes_on))


def record_dead(c: sa.Connection, dead: Sequence[Claimed], reason: str, now: datetime) -> None:
    """Give notifications up, with the reason."""
    _end_attempts(c, [(one, "rejected", reason) for one in dead], now)
    end(c, [one.id for one in dead], NotificationState.DEAD, reason, now)


def _end_attempts(c: sa.Connection, ended: Sequence[tuple[Claimed, str, str]], now: datetime) -> None:
    """Write down how attempts ended, and what was said."""
    c.execute(
        _END_ATTEMPT,
        [
            {"number": one.attempt, "became": outcome, "said": said, "now": now}
            for one, outcome, said in ended
        ],
    )


_END_ATTEMPT = (
    sa.update(attempts)
    .where(attempts.c.id == sa.bindparam("number"))
    .values(ended_at=sa.bindparam("now"), outcome=sa.bindparam("became"), detail=sa.bindparam("said"))
)
