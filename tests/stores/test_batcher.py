"""What is asked for at the same time is done together, and fails by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from monitor.errors import StoreUnavailable
from monitor.stores.archive import Archive
from monitor.stores.batcher import Batcher
from monitor.stores.tables import stories
from tests.conftest import NOON


class Work:
    """Opens a story for each number, but for those under zero; `batches` are what it was given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __call__(self, c: sa.Connection, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        for number in numbers:
            c.execute(sa.insert(stories), {"id": abs(number), "created_at": NOON, "last_at": NOON})
            if number < 0:
                raise ValueError(number)
        return [10 * number for number in numbers]


async def opened(archive: Archive) -> list[int]:
    return await archive.read(lambda c: list(c.scalars(sa.select(stories.c.id).order_by(stories.c.id))))


async def test_who_comes_alone_is_served_and_who_comes_meanwhile_shares_the_next(archive: Archive) -> None:
    """Each gets its own result."""
    work = Work()
    batcher = Batcher(archive, work)
    assert await asyncio.gather(*map(batcher.do, (1, 2, 3))) == [10, 20, 30]
    first = asyncio.create_task(batcher.do(4))
    while len(work.batches) < 2:  # noqa: ASYNC110 - a count, no event
        await asyncio.sleep(0)
    assert await asyncio.gather(first, *map(batcher.do, (5, 6))) == [40, 50, 60]
    assert work.batches == [[1, 2, 3], [4], [5, 6]]
    assert await opened(archive) == [1, 2, 3, 4, 5, 6]


async def test_a_bad_one_fails_alone(archive: Archive) -> None:
    """What others asked for in its company is done all the same, and of its own nothing is left."""
    batcher = Batcher(archive, Work())
    found = await asyncio.gather(*map(batcher.do, (1, -2, 3)), return_exceptions=True)
    assert found[0::2] == [10, 30]
    assert isinstance(found[1], ValueError)
    assert await opened(archive) == [1, 3]


async def test_when_the_archive_is_away_all_hear_of_it_and_the_next_are_served(archive: Archive) -> None:
    """Nothing is tried over and over."""
    calls = 0

    def work(c: sa.Connection, numbers: Sequence[int]) -> list[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise sa.exc.OperationalError("INSERT", {}, Exception("disk full"))
        return list(numbers)

    batcher = Batcher(archive, work)
    found = await asyncio.gather(*map(batcher.do, (1, 2)), return_exceptions=True)
    assert [type(one) for one in found] == [StoreUnavailable] * 2
    assert calls == 1
    assert await batcher.do(3) == 3


async def test_whoever_is_cancelled_holds_up_nobody(archive: Archive) -> None:
    """The others of its batch get their results."""
    batcher = Batcher(archive, Work())
    gone = asyncio.create_task(batcher.do(1))
    stays = asyncio.create_task(batcher.do(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 20
    with pytest.raises(asyncio.CancelledError):
        await gone
