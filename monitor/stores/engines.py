"""Engines of the two databases that an archive may live in, and how their transactions begin.

SQLite: `BEGIN IMMEDIATE` to write, because a deferred transaction that upgrades fails at once with "database
is locked"; readers beside it see the last commit (WAL); `synchronous=FULL` keeps what was committed over a
power loss. PostgreSQL: writers read what is committed, row by row, and take row locks where it matters;
readers keep one view for the whole of their work. A connection that went dead is noticed within seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.errors import SetupError
from monitor.stores.columns import encode_json

_BUSY_SECONDS = 10
_POSTGRESQL_SCHEMES = ("postgresql://", "postgres://")
_POSTGRESQL_OPTIONS = {
    "application_name": "watchword",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
# What the server does about a writer that stopped in the middle: its locks must not hold up all others.
_WRITER_LIMITS = {
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


def sqlite_url(path: Path) -> str:
    """Give the URL of an SQLite file, whatever characters its path holds."""
    return sa.URL.create("sqlite", database=str(path.absolute())).render_as_string()


def sqlite_path(url: str) -> Path:
    """Give the path that an SQLite URL names."""
    return Path(sa.make_url(url).database or "")


def is_sqlite(url: str) -> bool:
    """Tell an SQLite URL from a PostgreSQL one."""
    return url.startswith("sqlite:")


def shown(url: str) -> str:
    """Name an archive for people: an SQLite file by its path, a server without its password."""
    if is_sqlite(url):
        return str(sqlite_path(url))
    return sa.make_url(url).render_as_string(hide_password=True)


def in_its_words(error: Exception) -> str:
    """Give the first line of what the database said."""
    return (str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__])[0]


def writing_engine(url: str, *, patient: bool = False) -> sa.Engine:
    """Make the engine of one writer; a `patient` one may pause and wait in the middle as long as it likes."""
    if is_sqlite(url):
        return _sqlite(url, begin="BEGIN IMMEDIATE", read_only=False)
    engine = _postgresql(url, connections=1, isolation_level="READ COMMITTED")
    if not patient:
        sa.event.listen(engine, "connect", _limit)
    return engine


def _limit(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        for name, value in _WRITER_LIMITS.items():
            cursor.execute(f"SET {name} = '{value}'")
    connection.commit()


def reading_engine(url: str, connections: int) -> sa.Engine:
    """Make the engine of `connections` readers, who can change nothing."""
    if is_sqlite(url):
        return _sqlite(url, begin="BEGIN", read_only=True)
    engine = _postgresql(url, connections=connections, isolation_level="REPEATABLE READ")
    return engine.execution_options(postgresql_readonly=True)


def _sqlite(url: str, *, begin: str, read_only: bool) -> sa.Engine:
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


def _postgresql(url: str, *, connections: int, isolation_level: Any) -> sa.Engine:
    for scheme in _POSTGRESQL_SCHEMES:
        if url.startswith(scheme):
            url = "postgresql+psycopg://" + url.removeprefix(scheme)
    try:
        return sa.create_engine(
            url,
            json_serializer=encode_json,
            connect_args=_POSTGRESQL_OPTIONS,
            isolation_level=isolation_level,
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,
        )
    except ModuleNotFoundError as error:
        raise SetupError(
            "an archive in PostgreSQL needs its driver: pip install 'watchword[postgresql]'"
        ) from error
