"""Fixtures that several rooms' tests share: an archive, a queue server, the time."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.stores.archive import Archive, open_archive, sqlite_url
from monitor.stores.embedded import find_server
from monitor.stores.queue import Queue

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A real archive in a file of its own."""
    found = open_archive(sqlite_url(tmp_path / "archive.sqlite"))
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


@pytest.fixture
async def queue(queue_socket: Path, request: pytest.FixtureRequest) -> AsyncIterator[Queue]:
    """A queue of this test's own on the real server."""
    namespace = f"t{abs(hash(request.node.nodeid))}"
    found = Queue(f"unix://{queue_socket}", namespace, block=0.2)
    async with asyncio.timeout(10):
        await found.ping()
    yield found
    await found.close()
