"""Rows of `notifications`, `attempts` and `receipts` (the ledger)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import SEVERITIES, AlertReason, NotificationState, Receipt, Severity
from monitor.stores.destinations import is_paused
from monitor.stores.stories import corroboration_from_json
from monitor.stores.tables import attempts, notifications, receipts, revisions

PENDING = NotificationState.PENDING.value
DIGEST_WAITS = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class NewNotification:
    """A revision of an alert that one destination is to be told of; all of one `digest` are told together.

    It `waits` so long before it is sent, unless a later revision supersedes it.
    """

    alert: str
    revision: int
    receiver: str
    destination: str
    severity: Severity
    digest: str = ""
    waits: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notification that may be tried now."""

    id: int
    destination: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Told:
    """What a destination has got of an alert: what it calls the first message, and the highest severity.

    `first_tier` says that a source of the first tier had the story by then.
    """

    thread: str
    severity: Severity
    first_tier: bool = False


def notification_key(alert: str, revision: int, destination: str) -> str:
    """Give the key that all tries to deliver share."""
    return f"{alert}/{revision}/{destination}"


def store_notifications(c: sa.Connection, new: Sequence[NewNotification], now: datetime) -> list[Waiting]:
    """Store notifications; gives those that need not wait, in the same order.

    Those of a digest wait a little, until all that belongs to it is there.
    """
    if not new:
        return []
    keys = [notification_key(one.alert, one.revision, one.destination) for one in new]
    rows = [
        {
            "key": key,
            "alert": one.alert,
            "revision": one.revision,
            "receiver": one.receiver,
            "destination": one.destination,
            "severity": one.severity,
            "state": PENDING,
            "created_at": now,
            "next_attempt_at": now + (DIGEST_WAITS if one.digest else one.waits),
            "digest": one.digest,
        }
        for key, one in zip(keys, new, strict=True)
    ]
    numbers: dict[str, int] = dict(c.execute(_STORE, rows).all())
    return [
        Waiting(numbers[key], one.destination, one.severity)
        for key, one in zip(keys, new, strict=True)
        if not one.waits
    ]


def supersede(c: sa.Connection, revised: Collection[str], now: datetime) -> None:
    """End what nobody has tried to send of alerts, where it only says who else has the story.

    For alerts that have a later revision, which says that too; to be called before that one is stored.
    """
    if revised:
        c.execute(_SUPERSEDE, {"alerts": list(revised), "now": now})


MAY_WAIT = (AlertReason.MORE_SOURCES, AlertReason.FIRST_TIER)
_of_waiting_kind = sa.exists().where(
    revisions.c.alert == notifications.c.alert,
    revisions.c.revision == notifications.c.revision,
    revisions.c.reason.in_([reason.value for reason in MAY_WAIT]),
)
_SUPERSEDE = (
    sa.update(notifications)
    .where(notifications.c.alert.in_(sa.bindparam("alerts", expanding=True)))
    .where(notifications.c.state == PENDING, notifications.c.lease_owner.is_(None))
    .where(notifications.c.carrier.is_(None), _of_waiting_kind)
    .where(~sa.exists().where(attempts.c.notification == notifications.c.id))
    .values(
        state=NotificationState.SUPERSEDED.value,
        reason="a later revision says all of it",
        ended_at=sa.bindparam("now"),
    )
)
REGROUPED = "its story was split or joined by hand"
_SUPERSEDE_BY_HAND = _SUPERSEDE.values(reason=REGROUPED).returning(notifications.c.alert)


def supersede_by_hand(c: sa.Connection, ids: Collection[str], now: datetime) -> set[str]:
    """End what nobody has tried to send of alerts whose stories change, where it only says who else has them.

    Gives the alerts of which there was such.
    """
    return set(c.scalars(_SUPERSEDE_BY_HAND, {"alerts": list(ids), "now": now})) if ids else set()


def never_sent() -> sa.ColumnElement[bool]:
    """Say whether nobody was sent a row of `revisions`, because all its notifications were superseded."""
    mine = sa.exists().where(
        notifications.c.alert == revisions.c.alert, notifications.c.revision == revisions.c.revision
    )
    superseded = notifications.c.state == NotificationState.SUPERSEDED.value
    return sa.and_(mine.where(superseded), ~mine.where(~superseded))


# Rows that come back in any order are stored many by one statement.
_STORE = sa.insert(notifications).returning(notifications.c.key, notifications.c.id)


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
        .where(could_be_tried(now))
        .subquery()
    )
    first = sa.select(due.c.id, due.c.destination, due.c.severity).where(due.c.place <= limit)
    return [Waiting(*row) for row in c.execute(first.order_by(due.c.id))]


