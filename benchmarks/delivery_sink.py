"""The web server of the benchmark of delivery: it publishes the feeds and takes the messages."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from typing import Self

from aiohttp import web

from benchmarks.delivery_items import NUMBER, feed

_SHOWN = 400  # items that a feed's document holds at most


class Counter:
    """Feeds, and webhooks of Slack's shape that remember when each item arrived.

    `arrivals` maps items to the time by the wall clock; `silent` names the webhooks that take a message and
    never answer.
    """

    def __init__(self) -> None:
        self._destinations = 1
        self.arrivals: dict[int, float] = {}
        self.repeats = self.posts = 0
        self.payload = b""
        self.silent: set[str] = set()
        self._published: dict[str, list[int]] = defaultdict(list)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024**2)
        app.router.add_get("/feeds/{name}.xml", self._show)
        app.router.add_post("/hooks/{name}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._runner.cleanup()

    def publish(self, name: str, number: int) -> None:
        """Put an item into a feed."""
        self._published[name].append(number)

    def begin(self, destinations: int) -> None:
        """Begin anew, with items for so many destinations."""
        self._destinations = destinations
        self.arrivals.clear()
        self._published.clear()
        self.silent.clear()
        self.repeats = self.posts = 0

    async def _show(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        numbers = self._published[name][-_SHOWN:]
        etag = f'"{numbers[-1] if numbers else 0}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = feed(name, numbers, self._destinations)
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        numbers = {int(number) for number in NUMBER.findall(body)}  # one, or all that one message tells of
        if not numbers:
            return web.Response(status=400, text="no_text")
        if request.match_info["name"] in self.silent:
            await asyncio.sleep(3600)
        self.posts += 1
        self.repeats += len(numbers & self.arrivals.keys())
        for number in numbers:
            self.arrivals.setdefault(number, time.time())
        self.payload = self.payload or body
        return web.Response(text="ok")
