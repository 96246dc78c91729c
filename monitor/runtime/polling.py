"""Polls what is due: many feeds at once, few of one site, none twice at the same time.

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
from monitor.runtime.sites import SiteGate
from monitor.stores import feed_states
from monitor.stores.archive import Archive
from monitor.stores.feed_states import FeedClaim

MOST_AT_ONCE = 128
# Feeds that took long when they were last polled have half of the places: the others are on time.
MOST_SLOW = MOST_AT_ONCE // 2
_SLOW_SECONDS = 5.0
# The feeds of a process that died are polled by another one after this time.
LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0

_LOOK_AGAIN = 0.1
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
    """Starts a poll for every due feed; `sites` maps the feeds to be polled to their sites, as written.

    `owner` is the name that feeds are claimed by, `gate` keeps from asking too much of one site.
    """

    def __init__(
        self,
        archive: Archive,
        sites: Mapping[str, str],
        poll: Callable[[FeedClaim], Awaitable[None]],
        clock: Callable[[], datetime],
        *,
        gate: SiteGate,
        owner: str,
    ) -> None:
        self._archive = archive
        self._sites = dict(sites)
        self._poll = poll
        self._clock = clock
        self._gate = gate
        self._slow: set[str] = set()
        self._owner = owner
        self._renewed = monotonic()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._rests: dict[str, _Rest] = {}
        self._starting = asyncio.Lock()
        self._ticking = False
        self._more = False
        self._later = False
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
        while (started := await self._start_due(now)) or self._running or self._more or self._later:
            polled += started
            if self._running:
                wait = asyncio.FIRST_COMPLETED
                await asyncio.wait(self._running.values(), timeout=_LOOK_AGAIN, return_when=wait)
            else:
                await asyncio.sleep(_LOOK_AGAIN)
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
            due = await self._archive.read(lambda c: feed_states.due_feeds(c, before))
            self._sites |= {feed: site for feed, site in due.items() if site and feed in self._sites}
            wanted = list(self._startable(feed for feed in due if feed in self._sites))
            if not wanted:
                return 0
            claims = await self._archive.write(
                lambda c: feed_states.claim_feeds(c, wanted, self._owner, self._clock(), LEASE)
            )
            for claim in claims:
                self._start(claim)
            return len(claims)

    def _startable(self, due: Iterable[str]) -> Iterator[str]:
        """Choose what may start now: so many at once, so many of one site.

        Notes whether some wait for others to end, and whether some wait for a pause to be over.
        """
        busy = Counter(self._sites[feed] for feed in self._running)
        slow = sum(feed in self._slow for feed in self._running)
        self._more = self._later = False
        for feed in due:
            site = self._sites[feed]
            if feed in self._running or not self._rested(feed):
                continue
            full = busy.total() >= MOST_AT_ONCE or (feed in self._slow and slow >= MOST_SLOW)
            if full or self._gate.is_full(busy[site]):
                self._more = True
                continue
            if self._gate.pauses(site):
                self._later = True
                continue
            busy[site] += 1
            slow += feed in self._slow
            self._gate.begun(site)
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
        began = monotonic()
        try:
            await self._survive_poll(claim)
        finally:
            took_long = monotonic() - began > _SLOW_SECONDS
            (self._slow.add if took_long else self._slow.discard)(claim.feed)

    async def _survive_poll(self, claim: FeedClaim) -> None:
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
