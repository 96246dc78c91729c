"""A worker on queue streams: own unfinished work first, then new entries, now and then what others left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from time import monotonic

from monitor import events
from monitor.errors import RetryLater
from monitor.runtime.loops import keep_going
from monitor.stores.queue import Entry, Queue

# Longer than any entry can rightly be in work (`pipeline.deliver.LEASE`).
ABANDONED_AFTER = timedelta(minutes=3)
_LOOK_BACK_EVERY = 20.0
_BATCH = 32
_FINISH_SECONDS = 10.0


class Consumer:
    """Hands every entry of `streams` to `work`; streams named earlier are served first."""

    def __init__(
        self,
        queue: Queue,
        streams: Sequence[str],
        *,
        worker: str,
        work: Callable[[Entry], Awaitable[None]],
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
            for entry in entries:
                await self._do(entry)
        except RetryLater:
            # Entries whose reply was lost are pending for us, where a read of new ones never finds them.
            self._looked_back = float("-inf")
            raise

    async def _look_back(self) -> None:
        for stream in self._streams:
            for entry in await self._queue.unfinished(stream, self._worker, self._batch):
                await self._do(entry)
            abandoned = self._queue.claim_abandoned(stream, self._worker, ABANDONED_AFTER, self._batch)
            for entry in await abandoned:
                await self._do(entry)
        self._looked_back = monotonic()

    async def _do(self, entry: Entry) -> None:
        work = asyncio.ensure_future(self._work(entry))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            # A message that is on its way is finished and recorded, so that a stop repeats nothing.
            await asyncio.wait({work}, timeout=_FINISH_SECONDS)
            work.cancel()
            raise
        except RetryLater:
            raise
        except Exception:  # noqa: BLE001 - one bad entry must not hold up the others; it stays unfinished
            events.loop_crashed(loop=f"entry {entry.id} of {entry.stream}", retry_in=_LOOK_BACK_EVERY)
