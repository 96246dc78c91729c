"""The tick: the only file that knows APScheduler.

It fires; what is due lies in our own stores. A tick that is still running is not started twice, ticks that
were missed are made up for by one, and none is dropped for being late. APScheduler goes by the wall clock:
after a step back it would sleep until the clock has caught up, and after a leap forward it counts every tick
that it thinks it missed. So the trigger looks at nothing but now, and the clock is watched.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

# Time servers correct less than that little by little.
LEAST_JUMP = 1.0
_LOOK_EVERY = 0.5
_NEVER_TOO_LATE = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class _Steadily(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires at a steady distance from now, however long it has not been asked."""

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now if previous_fire_time is None else now + self._interval


class Scheduler:
    """Calls coroutine functions at steady intervals on the running event loop.

    `on_jump` is called when the wall clock was set or the machine slept, with the seconds that it is ahead
    of where it would be.
    """

    def __init__(
        self,
        on_jump: Callable[[float], Awaitable[None]] | None = None,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_NEVER_TOO_LATE)
        self._on_jump = on_jump
        self._wall = wall
        self._steady = steady
        self._watching: asyncio.Task[None] | None = None

    def every(self, interval: timedelta, tick: Callable[[], Awaitable[None]], name: str) -> None:
        """Call `tick` now and then every `interval`; it must see to its own errors."""
        self._scheduler.add_job(tick, _Steadily(interval), id=name, next_run_time=self._now())

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch_clock(), name="clock")

    def stop(self) -> None:
        """Tick no more; what runs goes on."""
        if self._watching is not None:
            self._watching.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._wall(), UTC)

    async def _watch_clock(self) -> None:
        ahead = self._wall() - self._steady()
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(_LOOK_EVERY)
                jump = self._wall() - self._steady() - ahead
                ahead += jump
                if abs(jump) > LEAST_JUMP:
                    await self._after_jump(jump)

    async def _after_jump(self, jump: float) -> None:
        """Tick at once: what was due before may be hours away now."""
        if self._on_jump is not None:
            await self._on_jump(jump)
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=self._now())
