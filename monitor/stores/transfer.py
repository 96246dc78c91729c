"""The archive as lines of JSON: whole and without loss from one database into another.

    {"watchword": "archive", "format": 1, "schema": …, "exported_at": …, "rows": {…}, "counters": {…}}
    {"articles": {"id": 1, "feed": …}}          one line a row, tables in an order that foreign keys allow
    {"end": {"rows": {…}, "sha256": …}}         over every line before: a file that was cut is noticed

The same rows give the same bytes from either database. `counters` are the highest numbers ever given to rows,
so that a number which was pruned is not given again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from monitor.errors import SetupError
from monitor.stores.columns import AnyText, UtcDateTime, encode_json, metadata

FORMAT = 1
# Who runs where is of one place and one moment.
NOT_CARRIED = frozenset({"leases", "workers"})

_BATCH = 1000  # rows
Progress = Callable[[int], object]


def carried_tables() -> list[sa.Table]:
    """List the tables that are carried over, each after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in NOT_CARRIED]


def schema_of(c: sa.Connection) -> str:
    """Give the revision of the archive's tables."""
    return str(c.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def rows_of(c: sa.Connection) -> dict[str, int]:
    """Count the rows of each table that is carried over."""
    return {
        table.name: c.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in carried_tables()
    }


def export_lines(c: sa.Connection, now: datetime) -> Iterator[bytes]:
    """Write the archive line by line; `c` must keep one view of it meanwhile."""
    checksum, counts = hashlib.sha256(), rows_of(c)
    head = {"watchword": "archive", "format": FORMAT, "schema": schema_of(c), "exported_at": _written(now)}
    first = _line(head | {"rows": counts, "counters": _counters(c)})
    rows = (_line({table.name: row}) for table in carried_tables() for row in _rows(c, table))
    for line in chain([first], rows):
        checksum.update(line)
        yield line
    yield _line({"end": {"rows": counts, "sha256": checksum.hexdigest()}})


def _line(value: object) -> bytes:
    return encode_json(value).encode() + b"\n"


def _rows(c: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """Give the rows by primary key; texts are ordered by their bytes, which both databases can."""
    binary = c.dialect.name == "postgresql"
    order = [
        sa.collate(column, "C") if binary and isinstance(column.type, AnyText) else column
        for column in table.primary_key
    ]
    times = [column.name for column in table.c if isinstance(column.type, UtcDateTime)]
    found = c.execution_options(yield_per=_BATCH).execute(sa.select(table).order_by(*order))
    for row in found.mappings():
        values = dict(row)
        for name in times:
            values[name] = _written(values[name])
        yield values


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


class ArchiveFile:
    """An exported archive that is read line by line; its first line is read at once. Raises SetupError."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = enumerate(lines, 1)
        self._checksum = hashlib.sha256()
        self._head = self._first()
        if self._head.get("format") != FORMAT:
            raise SetupError(
                f"the file has format {self._head.get('format')!r}, and this Watchword reads {FORMAT}: "
                "import it with the version that wrote it, or a newer one"
            )
        self.schema = str(self._head.get("schema"))

    def _first(self) -> dict[str, Any]:
        wrong = "this is nothing that `watchword archive export` wrote"
        try:
            head = self._next()
        except SetupError:
            raise SetupError(wrong) from None
        if head is None or head.get("watchword") != "archive":
            raise SetupError(wrong)
        return head

    @property
    def total(self) -> int:
        """How many rows its first line promises."""
        return sum(_numbers(self._head, "rows").values())

    def import_into(self, c: sa.Connection, tell: Progress = lambda number: None) -> dict[str, int]:
        """Store every row in an empty archive; gives their numbers by table.

        Raises SetupError where anything is wrong with the file: the caller's transaction must then be undone.
        """
        counts = dict.fromkeys((table.name for table in carried_tables()), 0)
        columns = {table.name: _Columns(table) for table in carried_tables()}
        for name, group in groupby(self._rows(columns), key=lambda pair: pair[0]):
            for batch in _batches(row for _, row in group):
                c.execute(sa.insert(metadata.tables[name]), batch)
                counts[name] += len(batch)
                tell(len(batch))
        if counts != self._end or counts != _numbers(self._head, "rows"):
            raise SetupError("the file holds other rows than it says")
        _set_counters(c, _numbers(self._head, "counters"))
        return counts

    def _rows(self, columns: dict[str, _Columns]) -> Iterator[tuple[str, dict[str, Any]]]:
        while (value := self._next()) is not None:
            [(name, row)] = value.items() if len(value) == 1 else [("", None)]
            if name not in columns or not isinstance(row, dict):
                raise self._problem("this is no row of a table")
            try:
                yield name, columns[name].read(row)
            except (ValueError, TypeError) as error:
                raise self._problem(f"this is no row of {name}: {error}") from None

    def _next(self) -> dict[str, Any] | None:
        """Give the next line's value; None at the end, once it agrees with all that came before."""
        self._number, line = next(self._lines, (0, b""))
        if not line:
            raise SetupError("the file ends too early: it was cut off, or its export did not finish")
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict) or not line.endswith(b"\n"):
            raise self._problem("this is no whole line of JSON")
        if "end" in value:
            self._finish(value["end"])
            return None
        self._checksum.update(line)
        return value

    def _finish(self, end: Any) -> None:
        said = end.get("sha256") if isinstance(end, dict) else None
        if said != self._checksum.hexdigest():
            raise SetupError("the file was changed or damaged: its checksum is another one")
        if next(self._lines, None) is not None:
            raise SetupError("the file goes on after its end")
        self._end = _numbers(end, "rows")

    def _problem(self, said: str) -> SetupError:
        return SetupError(f"line {self._number}: {said}")


class _Columns:
    """What the rows of a table hold."""

    def __init__(self, table: sa.Table) -> None:
        self._names = {column.name for column in table.c}
        self._times = [column.name for column in table.c if isinstance(column.type, UtcDateTime)]

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        """Make values of a line's row. Raises ValueError or TypeError."""
        if wrong := self._names.symmetric_difference(row):
            raise ValueError(f"{', '.join(sorted(wrong))} missing or unknown")
        for name in self._times:
            if row[name] is not None:
                row[name] = datetime.fromisoformat(row[name])
        return row


def _numbers(value: dict[str, Any], name: str) -> dict[str, int]:
    found = value.get(name)
    if not isinstance(found, dict) or not all(isinstance(number, int) for number in found.values()):
        raise SetupError(f"the file does not say its {name}")
    return found


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _numbered_tables() -> list[sa.Table]:
    """List the tables whose rows the database numbers."""
    return [
        table for table in carried_tables() if "id" in table.c and isinstance(table.c.id.type, sa.BigInteger)
    ]


def _counters(c: sa.Connection) -> dict[str, int]:
    """Read the highest number that each table's rows ever had."""
    return {table.name: _counter(c, table.name) for table in _numbered_tables()}


def _counter(c: sa.Connection, table: str) -> int:
    if c.dialect.name == "postgresql":
        sequence = sa.cast(sa.func.pg_get_serial_sequence(table, "id"), REGCLASS)
        return int(c.scalar(sa.select(sa.func.pg_sequence_last_value(sequence))) or 0)
    named = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int(c.scalar(named, {"name": table}) or 0)


def _set_counters(c: sa.Connection, counters: dict[str, int]) -> None:
    for table in _numbered_tables():
        highest = c.scalar(sa.select(sa.func.max(table.c.id))) or 0
        if (number := max(highest, counters.get(table.name, 0))) > 0:
            _set_counter(c, table.name, number)


def _set_counter(c: sa.Connection, table: str, number: int) -> None:
    if c.dialect.name == "postgresql":
        c.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table, "id"), number)))
        return
    values = {"name": table, "number": number}
    changed = c.execute(sa.text("UPDATE sqlite_sequence SET seq = :number WHERE name = :name"), values)
    if changed.rowcount == 0:
        c.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values)
