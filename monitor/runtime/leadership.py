"""Work that one process of many does at a time: whoever holds its lease, and the next one soon after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from monitor import events, failpoints
from monitor.errors import StoreUnavailable
from monitor.runtime.loops import keep_going
from monitor.stores import leases
from monitor.stores.archive import Archive
from monitor.stores.leases import Lease

# Another process takes over at the latest TTL + RENEW_EVERY after this one stopped renewing.
TTL = timedelta(seconds=5)
RENEW_EVERY = timedelta(seconds=1.5)


class Leadership:
    """Does `work` while this process holds the lease `name`.

    That two processes may both believe for a moment that they hold it does no harm: `work` is handed the
    lease, and its transactions depend on it (`leases.hold_lease`).
    """

    def __init__(
        self,
        archive: Archive,
        name: str,
        owner: str,
        clock: Callable[[], datetime],
        work: Callable[[Lease], Coroutine[Any, Any, None]],
    ) -> None:
        self._archive = archive
        self._name = name
        self._owner = owner
        self._clock = clock
        self._work = work
        self._lease: Lease | None = None
        self._working: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Seek the lease, hold it and work, until cancelled; then give it back."""
        try:
            await keep_going(f"lease of {self._name}", self._step)
        finally:
            await self._rest()
            await self._give_back()

    async def _step(self) -> None:
        granted = await self._archive.write(
            lambda c: leases.take_lease(c, self._name, self._owner, self._clock(), TTL)
        )
        if granted != self._lease:
            await self._rest()
            self._lease = granted
            if granted is not None:
                events.lease_taken(work=self._name, fence=granted.fence)
                failpoints.reach("dispatch.leased")
                self._working = asyncio.create_task(self._work(granted), name=self._name)
        await asyncio.sleep(RENEW_EVERY.total_seconds())

    async def _rest(self) -> None:
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait({self._working})
            self._working = None

    async def _give_back(self) -> None:
        lease = self._lease
        if lease is not None:
            with suppress(StoreUnavailable):  # then it ends by itself
                await self._archive.write(lambda c: leases.free_lease(c, lease, self._clock()))
