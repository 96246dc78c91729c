"""The one place where the parts are built and joined."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from rich.console import Console

from monitor import __version__, events
from monitor.config import Settings
from monitor.errors import SetupError, StoreUnavailable
from monitor.feeds.cadence import INTERVAL
from monitor.feeds.config import FeedConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.worker import ParseWorkers
from monitor.matching.engine import Matcher
from monitor.notify.channel import Channel, Wires
from monitor.pipeline.deliver import Deliverer, Recipient
from monitor.pipeline.dispatch import Dispatcher, Surroundings
from monitor.pipeline.housekeeping import prune
from monitor.pipeline.poll import Poller
from monitor.pipeline.reconcile import reconcile_matches, reconcile_notifications
from monitor.rules.book import Rulebook, load_rulebook
from monitor.runtime.consumer import Consumer
from monitor.runtime.locks import Role, hold_roles
from monitor.runtime.loops import Patience, keep_going, survive
from monitor.runtime.polling import Polling
from monitor.runtime.scheduler import Scheduler
from monitor.stores import feed_states, notifications
from monitor.stores.archive import Archive, Connection, open_archive
from monitor.stores.embedded import EmbeddedServer
from monitor.stores.queue import Queue
from monitor.stories.keys import story_keys

Loop = tuple[str, Coroutine[Any, Any, None]]

POLL_TICK = timedelta(seconds=1)
RECONCILE_EVERY = timedelta(seconds=2)
HOUSEKEEPING_EVERY = timedelta(hours=1)
PARSE_WORKERS = 2


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def new_alert_id() -> str:
    """Make an alert id that people can read out: ten letters and digits that are not mistaken for others."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(10))


@dataclass(frozen=True, slots=True)
class Address:
    """A destination of a receiver, with the channel that leads there."""

    receiver: str
    destination: str
    shown: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Parts:
    """What every role works with."""

    settings: Settings
    archive: Archive
    queue: Queue | None
    book: Rulebook
    http: aiohttp.ClientSession
    addresses: tuple[Address, ...]
    clock: Callable[[], datetime]


def open_channels(settings: Settings, wires: Wires) -> tuple[Address, ...]:
    """Build the channels of every receiver; nothing is touched yet."""
    return tuple(
        Address(name, destination.id, destination.shown, channel)
        for name, receiver in settings.config.receivers.items()
        for channel in receiver.open(wires)
        for destination in channel.destinations()
    )


@asynccontextmanager
async def open_parts(
    settings: Settings, *, queue_url: str | None, console: Console, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Parts]:
    """Open the archive, the queue (where there is one), the outbound door and the channels."""
    async with AsyncExitStack() as stack:
        archive = open_archive(settings.archive_url)
        stack.callback(archive.close)
        queue = Queue(queue_url, settings.config.queue.namespace) if queue_url else None
        if queue is not None:
            stack.push_async_callback(queue.close)
        http = await stack.enter_async_context(open_session(settings.config.outbound))
        addresses = open_channels(settings, Wires(http=http, clock=clock, console=console))
        for channel in {id(address.channel): address.channel for address in addresses}.values():
            stack.push_async_callback(channel.close)
        book = load_rulebook(settings.rule_folders, now=clock())
        for problem in book.problems:
            if problem.level == "error":
                events.rule_file_left_out(problem=str(problem))
        yield Parts(settings, archive, queue, book, http, addresses, clock)


async def run_daemon(
    settings: Settings, roles: Collection[Role], *, stop: asyncio.Event, console: Console
) -> None:
    """Do the work of `roles` until `stop` is set. Raises SetupError where it cannot begin."""
    role = "run" if len(roles) > 1 else next(iter(roles))
    with hold_roles(settings.state, settings.archive_path, roles):
        async with AsyncExitStack() as stack:
            server = await _embedded_server(settings, role, stack)
            queue_url = server.url if server else settings.config.queue.url
            parts = await stack.enter_async_context(
                open_parts(settings, queue_url=queue_url, console=console)
            )
            await _check_queue(parts)
            daemon = Daemon(parts, frozenset(roles), server)
            await daemon.work(stop, role)
    events.daemon_stopped(role=role, reason="asked to stop")


async def poll_once(settings: Settings, *, console: Console) -> int:
    """Poll everything that is due and end; gives how many feeds that were."""
    with hold_roles(settings.state, settings.archive_path, ["poll"]):
        queue_url = settings.config.queue.url
        async with (
            open_parts(settings, queue_url=queue_url, console=console) as parts,
            open_polling(parts) as polling,
        ):
            return await polling.once()


@asynccontextmanager
async def open_polling(parts: Parts) -> AsyncIterator[Polling]:
    """Open what polling needs, with the feeds of the configuration registered."""
    feeds = {feed.id: feed for feed in parts.settings.config.feeds}
    addresses = {name: str(feed.url) for name, feed in feeds.items()}
    await parts.archive.write(lambda c: feed_states.register_feeds(c, addresses, parts.clock()))
    await parts.archive.write(lambda c: _keep_within_intervals(c, feeds.values(), parts.clock()))
    async with (
        ParseWorkers(PARSE_WORKERS) as workers,
        Fetcher(parts.http, parts.settings.config.outbound, parts.clock) as fetcher,
    ):
        poller = Poller(
            parts.archive,
            parts.queue,
            feeds=feeds,
            fetcher=fetcher,
            workers=workers,
            matcher=Matcher(parts.book),
            clock=parts.clock,
        )
        hosts = {name: urlsplit(url).hostname or "" for name, url in addresses.items()}
        polling = Polling(parts.archive, hosts, poller.poll, parts.clock)
        try:
            yield polling
        finally:
            await polling.stop()


