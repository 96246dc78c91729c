"""Rows of `destinations`: what is known of each address, by all notifiers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import DestinationHealth
from monitor.stores.tables import destinations, notifications
from monitor.stores.upsert import upsert

_WELL = DestinationHealth()


def health_of(c: sa.Connection, destination: str) -> DestinationHealth:
    """Tell how a destination is; what was never heard of is well."""
    row = (
        c.execute(sa.select(destinations).where(destinations.c.destination == destination))
        .mappings()
        .one_or_none()
    )
    return _health(row) if row else _WELL


def record_health(c: sa.Connection, destination: str, health: DestinationHealth) -> None:
    """Write down how a destination is; of one that is well nothing is kept."""
    if health == _WELL:
        c.execute(_FORGET, {"name": destination})
        return
    values = asdict(health)
    row = upsert(c, destinations).values(destination=destination, **values)
    c.execute(row.on_conflict_do_update(index_elements=["destination"], set_=values))


_FORGET = sa.delete(destinations).where(destinations.c.destination == sa.bindparam("name"))


def ailing(c: sa.Connection) -> dict[str, DestinationHealth]:
    """List the destinations that are not well."""
    rows = c.execute(sa.select(destinations).order_by(destinations.c.destination)).mappings()
    return {row["destination"]: _health(row) for row in rows}


def is_paused(now: datetime | sa.BindParameter[datetime]) -> sa.Exists:
    """Say whether nothing may be sent now to the destination of a row of `notifications`."""
    return sa.exists().where(
        destinations.c.destination == notifications.c.destination, destinations.c.paused_until > now
    )


def _health(row: Any) -> DestinationHealth:
    return DestinationHealth(**{name: row[name] for name in DestinationHealth.__slots__})
