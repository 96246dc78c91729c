"""Rows of `leases`: work that one process at a time may do.

A lease says who does it until when. Because clocks and pauses make "until when" a guess, every transaction of
that work also checks the lease's fence number, which grows with each change of hands: a process that slept
through the end of its lease can store nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.errors import LeaseLost
from monitor.stores.tables import leases
from monitor.stores.upsert import insert_if_absent

DISPATCH = "dispatch"
OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do some work, as it was granted."""

    name: str
    owner: str
    fence: int


def take_lease(c: sa.Connection, name: str, owner: str, now: datetime, ttl: timedelta) -> Lease | None:
    """Take a lease that is free, or renew one's own; None where another process holds it.

    Nobody waits here: while the holder is in the middle of a transaction, the lease is the holder's.
    """
    c.execute(insert_if_absent(c, leases), {"name": name, "owner": "", "until": now, "fence": 0})
    unlocked = sa.select(leases.c.fence).where(leases.c.name == name).with_for_update(skip_locked=True)
    if c.scalar(unlocked) is None:
        return None
    changed = sa.case((leases.c.owner == owner, 0), else_=1)
    granted = c.scalar(
        sa.update(leases)
        .where(leases.c.name == name, sa.or_(leases.c.owner == owner, leases.c.until <= now))
        .values(owner=owner, until=now + ttl, fence=leases.c.fence + changed)
        .returning(leases.c.fence)
    )
    return None if granted is None else Lease(name, owner, granted)


def hold_lease(c: sa.Connection, lease: Lease) -> None:
    """Make this transaction depend on a lease: nobody can take it over before the end. Raises LeaseLost."""
    if c.scalar(_FENCE, {"held": lease.name}) != lease.fence:
        raise LeaseLost(f"another process has taken over {lease.name}")


_FENCE = sa.select(leases.c.fence).where(leases.c.name == sa.bindparam("held")).with_for_update()


def free_lease(c: sa.Connection, lease: Lease, now: datetime) -> None:
    """Give a lease back, so that another process need not wait for its end."""
    mine = sa.and_(leases.c.name == lease.name, leases.c.fence == lease.fence)
    c.execute(sa.update(leases).where(mine).values(owner="", until=now))


def holder_of(c: sa.Connection, name: str, now: datetime) -> str | None:
    """Tell which process does the work now."""
    held = sa.select(leases.c.owner).where(leases.c.name == name, leases.c.until > now)
    return c.scalar(held) or None
