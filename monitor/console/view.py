"""How a process is doing, for those who look from outside."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import TypeVar

from monitor.errors import StoreUnavailable
from monitor.model import Trouble
from monitor.rules.book import Rulebook
from monitor.stores.archive import Archive
from monitor.stores.queue import Queue
from monitor.stores.status import Workload, workload
from monitor.stores.troubles import open_troubles

T = TypeVar("T")

STUCK_AFTER = 60.0
_PATIENCE = 5.0
FINE = "fine"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the process can do its work, and the state of each thing that it needs, in words."""

    ready: bool
    parts: dict[str, str] = field(default_factory=dict)


class View:
    """Looks at one process. No secret, no address and no name of a feed is in what it gives."""

    def __init__(
        self,
        archive: Archive,
        queue: Queue,
        clock: Callable[[], datetime],
        own_troubles: Callable[[], Sequence[Trouble]] = tuple,
    ) -> None:
        self._archive = archive
        self._queue = queue
        self._clock = clock
        self._own_troubles = own_troubles
        self._ticked = monotonic()
        self._rules = FINE
        self._config = FINE
        self._feeds: frozenset[str] = frozenset()

    def ticked(self) -> None:
        """Note a sign of life of the loops."""
        self._ticked = monotonic()

    def report(self, book: Rulebook, config_problems: Sequence[str], feeds: Iterable[str]) -> None:
        """Note the state of the files that the process works by, and the feeds that it watches."""
        self._feeds = frozenset(feeds)
        amiss = {"with their last good version in force": len(book.old), "left out": len(book.left_out)}
        told = [f"rule files {how}: {number}" for how, number in amiss.items() if number]
        self._rules = ", ".join(told) or (FINE if book.rules else "there are no rules")
        self._config = "the configuration was changed and cannot be used" if config_problems else FINE

    def health(self) -> Readiness:
        """Tell whether the loops turn; where not, only a restart helps."""
        silent = monotonic() - self._ticked
        if silent > STUCK_AFTER:
            return Readiness(False, {"loops": f"stuck for {silent:.0f} s"})
        return Readiness(True, {"loops": FINE})

    async def readiness(self) -> Readiness:
        """Tell whether archive and queue answer; what is wrong with files is said and no hindrance."""
        archive = await _state_of(self._archive.read(lambda c: c.exec_driver_sql("SELECT 1").scalar()))
        queue = await _state_of(self._queue.ping())
        parts = {
            "archive": archive,
            "queue": queue,
            "rules": self._rules,
            "config": self._config,
            "troubles": await self._troubles(),
        }
        return Readiness(archive == queue == FINE, parts)

    async def _troubles(self) -> str:
        """Name the kinds of trouble that there are now, this process's own and what the archive knows."""
        known = await _or_none(self._archive.read(open_troubles)) or []
        kinds = {one.key: one.kind for one in known} | {one.key: one.kind for one in self._own_troubles()}
        counts = sorted(Counter(kinds.values()).items())
        return ", ".join(kind if number == 1 else f"{number} × {kind}" for kind, number in counts) or "none"

    async def workload(self) -> Workload | None:
        """Count the work; None where the archive does not answer."""
        now = self._clock()
        return await _or_none(self._archive.read(lambda c: workload(c, self._feeds, now)))

    async def queue_depths(self) -> dict[str, int] | None:
        """Count the entries of the queue by stage; None where it does not answer."""
        return await _or_none(self._depths())

    async def _depths(self) -> dict[str, int]:
        depths = {"dispatch": 0, "deliver": 0}
        for stream in await self._queue.streams():
            stage = "dispatch" if stream == self._queue.keys.matches else "deliver"
            depths[stage] += await self._queue.depth(stream)
        return depths


async def _or_none(asked: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await asked
    except (TimeoutError, StoreUnavailable):
        return None


async def _state_of(asked: Awaitable[object]) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            await asked
    except TimeoutError:
        return f"no answer within {_PATIENCE:.0f} s"
    except StoreUnavailable:
        return "does not answer"
    return FINE
