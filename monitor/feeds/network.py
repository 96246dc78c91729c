"""Is it the feed that is away, or are we? An outage of our own network is held against no feed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from random import Random
from time import monotonic
from urllib.parse import urlsplit

from monitor.feeds.config import is_own_site, registrable_domain

_FEWEST_SERVERS = 3  # of fewer, nobody can tell whose fault it is
_ASKED = 5
_FRESH_SECONDS = 2.0  # an answer as new as that shows that the network is there
_THERE_SECONDS, _AWAY_SECONDS = 5.0, 15.0  # how long a verdict holds


class Network:
    """Judges whether this machine reaches anything; `addresses` are those of all feeds.

    `reaches` asks one address and tells whether any answer came.
    """

    def __init__(
        self,
        addresses: Iterable[str],
        reaches: Callable[[str], Awaitable[bool]],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        servers = {server_of(address): address for address in addresses}
        public = {name: url for name, url in servers.items() if not is_own_site(registrable_domain(url))}
        # What stands in one's own network answers though the way out is cut.
        self._ways_out = len(public) >= _FEWEST_SERVERS
        self._addresses = public if self._ways_out else servers
        self._last_heard: dict[str, None] = {}  # servers, the last one last
        self._reaches = reaches
        self._clock = clock
        self._random = Random()  # noqa: S311 - which servers are asked is no secret
        self._answered_at = float("-inf")
        self._judged_at = float("-inf")
        self._judging = asyncio.Lock()
        self.away = False

    def heard(self, address: str) -> bool:
        """Note that the server of an address answered; tells whether the network had been away.

        Feeds that moved are at other servers than those that are written: these are known from here on.
        """
        if self._ways_out and is_own_site(registrable_domain(address)):
            return False
        server = server_of(address)
        self._addresses[server] = address
        self._last_heard.pop(server, None)
        self._last_heard[server] = None
        self._answered_at = self._clock()
        was_away, self.away = self.away, False
        return was_away

    async def is_away(self, silent: str) -> bool:
        """Tell whether no other server answers either than that of `silent`, an address."""
        if len(self._addresses) < _FEWEST_SERVERS:
            return False
        async with self._judging:  # who fails meanwhile waits for this verdict
            now = self._clock()
            if now - self._answered_at < _FRESH_SECONDS:
                self.away = False
            elif now - self._judged_at > (_AWAY_SECONDS if self.away else _THERE_SECONDS):
                self.away = not await self._any_answers(server_of(silent))
                self._judged_at = self._clock()
        return self.away

    async def _any_answers(self, but: str) -> bool:
        heard = [server for server in reversed(self._last_heard) if server != but][:_ASKED]
        others = [server for server in self._addresses if server != but and server not in heard]
        chance = self._random.sample(others, min(_ASKED, len(others)))
        asked = [*heard, *chance][: max(_ASKED, len(heard) + 2)]
        waiting = {asyncio.ensure_future(self._reaches(self._addresses[server])) for server in asked}
        try:
            for answer in asyncio.as_completed(waiting):
                if await answer:
                    return True
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return False


def server_of(address: str) -> str:
    """Name the server of an address: its host and port."""
    return urlsplit(address).netloc
