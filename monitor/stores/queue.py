"""The queue: Redis streams that carry ids of rows from one worker to the next.

Losing all of Redis loses nothing: the reconciler offers again whatever the archive says is waiting.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from redis.commands.core import AsyncScript
from redis.exceptions import RedisError, ResponseError

from monitor.errors import StoreUnavailable
from monitor.stores.connection import connect
from monitor.stores.keys import GROUP, Keys, queued
from monitor.values import Rate

_SCRIPTS = Path(__file__).with_name("scripts")
MOST_QUEUED = 10_000  # entries of one stream; what is more waits in the archive
_MOST_USED = 0.8  # of the memory that the server may use
_OLDEST_SERVER = (6, 2)  # the first with XAUTOCLAIM


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a stream: `id` is the number of a row of the archive."""

    stream: str
    entry: str
    id: int


class Queue:
    """A connection to the queue server. Every method raises StoreUnavailable when it does not answer."""

    def __init__(self, url: str, namespace: str, *, block: float = 2.0) -> None:
        self.keys = Keys(namespace)
        self._block = block
        # A reply must be able to take longer than a blocking read.
        self._redis, self._sentinels = connect(url, answer_seconds=block + 5)
        self._offer = self._script("offer")
        self._take = self._script("take")
        self._done = self._script("done")
        self._drop = self._script("drop")
        self._forget = self._script("forget_consumers")
        self._take_turn = self._script("take_turn")

    def _script(self, name: str) -> AsyncScript:
        return self._redis.register_script((_SCRIPTS / f"{name}.lua").read_text())

    async def ping(self) -> None:
        """Ask the server for a sign of life."""
        async with _mapped():
            await cast("Awaitable[Any]", self._redis.ping())

    async def policy_problem(self) -> str | None:
        """Say what is wrong with the server's memory policy, None where all is well or it will not tell."""
        async with _mapped():
            try:
                answer = await self._redis.config_get("maxmemory-policy")
            except ResponseError:
                return None  # managed servers forbid CONFIG; they say their policy elsewhere
        policy = answer.get("maxmemory-policy", "noeviction")
        if policy == "noeviction":
            return None
        return f"maxmemory-policy is {policy!r}: set it to noeviction, or the server may drop queued work"

    async def memory_problem(self) -> str | None:
        """Say that the server's memory is nearly used up, None where it is not or will not tell."""
        used, most = [await self._number("memory", name) for name in ("used_memory", "maxmemory")]
        if not most or used < _MOST_USED * most:
            return None
        return f"the queue server uses {used // 2**20} of {most // 2**20} MiB"

    async def forgets(self) -> bool:
        """Tell whether the server writes nothing down as it goes; False where it will not tell."""
        return await self._number("persistence", "aof_enabled") == 0

    async def _number(self, section: str, name: str) -> int:
        async with _mapped():
            try:
                return int((await self._redis.info(section)).get(name, -1))
            except ResponseError:
                return -1

    async def version_problem(self) -> str | None:
        """Say why the server is too old, None where it is not or will not tell."""
        async with _mapped():
            try:
                answer = await self._redis.info("server")
            except ResponseError:
                return None
        version = str(answer.get("redis_version", ""))
        found = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
        if len(found) == 2 and found < _OLDEST_SERVER:
            return f"the queue server is of version {version}; 6.2 or newer is needed"
        return None

    async def offer(self, stream: str, ids: Iterable[int]) -> int:
        """Put ids into a stream unless it carries them already or is full; gives how many were added."""
        wanted = list(ids)
        if not wanted:
            return 0
        async with _mapped():
            return int(await self._offer(keys=[stream, queued(stream)], args=[MOST_QUEUED, *wanted]))

    async def take(self, streams: Sequence[str], worker: str, count: int) -> list[Entry]:
        """Read new entries for `worker`, waiting a while for the first; earlier streams come first."""
        if len(streams) > 1 and (entries := await self._take_first(streams, worker, count)):
            return entries
        block = int(self._block * 1000)
        asked: dict[Any, Any] = dict.fromkeys(streams, ">")
        async with _mapped():
            answer = await self._group_read(asked, worker, count, block)
        return [entry for stream in streams for entry in answer if entry.stream == stream]

    async def _take_first(self, streams: Sequence[str], worker: str, count: int) -> list[Entry]:
        """Read new entries of the first stream that has any."""
        async with _mapped(), self._with_groups(streams):
            found: Any = await self._take(keys=list(streams), args=[GROUP, worker, count])
            if found:
                stream, items = found
                return _entries(stream, ((entry, {"id": pairs[1]}) for entry, pairs in items))
        return []

    async def unfinished(self, stream: str, worker: str, count: int) -> list[Entry]:
        """Read what `worker` took earlier and never finished."""
        async with _mapped():
            return await self._group_read({stream: "0"}, worker, count, block=None)

    async def claim_abandoned(self, stream: str, worker: str, idle: timedelta, count: int) -> list[Entry]:
        """Take over what other workers took and have not touched for `idle`."""
        milliseconds = int(idle.total_seconds() * 1000)
        async with _mapped():
            try:
                claimed = await self._redis.xautoclaim(
                    stream, GROUP, worker, milliseconds, start_id="0-0", count=count
                )
            except ResponseError as error:
                if "NOGROUP" not in str(error):
                    raise
                return []
        return _entries(stream, claimed[1])

    async def done(self, entries: Sequence[Entry]) -> None:
        """Take finished entries out of their stream, which is one for all."""
        [stream] = {entry.stream for entry in entries}
        args = [part for entry in entries for part in (entry.entry, entry.id)]
        async with _mapped():
            await self._done(keys=[stream, queued(stream)], args=[GROUP, *args])

    async def drop(self, stream: str, ids: Sequence[int]) -> None:
        """Take ids out of a stream that nobody need work on any more."""
        async with _mapped():
            await self._drop(keys=[stream, queued(stream)], args=[GROUP, *ids])

    async def first_to_say(self, what: str, seconds: float) -> bool:
        """Tell whether nobody has asked this of `what` for `seconds`; for what only one process is to say."""
        async with _mapped():
            return bool(await self._redis.set(self.keys.said(what), 1, nx=True, ex=max(int(seconds), 1)))

    async def unsay(self, what: str) -> None:
        """Let `what` be said anew."""
        async with _mapped():
            await self._redis.delete(self.keys.said(what))

    async def forget_consumers(self, stream: str, unseen: timedelta) -> int:
        """Forget workers of a stream that have nothing in hand and were not seen for `unseen`."""
        args: list[str | int] = [GROUP, int(unseen.total_seconds() * 1000)]
        async with _mapped():
            return int(await self._forget(keys=[stream], args=args))

    async def take_turn(self, destination: str, rate: Rate) -> float:
        """Take a turn to write to a destination, shared by all workers; else the seconds until the next."""
        keys = [self.keys.rate(destination)]
        args = [round(rate.interval * 1_000_000), rate.number]
        async with _mapped():
            return float(await self._take_turn(keys=keys, args=args)) / 1000

    async def streams(self) -> list[str]:
        """List the streams that there are."""
        async with _mapped():
            found = [str(key) async for key in self._redis.scan_iter(f"{self.keys.root}:*", _type="stream")]
        return sorted(found)

    async def depth(self, stream: str) -> int:
        """Count the entries of a stream, taken ones included."""
        async with _mapped():
            return int(await self._redis.xlen(stream))

    async def close(self) -> None:
        """Close the connections."""
        for client in (self._redis, *self._sentinels):
            await client.aclose()

    async def _group_read(
        self, asked: dict[Any, Any], worker: str, count: int, block: int | None
    ) -> list[Entry]:
        answer: Any = []
        async with self._with_groups(asked):
            answer = await self._redis.xreadgroup(GROUP, worker, asked, count=count, block=block)
        return [entry for stream, items in answer or [] for entry in _entries(stream, items)]

    @asynccontextmanager
    async def _with_groups(self, streams: Iterable[str]) -> AsyncIterator[None]:
        """Read from streams; where they have no group yet nothing is read, and they have one afterwards."""
        try:
            yield
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            # New, or the server was wiped: begin at the first entry, nothing may be skipped.
            for stream in streams:
                await self._create_group(stream)

    async def _create_group(self, stream: str) -> None:
        try:
            await self._redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise


def _entries(stream: str, items: Iterable[Any]) -> list[Entry]:
    return [entry for item in items if (entry := _entry(stream, item)) is not None]


def _entry(stream: str, item: Any) -> Entry | None:
    entry, fields = item
    # A pending entry that was deleted comes back without its fields; there is nothing left to do.
    return Entry(stream, entry, int(fields["id"])) if fields else None


@asynccontextmanager
async def _mapped() -> AsyncIterator[None]:
    try:
        yield
    except (TimeoutError, RedisError, OSError) as error:
        raise StoreUnavailable(f"the queue does not answer: {error}") from error
