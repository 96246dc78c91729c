"""The consumer: its own unfinished work first, one bad entry holds up nobody, a stop finishes what began."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from monitor.errors import StoreUnavailable
from monitor.runtime.consumer import Consumer
from monitor.stores.queue import Entry, Queue


async def run_until(consumer: Consumer, done: asyncio.Event) -> None:
    task = asyncio.create_task(consumer.run())
    async with asyncio.timeout(20):
        await done.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_was_left_is_done_before_what_is_new(queue: Queue) -> None:
    """A worker that died with an entry in hand does it first when it comes back."""
    stream = queue.keys.matches
    await queue.take([stream], "w", 1)
    await queue.offer(stream, [1])
    await queue.take([stream], "w", 1)
    await queue.offer(stream, [2])
    seen: list[int] = []
    done = asyncio.Event()

    async def work(entries: Sequence[Entry]) -> None:
        [entry] = entries
        seen.append(entry.id)
        await queue.done([entry])
        if len(seen) == 2:
            done.set()

    await run_until(Consumer(queue, [stream], worker="w", work=work, batch=1), done)
    assert seen == [1, 2]
    assert await queue.depth(stream) == 0


async def test_a_bad_entry_does_not_hold_up_the_others(queue: Queue) -> None:
    """An entry whose work fails stays unfinished; the following ones are done."""
    stream = queue.keys.matches
    await queue.offer(stream, [1, 2])
    done = asyncio.Event()

    async def work(entries: Sequence[Entry]) -> None:
        [entry] = entries
        if entry.id == 1:
            raise ValueError("a fault of our own")
        await queue.done([entry])
        done.set()

    await run_until(Consumer(queue, [stream], worker="w", work=work, batch=1), done)
    assert [entry.id for entry in await queue.unfinished(stream, "w", 10)] == [1]


async def test_an_entry_met_by_an_outage_is_tried_again(queue: Queue) -> None:
    """When the archive or the queue is away, the same entry is taken up once it is back."""
    stream = queue.keys.matches
    await queue.offer(stream, [1])
    tries = 0
    done = asyncio.Event()

    async def work(entries: Sequence[Entry]) -> None:
        [entry] = entries
        nonlocal tries
        tries += 1
        if tries < 3:
            raise StoreUnavailable("away")
        await queue.done([entry])
        done.set()

    await run_until(Consumer(queue, [stream], worker="w", work=work, batch=1), done)
    assert tries == 3


async def test_a_stop_lets_work_that_began_come_to_its_end(queue: Queue) -> None:
    """A message on its way is finished and recorded before the daemon ends."""
    stream = queue.keys.matches
    await queue.offer(stream, [1])
    begun, finished = asyncio.Event(), asyncio.Event()
    go = asyncio.Event()

    async def work(entries: Sequence[Entry]) -> None:
        [entry] = entries
        begun.set()
        await go.wait()
        await queue.done([entry])
        finished.set()

    task = asyncio.create_task(Consumer(queue, [stream], worker="w", work=work, batch=1).run())
    async with asyncio.timeout(10):
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        go.set()
        with suppress(asyncio.CancelledError):
            await task
    assert finished.is_set()
