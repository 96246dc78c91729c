"""The tick: the only file that knows APScheduler.

It fires; what is due lies in our own stores. A tick that is still running is not started twice, ticks that
were missed are made up for by one, and none is dropped for being late.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_NEVER_TOO_LATE = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class Scheduler:
    """Calls coroutine functions at steady intervals on the running event loop."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_NEVER_TOO_LATE)

    def every(self, interval: timedelta, tick: Callable[[], Awaitable[None]], name: str) -> None:
        """Call `tick` now and then every `interval`; it must see to its own errors."""
        self._scheduler.add_job(
            tick, "interval", seconds=interval.total_seconds(), id=name, next_run_time=datetime.now(UTC)
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more; what runs goes on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
