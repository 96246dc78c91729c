"""The queue on a real Valkey server."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from monitor.errors import StoreUnavailable
from monitor.stores.keys import queued
from monitor.stores.queue import Queue

STREAM = "{t}:s"


async def test_an_id_is_in_a_stream_at_most_once(queue: Queue) -> None:
    """Offering again changes nothing while the id is there, and brings it back when it is done."""
    stream = queue.keys.matches
    assert await queue.offer(stream, [1, 2]) == 2
    assert await queue.offer(stream, [1, 2, 3]) == 1
    assert await queue.take([stream], "w", 10) == []  # the group is made by the first read
    entries = await queue.take([stream], "w", 10)
    assert [entry.id for entry in entries] == [1, 2, 3]
    assert await queue.offer(stream, [1]) == 0
    await queue.done([entries[0]])
    assert await queue.depth(stream) == 2
    assert await queue.offer(stream, [1]) == 1


async def test_an_id_whose_entry_vanished_is_offered_again(queue: Queue, queue_url: str) -> None:
    """A stream that was deleted or trimmed does not block its ids."""
    stream = queue.keys.matches
    await queue.offer(stream, [7])
    with Redis.from_url(queue_url) as client:
        client.delete(stream)
        assert client.hexists(queued(stream), "7")
    assert await queue.offer(stream, [7]) == 1


async def test_unfinished_work_comes_back_to_its_worker_and_abandoned_work_to_others(queue: Queue) -> None:
    """What a worker took is pending for it; after long enough anybody may have it."""
    stream = queue.keys.matches
    await queue.offer(stream, [1])
    await queue.take([stream], "w", 1)
    [taken] = await queue.take([stream], "w", 1)
    assert await queue.take([stream], "w", 1) == []
    assert await queue.unfinished(stream, "w", 10) == [taken]
    assert await queue.claim_abandoned(stream, "other", timedelta(hours=1), 10) == []
    assert await queue.claim_abandoned(stream, "other", timedelta(0), 10) == [taken]
    assert await queue.unfinished(stream, "w", 10) == []


async def test_urgent_streams_are_read_first(queue: Queue) -> None:
    """Whatever waits in an earlier stream comes before anything in a later one."""
    urgent, normal = queue.keys.deliver_streams("slack:x")
    await queue.take([urgent, normal], "w", 1)
    await queue.offer(normal, [1, 2])
    await queue.offer(urgent, [9])
    order = []
    while entries := await queue.take([urgent, normal], "w", 1):
        order += [entry.id for entry in entries]
    assert order[0] == 9
    assert sorted(order) == [1, 2, 9]


async def test_what_is_dropped_is_gone_from_every_hand(queue: Queue) -> None:
    """New or taken, it is in the stream no more, and can be offered anew; others stay."""
    stream = queue.keys.matches
    await queue.take([stream], "w", 1)
    await queue.offer(stream, [1, 2, 3])
    [taken] = await queue.take([stream], "w", 1)
    assert taken.id == 1
    await queue.drop(stream, [1, 2, 99])
    assert await queue.unfinished(stream, "w", 10) == []
    assert [entry.id for entry in await queue.take([stream], "w", 10)] == [3]
    await queue.done([taken])
    assert await queue.offer(stream, [1, 2, 3]) == 2


async def test_ten_thousand_offers_repeated_make_no_double(queue: Queue) -> None:
    """A call whose reply was lost may be repeated: every id is there once."""
    stream = queue.keys.matches
    batches = [range(start, start + 500) for start in range(0, 10_000, 500)]
    await asyncio.gather(*(queue.offer(stream, batch) for batch in batches for _ in range(2)))
    assert await queue.depth(stream) == 10_000


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """Errors of the client library are mapped at the border."""
    nowhere = Queue(f"unix://{tmp_path}/none.sock", "t")
    with pytest.raises(StoreUnavailable, match="the queue does not answer"):
        await nowhere.offer(STREAM, [1])
    await nowhere.close()


async def test_a_server_that_may_drop_work_is_named(queue_socket: Path) -> None:
    """maxmemory-policy other than noeviction is reported."""
    queue = Queue(f"unix://{queue_socket}", "t")
    assert await queue.policy_problem() is None
    with Redis(unix_socket_path=str(queue_socket)) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            problem = await queue.policy_problem()
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    await queue.close()
    assert problem is not None
    assert "noeviction" in problem


async def test_a_server_that_is_too_old_is_named(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no XAUTOCLAIM cannot serve; the message says from which version on."""
    assert await queue.version_problem() is None
    monkeypatch.setattr("monitor.stores.queue._OLDEST_SERVER", (99, 0))
    problem = await queue.version_problem()
    assert problem is not None
    assert "6.2 or newer is needed" in problem


async def test_a_full_stream_takes_no_more(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """What finds no room waits in the archive, and is offered again."""
    monkeypatch.setattr("monitor.stores.queue.MOST_QUEUED", 3)
    stream = queue.keys.matches
    assert await queue.offer(stream, range(10)) == 3
    await queue.take([stream], "w", 1)
    [entry] = await queue.take([stream], "w", 1)
    await queue.done([entry])
    assert await queue.offer(stream, range(10)) == 1
    assert await queue.depth(stream) == 3


async def test_workers_that_are_gone_are_forgotten(queue: Queue, queue_url: str) -> None:
    """A worker with nothing in hand is forgotten after a while, one with something in hand is not."""
    stream = queue.keys.matches
    for worker in ("idle-1", "idle-2", "busy"):
        await queue.take([stream], worker, 1)
    await queue.offer(stream, [1])
    assert [entry.id for entry in await queue.take([stream], "busy", 1)] == [1]
    assert await queue.forget_consumers(stream, timedelta(hours=1)) == 0
    await asyncio.sleep(0.01)
    await queue.forget_consumers(stream, timedelta(milliseconds=5))
    with Redis.from_url(queue_url, decode_responses=True) as client:
        assert [consumer["name"] for consumer in client.xinfo_consumers(stream, "watchword")] == ["busy"]
    assert [entry.id for entry in await queue.unfinished(stream, "busy", 1)] == [1]
    assert await queue.forget_consumers("{t}:nowhere", timedelta(0)) == 0
