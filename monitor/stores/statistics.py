"""How large the archive is, and how it grows."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from monitor.model import HEARTBEAT
from monitor.stores.columns import metadata
from monitor.stores.tables import articles


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table's rows and its bytes."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What `archive stats` shows. `per_day` counts articles by the day they were first seen, in UTC.

    `sizes` says what the tables' bytes are: what they take on the disk with their indexes, or their content
    alone, where SQLite was built without its `dbstat`.
    """

    tables: tuple[TableSize, ...]
    sizes: Literal["disk", "content"]
    bytes: int
    oldest: datetime | None
    newest: datetime | None
    per_state: Mapping[str, int]
    per_day: Mapping[date, int]


def statistics(c: sa.Connection, now: datetime, days: int) -> Statistics:
    """Measure the archive; the last `days` days are counted one by one."""
    on_disk = _bytes_of_tables(c)
    sizes = on_disk or {table.name: _content_of(c, table) for table in metadata.sorted_tables}
    counted = {
        t.name: c.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in metadata.sorted_tables
    }
    of_analysts = articles.c.feed != HEARTBEAT
    ends = sa.select(sa.func.min(articles.c.first_seen), sa.func.max(articles.c.first_seen))
    oldest, newest = c.execute(ends.where(of_analysts)).one()
    states = (
        sa.select(articles.c.state, sa.func.count())
        .where(of_analysts)
        .group_by(articles.c.state)
        .order_by(articles.c.state)
    )
    return Statistics(
        tables=tuple(TableSize(name, rows, sizes.get(name, 0)) for name, rows in counted.items()),
        sizes="disk" if on_disk else "content",
        bytes=_bytes_on_disk(c),
        oldest=oldest,
        newest=newest,
        per_state={str(state): int(number) for state, number in c.execute(states)},
        per_day=_per_day(c, now, days),
    )


def _per_day(c: sa.Connection, now: datetime, days: int) -> dict[date, int]:
    first = (now - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    day = sa.func.date(articles.c.first_seen, type_=sa.String)
    counted = sa.select(day, sa.func.count()).where(articles.c.first_seen >= first).group_by(day)
    found = {str(one): int(number) for one, number in c.execute(counted)}
    each = [first.date() + timedelta(days=number) for number in range(days)]
    return {one: found.get(one.isoformat(), 0) for one in each}


def _bytes_on_disk(c: sa.Connection) -> int:
    if c.dialect.name == "postgresql":
        return int(c.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))) or 0)
    path = Path(c.engine.url.database or "")
    size = 0
    for part in (path, path.with_name(f"{path.name}-wal")):
        with suppress(OSError):
            size += part.stat().st_size
    return size


def _content_of(c: sa.Connection, table: sa.Table) -> int:
    parts = (sa.func.coalesce(sa.func.length(sa.cast(column, sa.LargeBinary)), 0) for column in table.c)
    return int(c.scalar(sa.select(sa.func.sum(reduce(operator.add, parts)))) or 0)


def _bytes_of_tables(c: sa.Connection) -> dict[str, int]:
    """Measure tables with their indexes; nothing where SQLite was built without `dbstat`."""
    if c.dialect.name == "postgresql":
        names = [table.name for table in metadata.sorted_tables]
        sizes = [sa.func.pg_total_relation_size(sa.cast(name, REGCLASS)) for name in names]
        return dict(zip(names, c.execute(sa.select(*sizes)).one(), strict=True))
    asked = (
        "SELECT m.tbl_name, SUM(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name "
        "WHERE d.aggregate GROUP BY m.tbl_name"
    )
    try:
        return {str(name): int(number) for name, number in c.exec_driver_sql(asked)}
    except sa.exc.OperationalError:
        return {}
