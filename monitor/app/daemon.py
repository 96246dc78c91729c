"""The life of a process: locks, the queue server, eras of one configuration each, reloads, the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from monitor import __version__, events
from monitor.app.era import Era
from monitor.app.parts import Ground, open_ground
from monitor.app.rulebooks import RulesInForce
from monitor.app.wellbeing import Wellbeing
from monitor.config import Settings, load_settings
from monitor.console.config import Bind
from monitor.console.server import ConsoleServer
from monitor.console.view import View
from monitor.errors import ConfigError, NeedsHuman, SetupError, StoreUnavailable
from monitor.pipeline.housekeeping import prune
from monitor.pipeline.reconcile import forget_workers
from monitor.runtime.locks import Role, hold_name, hold_roles
from monitor.runtime.loops import Patience, keep_going, survive
from monitor.runtime.scheduler import Scheduler
from monitor.runtime.shutdown import Signals
from monitor.runtime.space import Space
from monitor.runtime.watching import watch_files
from monitor.stores import claims, feed_states, troubles, workers
from monitor.stores.archive import Connection
from monitor.stores.clock import mend_times
from monitor.stores.embedded import EmbeddedServer
from monitor.stores.workers import Worker

Step = Callable[[], Awaitable[None]]

POLL_TICK = timedelta(seconds=1)
RECONCILE_EVERY = timedelta(seconds=2)
REPORT_EVERY = timedelta(seconds=10)
FORGET_EVERY = timedelta(minutes=5)
# Files are read again now and then, in seconds, for there are file systems that tell of no change.
LOOK_AGAIN_AFTER = 60.0
HOUSEKEEPING_EVERY = timedelta(hours=1)
# By then the system tells of changes; what happened before that is found by reading the files once more.
_WATCHING_AFTER = 2.0
_FORGET_WORKERS_AFTER = timedelta(days=1)
_FORGET_TROUBLES_AFTER = timedelta(days=30)


async def run_daemon(
    settings: Settings, roles: Collection[Role], *, bind: Bind | None, signals: Signals, console: Console
) -> None:
    """Do the work of `roles` until asked to stop, and serve health and metrics on `bind`.

    Raises SetupError where it cannot begin.
    """
    role = "run" if len(roles) > 1 else next(iter(roles))
    async with AsyncExitStack() as stack:
        name = _hold_place(stack, settings, roles)
        server = await _embedded_server(settings, role, stack)
        queue_url = server.url if server else settings.queue_url
        ground = await stack.enter_async_context(
            open_ground(settings, name, queue_url=queue_url, console=console)
        )
        await _check_queue(ground)
        rules, era = await _first_era(ground, settings, roles)
        daemon = Daemon(ground, rules, era, role=role, roles=frozenset(roles), server=server, signals=signals)
        await daemon.work(bind)
    events.daemon_stopped(role=role, reason="asked to stop")


async def poll_once(settings: Settings, *, console: Console) -> int:
    """Poll everything that is due and end; gives how many feeds that were."""
    async with AsyncExitStack() as stack:
        name = _hold_place(stack, settings, ["poll"])
        ground = await stack.enter_async_context(
            open_ground(settings, name, queue_url=settings.queue_url, console=console)
        )
        if shortage := Space(settings.archive_path, lambda: settings.config.archive.reserve).shortage():
            raise SetupError(f"{shortage}: nothing is polled until there is more")
        _, era = await _first_era(ground, settings, ["poll"])
        stack.push_async_callback(era.stop)
        return await era.poll_once()


async def _first_era(ground: Ground, settings: Settings, roles: Collection[Role]) -> tuple[RulesInForce, Era]:
    """Take up what was left, read the rules, and build the era that a process begins with."""
    await ground.archive.write(lambda c: _take_up(c, ground, roles))
    rules = await RulesInForce.load(settings.rule_folders, ground.clock())
    return rules, await Era.prepare(ground, rules, settings, roles)


def _hold_place(stack: AsyncExitStack, settings: Settings, roles: Collection[Role]) -> str:
    """Hold the locks that this machine needs, and a name; gives the name."""
    if settings.archive_path is not None or settings.queue_url is None:
        stack.enter_context(hold_roles(settings.state, settings.archive_path, roles))
    return stack.enter_context(hold_name(settings.state))


def _take_up(c: Connection, ground: Ground, roles: Collection[Role]) -> None:
    """Free what a process of our name held when it died, whatever the clock said then."""
    mend_times(c, ground.clock())
    if "poll" in roles:
        feed_states.free_feeds(c, ground.name)
    if "notify" in roles:
        claims.free_leases(c, ground.name, ground.clock())


class Daemon:
    """A running process: its loops, and how it goes from one configuration to the next."""

    def __init__(
        self,
        ground: Ground,
        rules: RulesInForce,
        era: Era,
        *,
        role: str,
        roles: frozenset[Role],
        server: EmbeddedServer | None,
        signals: Signals,
    ) -> None:
        assert ground.queue is not None
        self._ground = ground
        self._rules = rules
        self._era = era
        self._role = role
        self._roles = roles
        self._server = server
        self._started_at = ground.clock()
        self._config_problems: tuple[str, ...] = ()
        self._draining: set[asyncio.Task[None]] = set()
        self._signals = signals
        self._changed = signals.reload
        self._files_moved = asyncio.Event()
        self._watched: tuple[Path, ...] = ()
        self._wellbeing = Wellbeing(ground, lambda: self._era.settings, lambda: self._era.everybody)
        self._view = View(ground.archive, ground.queue, ground.clock, lambda: self._wellbeing.watch.own)

    async def work(self, bind: Bind | None) -> None:
        """Run until asked to stop."""
        scheduler = self._schedule()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._end)
            await ConsoleServer(self._view).start(bind, stack)
            self._era.start(self._roles)
            scheduler.start()
            stack.callback(scheduler.stop)
            self._say_ready()
            self._wellbeing.enter(stack)
            running = [asyncio.create_task(keep_going(name, step)) for name, step in self._loops()]
            try:
                await self._signals.stop.wait()
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)

    def _schedule(self) -> Scheduler:
        scheduler = Scheduler(self._after_jump)
        if "poll" in self._roles:
            scheduler.every(POLL_TICK, self._tick, "poll")
            scheduler.every(HOUSEKEEPING_EVERY, self._surviving("housekeeping", self._tidy), "housekeeping")
        scheduler.every(RECONCILE_EVERY, self._surviving("reconciler", self._reconcile), "reconcile")
        if "notify" in self._roles:
            scheduler.every(FORGET_EVERY, self._surviving("tidying the queue", self._forget), "queue")
        scheduler.every(REPORT_EVERY, self._surviving("report", self._report), "report")
        return scheduler

    def _loops(self) -> list[tuple[str, Step]]:
        loops: list[tuple[str, Step]] = [
            ("watch on files", self._watch),
            ("reload", self._reload_when_changed),
            *self._wellbeing.loops(),
        ]
        return [("queue server", self._keep_server), *loops] if self._server else loops

    @staticmethod
    def _surviving(name: str, step: Step) -> Step:
        async def tick() -> None:
            await survive(name, step, Patience())

        return tick

    async def _after_jump(self, seconds: float) -> None:
        """Reckon anew what waits, where the clock was set back; what it leapt over is due by itself."""
        events.clock_jumped(seconds=seconds)
        if seconds < 0:
            await survive("clock", self._mend_times, Patience())

    async def _mend_times(self) -> None:
        now = self._ground.clock()
        await self._ground.archive.write(lambda c: mend_times(c, now))

    async def _tick(self) -> None:
        if not self._wellbeing.brake.holds():
            await self._era.tick()

    async def _reconcile(self) -> None:
        self._view.ticked()
        await self._wellbeing.probe()
        await self._era.reconcile()

    async def _forget(self) -> None:
        assert self._ground.queue is not None
        await forget_workers(self._ground.queue)

    async def _tidy(self) -> None:
        now = self._ground.clock()
        await prune(self._ground.archive, self._era.settings.config.archive.keep, now)
        forgotten = now - _FORGET_WORKERS_AFTER
        await self._ground.archive.write(lambda c: workers.forget_silent_workers(c, forgotten))
        await self._ground.archive.write(lambda c: troubles.forget_ended(c, now - _FORGET_TROUBLES_AFTER))

    async def _end(self) -> None:
        await self._era.stop()
        for task in self._draining:
            task.cancel()
        await asyncio.gather(*self._draining, return_exceptions=True)
        await survive("report", self._sign_off, Patience())

    # Reloading

    async def _watch(self) -> None:
        """Watch until the files to be watched are others; what happens in between is read anew."""
        self._files_moved.clear()
        settings = self._era.settings
        self._watched = _targets(settings.rule_folders)
        asyncio.get_running_loop().call_later(_WATCHING_AFTER, self._changed.set)
        try:
            await watch_files(settings.files, settings.rule_folders, self._changed, self._files_moved)
        finally:
            self._changed.set()

    async def _reload_when_changed(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_AFTER):
                await self._changed.wait()
        self._changed.clear()
        try:
            await self._reload()
        except Exception:
            self._changed.set()  # the archive is away, for instance: try again
            raise

    async def _reload(self) -> None:
        """Put into force what can be used of the files as they are now."""
        following = await self._prepare_next()
        try:
            folders = (following or self._era).settings.rule_folders
            if await self._rules.reload(folders, self._ground.clock()):
                self._era.use_rules()
            if following is not None:
                following.use_rules()
                await self._begin(following)
        finally:
            if following is not None and self._era is not following:
                await following.close()  # something broke it off
        if _targets(self._era.settings.rule_folders) != self._watched:
            self._files_moved.set()
        await self._report()

    async def _prepare_next(self) -> Era | None:
        """Build the era of a changed configuration, beside the one that runs.

        None where the configuration is the same, or cannot be used.
        """
        current = self._era.settings
        try:
            found = await asyncio.to_thread(load_settings, current.path)
            needs_restart(current, found)
            same = (found.config, found.files) == (current.config, current.files)
            following = None if same else await Era.prepare(self._ground, self._rules, found, self._roles)
        except ConfigError as error:
            self._refuse([str(problem) for problem in error.problems])
            return None
        except NeedsHuman as error:
            self._refuse([str(error)])
            return None
        if self._config_problems:
            events.config_mended(path=str(current.path))
        self._config_problems = ()
        return following

    def _refuse(self, problems: list[str]) -> None:
        if tuple(problems) != self._config_problems:
            events.config_refused(problems=problems)
        self._config_problems = tuple(problems)

    async def _begin(self, following: Era) -> None:
        last = self._era
        await last.stop_notifying()
        self._era = following
        following.start(self._roles)
        settings = following.settings
        events.config_loaded(path=str(settings.path), feeds=len(settings.config.feeds))
        self._files_moved.set()
        draining = asyncio.create_task(last.drain())
        self._draining.add(draining)
        draining.add_done_callback(self._draining.discard)

    # What others see of this process

    async def _report(self) -> None:
        book = self._rules.book
        feeds = (feed.id for feed in self._era.settings.config.feeds)
        self._view.report(book, self._config_problems, feeds)
        worker = Worker(
            name=self._ground.name,
            role=self._role,
            pid=os.getpid(),
            version=__version__,
            started_at=self._started_at,
            seen_at=self._ground.clock(),
            rulebook=book.checksum,
            report={
                "rules": len(book.rules),
                "destinations": self._era.destinations(),
                "files_old": [Path(path).name for path in book.old],
                "files_left_out": [Path(path).name for path in book.left_out],
                "rules_loaded_at": self._rules.loaded_at.isoformat(),
                "config_problems": list(self._config_problems),
                "troubles": self._wellbeing.report(),
            },
        )
        await self._ground.archive.write(lambda c: workers.report_worker(c, worker))

    async def _sign_off(self) -> None:
        await self._ground.archive.write(lambda c: workers.forget_worker(c, self._ground.name))

    def _say_ready(self) -> None:
        config, book = self._era.settings.config, self._rules.book
        events.daemon_started(
            version=__version__,
            role=self._role,
            name=self._ground.name,
            feeds=len(config.feeds),
            rules=len(book.rules),
            receivers=len(config.receivers),
            rulebook=book.checksum,
        )

    async def _keep_server(self) -> None:
        assert self._server is not None
        events.queue_ended(code=await self._server.watch())
        await self._server.restart()
        events.queue_restarted()


def _targets(folders: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(folder.resolve() for folder in folders)


def needs_restart(current: Settings, found: Settings) -> None:
    """Refuse a configuration whose differences only a restart can bring about. Raises SetupError."""
    fixed = {
        "state": (current.state, found.state),
        "archive.url": (current.archive_url, found.archive_url),
        "queue": (current.config.queue, found.config.queue),
        "listen": (current.config.listen, found.config.listen),
    }
    changed = [name for name, (before, after) in fixed.items() if before != after]
    if changed:
        raise SetupError(f"{found.path}: {' and '.join(changed)} changed, which needs a restart")


async def _embedded_server(settings: Settings, role: str, stack: AsyncExitStack) -> EmbeddedServer | None:
    if settings.queue_url is not None:
        return None
    if role != "run":
        raise SetupError(
            f"watchword {role} shares its queue with other processes, and the embedded one serves "
            "`watchword run` alone: name a Redis or Valkey server in the configuration "
            "(queue: {url: redis://HOST:PORT/0} or unix:///PATH/TO.sock)"
        )
    server = EmbeddedServer(settings.state)
    stack.callback(server.stop)
    await server.start()
    return server


async def _check_queue(ground: Ground) -> None:
    assert ground.queue is not None
    try:
        await ground.queue.ping()
        version_problem = await ground.queue.version_problem()
        problem = await ground.queue.policy_problem()
    except StoreUnavailable as error:
        raise SetupError(f"{error}; is the server of queue.url running?") from error
    if version_problem:
        raise SetupError(version_problem)
    if problem:
        events.queue_misconfigured(problem=problem)
