"""The tick."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Self

import pytest
from apscheduler.schedulers import base

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


class Clocks:
    """A wall clock that is set while the steady one goes on; APScheduler sees the wall clock, too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        clocks = self

        class Wall(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp(clocks.wall(), tz)

        monkeypatch.setattr(base, "datetime", Wall)

    def wall(self) -> float:
        return time.time() + self.ahead


YEAR = 365 * 86400.0


@pytest.mark.parametrize("jump", [-1, -60, -3600, -86400, -YEAR, 1, 60, 3600, 86400, YEAR])
async def test_a_step_of_the_clock_neither_stops_the_ticks_nor_makes_them_run_in_bursts(
    monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    """Whichever way and however far it steps, the next tick comes in a second or so, and one at a time."""
    clocks = Clocks(monkeypatch)
    jumps: list[float] = []
    ticks: list[float] = []

    async def tick() -> None:
        ticks.append(time.monotonic())

    async def on_jump(seconds: float) -> None:
        jumps.append(seconds)

    scheduler = Scheduler(on_jump, wall=clocks.wall)
    scheduler.every(timedelta(seconds=0.5), tick, "tick")
    scheduler.start()
    await asyncio.sleep(0.2)
    clocks.ahead = jump
    before = len(ticks)
    await asyncio.sleep(2.3)
    scheduler.stop()
    gaps = [later - earlier for earlier, later in pairwise(ticks)]
    assert 2 <= len(ticks) - before <= 7
    assert max(gaps) < 1.7
    if abs(jump) > 1:
        assert [round(one) for one in jumps] == [jump]


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
