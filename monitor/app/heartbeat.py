"""The heartbeat, joined to the parts that every article passes: it has a feed, a rule, a route, a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network

from monitor.alerting.route import RootRoute, Route, When
from monitor.app.parts import Address
from monitor.config import Settings
from monitor.feeds.access import Access
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Document, Unchanged
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState
from monitor.model import HEARTBEAT, RuleStatus
from monitor.notify.channel import Wires
from monitor.operations.heartbeat import ADDRESS, HeartbeatChannel, serve_heartbeat


class HeartbeatFetcher:
    """Fetches the heartbeat's feed from this very process, and every other feed as ever."""

    def __init__(self, others: Fetcher, own: Fetcher, url: str) -> None:
        self._others = others
        self._own = own
        self._url = url

    @classmethod
    async def open(
        cls, others: Fetcher, settings: Settings, clock: Callable[[], datetime], stack: AsyncExitStack
    ) -> HeartbeatFetcher:
        """Serve the feed, and open a door that leads to this machine and nowhere else."""
        url = await serve_heartbeat(stack, clock)
        here = {"allow": (ip_network("127.0.0.1/32"),), "proxy": None}
        outbound = settings.config.outbound.model_copy(update=here)
        http = await stack.enter_async_context(open_session(outbound))
        return cls(others, await stack.enter_async_context(Fetcher(http, outbound, clock)), url)

    async def fetch(self, state: FeedState, access: Access) -> Document | Unchanged:
        """Fetch a feed. Raises Unreachable and Malformed."""
        if state.feed != HEARTBEAT:
            return await self._others.fetch(state, access)
        return await self._own.fetch(replace(state, url=self._url), Access(self._url))


def feeds_of(settings: Settings) -> tuple[FeedConfig, ...]:
    """List the feeds that are polled: those of the configuration, and the heartbeat's."""
    heartbeat = settings.config.heartbeat
    if heartbeat is None:
        return settings.config.feeds
    own = FeedConfig(
        id=HEARTBEAT, url=ADDRESS, every=heartbeat.every, source="Watchword", backfill="notify", max_age=None
    )
    return (*settings.config.feeds, own)


def heartbeat_addresses(settings: Settings, wires: Wires) -> tuple[Address, ...]:
    """Open the heartbeat's channel, where there is one."""
    if settings.config.heartbeat is None:
        return ()
    channel = HeartbeatChannel(settings.config.heartbeat, wires)
    return tuple(Address(HEARTBEAT, one.id, one.shown, channel) for one in channel.destinations())


def routes_of(settings: Settings) -> RootRoute:
    """Give the tree of routes, with the heartbeat's own before all others."""
    root = settings.config.routes
    if settings.config.heartbeat is None:
        return root
    own = Route(receiver=HEARTBEAT, when=When(rule=(HEARTBEAT,)))
    return RootRoute(receiver=root.receiver, routes=(own, *root.routes))


def status_with_heartbeat(
    settings: Settings, others: Callable[[str], RuleStatus | None]
) -> Callable[[str], RuleStatus | None]:
    """Tell the status of rules, the built-in one's too."""
    statuses: Mapping[str, RuleStatus] = {HEARTBEAT: "live"} if settings.config.heartbeat else {}
    return lambda rule: statuses.get(rule) or others(rule)
