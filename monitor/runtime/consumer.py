"""A worker on queue streams: own unfinished work first, then new entries, now and then what others left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from time import monotonic

from monitor import events, failpoints
from monitor.errors import RetryLater
from monitor.pipeline.deliver import SEND_SECONDS
from monitor.runtime.loops import keep_going
from monitor.stores.queue import Entry, Queue

# An entry that another worker has had for this long is looked at; whether that one still works on it, the
# lease in the archive says.
ABANDONED_AFTER = timedelta(seconds=15)
_LOOK_BACK_EVERY = 10.0
_BATCH = 32
# A send that began may take this long, and is then recorded.
_FINISH_SECONDS = SEND_SECONDS + 5


class Consumer:
    """Hands the entries of `streams` to `work`, at most `batch` at once; streams named earlier come first."""

    def __init__(
        self,
        queue: Queue,
        streams: Sequence[str],
        *,
        worker: str,
        work: Callable[[Sequence[Entry]], Awaitable[None]],
        batch: int = _BATCH,
    ) -> None:
        self._queue = queue
        self._streams = streams
        self._worker = worker
        self._work = work
        self._batch = batch
        self._looked_back = float("-inf")

    async def run(self) -> None:
        """Work until cancelled."""
        await keep_going(f"consumer of {self._streams[0]}", self._step)

    async def _step(self) -> None:
        if monotonic() - self._looked_back > _LOOK_BACK_EVERY:
            await self._look_back()
        try:
            entries = await self._queue.take(self._streams, self._worker, self._batch)
            if entries:
                failpoints.reach("queue.taken")
            await self._do_all(entries)
        except RetryLater:
            # Entries whose reply was lost are pending for us, where a read of new ones never finds them.
            self._looked_back = float("-inf")
            raise

    async def _look_back(self) -> None:
        for stream in self._streams:
            await self._do_all(await self._queue.unfinished(stream, self._worker, self._batch))
            abandoned = self._queue.claim_abandoned(stream, self._worker, ABANDONED_AFTER, self._batch)
            await self._do_all(await abandoned)
        self._looked_back = monotonic()

    async def _do_all(self, entries: Sequence[Entry]) -> None:
        for start in range(0, len(entries), self._batch):  # each of several streams may give a batch
            await self._do(entries[start : start + self._batch])

    async def _do(self, entries: Sequence[Entry]) -> None:
        work = asyncio.ensure_future(self._work(entries))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            # A message that is on its way is finished and recorded, so that a stop repeats nothing.
            await asyncio.wait({work}, timeout=_FINISH_SECONDS)
            work.cancel()
            await asyncio.wait({work}, timeout=1)
            raise
        except RetryLater:
            raise
        except Exception:  # noqa: BLE001 - a bad entry must not hold up the others; it stays unfinished
            listed = ", ".join(str(entry.id) for entry in entries)
            events.loop_crashed(loop=f"entry {listed} of {entries[0].stream}", retry_in=_LOOK_BACK_EVERY)
