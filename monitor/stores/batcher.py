"""The same work for many at once: what is asked for while a transaction runs goes into the next one together.

A statement costs as much for thirty rows as for one; so workers that each write a little write it together,
and none waits for company: who comes alone is served at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from monitor.errors import StoreUnavailable
from monitor.stores.archive import Archive, Connection

T = TypeVar("T")
R = TypeVar("R")

_MOST = 64


class Batcher(Generic[T, R]):
    """Runs `work` in the archive's transactions, for all items that wait; it gives results in their order.

    Where that fails for several, each is tried by itself, so that a bad one fails alone.
    """

    def __init__(self, archive: Archive, work: Callable[[Connection, Sequence[T]], Sequence[R]]) -> None:
        self._archive = archive
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def do(self, item: T) -> R:
        """Have an item's work committed. Raises StoreUnavailable, or what the work raised."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._do(batch)
        finally:
            self._running = None

    async def _do(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        items = [item for item, _ in batch]
        try:
            results = await self._archive.write(lambda c: self._work(c, items))
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked
            if len(batch) > 1 and not isinstance(error, StoreUnavailable):
                for one in batch:
                    await self._do([one])
                return
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():  # who asked may have been cancelled meanwhile
                done.set_result(result)
