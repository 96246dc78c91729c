"""Polls what is due: many feeds at once, few of one host, none twice at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from weakref import WeakValueDictionary

from monitor.runtime.loops import Patience, survive
from monitor.stores import feed_states
from monitor.stores.archive import Archive

MOST_AT_ONCE = 32
MOST_PER_HOST = 2

_FIRST_REST = 5.0
_LONGEST_REST = 600.0


@dataclass(frozen=True, slots=True)
class _Rest:
    """How long a feed is left alone whose poll broke on our side; the archive still says that it is due.

    While a full disk lets nothing be stored, its server must not be asked at every tick.
    """

    seconds: float
    until: float

    @classmethod
    def after(cls, last: _Rest | None) -> _Rest:
        seconds = min(_LONGEST_REST, last.seconds * 2) if last else _FIRST_REST
        return cls(seconds, monotonic() + seconds)


class Polling:
    """Starts a poll for every due feed; `hosts` maps the feeds to be polled to their hosts."""

    def __init__(
        self,
        archive: Archive,
        hosts: Mapping[str, str],
        poll: Callable[[str], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._archive = archive
        self._hosts = hosts
        self._poll = poll
        self._clock = clock
        self._running: dict[str, asyncio.Task[None]] = {}
        self._rests: dict[str, _Rest] = {}
        self._all = asyncio.Semaphore(MOST_AT_ONCE)
        self._per_host: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def tick(self) -> None:
        """Start a poll of every feed that is due and not being polled."""
        await survive("poll tick", self._start_due, Patience())

    async def once(self) -> int:
        """Poll everything that is due now and wait for it; gives how many feeds that were."""
        await self._start_due()
        running = list(self._running.values())
        await asyncio.gather(*running)
        return len(running)

    async def stop(self) -> None:
        """Break off what runs; nothing is stored of an unfinished poll, and its feed stays due."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _start_due(self) -> None:
        now = self._clock()
        for feed in await self._archive.read(lambda c: feed_states.due_feeds(c, now)):
            if feed in self._hosts and feed not in self._running and self._rested(feed):
                task = asyncio.create_task(self._poll_politely(feed), name=f"poll {feed}")
                self._running[feed] = task
                task.add_done_callback(lambda _, feed=feed: self._running.pop(feed, None))  # type: ignore[misc]

    def _rested(self, feed: str) -> bool:
        rest = self._rests.get(feed)
        return rest is None or monotonic() >= rest.until

    async def _poll_politely(self, feed: str) -> None:
        host = self._hosts[feed]
        gate = self._per_host.get(host)
        if gate is None:
            gate = self._per_host[host] = asyncio.Semaphore(MOST_PER_HOST)
        async with AsyncExitStack() as gates:
            await gates.enter_async_context(gate)
            await gates.enter_async_context(self._all)
            if await survive(f"poll of {feed}", lambda: self._poll(feed), Patience()):
                self._rests.pop(feed, None)
            else:
                self._rests[feed] = _Rest.after(self._rests.get(feed))
