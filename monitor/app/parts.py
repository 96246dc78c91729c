"""What a process works with: the archive, the queue, channels, the time."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console

from monitor.config import Settings
from monitor.feeds.guard import open_session
from monitor.feeds.worker import ParseWorkers
from monitor.notify.channel import Channel, Wires
from monitor.stores.archive import Archive, open_archive
from monitor.stores.queue import Queue
from monitor.values import Rate

PARSE_WORKERS = 2


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def new_alert_id() -> str:
    """Make an alert id that people can read out: ten letters and digits that are not mistaken for others."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(10))


@dataclass(frozen=True, slots=True)
class Ground:
    """What a process works with from its start to its end, whatever is reloaded; `name` is its own."""

    name: str
    archive: Archive
    queue: Queue | None
    parsers: ParseWorkers
    console: Console
    clock: Callable[[], datetime]


@asynccontextmanager
async def open_ground(
    settings: Settings, name: str, *, queue_url: str | None, console: Console
) -> AsyncIterator[Ground]:
    """Open the archive, the queue (where there is one) and the parsing workers."""
    async with AsyncExitStack() as stack:
        archive = open_archive(settings.archive_url)
        stack.callback(archive.close)
        queue = Queue(queue_url, settings.config.queue.namespace) if queue_url else None
        if queue is not None:
            stack.push_async_callback(queue.close)
        parsers = await stack.enter_async_context(ParseWorkers(PARSE_WORKERS))
        yield Ground(name, archive, queue, parsers, console, utc_now)


@dataclass(frozen=True, slots=True)
class Address:
    """A destination of a receiver, with the channel that leads there."""

    receiver: str
    destination: str
    shown: str
    channel: Channel
    rate: Rate | None = None


def open_channels(settings: Settings, wires: Wires, only: str | None = None) -> tuple[Address, ...]:
    """Build the channels of every receiver, or of the one named `only`; nothing is touched yet."""
    return tuple(
        Address(name, destination.id, destination.shown, channel, configured.config.pace)
        for name, receiver in settings.config.receivers.items()
        if only is None or name == only
        for configured in receiver.configured
        for channel in (configured.open(wires),)
        for destination in channel.destinations()
    )


async def configured_addresses(settings: Settings) -> tuple[Address, ...]:
    """Look up what the configuration can send to; nothing is sent, and the channels are closed again."""
    async with open_session(settings.config.outbound) as http:
        opened = open_channels(settings, Wires(http=http, clock=utc_now, console=Console(stderr=True)))
        await close_channels(opened)
    return opened


def strictest_rates(addresses: Iterable[Address]) -> dict[str, Rate]:
    """Give the rate of each destination that has one; where two receivers say different ones, the slower."""
    found: dict[str, Rate] = {}
    for address in addresses:
        if address.rate is not None:
            slower = found.get(address.destination, address.rate)
            found[address.destination] = max(slower, address.rate, key=lambda rate: rate.interval)
    return found


async def close_channels(addresses: Iterable[Address]) -> None:
    """Let go of what the channels opened, of each once, however many addresses it leads to."""
    async with AsyncExitStack() as stack:  # one that fails keeps no other open
        for channel in {id(address.channel): address.channel for address in addresses}.values():
            stack.push_async_callback(channel.close)
