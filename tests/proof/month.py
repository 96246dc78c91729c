"""A month of made-up news through the real pipeline: polls, dispatch, delivery, on a clock of its own.

Archive, queue server, parsing, matching, stories and alerts are the daemon's; only the feeds' servers and the
receivers are played, and time passes as fast as the work is done.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from monitor.alerting.route import RootRoute
from monitor.feeds.access import Access
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Document, hash_body
from monitor.feeds.state import FeedState
from monitor.feeds.worker import ParseWorkers
from monitor.matching.engine import Matcher
from monitor.model import Notification, Receipt
from monitor.notify.channel import Destination
from monitor.pipeline.compose import Recipient
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.dispatch import Dispatcher, Surroundings, offer_notifications
from monitor.pipeline.joining import StoryRules
from monitor.pipeline.pace import Pace
from monitor.pipeline.poll import Poller
from monitor.pipeline.reconcile import reconcile_matches, waiting_for_dispatch
from monitor.rules.book import load_rulebook
from monitor.stores import feed_states, leases, notifications
from monitor.stores.archive import Archive, open_archive
from monitor.stores.embedded import find_server
from monitor.stores.engines import sqlite_url
from monitor.stores.queue import Entry, Queue
from monitor.stories.keys import story_keys
from tests.proof.made_news import OUTLETS, Piece, month

START = datetime(2026, 3, 2, 0, 5, tzinfo=UTC)
ENDS_AFTER = timedelta(hours=72)
SHOWN = 25  # entries of a feed's document
RULES = """\
rules:
  - id: fire
    status: live
    severity: high
    match: (warehouses OR storage OR depots OR entrepôts) AND (port OR harbour)
  - {id: labour, status: live, severity: medium, match: (dockers OR dock OR workers) AND quay}
  - {id: railway, status: live, severity: low, match: railway OR rail OR ferroviaire}
  - {id: ships, status: live, severity: critical, match: vessels OR ships OR navires}
  - {id: flood, status: live, severity: medium, match: river OR rivière}
  - {id: schools, status: shadow, match: schools}
"""
ROUTES = RootRoute.model_validate(
    {
        "receiver": "desk",
        "routes": [
            {"when": {"rule": ["ships", "fire"]}, "receiver": "harbour", "continue": True},
            {"when": {"rule": "railway"}, "receiver": "transport", "update": ["correction"]},
        ],
    }
)
RECEIVERS = {"desk": ("desk:a", "desk:b"), "harbour": ("harbour:a",), "transport": ("transport:a",)}


@dataclass
class Clock:
    """The time of the simulation."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Receiver:
    """A channel that keeps what it gets."""

    name: str
    got: list[Notification] = field(default_factory=list)

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination(self.name, self.name),)

    async def send(self, notification: Notification) -> Receipt:
        self.got.append(notification)
        return Receipt("kept", notification.article.first_seen, reference=notification.key)

    async def close(self) -> None:
        return


class Press:
    """Serves each outlet's feed as it stands."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[str, dict[str, Piece]] = {outlet.id: {} for outlet in OUTLETS}

    def publish(self, piece: Piece) -> None:
        """Put a piece at the head of its outlet's feed; an edit stays where it stood."""
        entries = self._entries[piece.outlet]
        if piece.link in entries:
            piece = Piece(entries[piece.link].at, *_all_but_time(piece))
        entries[piece.link] = piece

    async def fetch(self, state: FeedState, access: Access) -> Document:
        """Give the document of a feed."""
        pieces = list(self._entries[state.feed].values())[-SHOWN:]
        items = "".join(map(_item, reversed(pieces)))
        body = f'<rss version="2.0"><channel><title>{state.feed}</title>{items}</channel></rss>'.encode()
        return Document(f"https://{state.feed}.example/rss", body, hash_body(body), self._clock())

    def heard(self, address: str) -> bool:
        return False

    async def is_away(self, silent: str) -> bool:
        return False


def _all_but_time(piece: Piece) -> tuple[str, str, str, str, str, str]:
    return piece.outlet, piece.link, piece.title, piece.text, piece.event, piece.role


def _item(piece: Piece) -> str:
    return (
        f"<item><title>{escape(piece.title)}</title><link>{piece.link}</link>"
        f"<description>{escape(piece.text)}</description>"
        f"<pubDate>{piece.at:%a, %d %b %Y %H:%M:%S +0000}</pubDate></item>"
    )


@dataclass
class Simulated:
    """What a month came to: the funnel as the archive has it, and what was not as promised.

    `merged` counts pairs of articles in one story that are of different events, `parted` those of one event
    in different stories.
    """

    funnel: dict[str, int]
    ends: Counter[tuple[str, str]]
    revisions: Counter[str]
    wrong: list[str]
    events: int
    merged: int
    parted: int
    seconds: float


async def simulate(
    days: int,
    seed: int,
    advance: Callable[[int], None],
    *,
    pieces: Sequence[Piece] | None = None,
    restarts: bool = False,
) -> Simulated:
    """Play so many days; `advance` is told of each piece that was played.

    With `restarts` another process takes over dispatch before each piece, knowing nothing but the archive.
    """
    began = time.monotonic()
    played = month(seed, START, days) if pieces is None else pieces
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="wwmo-") as folder, _queue_server() as url:
        async with _newsroom(Path(folder), url, clock) as room:
            await room.open()
            for piece in played:
                if restarts:
                    await room.take_over()
                await room.take(piece)
                advance(1)
            clock.now += timedelta(hours=1)
            await room.settle()
            return await room.result(played, time.monotonic() - began)


