"""The archive in an operator's hands: how large it is, what may go, carrying it into another database."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import timedelta
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from rich.bar import Bar
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from monitor.app.parts import utc_now
from monitor.config import Settings
from monitor.errors import SetupError, StoreUnavailable, in_system_words
from monitor.pipeline.housekeeping import forget, would_forget
from monitor.runtime.locks import hold_roles
from monitor.stores.archive import open_archive
from monitor.stores.engines import in_its_words, shown, writing_engine
from monitor.stores.statistics import Statistics, statistics
from monitor.stores.transfer import ArchiveFile, export_lines, rows_of, schema_of
from monitor.stores.workers import SILENT_AFTER, all_workers

DAYS = 14
_STDOUT = "-"
_BAR = 40  # characters
Tell = Callable[[int], object]


def read_statistics(settings: Settings) -> Statistics:
    """Measure the archive."""
    with open_archive(settings.archive_url) as archive:
        return archive.read_now(lambda c: statistics(c, utc_now(), DAYS))


def statistics_as_json(found: Statistics) -> dict[str, Any]:
    """Give the figures for programs; times as RFC 3339."""
    return {
        "bytes": found.bytes,
        "oldest": found.oldest.isoformat() if found.oldest else None,
        "newest": found.newest.isoformat() if found.newest else None,
        "table_bytes_are": found.sizes,
        "tables": [asdict(table) for table in found.tables],
        "articles_by_state": dict(found.per_state),
        "articles_by_day": {day.isoformat(): number for day, number in found.per_day.items()},
    }


def show_statistics(found: Statistics, place: str, console: Console) -> None:
    """Print the figures for people."""
    console.print(Text(f"{place}: {_size(found.bytes)} on disk"))
    if found.oldest and found.newest:
        first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (found.oldest, found.newest))
        console.print(f"articles first seen from {first} to {last} UTC")
    tables = Table("table", "rows", "size" if found.sizes == "disk" else "content", box=None)
    for one in found.tables:
        tables.add_row(one.name, f"{one.rows:,}", _size(one.bytes))
    console.print(tables)
    if found.per_state:
        states = " + ".join(f"{number:,} {state}" for state, number in found.per_state.items())
        console.print(f"\narticles: {states}\n")
        console.print(_chart(found))


def _chart(found: Statistics) -> Table:
    chart = Table("day (UTC)", "articles", "", box=None)
    most = max(1, *found.per_day.values())
    for day, number in found.per_day.items():
        chart.add_row(day.isoformat(), f"{number:,}", Bar(most, 0, number, width=_BAR))
    return chart


def _size(number: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"


async def prune_now(settings: Settings, keep: timedelta | None, *, dry_run: bool) -> dict[str, int]:
    """Forget what is older than `keep` (by default what the configuration keeps), or only count it."""
    kept, now = keep or settings.config.archive.keep, utc_now()
    with open_archive(settings.archive_url) as archive:
        expected = await would_forget(archive, kept, now)
        if dry_run:
            return expected
        with _progress("forgetting", sum(expected.values())) as tell:
            return await forget(archive, kept, now, tell)


def export_archive(settings: Settings, target: str, *, overwrite: bool) -> int:
    """Write the archive into a file (`-` is standard output); gives the number of rows.

    A file appears under its name once it is whole. Raises SetupError.
    """

    def work(c: sa.Connection) -> int:
        total = sum(rows_of(c).values())
        with _writing(target, overwrite=overwrite) as write, _progress("exporting", total) as tell:
            for line in export_lines(c, utc_now()):
                write(line)
                tell(1)
        return total

    with open_archive(settings.archive_url) as archive:
        try:
            return archive.read_now(work)
        except sa.exc.DBAPIError as error:  # a damaged file, for instance
            raise StoreUnavailable(f"the archive cannot be read: {error.orig}") from error


@contextmanager
def _writing(target: str, *, overwrite: bool) -> Iterator[Callable[[bytes], object]]:
    if target == _STDOUT:
        if sys.stdout.isatty():
            raise SetupError("an archive is not for the screen; name a file, or send it on with a pipe")
        try:
            yield sys.stdout.buffer.write
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # whoever read it has seen enough
            raise
        except OSError as error:
            raise SetupError(f"standard output cannot be written: {in_system_words(error)}") from error
        return
    path = Path(target)
    if path.exists() and not overwrite:
        raise SetupError(f"{path} is there already; name another file, or say --overwrite")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")  # two exports at once do not meet
    try:
        part.unlink(missing_ok=True)
        part.touch(0o600)  # addresses of feeds may hold credentials: the file is for its owner alone
        with part.open("wb") as raw:
            with ExitStack() as stack:
                packed = path.suffix == ".gz"
                out = stack.enter_context(gzip.GzipFile("", "wb", 6, raw, mtime=0)) if packed else raw
                yield out.write
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {in_system_words(error)}") from error
    finally:
        part.unlink(missing_ok=True)


def import_archive(settings: Settings, source: str) -> dict[str, int]:
    """Read an exported file (`-` is standard input) into the empty archive; gives the rows by table.

    All of it is stored, or nothing. Raises SetupError.
    """
    with _reading(source) as lines:
        try:
            file = ArchiveFile(lines)
            with _alone(settings):
                return _import(settings, file)
        except SetupError as error:
            raise SetupError(f"{error}\nnothing was imported from {_named(source)}") from None
        except (OSError, EOFError) as error:
            raise SetupError(f"{_named(source)} cannot be read: {error}\nnothing was imported") from None


def _named(source: str) -> str:
    return "standard input" if source == _STDOUT else source


@contextmanager
def _reading(source: str) -> Iterator[Iterable[bytes]]:
    stdin = cast("BufferedReader", sys.stdin.buffer)
    with ExitStack() as stack:
        try:
            raw = stdin if source == _STDOUT else stack.enter_context(Path(source).open("rb"))
            start = raw.peek(2)[:2]
        except OSError as error:
            raise SetupError(f"{source} cannot be read: {in_system_words(error)}") from None
        # By its first bytes, so that a pipe may bring either.
        yield stack.enter_context(gzip.GzipFile(fileobj=raw)) if start == b"\x1f\x8b" else raw


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Make sure that no daemon works on the archive: here by its locks, elsewhere by what they report."""
    with hold_roles(settings.state, settings.archive_path, ["poll", "notify"]):
        with open_archive(settings.archive_url) as archive:
            workers = archive.read_now(all_workers) if settings.archive_path is None else []
        if alive := [worker.name for worker in workers if not worker.silent(utc_now())]:
            patience = f"a process that was killed counts for {SILENT_AFTER.seconds} s more"
            raise SetupError(
                f"Watchword runs on this archive: {', '.join(alive)}; stop it first ({patience})"
            )
        yield


