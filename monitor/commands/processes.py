"""The processes of one Watchword, and whether all of them work by the same rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.table import Table
from rich.text import Text

from monitor.stores.archive import Connection
from monitor.stores.leases import DISPATCH, holder_of
from monitor.stores.workers import Worker, all_workers
from monitor.text.display import displayable


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process; `silent` where it has stopped reporting, `warnings` say what is wrong with its files."""

    name: str
    role: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    silent: bool
    dispatches: bool
    rulebook: str
    warnings: tuple[str, ...]


def read_processes(c: Connection, now: datetime) -> tuple[ProcessStatus, ...]:
    """Read what the processes report of themselves."""
    dispatcher = holder_of(c, DISPATCH, now)
    return tuple(_status(worker, dispatcher, now) for worker in all_workers(c))


def _status(worker: Worker, dispatcher: str | None, now: datetime) -> ProcessStatus:
    return ProcessStatus(
        name=worker.name,
        role=worker.role,
        pid=worker.pid,
        version=worker.version,
        started_at=worker.started_at,
        seen_at=worker.seen_at,
        silent=worker.silent(now),
        dispatches=worker.name == dispatcher,
        rulebook=worker.rulebook,
        warnings=tuple(_warnings(worker)),
    )


def _warnings(worker: Worker) -> Iterator[str]:
    report = worker.report
    if old := report.get("files_old"):
        yield f"rule files in force as they last were good: {', '.join(old)}"
    if left_out := report.get("files_left_out"):
        yield f"rule files left out: {', '.join(left_out)}"
    for problem in report.get("config_problems", ()):
        yield f"the old configuration is in force: {problem}"


def disagreement(processes: Sequence[ProcessStatus]) -> str:
    """Say that living processes work by different rules; empty where they do not."""
    books = {process.rulebook for process in processes if not process.silent}
    if len(books) < 2:
        return ""
    return f"the processes work by {len(books)} different rulebooks: are their rule folders the same?"


def processes_table(processes: Sequence[ProcessStatus], now: datetime) -> Table:
    """Draw the processes."""
    table = Table("process", "does", "pid", "up", "rulebook", "condition", box=None)
    for process in processes:
        does = f"{process.role}, dispatches" if process.dispatches else process.role
        silent = (now - process.seen_at).total_seconds()
        condition = f"silent for {silent:.0f} s" if process.silent else "fine"
        colour = "green" if condition == "fine" else "red"
        up = str(now - process.started_at).partition(".")[0]
        table.add_row(process.name, does, str(process.pid), up, process.rulebook[:8], Text(condition, colour))
    return table


def warning_lines(processes: Sequence[ProcessStatus]) -> list[Text]:
    """Say what is wrong with the files of the processes, each thing once."""
    told = [warning for process in processes for warning in process.warnings]
    told += filter(None, [disagreement(processes)])
    return [Text(displayable(warning), "yellow") for warning in dict.fromkeys(told)]