@contextmanager
def _queue_server() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="wwq-"))
    socket = folder / "q.sock"
    command = [find_server(), "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not socket.exists():
            if time.monotonic() > deadline:
                raise TimeoutError("the queue server did not start")
            time.sleep(0.01)
        yield f"unix://{socket}"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)


@asynccontextmanager
async def _newsroom(folder: Path, url: str, clock: Clock) -> AsyncIterator[Newsroom]:
    rules = folder / "rules"
    rules.mkdir()
    (rules / "rules.yaml").write_text(RULES, "utf-8")
    queue = Queue(url, "month", block=0.01)
    with open_archive(sqlite_url(folder / "a.sqlite")) as archive:
        async with ParseWorkers(1) as workers:
            yield Newsroom(archive, queue, clock, workers, rules)
    await queue.close()


class Newsroom:
    """The whole pipeline over one archive, one step after the other."""

    def __init__(
        self, archive: Archive, queue: Queue, clock: Clock, workers: ParseWorkers, rules: Path
    ) -> None:
        self.archive, self.queue, self.clock = archive, queue, clock
        self.press = Press(clock)
        book = load_rulebook([rules], now=START)
        feeds = {
            outlet.id: FeedConfig(
                id=outlet.id,
                url=f"https://{outlet.id}.example/rss",
                source=outlet.source,
                country=outlet.country,
                lang=outlet.lang,
                tier=outlet.tier,
            )
            for outlet in OUTLETS
        }
        self.feeds = feeds
        self.poller = Poller(
            archive,
            queue,
            feeds=feeds,
            fetcher=self.press,
            workers=workers,
            matcher=Matcher(book),
            network=self.press,
            clock=clock,
        )
        self.receivers = {name: Receiver(name) for names in RECEIVERS.values() for name in names}
        self.deliverer = Deliverer(
            archive,
            queue,
            channels={
                (receiver, name): self.receivers[name]
                for receiver, names in RECEIVERS.items()
                for name in names
            },
            recipients={receiver: Recipient("UTC", "en") for receiver in RECEIVERS},
            pace=Pace(queue, {}),
            worker="w",
            clock=clock,
        )
        self._status = {rule.id: rule.status for rule in book.rules.values()}
        self._numbers = count(1)
        self.dispatcher: Dispatcher | None = None

    async def open(self) -> None:
        """Have each feed polled once while it is empty."""
        addresses = {feed.id: str(feed.url) for feed in self.feeds.values()}
        await self.archive.write(lambda c: feed_states.register_feeds(c, addresses, START))
        await self.take_over()
        for feed in self.feeds:
            await self.poller.poll(feed_states.FeedClaim(feed, 0))

    async def take_over(self) -> None:
        """Begin to dispatch as a process does that has just got the lease."""
        lease = await self.archive.write(
            lambda c: leases.take_lease(c, leases.DISPATCH, "month", START, timedelta(days=400))
        )
        assert lease is not None
        around = Surroundings(
            rule_status=self._status.get,
            routes=ROUTES,
            destinations=RECEIVERS,
            stories=StoryRules(story_keys, ENDS_AFTER, self._tier),
            clock=self.clock,
            new_alert_id=lambda: f"a{next(self._numbers)}",
        )
        self.dispatcher = Dispatcher(self.archive, self.queue, around, lease)

    def _tier(self, article: object) -> int | None:
        feed = self.feeds.get(getattr(article, "feed", ""))
        return feed.tier if feed else None

    async def take(self, piece: Piece) -> None:
        """Let a piece come out, have its feed polled, and everything that follows from it done."""
        self.clock.now = max(self.clock.now, piece.at)
        await self._deliver_due()
        self.press.publish(piece)
        await self.poller.poll(feed_states.FeedClaim(piece.outlet, 0))
        await self.settle()

    async def settle(self) -> None:
        """Dispatch and deliver what is due now."""
        assert self.dispatcher is not None
        before = self.clock() + timedelta(seconds=2)
        if await self.archive.read(lambda c: waiting_for_dispatch(c, before)):
            await reconcile_matches(self.archive, self.queue, lambda: before)
            await self.dispatcher.dispatch(await self._taken([self.queue.keys.matches]))
        await self._deliver_due()

    async def _deliver_due(self) -> None:
        while due := await self.archive.read(lambda c: notifications.notifications_due(c, self.clock(), 100)):
            await offer_notifications(self.queue, due)
            for name in {one.destination for one in due}:
                await self.deliverer.deliver(await self._taken(self.queue.keys.deliver_streams(name)))

    async def _taken(self, streams: Sequence[str]) -> list[Entry]:
        return await self.queue.take(streams, "w", 100)

    async def result(self, played: Sequence[Piece], seconds: float) -> Simulated:
        """Count what the archive holds and the receivers got, and check what is promised of it."""
        from tests.proof.month_sums import sums

        got = {name: receiver.got for name, receiver in self.receivers.items()}
        return await self.archive.read(lambda c: sums(c, got, played, seconds))


def row_count(c: sa.Connection, table: sa.Table) -> int:
    """Count the rows of a table."""
    return c.scalar(sa.select(sa.func.count()).select_from(table)) or 0
