"""How late healthy feeds are polled while others are tarpits: real servers, the real poller and archive."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from monitor.app.parts import utc_now
from monitor.feeds.config import FeedConfig, OutboundConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.network import Network
from monitor.feeds.worker import ParseWorkers
from monitor.matching.engine import Matcher
from monitor.pipeline.poll import Poller
from monitor.rules.book import load_rulebook
from monitor.runtime.polling import Polling
from monitor.runtime.scheduler import Scheduler
from monitor.runtime.sites import SiteGate
from monitor.stores import feed_states
from monitor.stores.archive import open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.feed_states import FeedClaim

TICK = timedelta(seconds=1)


@dataclass(frozen=True)
class Lateness:
    """How late polls of healthy feeds began, in seconds, sorted; and how many polls tarpits had.

    The first poll of each feed is left out, for all are due at one moment then: within `first` each began.
    """

    healthy: tuple[float, ...]
    first: float
    tarpit_polls: int
    feeds: int
    tarpits: int

    @property
    def p99(self) -> float:
        """The lateness that one poll in a hundred exceeds."""
        return self.healthy[min(len(self.healthy) - 1, len(self.healthy) * 99 // 100)]

    def __str__(self) -> str:
        half = self.healthy[len(self.healthy) // 2]
        return (
            f"{self.tarpits} tarpits among {self.feeds} feeds: {len(self.healthy)} polls of healthy ones, "
            f"late by {half:.2f} s (half), {self.p99:.2f} s (p99), {self.healthy[-1]:.2f} s (the latest); "
            f"the first of each began within {self.first:.1f} s; {self.tarpit_polls} polls of tarpits"
        )


@contextmanager
def server() -> Iterator[int]:
    """Serve feeds and tarpits from another process; gives the port."""
    command = [sys.executable, "-m", "tests.proof.slow_feeds"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


async def measure(
    *,
    feeds: int = 1000,
    tarpits: int = 100,
    every: float = 30.0,
    seconds: float = 120.0,
    patience: float = 20.0,
) -> Lateness:
    """Poll for so many seconds; every feed has an address of its own, a fetch may take `patience`."""
    with server() as port, tempfile.TemporaryDirectory(prefix="wwl-") as folder:
        kinds = ["tarpit" if number % (feeds // tarpits) == 0 else "feed" for number in range(feeds)]
        watched = [
            FeedConfig(
                id=f"{kind}-{number}",
                url=f"http://{_address(number)}:{port}/{kind}/{number}",
                every=timedelta(seconds=every),
            )
            for number, kind in enumerate(kinds)
        ]
        late = await _poll_all(watched, Path(folder), seconds, patience)
    healthy = [(feed, seconds) for feed, seconds in late if feed.startswith("feed")]
    first = dict(reversed(healthy))
    again = (Counter(healthy) - Counter(first.items())).elements()
    times = tuple(sorted(seconds for _, seconds in again))
    return Lateness(times, max(first.values()), len(late) - len(healthy), feeds, tarpits)


def _address(number: int) -> str:
    return f"127.1.{number // 250}.{number % 250 + 1}"


async def _poll_all(
    watched: list[FeedConfig], folder: Path, seconds: float, patience: float
) -> list[tuple[str, float]]:
    outbound = OutboundConfig(allow=(ip_network("127.0.0.0/8"),), timeout=timedelta(seconds=patience))
    late: list[tuple[str, float]] = []
    async with AsyncExitStack() as stack:
        archive = stack.enter_context(open_archive(sqlite_url(folder / "archive.sqlite")))
        session = await stack.enter_async_context(open_session(outbound))
        fetcher = await stack.enter_async_context(Fetcher(session, outbound))
        poller = Poller(
            archive,
            None,
            feeds={feed.id: feed for feed in watched},
            fetcher=fetcher,
            workers=await stack.enter_async_context(ParseWorkers(2)),
            matcher=Matcher(load_rulebook([], now=utc_now())),
            network=Network((feed.url for feed in watched), fetcher.reaches),
            clock=utc_now,
        )

        async def poll(claim: FeedClaim) -> None:
            late.append((claim.feed, claim.late.total_seconds()))
            await poller.poll(claim)

        addresses = {feed.id: feed.url for feed in watched}
        await archive.write(lambda c: feed_states.register_feeds(c, addresses, utc_now()))
        polling = Polling(archive, addresses, poll, utc_now, gate=SiteGate(), owner="proof")
        stack.push_async_callback(polling.stop)
        scheduler = Scheduler()
        scheduler.every(TICK, polling.tick, "poll")
        scheduler.start()
        stack.callback(scheduler.stop)
        await asyncio.sleep(seconds)
    return late
