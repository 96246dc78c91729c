"""The archive: a SQL database that survives everything the daemon may meet.

Driven by synchronous SQLAlchemy Core: all writes of a process go through one thread, readers beside it see
the last commit. `engines` says what that means in SQLite and in PostgreSQL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar

import sqlalchemy as sa

from monitor.errors import SetupError, StoreUnavailable
from monitor.stores.engines import in_its_words, is_sqlite, reading_engine, shown, sqlite_path, writing_engine
from monitor.stores.writer import Writer

Connection = sa.Connection
# What ends the transaction in which it is raised, whoever catches it.
DatabaseFault = sa.exc.SQLAlchemyError
T = TypeVar("T")

_READERS = 4
_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 0x77_61_74_63_68  # a number of our own among PostgreSQL's advisory locks
# What the database says when it is away, full, shutting down or no longer ours to write. The last is what
# SQLAlchemy says of work that shares a transaction with work whose connection broke.
_UNAVAILABLE = (
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.InternalError,
    sa.exc.TimeoutError,
    sa.exc.PendingRollbackError,
)


@dataclass(frozen=True, slots=True)
class Failing:
    """That no write has succeeded since `since` (monotonic seconds), and what the database said last."""

    since: float
    said: str


class Archive:
    """The open archive; use it with `with`, or call `close`.

    `write` and `read` run plain functions of a connection off the event loop. `failing` is None where the
    last write succeeded.
    """

    def __init__(self, url: str) -> None:
        self.failing: Failing | None = None
        self._write_engine = writing_engine(url)
        self._read_engine = reading_engine(url, _READERS)
        self._writer = Writer(self._write_engine)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="archive-reader")

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction; returns when it is committed. Raises StoreUnavailable.

        Where the connection breaks while it is committed, the work may be done all the same: what is asked
        again must then find that out by itself.
        """
        try:
            done = await asyncio.wrap_future(self._writer.submit(work))
        except _UNAVAILABLE as error:
            said = in_its_words(error)
            self.failing = Failing(self.failing.since if self.failing else monotonic(), said)
            raise StoreUnavailable(f"the archive cannot be written: {said}") from error
        self.failing = None
        return done

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` on a view of the last commit. Raises StoreUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def read_now(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` on a view of the last commit, in this thread. Raises StoreUnavailable."""
        try:
            with self._read_engine.begin() as connection:
                return work(connection)
        except _UNAVAILABLE as error:
            raise StoreUnavailable(f"the archive cannot be read: {in_its_words(error)}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish the writes that wait and close every connection."""
        self._writer.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._write_engine.dispose()


def open_archive(url: str) -> Archive:
    """Open the archive at `url`, bringing its tables up to date first. Raises SetupError."""
    try:
        if is_sqlite(url):
            sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
        migrate(url)
    except (OSError, sa.exc.DBAPIError) as error:
        raise SetupError(f"the archive {shown(url)} cannot be opened: {in_its_words(error)}") from error
    return Archive(url)


@contextmanager
def open_reader(url: str) -> Iterator[Archive | None]:
    """Open an archive as it is, to be read; None where it is not of this version."""
    try:
        current = (
            version_of(url) == newest_version() if not is_sqlite(url) or sqlite_path(url).exists() else False
        )
    except (OSError, sa.exc.DBAPIError, SetupError) as error:
        raise StoreUnavailable(f"the archive cannot be read: {in_its_words(error)}") from error
    if not current:
        yield None
        return
    with Archive(url) as archive:
        yield archive


def migrate(url: str) -> None:
    """Run the migrations that the archive at `url` has not seen; where there are none, it is only read."""
    if version_of(url) != newest_version():
        _upgrade(url)


def newest_version() -> str:
    """Name the version of the tables that this program writes."""
    return max(path.name[:4] for path in _MIGRATIONS.glob("versions/*.py"))


def version_of(url: str) -> str | None:
    """Name the version of the tables of an archive; None where there are none."""
    engine = reading_engine(url, 1)
    try:
        with engine.begin() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    finally:
        engine.dispose()


def _upgrade(url: str) -> None:
    from alembic import command  # takes 0.2 s to import, and few starts need it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    engine = writing_engine(url, patient=True)
    try:
        with engine.begin() as connection:
            _one_at_a_time(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise SetupError(f"the archive was written by a newer Watchword: {error}") from error
    finally:
        engine.dispose()


def _one_at_a_time(c: sa.Connection) -> None:
    """Wait until no other process migrates; in SQLite the transaction itself sees to that."""
    if c.dialect.name == "postgresql":
        c.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
