"""A feed server that writes down every entry that it served, and knows who is to be told of which."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random

from aiohttp import web

# A word in an item's title is what one rule looks for, and that rule is routed to one receiver.
WORDS = ("alfa", "bravo", "charlie", "echo")
UNTOLD = "delta"  # looked for by a rule in the shadow
NUMBER = re.compile(r"Item (\d{6}) ")
_LONGEST = 40  # entries of one document; then those that the archive has leave it
_KEPT = 15


@dataclass(frozen=True)
class Item:
    """One event: an entry in one feed, or in two that tell the same. `late` is False for a first poll's."""

    number: int
    words: tuple[str, ...]
    feeds: tuple[str, ...]
    news: bool = True

    @property
    def told_for(self) -> tuple[str, ...]:
        """The words whose receivers must hear of it."""
        return tuple(word for word in self.words if word in WORDS) if self.news else ()

    def entry(self) -> str:
        link = f"https://news.example/{self.number}"
        return (
            f"<item><title>Item {self.number:06} of {' and '.join(self.words) or 'nothing'}</title>"
            f"<link>{link}</link><guid>{link}</guid><description>Text {self.number}.</description>"
            f"<pubDate>{format_datetime(datetime(2026, 1, 1, tzinfo=UTC))}</pubDate></item>"
        )


@dataclass
class Ledger:
    """Serves RSS feeds; `items` holds what was published, `served` which items left whole in which feed.

    While `breaking` is above 0, that part of the documents is broken off in the middle.
    """

    feeds: tuple[str, ...]
    rng: Random
    items: dict[int, Item] = field(default_factory=dict)
    served: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    breaking: float = 0.0
    broken: int = 0
    url: str = ""
    _shown: dict[str, list[Item]] = field(default_factory=dict)

    async def start(self) -> None:
        for feed in self.feeds:
            self.publish((feed,), WORDS, news=False)
        app = web.Application()
        app.router.add_get("/{feed}.xml", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    def publish(self, feeds: tuple[str, ...], words: tuple[str, ...], *, news: bool = True) -> Item:
        item = Item(len(self.items), words, feeds, news)
        self.items[item.number] = item
        for feed in feeds:
            self._shown.setdefault(feed, []).append(item)
        return item

    def publish_some(self, number: int) -> None:
        """Publish that many items into one feed: most are for one receiver, some for two or nobody."""
        feed = self.rng.choice(self.feeds)
        for _ in range(number):
            drawn = self.rng.random()
            if drawn < 0.08:
                words: tuple[str, ...] = ()
            elif drawn < 0.14:
                words = (UNTOLD,)
            else:
                words = tuple(self.rng.sample(WORDS, 2 if drawn > 0.9 else 1))
            other = self.rng.choice(self.feeds)
            twice = other != feed and self.rng.random() < 0.03
            self.publish((feed, other) if twice else (feed,), words)

    def trim(self, known: Collection[tuple[str, int]]) -> None:
        """Let entries that the archive has leave long documents; `known` is feed and number of those."""
        for feed, shown in self._shown.items():
            if len(shown) > _LONGEST:
                old, new = shown[:-_KEPT], shown[-_KEPT:]
                self._shown[feed] = [item for item in old if (feed, item.number) not in known] + new

    def expected(self) -> dict[str, set[int]]:
        """Say for each word which items its receivers must hear of."""
        found: dict[str, set[int]] = {word: set() for word in WORDS}
        for item in self.items.values():
            for word in item.told_for:
                found[word].add(item.number)
        return found

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        feed = request.match_info["feed"]
        shown = list(self._shown[feed])
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{feed}</title>'
            "<link>https://news.example</link><description>a test</description>"
            f"{''.join(item.entry() for item in reversed(shown))}</channel></rss>"
        ).encode()
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        headers = {"ETag": etag, "Content-Type": "application/rss+xml", "Content-Length": str(len(body))}
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        if self.rng.random() < self.breaking:
            self.broken += 1
            await answer.write(body[: len(body) // 2])
            await asyncio.sleep(0)
            if request.transport is not None:
                request.transport.abort()
            return answer
        await answer.write(body)
        await answer.write_eof()
        self.served[feed].update(item.number for item in shown)
        return answer