def _import(settings: Settings, file: ArchiveFile) -> dict[str, int]:
    engine = writing_engine(settings.archive_url, patient=True)
    try:
        with engine.begin() as c, _progress("importing", file.total) as tell:
            _fits(c, file, settings)
            return file.import_into(c, tell)
    except (sa.exc.StatementError, ValueError) as error:
        raise SetupError(f"the rows do not fit the archive: {in_its_words(error)}") from error
    finally:
        engine.dispose()


def _fits(c: sa.Connection, file: ArchiveFile, settings: Settings) -> None:
    """Check that the file's tables are ours, and that ours are empty."""
    here = schema_of(c)
    if file.schema > here:
        said = f"the file has schema {file.schema}, this Watchword {here}"
        raise SetupError(f"{said}: import it with the version that wrote it, or a newer one")
    if file.schema != here:
        raise SetupError(
            f"the file has the older schema {file.schema}, this Watchword {here}: have this version open the "
            "archive that it came from (`watchword status` does), and export it again"
        )
    if there := {name: number for name, number in rows_of(c).items() if number}:
        held = ", ".join(f"{number:,} {name}" for name, number in there.items())
        raise SetupError(
            f"the archive {shown(settings.archive_url)} is not empty ({held}); name another one in the "
            "configuration (`state`, or `archive: {url: …}`)"
        )


@contextmanager
def _progress(what: str, total: int) -> Iterator[Tell]:
    """Show a bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda number: progress.advance(task, number)