def _keep_within_intervals(c: Connection, feeds: Iterable[FeedConfig], now: datetime) -> None:
    for feed in feeds:
        feed_states.keep_within_interval(c, feed.id, INTERVAL, latest=now + feed.every)


class Daemon:
    """The loops of a running daemon."""

    def __init__(self, parts: Parts, roles: frozenset[Role], server: EmbeddedServer | None) -> None:
        assert parts.queue is not None
        self._parts = parts
        self._queue = parts.queue
        self._roles = roles
        self._server = server
        self._worker = socket.gethostname()

    async def work(self, stop: asyncio.Event, role: str) -> None:
        """Run the loops until `stop` is set."""
        scheduler = Scheduler()
        async with AsyncExitStack() as stack:
            loops = await self._loops(stack, scheduler)
            scheduler.start()
            stack.callback(scheduler.stop)
            self._say_ready(role)
            running = [asyncio.create_task(loop, name=name) for name, loop in loops]
            try:
                await stop.wait()
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)

    async def _loops(self, stack: AsyncExitStack, scheduler: Scheduler) -> list[Loop]:
        loops: list[Loop] = []
        if self._server is not None:
            loops.append(("queue server", keep_going("queue server", self._keep_server)))
        if "poll" in self._roles:
            polling = await stack.enter_async_context(open_polling(self._parts))
            scheduler.every(POLL_TICK, polling.tick, "poll")
            scheduler.every(HOUSEKEEPING_EVERY, self._housekeeping, "housekeeping")
        if "notify" in self._roles:
            await self._parts.archive.write(
                lambda c: notifications.free_leases(c, self._worker, self._parts.clock())
            )
            loops += self._consumers()
        scheduler.every(RECONCILE_EVERY, self._reconcile, "reconcile")
        return loops

    def _consumers(self) -> list[Loop]:
        parts, queue = self._parts, self._queue
        dispatcher = Dispatcher(parts.archive, queue, surroundings(parts))
        deliverer = Deliverer(
            parts.archive,
            queue,
            channels={(a.receiver, a.destination): a.channel for a in parts.addresses},
            recipients={
                name: Recipient(tz=receiver.tz, lang=receiver.lang)
                for name, receiver in parts.settings.config.receivers.items()
            },
            worker=self._worker,
            clock=parts.clock,
        )
        dispatching = Consumer(queue, [queue.keys.matches], worker=self._worker, work=dispatcher.dispatch)
        delivering = [
            Consumer(
                queue,
                queue.keys.deliver_streams(destination),
                worker=self._worker,
                work=deliverer.deliver,
                batch=1,
            )
            for destination in self._destinations()
        ]
        return [("consumer", consumer.run()) for consumer in (dispatching, *delivering)]

    def _destinations(self) -> list[str]:
        return sorted({address.destination for address in self._parts.addresses})

    async def _reconcile(self) -> None:
        await survive("reconciler", self._reconcile_all, Patience())

    async def _reconcile_all(self) -> None:
        await reconcile_matches(self._parts.archive, self._queue, self._parts.clock)
        if "notify" in self._roles:
            known = self._destinations()
            await reconcile_notifications(self._parts.archive, self._queue, known, self._parts.clock)

    async def _housekeeping(self) -> None:
        keep = self._parts.settings.config.archive.keep
        await survive(
            "housekeeping", lambda: prune(self._parts.archive, keep, self._parts.clock()), Patience()
        )

    async def _keep_server(self) -> None:
        assert self._server is not None
        events.queue_ended(code=await self._server.watch())
        await self._server.restart()
        events.queue_restarted()

    def _say_ready(self, role: str) -> None:
        settings, book = self._parts.settings.config, self._parts.book
        events.daemon_started(
            version=__version__,
            role=role,
            feeds=len(settings.feeds),
            rules=len(book.rules),
            receivers=len(settings.receivers),
            rulebook=book.checksum,
        )


def surroundings(parts: Parts) -> Surroundings:
    """Gather what dispatch looks up."""
    destinations: dict[str, list[str]] = {name: [] for name in parts.settings.config.receivers}
    for address in parts.addresses:
        if address.destination not in destinations[address.receiver]:
            destinations[address.receiver].append(address.destination)
    rules = parts.book.rules
    return Surroundings(
        rule_status=lambda rule: rules[rule].status if rule in rules else None,
        routes=parts.settings.config.routes,
        destinations=destinations,
        story_keys=story_keys,
        clock=parts.clock,
        new_alert_id=new_alert_id,
    )


async def _embedded_server(settings: Settings, role: str, stack: AsyncExitStack) -> EmbeddedServer | None:
    if settings.config.queue.url is not None:
        return None
    if role != "run":
        raise SetupError(
            f"watchword {role} shares its queue with other processes, and the embedded one serves "
            "`watchword run` alone: name a Redis or Valkey server in the configuration "
            "(queue: {url: redis://HOST:PORT/0} or unix:///PATH/TO.sock)"
        )
    server = EmbeddedServer(settings.state)
    stack.callback(server.stop)
    await server.start()
    return server


async def _check_queue(parts: Parts) -> None:
    assert parts.queue is not None
    try:
        await parts.queue.ping()
        problem = await parts.queue.policy_problem()
    except StoreUnavailable as error:
        raise SetupError(f"{error}; is the server of queue.url running?") from error
    if problem:
        events.queue_misconfigured(problem=problem)
