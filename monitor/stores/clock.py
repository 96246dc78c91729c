"""Times that were written by a clock which has been set back since.

What was written in the future tells that the clock stood there; what was to wait from then on waits as long
from now on. So nothing is late by the step, and nothing is asked early.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import NotificationState
from monitor.stores.tables import attempts, destinations, feeds, leases, notifications

# Clocks of machines that share an archive may differ by as much.
TOLERANCE = timedelta(seconds=5)
_LONGEST_LEASE = timedelta(minutes=5)


def mend_times(c: sa.Connection, now: datetime) -> int:
    """Bring what waits for a time that was reckoned from the future back to now; gives how many feeds."""
    future = now + TOLERANCE
    _mend_leases(c, now)
    _mend_notifications(c, now, future)
    return _mend_feeds(c, now, future)


def _mend_feeds(c: sa.Connection, now: datetime, future: datetime) -> int:
    written = sa.or_(
        feeds.c.last_polled_at > future,
        sa.and_(feeds.c.last_polled_at.is_(None), feeds.c.next_poll_at > future),
    )
    columns = (feeds.c.feed, feeds.c.last_polled_at, feeds.c.next_poll_at)
    rows = c.execute(sa.select(*columns).where(written).order_by(feeds.c.feed).with_for_update()).all()
    for row in rows:
        wait = timedelta()
        if row.last_polled_at and row.next_poll_at:
            wait = max(wait, row.next_poll_at - row.last_polled_at)
        mended = {"next_poll_at": now + wait if row.next_poll_at else None}
        if row.last_polled_at:
            mended["last_polled_at"] = now
        c.execute(sa.update(feeds).where(feeds.c.feed == row.feed).values(**mended))
    _bring_back(c, now, future)
    return len(rows)


def _bring_back(c: sa.Connection, now: datetime, future: datetime) -> None:
    """What is reckoned from these times is reckoned from now."""
    for name in ("last_success_at", "last_unconditional_at", "last_new_at", "last_gap_at", "format_since"):
        column = feeds.c[name]
        c.execute(sa.update(feeds).where(column > future).values({name: now}))


def _mend_leases(c: sa.Connection, now: datetime) -> None:
    """Whoever lives renews them; whoever died would hold them until the clock has caught up."""
    latest = now + _LONGEST_LEASE
    c.execute(sa.update(leases).where(leases.c.until > latest).values(until=now + TOLERANCE))
    c.execute(sa.update(feeds).where(feeds.c.lease_until > latest).values(lease_until=now + TOLERANCE))


def _mend_notifications(c: sa.Connection, now: datetime, future: datetime) -> None:
    waits = sa.and_(
        notifications.c.state == NotificationState.PENDING.value,
        notifications.c.lease_owner.is_(None),
        notifications.c.next_attempt_at > now,
    )
    tried = sa.select(sa.func.max(attempts.c.started_at)).where(attempts.c.notification == notifications.c.id)
    reckoned = sa.func.coalesce(tried.scalar_subquery(), notifications.c.created_at)
    late = sa.select(notifications.c.id, notifications.c.next_attempt_at, reckoned.label("reckoned_from"))
    for row in c.execute(late.where(waits, reckoned > future)).all():
        wait = max(timedelta(), row.next_attempt_at - row.reckoned_from)
        mended = sa.update(notifications).where(notifications.c.id == row.id, waits)
        c.execute(mended.values(next_attempt_at=now + wait))
    rests = sa.update(destinations).where(destinations.c.failing_since > future)
    c.execute(rests.values(failing_since=now, paused_until=now))
