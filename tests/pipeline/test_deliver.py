"""Delivery: what became of a message is written down, whatever the archive is doing at that moment."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import LeaseLost, Rejected
from monitor.model import Notification, Receipt
from monitor.notify.channel import Destination
from monitor.pipeline import compose as composing
from monitor.pipeline.compose import Recipient
from monitor.pipeline.deliver import LEASE, MOST_LOST, Deliverer
from monitor.pipeline.dispatch import offer_notifications
from monitor.pipeline.pace import Pace
from monitor.pipeline.reconcile import reconcile_notifications
from monitor.stores import engines, notifications
from monitor.stores.archive import Archive, open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.notifications import Waiting
from monitor.stores.queue import Entry, Queue
from tests.conftest import NOON
from tests.stores.test_bursts import stored_burst
from tests.stores.test_notifications import stored


class LockingChannel:
    """Takes a message, and has another program hold the archive while it is to be recorded."""

    def __init__(self, path: Path) -> None:
        self.sent: list[str] = []
        self._other = sqlite3.connect(path, isolation_level=None)

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination("slack:x", "x"),)

    async def send(self, notification: Notification) -> Receipt:
        self.sent.append(notification.key)
        self._other.execute("begin immediate")
        asyncio.get_running_loop().call_later(0.5, self._other.rollback)
        return Receipt("ok", NOON)

    async def close(self) -> None:
        self._other.close()


async def test_an_outcome_that_cannot_be_recorded_at_once_repeats_nothing(
    tmp_path: Path, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that arrived while the archive was locked is recorded once it is free, and sent once."""
    monkeypatch.setattr(engines, "_BUSY_SECONDS", 0.05)
    archive = open_archive(sqlite_url(tmp_path / "a.sqlite"))
    number = await archive.write(stored)
    channel = LockingChannel(tmp_path / "a.sqlite")
    deliverer = Deliverer(
        archive,
        queue,
        channels={("desk", "slack:x"): channel},
        recipients={"desk": Recipient("UTC", "en")},
        pace=Pace(queue, {}),
        worker="w",
        clock=lambda: NOON,
    )
    await offer_notifications(queue, [Waiting(number, "slack:x", "high")])
    entries = []
    while not entries:  # the first calls make the groups
        entries = await queue.take(queue.keys.deliver_streams("slack:x"), "w", 1)
    async with asyncio.timeout(10):
        await deliverer.deliver(entries)
        await deliverer.deliver(entries)
    assert channel.sent == ["a1/1/slack:x"]
    assert (await archive.read(lambda c: notifications.receipt_of(c, "a1/1/slack:x"))) is not None
    await channel.close()
    archive.close()


