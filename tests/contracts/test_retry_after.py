"""Thousands of sends to destinations that ask for a wait: none comes early, none hours late.

WATCHWORD_TEST_EVERYTHING=1 makes it ten thousand.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import Deferred, OutcomeUnknown
from monitor.model import Notification, Receipt
from monitor.notify.answers import asked_wait
from monitor.notify.channel import Destination
from monitor.pipeline.deliver import next_wait
from monitor.pipeline.reconcile import reconcile_notifications
from monitor.stores import notifications, tables
from monitor.stores.archive import open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.queue import Entry, Queue
from tests.contracts.delivering import Clock, Desk, earliest, latest

# An alert to so many places, each told at the fifth send. All 10,000 sends take minutes; one in five suffices
# where somebody waits for it.
PLACES = 2000 if os.environ.get("WATCHWORD_TEST_EVERYTHING") else 400
FAILURES = 4
AT_ONCE = 25  # workers
TICK = timedelta(minutes=5)  # how often the reconciler looks
WAITS = (None, 0, 1, 2, 7, 30, 59, 60, 120, 299, 600, 1799, 3600)


class LimitedChannel:
    """Refuses each notification a few times, each time with another way to say when to come back."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self.sends: dict[str, list[tuple[datetime, float | None]]] = {}

    def destinations(self) -> tuple[Destination, ...]:
        return tuple(Destination(f"slack:{number}", f"place {number}") for number in range(PLACES))

    async def send(self, notification: Notification) -> Receipt:
        sends = self.sends.setdefault(notification.key, [])
        wanted = self._random.choice(WAITS)
        sends.append((self._clock.now, wanted))
        await asyncio.sleep(0)
        if len(sends) > FAILURES:
            return Receipt("200 ok", self._clock.now)
        kind = self._random.choice([Deferred, Deferred, OutcomeUnknown])
        raise kind("429", asked_wait(*self._said(wanted), self._clock.now))

    async def close(self) -> None:
        """Nothing was opened."""

    def _said(self, wanted: float | None) -> tuple[list[str], str]:
        """Say it as a number, a fraction, or a date by a clock that differs from ours by up to a day."""
        if wanted is None:
            return self._random.choice([[], ["soon"], ["-1"]]), ""
        form = self._random.randrange(4)
        if form == 0 and wanted > 0:
            return [f"{wanted - 0.5}"], ""
        if form == 1:
            there = self._clock.now.replace(microsecond=0) + timedelta(hours=self._random.randint(-24, 24))
            until = format_datetime(there + timedelta(seconds=wanted), usegmt=True)
            return [until], format_datetime(there, usegmt=True)
        if form == 2:
            return [f" {wanted} ", "0"], ""
        return [f"{wanted}"], ""

    def lateness(self) -> list[tuple[timedelta, timedelta]]:
        """Give for each send after a refusal how long after its earliest and its latest moment it came."""
        found = []
        for sends in self.sends.values():
            for tries, ((before, wanted), (now, _)) in enumerate(pairwise(sends)):
                waited = now - before
                found.append((waited - earliest(tries, wanted), waited - latest(tries, wanted)))
        return found


@pytest.fixture
async def desk(tmp_path: Path, queue_socket: Path) -> AsyncIterator[Desk]:
    archive = open_archive(sqlite_url(tmp_path / "archive.sqlite"))
    queue = Queue(f"unix://{queue_socket}", f"t{tmp_path.name}{id(tmp_path)}", block=0.01)
    clock = Clock()
    yield Desk(archive, queue, LimitedChannel(clock, seed=20260304), clock)
    await queue.close()
    archive.close()


async def test_no_send_of_thousands_is_early(desk: Desk) -> None:
    """Through stores, queue, reconciler and deliverer no send comes before the time that was asked for."""
    channel, draw = desk.channel, random.Random(1)
    assert isinstance(channel, LimitedChannel)
    numbers = [waiting.id for waiting in await desk.raise_alert()]
    while (soonest := await desk.archive.read(_soonest)) is not None:
        # Somebody hands entries over whose time has not come: those must not be sent.
        stray = desk.queue.keys.deliver("slack:0", "high")
        early = [Entry(stray, "0-0", number) for number in draw.sample(numbers, 5)]
        await desk.deliverer.deliver(early)
        desk.clock.now = max(desk.clock.now + TICK, soonest)
        await reconcile_notifications(desk.archive, desk.queue, desk.destinations, desk.clock)
        due = await desk.archive.read(lambda c: notifications.notifications_due(c, desk.clock.now, PLACES))
        for start in range(0, len(due), AT_ONCE):
            chosen = due[start : start + AT_ONCE]
            await asyncio.gather(*(_drain(desk, waiting.destination) for waiting in chosen))
    lateness = channel.lateness()
    outcomes = Counter(len(sends) for sends in channel.sends.values())
    assert outcomes == {FAILURES + 1: PLACES}
    early_sends = [early for early, _ in lateness if early < timedelta()]
    latest_send = max(late for _, late in lateness)
    print(f"{sum(map(len, channel.sends.values()))} sends, {len(early_sends)} early, latest by {latest_send}")
    assert early_sends == []
    assert latest_send <= 2 * TICK


async def _drain(desk: Desk, destination: str) -> None:
    streams = desk.queue.keys.deliver_streams(destination)
    while await desk.queue.depth(streams[0]):
        for entry in await desk.queue.take(streams, "w", 50):
            await desk.deliverer.deliver([entry])


def _soonest(c: sa.Connection) -> datetime | None:
    rows = tables.notifications
    found: datetime | None = c.scalar(
        sa.select(sa.func.min(rows.c.next_attempt_at)).where(rows.c.state == "pending")
    )
    return found


def test_the_next_wait_is_never_shorter_than_what_was_asked_for() -> None:
    """Whatever the tries, the wish and the jitter, the wait is what was asked for or a little more."""
    draw = random.Random(7)
    for _ in range(20_000):
        tries, jitter = draw.randrange(60), draw.random()
        asked = draw.choice([None, 0.0, draw.uniform(0, 10), draw.uniform(0, 604_800.0)])
        wait = next_wait(tries, asked, jitter)
        assert earliest(tries, asked) <= wait <= latest(tries, asked)
