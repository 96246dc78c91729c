"""Rows of `troubles`: what is wrong with Watchword itself, since when, and who was told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.stores.tables import troubles
from monitor.stores.upsert import upsert


@dataclass(frozen=True, slots=True)
class Standing:
    """A trouble as the archive knows it.

    `tried_at` is when an announcement was last begun, `told_at` when one last arrived somewhere; `ended_at`
    is None while the trouble lasts, or while nobody could be told of its end.
    """

    key: str
    what: str
    what_to_do: str
    since: datetime
    seen_at: datetime
    tried_at: datetime | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def kind(self) -> str:
        """What sort of trouble it is; names no feed and no address."""
        return self.key.partition(":")[0]


def open_troubles(c: sa.Connection) -> list[Standing]:
    """List the troubles that last, the oldest first."""
    lasting = sa.select(troubles).where(troubles.c.ended_at.is_(None))
    return [Standing(*row) for row in c.execute(lasting.order_by(troubles.c.since, troubles.c.key))]


def save_troubles(c: sa.Connection, found: Iterable[Standing]) -> None:
    """Write troubles over what was known of them."""
    for one in found:
        values = {name: getattr(one, name) for name in Standing.__slots__}
        row = upsert(c, troubles).values(**values)
        changed = {name: row.excluded[name] for name in values if name != "key"}
        c.execute(row.on_conflict_do_update(index_elements=["key"], set_=changed))


def mark_told(c: sa.Connection, keys: Collection[str], now: datetime) -> None:
    """Note that somebody was told of troubles that last."""
    c.execute(sa.update(troubles).where(troubles.c.key.in_(list(keys))).values(told_at=now))


def mark_ended(c: sa.Connection, keys: Collection[str], now: datetime) -> None:
    """Note that troubles are over."""
    c.execute(sa.update(troubles).where(troubles.c.key.in_(list(keys))).values(ended_at=now))


def forget_ended(c: sa.Connection, before: datetime) -> int:
    """Forget troubles that ended before `before`; gives how many."""
    return c.execute(sa.delete(troubles).where(troubles.c.ended_at < before)).rowcount
