"""Polls what is due: many feeds at once, few of one host, none twice at the same time.

Any number of processes may poll from one archive: each claims the feeds that it can start now, by a lease.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from monitor import events
from monitor.errors import StoreUnavailable
from monitor.runtime.loops import Patience, survive
from monitor.stores import feed_states
from monitor.stores.archive import Archive
from monitor.stores.feed_states import FeedClaim

MOST_AT_ONCE = 32
MOST_PER_HOST = 2
# The feeds of a process that died are polled by another one after this time.
LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0

_GIVE_BACK_AGAIN = 1.0
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
    """Starts a poll for every due feed; `hosts` maps the feeds to be polled to their hosts.

    `owner` is the name that feeds are claimed by.
    """

    def __init__(
        self,
        archive: Archive,
        hosts: Mapping[str, str],
        poll: Callable[[FeedClaim], Awaitable[None]],
        clock: Callable[[], datetime],
        *,
        owner: str,
    ) -> None:
        self._archive = archive
        self._hosts = hosts
        self._poll = poll
        self._clock = clock
        self._owner = owner
        self._renewed = monotonic()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._rests: dict[str, _Rest] = {}
        self._starting = asyncio.Lock()
        self._ticking = False
        self._more = False
        self._ended = False
        self._next: asyncio.Task[None] | None = None

    async def tick(self) -> None:
        """Start a poll of every feed that is due and that nobody is polling."""
        self._ticking = True
        await survive("poll tick", self._renew_and_start, Patience())

    async def once(self) -> int:
        """Poll everything that is due now and wait for it; gives how many feeds that were."""
        now = self._clock()
        polled = 0
        while (started := await self._start_due(now)) or self._running:
            polled += started
            await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
        return polled

    async def drain(self) -> None:
        """Start nothing more, and wait for the polls that run."""
        self._ended = True
        while self._running:
            await asyncio.wait(self._running.values(), timeout=RENEW_EVERY)
            await survive("claims of feeds", self._renew, Patience())

    async def stop(self) -> None:
        """Break off what runs; nothing is stored of an unfinished poll, and its feed stays due."""
        self._ended = True
        claimed, running = list(self._running), list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if claimed:
            with suppress(StoreUnavailable):  # then the claims end by themselves
                await self._archive.write(lambda c: feed_states.free_feeds(c, self._owner, claimed))

    async def _renew_and_start(self) -> None:
        if monotonic() - self._renewed > RENEW_EVERY:
            await self._renew()
        await self._start_due(self._clock())

    async def _renew(self) -> None:
        self._renewed = monotonic()
        if running := list(self._running):
            now = self._clock()
            await self._archive.write(lambda c: feed_states.renew_claims(c, running, self._owner, now, LEASE))

    async def _start_due(self, before: datetime) -> int:
        """Start polls of feeds that were due at `before`; gives how many."""
        async with self._starting:
            if self._ended:
                return 0
            due = [
                feed
                for feed in await self._archive.read(lambda c: feed_states.due_feeds(c, before))
                if feed in self._hosts
            ]
            wanted = list(self._startable(due))
            if not wanted:
                return 0
            claims = await self._archive.write(
                lambda c: feed_states.claim_feeds(c, wanted, self._owner, self._clock(), LEASE)
            )
            for claim in claims:
                self._start(claim)
            return len(claims)

    def _startable(self, due: Iterable[str]) -> Iterator[str]:
        """Choose what may start now: so many at once, so many of one host; note whether some must wait."""
        busy = Counter(self._hosts[feed] for feed in self._running)
        self._more = False
        for feed in due:
            host = self._hosts[feed]
            if feed in self._running or not self._rested(feed):
                continue
            if busy.total() >= MOST_AT_ONCE or busy[host] >= MOST_PER_HOST:
                self._more = True
                continue
            busy[host] += 1
            yield feed

    def _rested(self, feed: str) -> bool:
        rest = self._rests.get(feed)
        return rest is None or monotonic() >= rest.until

    def _start(self, claim: FeedClaim) -> None:
        events.feed_claimed(late=claim.late.total_seconds())
        task = asyncio.create_task(self._poll_once(claim), name=f"poll {claim.feed}")
        self._running[claim.feed] = task
        task.add_done_callback(lambda _: self._on_done(claim.feed))

    async def _poll_once(self, claim: FeedClaim) -> None:
        if await survive(f"poll of {claim.feed}", lambda: self._poll(claim), Patience()):
            self._rests.pop(claim.feed, None)
        else:
            self._rests[claim.feed] = _Rest.after(self._rests.get(claim.feed))
            await self._give_back(claim.feed)

    async def _give_back(self, feed: str) -> None:
        """Free a feed whose poll broke as soon as the archive can be written: nobody waits for its claim."""
        deadline = monotonic() + LEASE.total_seconds()
        while monotonic() < deadline:
            try:
                await self._archive.write(lambda c: feed_states.free_feeds(c, self._owner, [feed]))
            except StoreUnavailable:
                await asyncio.sleep(_GIVE_BACK_AGAIN)
            else:
                return

    def _on_done(self, feed: str) -> None:
        """Make room for a feed that had to wait, without waiting for the next tick."""
        self._running.pop(feed, None)
        if self._ticking and self._more and not self._ended:
            self._next = asyncio.get_running_loop().create_task(self.tick(), name="poll tick")
