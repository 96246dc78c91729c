"""How a process watches over itself and, one for all, over the whole: the watch, joined to the rest."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from rich.console import Console

from monitor.app.parts import Address, Ground, close_channels, open_channels
from monitor.config import OPERATORS, Settings
from monitor.feeds.guard import open_session
from monitor.notify.channel import Wires
from monitor.operations.checks import loop_stuck
from monitor.operations.condition import Condition, SelfRegard
from monitor.operations.news import News
from monitor.operations.pulse import Pulse
from monitor.operations.telling import Manners, Operators, Way, tell
from monitor.operations.watch import Surroundings, Watch
from monitor.runtime.leadership import Leadership
from monitor.runtime.loops import keep_going
from monitor.runtime.space import Brake, Space
from monitor.stores import workers
from monitor.stores.leases import OPERATIONS, Lease

# A loop that stands still for a second or two has only much to do.
_LEAST_STANDSTILL = timedelta(seconds=2)


class Wellbeing:
    """Watches over a process from its start to its end; `settings` and `addresses` are those in force."""

    def __init__(
        self, ground: Ground, settings: Callable[[], Settings], addresses: Callable[[], tuple[Address, ...]]
    ) -> None:
        self._ground = ground
        self._settings = settings
        self._addresses = addresses
        self._space = Space(settings().archive_path, lambda: settings().config.archive.reserve)
        self.brake = Brake(self._why_not_poll)
        self._pulse = Pulse(self._standstill, self._call_for_help)
        assert ground.queue is not None
        machine = socket.gethostname()
        regard = SelfRegard(
            ground.archive,
            ground.queue,
            ground.clock,
            process=ground.name,
            machine=machine,
            shortage=self._space.shortage,
            stalled=lambda: self._pulse.stalled,
        )
        self.watch = Watch(ground.archive, ground.queue, regard, ground.clock, self._surroundings)
        self._leadership = Leadership(ground.archive, OPERATIONS, ground.name, ground.clock, self._lead)

    def enter(self, stack: AsyncExitStack) -> None:
        """Watch the event loop until `stack` is closed."""
        stack.enter_context(self._pulse)

    def loops(self) -> list[tuple[str, Callable[[], Any]]]:
        """List what is to be done for ever."""
        return [("watch", self.watch.look), ("lease of the watch", self._leadership.run)]

    def report(self) -> list[dict[str, str]]:
        """Give this process's own troubles, for the process that tells of them."""
        return [{"key": one.key, "what": one.what, "what_to_do": one.what_to_do} for one in self.watch.own]

    async def probe(self) -> None:
        """Try to write where the last write failed, so that polling can go on as soon as it may."""
        if self._ground.archive.failing is not None:
            now = self._ground.clock()
            await self._ground.archive.write(lambda c: workers.touch_worker(c, self._ground.name, now))

    async def _lead(self, lease: Lease) -> None:
        await keep_going("watch over all", lambda: self.watch.lead(lease))

    def _why_not_poll(self) -> str:
        failing = self._ground.archive.failing
        return f"the archive cannot be written: {failing.said}" if failing else self._space.shortage()

    def _surroundings(self) -> Surroundings:
        settings = self._settings()
        feeds = frozenset(feed.id for feed in settings.config.feeds)
        addresses = self._addresses()
        names = {address.destination: address.shown for address in addresses}
        return Surroundings(_told(settings, addresses), settings.config.operations, feeds, names)

    def _standstill(self) -> float:
        return max(self._settings().config.operations.stuck / 2, _LEAST_STANDSTILL).total_seconds()

    async def _call_for_help(self, seconds: float) -> None:
        """Tell that the event loop stands still; runs in another one, so the channels are opened anew."""
        settings = self._settings()
        condition = Condition(self._ground.name, "", settings.config.operations.stuck, stalled=seconds)
        [trouble] = loop_stuck(condition)
        standing = self.watch.remember(trouble)
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(open_session(settings.config.outbound))
            wires = Wires(http=http, clock=self._ground.clock, console=Console())
            addresses = open_channels(settings, wires, only=OPERATORS)
            stack.push_async_callback(close_channels, addresses)
            await tell(_told(settings, addresses), News(began=(standing,)), self._ground.clock, Manners())


def _told(settings: Settings, addresses: tuple[Address, ...]) -> Operators:
    receiver = settings.config.receivers[OPERATORS]
    mine = (address for address in addresses if address.receiver == OPERATORS)
    ways = tuple(Way(address.destination, address.channel) for address in mine)
    return Operators(OPERATORS, ways, tz=receiver.tz, lang=receiver.lang)
