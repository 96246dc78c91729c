"""Turns to write to a destination, by a real queue server's clock and by our own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import pytest

from monitor.pipeline.pace import LocalBucket, Pace
from monitor.stores.queue import Queue
from monitor.values import Rate, parse_rate


async def test_workers_share_the_turns_of_a_destination(queue: Queue) -> None:
    """Two notifiers that hurry get no more turns together than the rate gives."""
    paces = [Pace(queue, {"slack:x": Rate(10, 1)}) for _ in range(2)]
    begun = monotonic()
    taken = 0

    async def hurry(pace: Pace) -> None:
        nonlocal taken
        while monotonic() - begun < 1.0:
            await pace.turn("slack:x")
            taken += 1

    await asyncio.gather(*map(hurry, paces))
    seconds = monotonic() - begun
    assert 10 < taken <= 10 + 10 * seconds + 1


async def test_without_a_rate_nobody_waits(queue: Queue) -> None:
    """A destination without a rate has as many turns as it likes."""
    pace = Pace(queue, {})
    assert [await pace.turn("slack:x") for _ in range(100)] == [(0.0, 0.0)] * 100


async def test_a_long_wait_is_told_and_takes_no_turn(queue: Queue) -> None:
    """Who would wait for long is told how long, and may come back then."""
    pace = Pace(queue, {"slack:x": parse_rate("1/h")})
    assert await pace.turn("slack:x") == (0.0, 0.0)
    waited, left = await pace.turn("slack:x")
    assert waited == 0
    assert 3500 < left <= 3600


async def test_without_the_server_our_own_bound_holds(tmp_path: Path) -> None:
    """A queue server that is away lets nothing more through."""
    nowhere = Queue(f"unix://{tmp_path}/none.sock", "t")
    pace = Pace(nowhere, {"slack:x": Rate(2, 3600)})
    assert [await pace.turn("slack:x") for _ in range(2)] == [(0.0, 0.0)] * 2
    assert (await pace.turn("slack:x"))[1] > 1700


def test_a_bucket_fills_again() -> None:
    """So many turns at once, then one every interval, and as many at once again after a pause."""
    now = 0.0
    bucket = LocalBucket(Rate(3, 3), lambda: now)
    for _ in range(3):
        assert bucket.wait() == 0
        bucket.take()
    assert bucket.wait() == 1
    now = 1.0
    assert bucket.wait() == 0
    bucket.take()
    assert bucket.wait() == 1
    now = 10.0
    for _ in range(3):
        assert bucket.wait() == 0
        bucket.take()
    assert bucket.wait() == 1


@pytest.mark.parametrize("written", ["0/s", "1/w", "/s", "1", "-1/s", "1.5/s"])
def test_what_is_no_rate(written: str) -> None:
    """A rate is a number and a unit of time."""
    with pytest.raises(ValueError, match="not a rate"):
        parse_rate(written)
