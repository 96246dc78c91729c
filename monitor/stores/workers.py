"""Rows of `workers`: the processes that run, as they report themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.stores.tables import workers
from monitor.stores.upsert import upsert

# A process that has not reported for this long is taken for dead.
SILENT_AFTER = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Worker:
    """One process: what it does, and by which rulebook. `report` holds what is wrong with its files."""

    name: str
    role: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    rulebook: str
    report: Mapping[str, Any]

    def silent(self, now: datetime) -> bool:
        """Tell whether it has stopped reporting."""
        return now - self.seen_at > SILENT_AFTER


def report_worker(c: sa.Connection, worker: Worker) -> None:
    """Write a process's report, over its last one."""
    values = {name: getattr(worker, name) for name in worker.__slots__} | {"report": dict(worker.report)}
    row = upsert(c, workers).values(**values)
    changed = {name: row.excluded[name] for name in values if name != "name"}
    c.execute(row.on_conflict_do_update(index_elements=["name"], set_=changed))


def touch_worker(c: sa.Connection, name: str, now: datetime) -> None:
    """Note that a process lives, without a new report."""
    c.execute(sa.update(workers).where(workers.c.name == name).values(seen_at=now))


def forget_worker(c: sa.Connection, name: str) -> None:
    """Take out a process that ends in good order."""
    c.execute(sa.delete(workers).where(workers.c.name == name))


def forget_silent_workers(c: sa.Connection, before: datetime) -> int:
    """Forget processes last seen before `before`; gives how many."""
    return c.execute(sa.delete(workers).where(workers.c.seen_at < before)).rowcount


def destinations_named(known: Iterable[Worker], now: datetime) -> set[str]:
    """List the destinations in the configurations of those processes that live."""
    living = [worker for worker in known if not worker.silent(now)]
    return {name for worker in living for name in worker.report.get("destinations", ())}


def all_workers(c: sa.Connection) -> list[Worker]:
    """List the processes, by name."""
    rows = c.execute(sa.select(workers).order_by(workers.c.name)).mappings()
    return [Worker(**row) for row in rows]
