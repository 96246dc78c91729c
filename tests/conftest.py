"""Fixtures that several rooms' tests share: an archive, a queue server, the time."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa

from monitor.stores.archive import Archive, open_archive
from monitor.stores.embedded import find_server
from monitor.stores.engines import sqlite_url
from monitor.stores.queue import Queue

# Compiled rule files are kept for this run of the tests alone, and for all programs that it starts.
os.environ["WATCHWORD_CACHE"] = tempfile.mkdtemp(prefix="watchword-tests-")
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def server_url(variable: str, what: str) -> str:
    """Give the address of a server for tests; skip where there is none, which never happens in CI."""
    url = os.environ.get(variable)
    if url is None:
        absent(f"no {what} for tests: `source .ci/servers` starts one, or set {variable}")
    return url


def absent(said: str) -> NoReturn:
    """Skip a test that needs what is not there; in CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """A database of this test's own on a real PostgreSQL server."""
    server = sa.make_url(server_url("WATCHWORD_TEST_POSTGRESQL", "PostgreSQL")).set(
        drivername="postgresql+psycopg"
    )
    name = f"watchword_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = server.set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def archive_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty archive may be: in a file, and in a PostgreSQL database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "archive.sqlite")
    found: str = request.getfixturevalue("postgresql_url")
    return found


@pytest.fixture
def archive(archive_url: str) -> Iterator[Archive]:
    """A real archive of this test's own, in each of the two databases."""
    found = open_archive(archive_url)
    yield found
    found.close()


@pytest.fixture(scope="session")
def queue_socket() -> Iterator[Path]:
    """The socket of a real Valkey server that serves this test session."""
    folder = Path(tempfile.mkdtemp(prefix="wwq-"))
    socket = folder / "q.sock"
    command = [find_server(), "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not socket.exists():
        assert time.monotonic() < deadline, "the queue server did not start"
        time.sleep(0.01)
    yield socket
    server.kill()
    server.wait()
    shutil.rmtree(folder)


@pytest.fixture(params=["valkey", "redis"])
def queue_url(request: pytest.FixtureRequest) -> str:
    """Where a queue may be: the Valkey server that is embedded, and a Redis server reached by TCP."""
    if request.param == "valkey":
        return f"unix://{request.getfixturevalue('queue_socket')}"
    return server_url("WATCHWORD_TEST_REDIS", "Redis")


@pytest.fixture
async def queue(queue_url: str) -> AsyncIterator[Queue]:
    """A queue of this test's own on each of the real servers."""
    found = Queue(queue_url, f"t{secrets.token_hex(6)}", block=0.2)
    async with asyncio.timeout(10):
        await found.ping()
    yield found
    await found.close()
