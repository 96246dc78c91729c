"""What a process notices about itself, as plain values for the checks."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from monitor import events
from monitor.errors import StoreUnavailable
from monitor.stores.archive import Archive
from monitor.stores.queue import Queue

# What happened at one moment counts for so long.
MEMORY_SECONDS = 600.0
_QUEUE_PATIENCE = 5.0
_RESTARTS = "queue server"


@dataclass(frozen=True, slots=True)
class Condition:
    """How a process is: for how many seconds something has been failing, 0 where it is not.

    `crashes` counts by loop, `queue_restarts` and `clock_jump` (the largest, in seconds, signed) are of the
    last ten minutes.
    """

    process: str
    machine: str
    stuck: timedelta
    archive_failing: float = 0
    archive_said: str = ""
    queue_failing: float = 0
    queue_said: str = ""
    shortage: str = ""
    stalled: float = 0
    crashes: Mapping[str, int] = field(default_factory=dict)
    queue_restarts: int = 0
    clock_jump: float = 0


class SelfRegard:
    """Looks at the process that it runs in, and keeps what has to be remembered from look to look."""

    def __init__(
        self,
        archive: Archive,
        queue: Queue,
        clock: Callable[[], datetime],
        *,
        process: str,
        machine: str,
        shortage: Callable[[], str],
        stalled: Callable[[], float],
    ) -> None:
        self._archive = archive
        self._queue = queue
        self._clock = clock
        self._process = process
        self._machine = machine
        self._shortage = shortage
        self._stalled = stalled
        self._queue_since: float | None = None
        self._queue_said = ""
        self._ahead = self._wall_ahead()
        self._counts = self._counted()
        self._happened: deque[tuple[float, str, int]] = deque()
        self._jumps: deque[tuple[float, float]] = deque()

    async def look(self, stuck: timedelta) -> Condition:
        """Say how the process is now."""
        await self._ping_queue()
        now = monotonic()
        self._notice_crashes(now)
        self._notice_jump(now)
        failing = self._archive.failing
        happened = self._tally()
        return Condition(
            process=self._process,
            machine=self._machine,
            stuck=stuck,
            archive_failing=now - failing.since if failing else 0,
            archive_said=failing.said if failing else "",
            queue_failing=now - self._queue_since if self._queue_since is not None else 0,
            queue_said=self._queue_said,
            shortage=self._shortage(),
            stalled=self._stalled(),
            queue_restarts=happened.pop(_RESTARTS, 0),
            crashes=happened,
            clock_jump=max((jump for _, jump in self._jumps), key=abs, default=0),
        )

    async def _ping_queue(self) -> None:
        try:
            async with asyncio.timeout(_QUEUE_PATIENCE):
                await self._queue.ping()
        except (TimeoutError, StoreUnavailable) as error:
            self._queue_said = str(error) or f"no answer within {_QUEUE_PATIENCE:.0f} s"
            if self._queue_since is None:
                self._queue_since = monotonic()
        else:
            self._queue_since = None

    def _wall_ahead(self) -> float:
        return self._clock().timestamp() - monotonic()

    def _counted(self) -> Counter[str]:
        counts = Counter({name: int(number) for name, number in events.crashes_so_far().items()})
        counts[_RESTARTS] = int(events.queue_restarts_so_far())
        return counts

    def _notice_crashes(self, now: float) -> None:
        counts = self._counted()
        self._happened.extend((now, name, number) for name, number in (counts - self._counts).items())
        self._counts = counts
        while self._happened and now - self._happened[0][0] > MEMORY_SECONDS:
            self._happened.popleft()

    def _tally(self) -> dict[str, int]:
        tally: Counter[str] = Counter()
        for _, name, number in self._happened:
            tally[name] += number
        return dict(tally)

    def _notice_jump(self, now: float) -> None:
        ahead = self._wall_ahead()
        self._jumps.append((now, ahead - self._ahead))
        self._ahead = ahead
        while now - self._jumps[0][0] > MEMORY_SECONDS:
            self._jumps.popleft()
