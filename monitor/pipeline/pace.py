"""How fast each destination is written to: a bucket of turns in the queue server, shared by all notifiers.

A bucket of our own bounds this process beside it, so that a queue server that is away, or was wiped, lets
nothing through that the destination would not take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic

from monitor.errors import StoreUnavailable
from monitor.stores.queue import Queue
from monitor.values import Rate

# Somebody who waits longer than this for a turn lets go of what it holds meanwhile, in seconds.
PATIENCE = 5.0


class LocalBucket:
    """Turns of one destination as this process alone counts them, by the same rule as the shared ones."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._paid = 0.0

    def wait(self) -> float:
        """Give the seconds until the next turn, 0 where there is one now."""
        ahead = max(self._paid - self._clock(), 0.0)
        return max(ahead - (self._rate.number - 1) * self._rate.interval, 0.0)

    def take(self) -> None:
        """Take a turn that there is."""
        self._paid = max(self._paid, self._clock()) + self._rate.interval


class Pace:
    """Gives turns to write to destinations; one without a rate has as many as it likes."""

    def __init__(self, queue: Queue, rates: Mapping[str, Rate]) -> None:
        self._queue = queue
        self._rates = rates
        self._local = {destination: LocalBucket(rate) for destination, rate in rates.items()}

    async def turn(self, destination: str) -> tuple[float, float]:
        """Wait for a turn and take it; gives the seconds waited, and those still to wait if they are many.

        Where the second is not 0 no turn was taken.
        """
        rate = self._rates.get(destination)
        if rate is None:
            return 0.0, 0.0
        waited = 0.0
        while (wait := await self._try(destination, rate)) > 0:
            if waited + wait > PATIENCE:
                return waited, wait
            await asyncio.sleep(wait)
            waited += wait
        return waited, 0.0

    async def _try(self, destination: str, rate: Rate) -> float:
        local = self._local[destination]
        if (wait := local.wait()) > 0:
            return wait
        with suppress(StoreUnavailable):  # then our own bound holds
            if (wait := await self._queue.take_turn(destination, rate)) > 0:
                return wait
        local.take()
        return 0.0
