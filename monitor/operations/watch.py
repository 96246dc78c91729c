"""The watch: every process looks at itself, one of them looks at the whole and tells the operators.

What the archive cannot hold, because it cannot be written or because the event loop stands still, each
process tells by itself, from memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from monitor import events
from monitor.errors import StoreUnavailable
from monitor.model import DestinationHealth, Trouble
from monitor.operations.checks import FROM_MEMORY, OF_A_PROCESS, OF_THE_WHOLE
from monitor.operations.condition import SelfRegard
from monitor.operations.config import OperationsConfig
from monitor.operations.news import Decision, News, Persistence, decide
from monitor.operations.scene import Scene
from monitor.operations.telling import Manners, Operators, make_good, tell
from monitor.pipeline.breaker import OPENS_AFTER
from monitor.stores import destinations, feed_states, health, quarantine, troubles, workers
from monitor.stores.archive import Archive, Connection
from monitor.stores.health import Habit
from monitor.stores.leases import Lease, hold_lease
from monitor.stores.queue import Queue
from monitor.stores.troubles import Standing
from monitor.stores.workers import Worker

_LOOK_EVERY = timedelta(seconds=2)
STEP_EVERY = timedelta(seconds=10)
_QUIET = timedelta(seconds=30)
_HABITS_EVERY = timedelta(minutes=10)
_SAID_FOR = timedelta(hours=1)
_DEAD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the watch works by, of the configuration in force."""

    operators: Operators
    limits: OperationsConfig
    feeds: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)  # what people call destinations