def make_due(c: sa.Connection, destination: str, now: datetime) -> None:
    """Let nothing that waits for a destination wait for a later time."""
    waits = (
        sa.update(notifications)
        .where(notifications.c.destination == destination, notifications.c.state == PENDING)
        .where(notifications.c.next_attempt_at > now, notifications.c.lease_owner.is_(None))
    )
    c.execute(waits.values(next_attempt_at=now))


def could_be_tried(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Say whether nothing holds up a row of `notifications`: no other message, no rest of its destination."""
    return sa.and_(notifications.c.carrier.is_(None), ~earlier_under_way(), ~is_paused(now))


def earlier_under_way() -> sa.Exists:
    """Say whether a row of `notifications` must wait for an earlier revision to the same destination."""
    earlier = notifications.alias("earlier")
    return sa.exists().where(
        earlier.c.alert == notifications.c.alert,
        earlier.c.destination == notifications.c.destination,
        earlier.c.revision < notifications.c.revision,
        earlier.c.state == PENDING,
    )


def receipt_of(c: sa.Connection, key: str) -> Receipt | None:
    """Look into the ledger: was this told already?"""
    row = c.execute(_RECEIPT, {"told": key}).one_or_none()
    return Receipt(row.detail, row.sent_at, row.reference) if row else None


_RECEIPT = sa.select(receipts).where(receipts.c.key == sa.bindparam("told"))


def told_earlier(c: sa.Connection, alert: str, destination: str, revision: int) -> Told | None:
    """Look up what a destination got of an alert before `revision`; None where that is nothing."""
    rows = c.execute(_EARLIER, {"about": alert, "where": destination, "before": revision}).all()
    if not rows:
        return None
    thread = next((row.reference for row in rows if row.reference), "")
    first_tier = any(corroboration_from_json(row.told_by).tier == 1 for row in rows)
    return Told(thread, max((row.severity for row in rows), key=SEVERITIES.index), first_tier)


_EARLIER = (
    sa.select(receipts.c.reference, notifications.c.severity, revisions.c.told_by)
    .join(notifications, notifications.c.key == receipts.c.key)
    .outerjoin(
        revisions,
        sa.and_(revisions.c.alert == notifications.c.alert, revisions.c.revision == notifications.c.revision),
    )
    .where(
        notifications.c.alert == sa.bindparam("about"),
        notifications.c.destination == sa.bindparam("where"),
        notifications.c.revision < sa.bindparam("before"),
    )
    .order_by(notifications.c.revision)
)


def orphans(c: sa.Connection, known: Collection[str], before: datetime) -> list[Waiting]:
    """List notifications that have been due since before `before` to destinations other than the `known`."""
    left = sa.select(notifications.c.id, notifications.c.destination, notifications.c.severity).where(
        notifications.c.state == PENDING,
        notifications.c.next_attempt_at <= before,
        notifications.c.destination.not_in(list(known)),
        ~earlier_under_way(),
    )
    return [Waiting(*row) for row in c.execute(left.order_by(notifications.c.id))]


def bury_orphan(c: sa.Connection, orphan: int, reason: str, before: datetime, now: datetime) -> bool:
    """Give up a notification that nobody has tried since before `before`; False where somebody has."""
    untried = sa.and_(notifications.c.state == PENDING, notifications.c.next_attempt_at <= before)
    found = c.scalar(sa.select(notifications.c.id).where(notifications.c.id == orphan, untried))
    if found is not None:
        end(c, [orphan], NotificationState.DEAD, reason, now)
    return found is not None


def end(
    c: sa.Connection, numbers: Sequence[int], state: NotificationState, reason: str, now: datetime
) -> None:
    """Write that notifications have come to their end.

    Whoever went along and has not ended with them goes on by itself, also where the caller knows of nobody: a
    worker that slept may have gathered some after another one took over from it.
    """
    asked = {"numbers": list(numbers), "became": state.value, "why": reason, "now": now}
    c.execute(_END, asked)
    c.execute(_LET_GO, {"numbers": list(numbers)})


_END = (
    sa.update(notifications)
    .where(notifications.c.id.in_(sa.bindparam("numbers", expanding=True)))
    # What was delivered was, whoever gave it up meanwhile; and nobody gives up what is over.
    .where(
        sa.or_(
            notifications.c.state == PENDING,
            sa.bindparam("became", type_=sa.Text) == NotificationState.DELIVERED.value,
        )
    )
    .values(
        state=sa.bindparam("became"),
        reason=sa.bindparam("why"),
        ended_at=sa.bindparam("now"),
        lease_owner=None,
        carrier=None,
    )
)
_LET_GO = (
    sa.update(notifications)
    .where(notifications.c.carrier.in_(sa.bindparam("numbers", expanding=True)))
    .values(carrier=None)
)
