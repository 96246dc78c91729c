"""The archive: a SQL database that survives everything the daemon may meet.

SQLite is driven by synchronous SQLAlchemy Core: one writer thread (`BEGIN IMMEDIATE`, because a deferred
transaction that upgrades fails at once with "database is locked"), and readers beside it that see the last
commit (WAL). `synchronous=FULL` keeps what was committed over a power loss.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.errors import SetupError, StoreUnavailable
from monitor.stores.tables import encode_json
from monitor.stores.writer import Writer

Connection = sa.Connection
T = TypeVar("T")

_BUSY_SECONDS = 10
_MIGRATIONS = Path(__file__).with_name("migrations")


class Archive:
    """The open archive. `write` and `read` run plain functions of a connection off the event loop."""

    def __init__(self, url: str) -> None:
        self._write_engine = _engine(url, begin="BEGIN IMMEDIATE", read_only=False)
        self._read_engine = _engine(url, begin="BEGIN", read_only=True)
        self._writer = Writer(self._write_engine)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="archive-reader")

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction; returns when it is committed. Raises StoreUnavailable."""
        try:
            return await asyncio.wrap_future(self._writer.submit(work))
        except sa.exc.OperationalError as error:
            raise StoreUnavailable(f"the archive cannot be written: {error.orig}") from error

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` on a view of the last commit. Raises StoreUnavailable."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._readers, self.read_now, work)
        except sa.exc.OperationalError as error:
            raise StoreUnavailable(f"the archive cannot be read: {error.orig}") from error

    def read_now(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` on a view of the last commit, in this thread."""
        with self._read_engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Finish the writes that wait and close every connection."""
        self._writer.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._write_engine.dispose()


def sqlite_url(path: Path) -> str:
    """Give the URL of an SQLite file, whatever characters its path holds."""
    return sa.URL.create("sqlite", database=str(path.absolute())).render_as_string()


def sqlite_path(url: str) -> Path:
    """Give the path that an SQLite URL names."""
    return Path(sa.make_url(url).database or "")


def open_archive(url: str) -> Archive:
    """Open the archive at `url`, bringing its tables up to date first. Raises SetupError."""
    path = sa.make_url(url).database
    try:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        migrate(url)
    except (OSError, sa.exc.DatabaseError) as error:
        said = getattr(error, "orig", None) or error
        raise SetupError(f"the archive {path} cannot be opened: {said}") from error
    return Archive(url)


def migrate(url: str) -> None:
    """Run the migrations that the archive at `url` has not seen; where there are none, it is only read."""
    newest = max(path.name[:4] for path in _MIGRATIONS.glob("versions/*.py"))
    if _version_of(url) != newest:
        _upgrade(url)


def _version_of(url: str) -> str | None:
    engine = _engine(url, begin="BEGIN", read_only=True)
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
    engine = _engine(url, begin="BEGIN IMMEDIATE", read_only=False)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise SetupError(f"the archive was written by a newer Watchword: {error}") from error
    finally:
        engine.dispose()


def _engine(url: str, *, begin: str, read_only: bool) -> sa.Engine:
    engine = sa.create_engine(url, json_serializer=encode_json, connect_args={"timeout": _BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        # The driver must not begin transactions by its own lights; `begin` below says how.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