class Watch:
    """Watches over one process and, while it holds the lease, over all."""

    def __init__(
        self,
        archive: Archive,
        queue: Queue,
        regard: SelfRegard,
        clock: Callable[[], datetime],
        around: Callable[[], Surroundings],
    ) -> None:
        self._archive = archive
        self._queue = queue
        self._regard = regard
        self._clock = clock
        self._around = around
        self._manners = Manners()
        self._persistence = Persistence()
        self._habits: tuple[float, list[Habit]] = (float("-inf"), [])
        self._from_memory: dict[str, Standing] = {}
        self.own: tuple[Trouble, ...] = ()

    # Each process, of itself

    async def look(self) -> None:
        """Look at this process once, and tell what only it can tell."""
        limits = self._around().limits
        condition = await self._regard.look(limits.stuck)
        self.own = tuple(trouble for check in OF_A_PROCESS for trouble in check(condition))
        await self._tell_from_memory([one for one in self.own if one.kind in FROM_MEMORY])
        await asyncio.sleep(min(_LOOK_EVERY, limits.stuck / 4).total_seconds())

    def remember(self, trouble: Trouble) -> Standing:
        """Note a trouble that was told from memory, so that its end is told."""
        now = self._clock()
        standing = Standing(trouble.key, trouble.what, trouble.what_to_do, now, now, told_at=now)
        self._from_memory[trouble.key] = standing
        events.trouble_began(kind=trouble.kind, what=trouble.what, what_to_do=trouble.what_to_do)
        return standing

    async def _tell_from_memory(self, found: Sequence[Trouble]) -> None:
        keys = {trouble.key for trouble in found}
        for trouble in found:
            if trouble.key not in self._from_memory and await self._mine_to_say(trouble.key):
                standing = self.remember(trouble)
                if not await self._tell(News(began=(standing,))):
                    self._from_memory[trouble.key] = replace(standing, told_at=None)
            elif (known := self._from_memory.get(trouble.key)) and known.told_at is None:
                now = self._clock()
                if await self._tell(News(began=(known,))):
                    self._from_memory[trouble.key] = replace(known, told_at=now)
        for key in self._from_memory.keys() - keys:
            await self._tell_end(key)

    async def _tell_end(self, key: str) -> None:
        standing = self._from_memory[key]
        if standing.told_at is None or await self._tell(News(ended=(standing,))):
            del self._from_memory[key]
            seconds = (self._clock() - standing.since).total_seconds()
            events.trouble_ended(kind=standing.kind, what=standing.what, seconds=seconds)
            with suppress(StoreUnavailable):
                await self._queue.unsay(key)

    async def _mine_to_say(self, key: str) -> bool:
        """Ask the queue whether another process has said it; where that is away too, it is said."""
        try:
            return await self._queue.first_to_say(key, _SAID_FOR.total_seconds())
        except StoreUnavailable:
            return True

    async def _tell(self, news: News) -> bool:
        return await tell(self._around().operators, news, self._clock, self._manners)

    # One process, for all

    async def lead(self, lease: Lease) -> None:
        """Look at the whole once, and tell what is news. Raises StoreUnavailable, LeaseLost."""
        limits = self._around().limits
        await asyncio.sleep(min(STEP_EVERY, limits.stuck / 2).total_seconds())
        scene = await self._scene()
        found = [trouble for check in OF_THE_WHOLE for trouble in check(scene)]
        found += [one for one in self._reported(scene.living()) if one.kind not in FROM_MEMORY]
        lasting = self._persistence.lasting(found, monotonic())
        decision = await self._archive.write(lambda c: self._note(c, lease, lasting))
        _report(decision, scene.now)
        if decision.news and await self._tell(decision.news):
            await self._archive.write(lambda c: self._note_told(c, lease, decision.news))
        await make_good(self._around().operators, self._clock, self._manners)

    async def _scene(self) -> Scene:
        around, now = self._around(), self._clock()
        habits = await self._habits_of(around)
        policy = ""
        with suppress(StoreUnavailable):
            policy = await self._queue.policy_problem() or ""
        scene = await self._archive.read(lambda c: _read(c, around, now))
        shortage = any(trouble.kind == "disk-nearly-full" for trouble in self._reported(scene.workers))
        return replace(scene, habits=habits, queue_policy=policy, paused=shortage)

    async def _habits_of(self, around: Surroundings) -> list[Habit]:
        """Read the habits of feeds, which is long work for many feeds, only now and then."""
        read_at, known = self._habits
        every = min(_HABITS_EVERY, around.limits.silent / 4).total_seconds()
        if monotonic() - read_at > every:
            known = await self._archive.read(lambda c: health.habits(c, around.feeds))
            self._habits = (monotonic(), known)
        return known

    def _reported(self, living: Iterable[Worker]) -> list[Trouble]:
        """List what processes report of themselves, this one as it is now."""
        told = [one for worker in living for one in worker.report.get("troubles", ())]
        others = [Trouble(one["key"], one["what"], one["what_to_do"]) for one in told]
        mine = {trouble.key for trouble in self.own}
        return [*self.own, *(one for one in others if one.key not in mine)]

    def _note(self, c: Connection, lease: Lease, found: Sequence[Trouble]) -> Decision:
        hold_lease(c, lease)
        limits = self._around().limits
        known = troubles.open_troubles(c)
        decision = decide(known, found, self._clock(), remind=limits.remind, quiet=min(_QUIET, limits.stuck))
        troubles.save_troubles(c, decision.rows)
        return decision

    def _note_told(self, c: Connection, lease: Lease, news: News) -> None:
        hold_lease(c, lease)
        now = self._clock()
        troubles.mark_told(c, [one.key for one in (*news.began, *news.lasting)], now)
        troubles.mark_ended(c, [one.key for one in news.ended], now)


def _read(c: Connection, around: Surroundings, now: datetime) -> Scene:
    limits = around.limits
    before = now - limits.stuck
    ailing = destinations.ailing(c)
    return Scene(
        now=now,
        limits=limits,
        feeds=[row for row in feed_states.feed_rows(c) if row["feed"] in around.feeds],
        workers=workers.all_workers(c),
        oldest_match=health.oldest_match(c),
        untried=health.untried(c, before, now),
        failing=health.failing(c, now - limits.failing, _broken(ailing, before)),
        given_up=health.given_up(c, now - _DEAD_FOR),
        locked_out={name: one.reason for name, one in ailing.items() if one.locked_out_at},
        disabled={name: one.reason for name, one in ailing.items() if one.disabled_at},
        names=around.names,
        quarantined=len(quarantine.quarantined(c)),
    )


def _broken(ailing: Mapping[str, DestinationHealth], before: datetime) -> list[str]:
    """List the destinations that have failed since before `before`, so often that they are left alone."""
    return [
        name
        for name, one in ailing.items()
        if one.failures >= OPENS_AFTER and one.failing_since is not None and one.failing_since <= before
    ]


def _report(decision: Decision, now: datetime) -> None:
    for one in decision.fresh:
        events.trouble_began(kind=one.kind, what=one.what, what_to_do=one.what_to_do)
    for one in decision.over:
        seconds = (now - one.since).total_seconds()
        events.trouble_ended(kind=one.kind, what=one.what, seconds=seconds)
