"""Leadership: one of many works, and when it is gone the next one does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from monitor.runtime.leadership import RENEW_EVERY, TTL, Leadership
from monitor.stores.archive import Archive
from monitor.stores.leases import Lease
from tests.stories.world import eventually

Work = Callable[[Lease], Awaitable[None]]


def now() -> datetime:
    return datetime.now(UTC)


class Crew:
    """Processes that seek the same work; tells who works."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.working: set[str] = set()
        self.most = 0

    def join(self, name: str) -> asyncio.Task[None]:
        async def work(lease: Lease) -> None:
            self.working.add(name)
            self.most = max(self.most, len(self.working))
            try:
                await asyncio.Event().wait()
            finally:
                self.working.discard(name)

        return asyncio.create_task(Leadership(self._archive, "work", name, now, work).run())

    async def until(self, *names: str) -> None:
        seconds = (TTL + 4 * RENEW_EVERY).total_seconds()
        await eventually(lambda: self.working == set(names), f"{names} work", seconds)


async def leave(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_one_works_and_the_next_follows_when_it_leaves(archive: Archive) -> None:
    """Who leaves gives the work back, so that the next one has it within a renewal."""
    crew = Crew(archive)
    first = crew.join("a")
    await crew.until("a")
    second = crew.join("b")
    await leave(first)
    await crew.until("b")
    assert crew.most == 1
    await leave(second)
