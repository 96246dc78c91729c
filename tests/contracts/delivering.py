"""The real way of a notification, with a clock of the test's own: archive, queue, `Deliverer`, channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import sqlalchemy as sa

from monitor.model import (
    Article,
    ArticleState,
    DestinationHealth,
    MatchState,
    Notification,
    Receipt,
)
from monitor.notify.channel import Channel, Destination
from monitor.pipeline.compose import Recipient
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.dispatch import offer_notifications
from monitor.pipeline.pace import Pace
from monitor.stores import articles, destinations, tables
from monitor.stores.archive import Archive
from monitor.stores.notifications import Waiting
from monitor.stores.queue import Queue
from tests.conftest import NOON
from tests.stores.revisions import store_revision
from tests.stores.test_archive import a_match

_numbers = count(1)


@dataclass
class Clock:
    """A time that only the test moves."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


class Witness:
    """A channel that notes how each send of the real one ended: a receipt, or what was raised."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel = channel
        self._clock = clock
        self.ends: list[Receipt | BaseException] = []
        self.times: dict[str, list[datetime]] = {}
        self.sent: list[Notification] = []

    def destinations(self) -> tuple[Destination, ...]:
        return self._channel.destinations()

    async def send(self, notification: Notification) -> Receipt:
        self.sent.append(notification)
        self.times.setdefault(notification.key, []).append(self._clock.now)
        try:
            receipt = await self._channel.send(notification)
        except BaseException as error:
            self.ends.append(error)
            raise
        self.ends.append(receipt)
        return receipt

    async def close(self) -> None:
        await self._channel.close()


@dataclass(frozen=True)
class Standing:
    """What the archive says of a notification."""

    state: str
    next_at: datetime
    reason: str
    outcomes: tuple[str | None, ...]
    receipts: int


@dataclass
class Desk:
    """A receiver `desk` whose notifications are delivered when the test says so."""

    archive: Archive
    queue: Queue
    channel: Channel
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.witness = Witness(self.channel, self.clock)
        self.destinations = [destination.id for destination in self.channel.destinations()]
        channels: Mapping[tuple[str, str], Channel] = {
            ("desk", name): self.witness for name in self.destinations
        }
        self.deliverer = Deliverer(
            self.archive,
            self.queue,
            channels=channels,
            recipients={"desk": Recipient("UTC", "en")},
            pace=Pace(self.queue, {}),
            worker="w",
            clock=self.clock,
        )

    async def raise_alert(self, article: Article | None = None) -> list[Waiting]:
        """Store an alert of this desk's own, with a notification for each destination, all of them well."""
        return await self.archive.write(lambda c: self._stored(c, article))

    def _stored(self, c: sa.Connection, article: Article | None) -> list[Waiting]:
        alert, now = f"t{next(_numbers)}", self.clock.now
        for destination in self.destinations:
            destinations.record_health(c, destination, DestinationHealth())
        told = article or Article("", f"Story of {alert}", now, feed="wire")
        number = articles.store_article(c, told, "", ArticleState.MATCHED)
        articles.store_matches(c, number, [a_match()], MatchState.PENDING, now)
        [(match, _)] = articles.matches_of(c, number)
        return store_revision(c, alert, article=number, match=match, destinations=self.destinations, now=now)

    async def attempt(self, waiting: Waiting) -> Standing:
        """Send a notification through its stream, once."""
        await offer_notifications(self.queue, [waiting])
        streams = self.queue.keys.deliver_streams(waiting.destination)
        entries = []
        while not entries:  # the first calls make the groups
            entries = await self.queue.take(streams, "w", 1)
        await self.deliverer.deliver(entries)
        return await self.standing(waiting)

    async def settle(self, waiting: Waiting, most: int = 12) -> Standing:
        """Try again, each time when it is due, until it is at its end."""
        standing = await self.standing(waiting)
        for _ in range(most):
            if standing.state != "pending":
                break
            self.clock.now = max(self.clock.now, standing.next_at)
            standing = await self.attempt(waiting)
        return standing

    async def standing(self, waiting: Waiting) -> Standing:
        return await self.archive.read(lambda c: _standing(c, waiting.id))


def _standing(c: sa.Connection, number: int) -> Standing:
    rows, tried = tables.notifications, tables.attempts
    row = c.execute(sa.select(rows).where(rows.c.id == number)).one()
    outcomes = c.scalars(
        sa.select(tried.c.outcome).where(tried.c.notification == number).order_by(tried.c.id)
    )
    ledger = sa.select(sa.func.count()).select_from(tables.receipts).where(tables.receipts.c.key == row.key)
    return Standing(row.state, row.next_attempt_at, row.reason, tuple(outcomes), c.scalar(ledger) or 0)


def earliest(tries: int, asked: float | None) -> timedelta:
    """Say how soon an attempt may follow `tries` + 1 failed ones; reckoned here anew."""
    doubled = min(5.0 * 2**tries, 900.0) / 2
    return timedelta(seconds=max(doubled, asked or 0.0))


def latest(tries: int, asked: float | None) -> timedelta:
    """Say how late an attempt may follow at most: a full wait, or five seconds after what was asked for."""
    return timedelta(seconds=max(min(5.0 * 2**tries, 900.0), (asked or 0.0) + 5.0))
