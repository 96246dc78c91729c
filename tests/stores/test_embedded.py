"""The embedded queue server."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from monitor.errors import SetupError
from monitor.stores import embedded
from monitor.stores.embedded import EmbeddedServer, announced_socket
from monitor.stores.queue import Queue


async def answers(server: EmbeddedServer) -> None:
    queue = Queue(server.url, "t")
    await queue.ping()
    await queue.close()


async def test_it_starts_restarts_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The server answers at one address over restarts; stopping removes socket and announcement."""
    server = EmbeddedServer(tmp_path)
    await server.start()
    await answers(server)
    socket = announced_socket(tmp_path)
    assert socket is not None
    assert len(str(socket)) < 100
    os.kill(server.pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        assert await server.watch() == -signal.SIGKILL
    await server.restart()
    await answers(server)
    server.stop()
    assert not socket.exists()
    assert announced_socket(tmp_path) is None


async def test_a_leftover_server_is_ended_by_the_next_start(tmp_path: Path) -> None:
    """What a killed daemon left running is found by its announcement and stopped."""
    left = EmbeddedServer(tmp_path)
    await left.start()
    following = EmbeddedServer(tmp_path)
    await following.start()
    async with asyncio.timeout(10):
        assert await left.watch() == 0
    following.stop()


async def test_a_copied_state_folder_ends_nobody_elses_server(tmp_path: Path) -> None:
    """The announcement in a copy of a running daemon's state folder is not believed."""
    original, copy = tmp_path / "state", tmp_path / "copy"
    original.mkdir()
    running = EmbeddedServer(original)
    await running.start()
    shutil.copytree(original, copy)
    following = EmbeddedServer(copy)
    await following.start()
    await answers(running)
    following.stop()
    await answers(running)
    running.stop()


async def test_a_server_whose_socket_was_tidied_away_is_replaced(tmp_path: Path) -> None:
    """When the temporary folder is emptied, the server is ended and starts again where clients look."""
    server = EmbeddedServer(tmp_path)
    await server.start()
    socket = announced_socket(tmp_path)
    assert socket is not None
    shutil.rmtree(socket.parent)
    async with asyncio.timeout(10):
        await server.watch()
    await server.restart()
    await answers(server)
    server.stop()


async def test_a_long_temporary_folder_is_avoided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's path is limited by the system; where TMPDIR is too long for it, another place is taken."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    server = EmbeddedServer(tmp_path)
    await server.start()
    await answers(server)
    server.stop()


def test_without_any_server_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without the wheel and without a server on PATH, the message says what to do."""
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SetupError, match="install Valkey or Redis"):
        embedded.find_server()


def test_a_server_on_the_path_serves_where_the_wheel_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """valkey-server is preferred to redis-server."""
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded.find_server() == tmp_path / "valkey-server"
