"""The heartbeat: a made-up article that travels the whole way, and at its end an address outside is asked.

Whoever watches that address (healthchecks.io and the like) raises the alarm when nobody asks for it any more:
what a daemon that is dead, or cut off, cannot do itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from monitor.errors import Bury, Deferred, NeedsHuman, Rejected, RetryLater
from monitor.headers import retry_after
from monitor.matching.engine import Matcher
from monitor.model import HEARTBEAT, Notification, Receipt
from monitor.notify.answers import may_succeed_later
from monitor.notify.channel import Destination, Wires
from monitor.operations.config import HeartbeatConfig
from monitor.rules.book import RuleFiles, compile_rulebook

_PHRASE = "Watchword heartbeat"
_RULE = f"""\
rules:
  - id: {HEARTBEAT}
    title: The heartbeat of Watchword itself
    status: live
    severity: info
    match: '"{_PHRASE}"'
    tests:
      - {{match: "{_PHRASE} of noon"}}
      - {{no_match: "A heart beats"}}
"""
_PATH = "/heartbeat.xml"
# What the archive calls the feed's address, the same for all pollers: each of them serves its own.
ADDRESS = f"http://127.0.0.1{_PATH}"
_MOST_OF_ANSWER = 4096
_LATE = 2  # intervals after which a heartbeat says nothing about now


def heartbeat_matcher(now: datetime) -> Matcher:
    """Make a matcher of the one built-in rule; rules of users never meet the heartbeat."""
    return Matcher(compile_rulebook(RuleFiles({f"{HEARTBEAT}.yaml": _RULE.encode()}, ()), now=now))


async def serve_heartbeat(stack: AsyncExitStack, clock: Callable[[], datetime]) -> str:
    """Serve the feed on this machine until `stack` is closed; gives its address."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=_document(clock()), content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get(_PATH, answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}{_PATH}"


def _document(now: datetime) -> bytes:
    """Write the feed: one entry, another one each time."""
    name = now.isoformat(timespec="microseconds")
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{_PHRASE}</title><link>{ADDRESS}</link><description>of this process</description>"
        f'<item><title>{_PHRASE} of {name}</title><guid isPermaLink="false">{name}</guid>'
        f"<description>Beat {name}.</description><pubDate>{format_datetime(now)}</pubDate></item>"
        "</channel></rss>"
    ).encode()


class HeartbeatChannel:
    """The end of the way: where a message to people would go out, the address is asked."""

    def __init__(self, config: HeartbeatConfig, wires: Wires) -> None:
        self._url = config.url.reveal()
        self._fresh = _LATE * config.every
        self._wires = wires
        digest = hashlib.sha256(self._url.encode()).hexdigest()[:12]
        self._destination = Destination(
            f"heartbeat:{digest}", f"the heartbeat at {urlsplit(self._url).hostname}"
        )

    def destinations(self) -> tuple[Destination, ...]:
        """Name the one destination."""
        return (self._destination,)

    async def send(self, notification: Notification) -> Receipt:
        """Ask for the address, unless the beat is so late that it says nothing about now."""
        if notification.destination != self._destination.id:
            raise Rejected(f"{notification.destination} is no longer the heartbeat's destination")
        now = self._wires.clock()
        if now - notification.article.first_seen > self._fresh:
            return Receipt("too late to count", now)
        response = await self._ask("GET", self._url)
        if 200 <= response.status < 300:
            return Receipt(f"{response.status}", self._wires.clock())
        said = f"the heartbeat's address answered {response.status}"
        if may_succeed_later(response.status):
            raise Deferred(said, retry_after(response.headers, now))
        raise Rejected(f"{said}: see whether it is right")

    async def handshake(self) -> str:
        """See that its server answers, without asking for the address itself."""
        response = await self._origin()
        return f"{urlsplit(self._url).hostname} answers ({response.status})"

    async def date(self) -> str:
        """Give the time as the address's server tells it, empty where it does not."""
        return (await self._origin()).headers.get("Date", "")

    async def close(self) -> None:
        """Nothing was opened."""

    async def _origin(self) -> aiohttp.ClientResponse:
        parts = urlsplit(self._url)
        return await self._ask("HEAD", f"{parts.scheme}://{parts.netloc}/")

    async def _ask(self, method: str, url: str) -> aiohttp.ClientResponse:
        try:
            async with self._wires.http.request(method, url, allow_redirects=False) as response:
                await response.content.read(_MOST_OF_ANSWER)
                return response
        except RetryLater as error:
            fault: Exception = Deferred(error.reason, error.retry_after)
        except (Bury, NeedsHuman) as error:  # the outbound door refuses the address
            fault = Rejected(str(error).replace(self._url, "***"))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # Without the error's own words, which hold the address.
            fault = Deferred(f"the heartbeat's address cannot be reached: {type(error).__name__}")
        raise fault from None
