"""The tick."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.errors import SetupError
from monitor.runtime.locks import hold_roles
from monitor.runtime.scheduler import Scheduler


async def test_it_ticks_at_once_and_again_and_never_twice_at_a_time() -> None:
    """A slow tick is not started again while it runs."""
    running, most, ticks = 0, 0, asyncio.Semaphore(0)

    async def tick() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.12)
        running -= 1
        ticks.release()

    scheduler = Scheduler()
    scheduler.every(timedelta(seconds=0.05), tick, "tick")
    scheduler.start()
    async with asyncio.timeout(10):
        for _ in range(3):
            await ticks.acquire()
    scheduler.stop()
    assert most == 1


def test_roles_are_freed_when_their_holder_ends(tmp_path) -> None:
    """A lock is held inside its block and free after it."""
    archive = tmp_path / "archive.sqlite"
    with hold_roles(tmp_path, archive, ["poll", "notify"]):
        pass
    with hold_roles(tmp_path, archive, ["notify"]):
        pass


def test_two_state_folders_cannot_share_one_archive(tmp_path) -> None:
    """An archive outside the state folder has locks of its own."""
    archive = tmp_path / "shared" / "archive.sqlite"
    with (
        hold_roles(tmp_path / "a", archive, ["notify"]),
        pytest.raises(SetupError, match="notifies with the archive"),
        hold_roles(tmp_path / "b", archive, ["notify"]),
    ):
        pass
