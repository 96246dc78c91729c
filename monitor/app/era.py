"""What runs by one configuration, from the moment it is in force until the next one is.

The next era is prepared while this one runs. Notifiers change hands between two messages, so that none is
sent by both; polls that are under way end by the old configuration while the new one starts others, for a
feed is claimed by one poll at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from contextlib import AsyncExitStack
from datetime import datetime

from monitor.app.heartbeat import (
    HeartbeatFetcher,
    feeds_of,
    heartbeat_addresses,
    routes_of,
    status_with_heartbeat,
)
from monitor.app.parts import Address, Ground, close_channels, new_alert_id, open_channels, strictest_rates
from monitor.app.rulebooks import RulesInForce
from monitor.app.stories import story_rules
from monitor.config import Settings
from monitor.feeds.cadence import INTERVAL, QUIET
from monitor.feeds.config import FeedConfig, is_own_site, registrable_domain
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.network import Network
from monitor.matching.engine import Matcher
from monitor.model import HEARTBEAT
from monitor.notify.channel import Wires
from monitor.operations.heartbeat import heartbeat_matcher
from monitor.pipeline.compose import Recipient
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.dispatch import Dispatcher, Surroundings
from monitor.pipeline.pace import Pace
from monitor.pipeline.poll import Fetching, Poller
from monitor.pipeline.reconcile import reconcile_matches, reconcile_notifications
from monitor.runtime.consumer import Consumer
from monitor.runtime.leadership import Leadership
from monitor.runtime.locks import Role
from monitor.runtime.polling import Polling
from monitor.runtime.sites import SiteGate
from monitor.stores import feed_states
from monitor.stores.archive import Connection
from monitor.stores.leases import DISPATCH, Lease
from monitor.stores.queue import Queue

# The one consumer of waiting matches has one name, whoever holds the lease: what a dispatcher that died had
# in hand is the next one's own unfinished work.
DISPATCHER = "dispatcher"


class Era:
    """The pollers and notifiers of one configuration."""

    def __init__(self, ground: Ground, rules: RulesInForce, settings: Settings) -> None:
        self.settings = settings
        self._ground = ground
        self._rules = rules
        self._stack = AsyncExitStack()
        self._addresses: tuple[Address, ...] = ()
        self.everybody: tuple[Address, ...] = ()
        self._poller: Poller | None = None
        self._polling: Polling | None = None
        self._notifying: list[asyncio.Task[None]] = []

    @classmethod
    async def prepare(
        cls, ground: Ground, rules: RulesInForce, settings: Settings, roles: Collection[Role]
    ) -> Era:
        """Open everything that the configuration names; nothing runs yet."""
        era = cls(ground, rules, settings)
        try:
            await era._open(roles)
        except BaseException:
            await era._stack.aclose()
            raise
        return era

    async def _open(self, roles: Collection[Role]) -> None:
        http = await self._stack.enter_async_context(open_session(self.settings.config.outbound))
        wires = Wires(http=http, clock=self._ground.clock, console=self._ground.console)
        # Who only polls may still have to tell the operators that nobody notifies, and whom.
        self.everybody = open_channels(self.settings, wires)
        self._stack.push_async_callback(close_channels, self.everybody)
        if "notify" in roles:
            self._addresses = (*self.everybody, *heartbeat_addresses(self.settings, wires))
        if "poll" in roles:
            await self._register_feeds()
            fetcher = Fetcher(http, self.settings.config.outbound, self._ground.clock)
            await self._stack.enter_async_context(fetcher)
            addresses = (feed.url for feed in self.settings.config.feeds)
            network = Network(addresses, fetcher.reaches)
            self._poller = self._build_poller(await self._with_heartbeat(fetcher), network)
            self._polling = self._build_polling(self._poller)

    def start(self, roles: Collection[Role]) -> None:
        """Let dispatch and the deliveries run; polls begin with the next tick."""
        if "notify" in roles:
            assert self._ground.queue is not None
            queue = self._ground.queue
            runs = [self._dispatching(queue).run(), *(one.run() for one in self._delivering(queue))]
            self._notifying = [asyncio.create_task(run) for run in runs]

    async def tick(self) -> None:
        """Start the polls that are due."""
        if self._polling is not None:
            await self._polling.tick()

    async def poll_once(self) -> int:
        """Poll everything that is due now; gives how many feeds that were."""
        assert self._polling is not None
        return await self._polling.once()

    def use_rules(self) -> None:
        """Match from the next article on by the rules that are in force now."""
        if self._poller is not None:
            self._poller.matcher = self._rules.matcher

    async def reconcile(self) -> None:
        """Offer to the queue what the archive says is waiting."""
        assert self._ground.queue is not None
        await reconcile_matches(self._ground.archive, self._ground.queue, self._ground.clock)
        if self._addresses:
            known = self.destinations()
            await reconcile_notifications(self._ground.archive, self._ground.queue, known, self._ground.clock)

    async def stop_notifying(self) -> None:
        """End dispatch and deliveries, each after what it has in hand."""
        for task in self._notifying:
            task.cancel()
        await asyncio.gather(*self._notifying, return_exceptions=True)
        self._notifying = []

    async def drain(self) -> None:
        """Let the polls that run end, then close what was opened; when cancelled, break them off."""
        try:
            if self._polling is not None:
                await self._polling.drain()
        finally:
            await self.close()

    async def stop(self) -> None:
        """End everything now; a poll that is broken off leaves its feed due."""
        await self.stop_notifying()
        await self.close()

    async def close(self) -> None:
        """Close what was opened; a poll that still runs is broken off and leaves its feed due."""
        if self._polling is not None:
            await self._polling.stop()
        await self._stack.aclose()

    # Polling

    async def _with_heartbeat(self, fetcher: Fetcher) -> Fetching:
        if self.settings.config.heartbeat is None:
            return fetcher
        return await HeartbeatFetcher.open(fetcher, self.settings, self._ground.clock, self._stack)

    def _build_polling(self, poller: Poller) -> Polling:
        outbound, ground = self.settings.config.outbound, self._ground
        gate = SiteGate(
            at_once=outbound.site_at_once,
            pause=outbound.site_pause.total_seconds(),
            is_own=is_own_site,
        )
        return Polling(ground.archive, self._sites(), poller.poll, ground.clock, gate=gate, owner=ground.name)

    def _sites(self) -> dict[str, str]:
        return {feed.id: registrable_domain(feed.url) for feed in feeds_of(self.settings)}

    async def _register_feeds(self) -> None:
        feeds = feeds_of(self.settings)
        now = self._ground.clock()
        addresses = {feed.id: str(feed.url) for feed in feeds}
        sites = self._sites()

        def register(c: Connection) -> None:
            feed_states.register_feeds(c, addresses, now, sites)
            feed_states.forget_moves(c, [feed.id for feed in feeds if feed.moves == "ignore"], now)
            _keep_within_intervals(c, feeds, now)

        await self._ground.archive.write(register)

    def _build_poller(self, fetcher: Fetching, network: Network) -> Poller:
        return Poller(
            self._ground.archive,
            self._ground.queue,
            feeds={feed.id: feed for feed in feeds_of(self.settings)},
            fetcher=fetcher,
            workers=self._ground.parsers,
            matcher=self._rules.matcher,
            network=network,
            own_matchers=self._own_matchers(),
            clock=self._ground.clock,
        )

    def _own_matchers(self) -> dict[str, Matcher]:
        if self.settings.config.heartbeat is None:
            return {}
        return {HEARTBEAT: heartbeat_matcher(self._ground.clock())}

    # Dispatch and delivery

    def _dispatching(self, queue: Queue) -> Leadership:
        ground = self._ground
        around = surroundings(self.settings, self._addresses, self._rules, ground)

        async def dispatch(lease: Lease) -> None:
            dispatcher = Dispatcher(ground.archive, queue, around, lease)
            streams = [queue.keys.matches]
            await Consumer(queue, streams, worker=DISPATCHER, work=dispatcher.dispatch).run()

        return Leadership(ground.archive, DISPATCH, ground.name, ground.clock, dispatch)

    def _delivering(self, queue: Queue) -> list[Consumer]:
        deliverer = self._deliverer(queue)
        return [
            Consumer(
                queue,
                queue.keys.deliver_streams(destination),
                worker=self._ground.name,
                work=deliverer.deliver,
                batch=1,
            )
            for destination in self.destinations()
        ]

    def _deliverer(self, queue: Queue) -> Deliverer:
        return Deliverer(
            self._ground.archive,
            queue,
            channels={(a.receiver, a.destination): a.channel for a in self._addresses},
            recipients={
                name: Recipient(tz=receiver.tz, lang=receiver.lang)
                for name, receiver in self.settings.config.receivers.items()
            }
            | {HEARTBEAT: Recipient(tz="UTC", lang="en")},
            pace=Pace(queue, strictest_rates(self._addresses)),
            worker=self._ground.name,
            clock=self._ground.clock,
        )

    def destinations(self) -> list[str]:
        """List the destinations of all receivers."""
        return sorted({address.destination for address in self._addresses})


def surroundings(
    settings: Settings, addresses: Iterable[Address], rules: RulesInForce, ground: Ground
) -> Surroundings:
    """Gather what dispatch looks up."""
    destinations: dict[str, list[str]] = {name: [] for name in (*settings.config.receivers, HEARTBEAT)}
    for address in addresses:
        if address.destination not in destinations[address.receiver]:
            destinations[address.receiver].append(address.destination)
    return Surroundings(
        rule_status=status_with_heartbeat(settings, rules.status_of),
        routes=routes_of(settings),
        destinations=destinations,
        stories=story_rules(settings),
        clock=ground.clock,
        new_alert_id=new_alert_id,
        update_wait=settings.config.stories.update_wait,
    )


def _keep_within_intervals(c: Connection, feeds: Iterable[FeedConfig], now: datetime) -> None:
    for feed in sorted(feeds, key=lambda feed: feed.id):  # the same order in every process, or they deadlock
        feed_states.keep_within_interval(c, feed.id, (INTERVAL, QUIET), latest=now + feed.usual)