class Takes:
    """A channel that takes every message."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, notification: Notification) -> Receipt:
        self.sent.append(notification.key)
        return Receipt("ok", NOON)


class Sleeps(Pace):
    """Waits for a turn until something else has happened."""

    def __init__(self, queue: Queue, meanwhile: Callable[[], Awaitable[None]]) -> None:
        super().__init__(queue, {})
        self._meanwhile = meanwhile

    async def turn(self, destination: str) -> tuple[float, float]:
        await self._meanwhile()
        return 0.0, 0.0


async def test_who_sleeps_past_its_lease_repeats_nothing(archive: Archive, queue: Queue) -> None:
    """Another one delivered it meanwhile: the sleeper looks once more before it sends."""
    entry = Entry(queue.keys.deliver("slack:x", "high"), "1-1", await archive.write(stored))
    channel = Takes()

    def notifier(worker: str, clock: Callable[[], datetime], pace: Pace) -> Deliverer:
        to = {"channels": {("desk", "slack:x"): channel}, "recipients": {"desk": Recipient("UTC", "en")}}
        return Deliverer(archive, queue, **to, pace=pace, worker=worker, clock=clock)

    later = NOON + 2 * LEASE
    other = notifier("b", lambda: later, Pace(queue, {}))
    sleeps = Sleeps(queue, lambda: other.deliver([entry]))
    sleeper = notifier("a", lambda: later if channel.sent else NOON, sleeps)
    with pytest.raises(LeaseLost):
        await sleeper.deliver([entry])
    await sleeper.deliver([entry])
    assert channel.sent == ["a1/1/slack:x"]


def cannot_be_composed(monkeypatch: pytest.MonkeyPatch, broken: int | None) -> None:
    """Let composing one notification break, as damage in the archive may."""
    whole = composing._notification

    def breaks(c, one, *rest):
        if one.id == broken:
            raise KeyError("evidence")
        return whole(c, one, *rest)

    monkeypatch.setattr(composing, "_notification", breaks)


async def test_what_cannot_be_composed_is_given_up_after_five_tries_and_breaks_no_other(
    archive: Archive, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try is written down though it broke, and whoever was claimed together with it is told."""
    broken, sound = await archive.write(lambda c: stored_burst(c, ("high",) * 2))
    stream = queue.keys.deliver("slack:x", "high")
    entries = [Entry(stream, f"1-{number}", number) for number in (broken, sound)]
    cannot_be_composed(monkeypatch, broken)
    channel = Takes()
    to = {"channels": {("desk", "slack:x"): channel}, "recipients": {"desk": Recipient("UTC", "en")}}
    deliverer = Deliverer(archive, queue, **to, pace=Pace(queue, {}), worker="w", clock=lambda: NOON)
    both = await asyncio.gather(*(deliverer.deliver([one]) for one in entries), return_exceptions=True)
    assert [type(one) for one in both] == [KeyError, type(None)]
    for _ in range(MOST_LOST - 1):
        with pytest.raises(KeyError):
            await deliverer.deliver(entries[:1])
    await deliverer.deliver(entries[:1])
    asked = sa.text("SELECT state, reason FROM notifications ORDER BY id")
    [dead, delivered] = await archive.read(lambda c: c.execute(asked).all())
    assert tuple(dead) == ("dead", "5 attempts to send it ended without an outcome")
    assert delivered.state == "delivered"
    assert channel.sent == ["a2/1/slack:x"]


class Refuses(Takes):
    """A channel that takes no message with others in it."""

    async def send(self, notification: Notification) -> Receipt:
        if notification.others:
            raise Rejected("400: too long")
        return await super().send(notification)


@pytest.mark.parametrize("fault", ["the company is refused", "one cannot be composed"])
async def test_what_goes_wrong_with_company_costs_no_other_its_alert(
    archive: Archive, queue: Queue, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Each goes on by itself; only what is at fault itself is given up."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 5))
    broken = numbers[2] if fault == "one cannot be composed" else None
    cannot_be_composed(monkeypatch, broken)
    channel = Takes() if broken else Refuses()
    to = {"channels": {("desk", "slack:x"): channel}, "recipients": {"desk": Recipient("UTC", "en")}}
    late = NOON + timedelta(minutes=1)
    deliverer = Deliverer(archive, queue, **to, pace=Pace(queue, {}), worker="w", clock=lambda: late)
    stream = queue.keys.deliver("slack:x", "high")
    for _ in range(MOST_LOST + 2):
        for number in numbers:
            with suppress(KeyError):
                await deliverer.deliver([Entry(stream, f"1-{number}", number)])
    asked = sa.text("SELECT id FROM notifications WHERE state = 'delivered' ORDER BY id")
    delivered = await archive.read(lambda c: c.execute(asked).scalars().all())
    assert delivered == [number for number in numbers if number != broken]
    assert len(channel.sent) == (1 if broken else len(numbers))


async def test_a_destination_far_behind_hides_no_other_one(archive, queue: Queue) -> None:
    """The reconciler offers each destination's own, however many older ones another has waiting."""
    await archive.write(stored)

    def many(c) -> None:
        [one] = c.execute(notifications.notifications.select()).mappings().all()
        rows = [
            {**one, "id": 100 + n, "key": f"k{n}", "destination": "slack:x" if n < 1500 else "email:y"}
            for n in range(1501)
        ]
        c.execute(notifications.notifications.insert(), rows)

    await archive.write(many)
    await reconcile_notifications(archive, queue, ["slack:x", "email:y"], lambda: NOON)
    assert await queue.depth(queue.keys.deliver("email:y", "high")) == 1
    assert await queue.depth(queue.keys.deliver("slack:x", "high")) == 1000
