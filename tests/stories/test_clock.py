"""The wall clock of a running daemon is set, by Debian's faketime: polling and alerts go on."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import absent
from tests.stories.world import Item, World

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
EVERY = 4.0


class SetClock:
    """The wall clock of the processes that are started with `env`; their steady clock is left alone."""

    def __init__(self, folder: Path) -> None:
        self._offset = folder / "offset"
        self.set(0)
        self.env = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, seconds: int) -> None:
        """Set the clock so many seconds ahead of the true time."""
        fresh = self._offset.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n", encoding="utf-8")
        fresh.replace(self._offset)


async def test_polls_and_alerts_go_on_while_the_clock_is_set_back_and_forth(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour back, half a day forward: no gap above two intervals, no burst, and each alert once."""
    if not LIBRARIES:
        absent("no faketime: apt-get install faketime brings it")
    clock = SetClock(tmp_path)
    times: list[float] = []
    serve = world.feeds._serve

    async def noting(request):
        times.append(time.monotonic())
        return await serve(request)

    monkeypatch.setattr(world.feeds, "_serve", noting)
    await world.feeds.stop()
    await world.feeds.start()
    config = world.write(feeds=["wire"])
    config.write_text(config.read_text().replace("every: 1s", f"every: {EVERY:.0f}s"))
    daemon = world.start(env=clock.env)
    await daemon.has("feed.polled", 2)
    steps = (-3600, 12 * 3600, 0)
    for number, seconds in enumerate(steps, 1):
        clock.set(seconds)
        await daemon.has("clock.jumped", number)
        world.feeds.publish("wire", Item(f"BRICS widens its circle for the {number}. time"))
        await world.hook.arrived(number)
        await asyncio.sleep(EVERY)
    assert len(world.hook.posts) == len(steps)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert max(gaps) <= 2 * EVERY + 3  # what a busy machine adds
    assert sum(gap < EVERY / 2 for gap in gaps) <= len(steps)
