"""A local web server that plays a news day: each feed under `/feeds/<id>`, as honest publishers serve it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import ETag, hdrs, web

from monitor.demo.documents import content_type, write_document
from monitor.demo.news_day import NewsDay, PlayedFeed, load_news_day

__all__ = ["FeedServer", "NewsDay", "Served", "load_news_day", "start"]

Seconds = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Served:
    """One answer: which feed, at which second of the day, what was said and which articles were in it."""

    feed: str
    at: float
    status: int
    etag: str
    articles: tuple[str, ...] = ()


@dataclass
class FeedServer:
    """A running server; `ledger` records every answer it gave."""

    day: NewsDay
    base_url: str
    ledger: list[Served]
    _runner: web.AppRunner = field(repr=False)

    def url(self, feed_id: str) -> str:
        """Give the address of a feed."""
        return f"{self.base_url}/feeds/{self.day.feed(feed_id).id}"

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        await self._runner.cleanup()


async def start(day: NewsDay, clock: Seconds, *, port: int = 0) -> FeedServer:
    """Serve `day` on 127.0.0.1 (port 0: a free one); `clock` gives the seconds since its beginning."""
    ledger: list[Served] = []
    runner = web.AppRunner(build_application(day, clock, ledger), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    host, bound = runner.addresses[0][:2]
    return FeedServer(day, f"http://{host}:{bound}", ledger, runner)


def build_application(day: NewsDay, clock: Seconds, ledger: list[Served]) -> web.Application:
    """Build the web application, which writes each of its answers into `ledger`."""

    async def answer(request: web.Request) -> web.Response:
        try:
            feed = day.feed(request.match_info["feed"])
        except KeyError:
            raise web.HTTPNotFound(text="no such feed\n") from None
        elapsed = clock()
        response = _answer(day, feed, elapsed, request)
        keys = tuple(article.key for article in day.released(feed.id, elapsed))
        shown = keys if response.status == 200 else ()
        ledger.append(Served(feed.id, elapsed, response.status, response.headers[hdrs.ETAG], shown))
        return response

    application = web.Application()
    application.router.add_get("/feeds/{feed}", answer)
    return application


def _answer(day: NewsDay, feed: PlayedFeed, elapsed: float, request: web.Request) -> web.Response:
    changed = _changed(day, feed, elapsed)
    body = write_document(day, feed, elapsed, changed)
    zipped = feed.gzip and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "").lower()
    etag = hashlib.blake2b(body, digest_size=12).hexdigest() + ("-gzip" if zipped else "")
    headers = {hdrs.ETAG: f'"{etag}"', hdrs.LAST_MODIFIED: format_datetime(changed, usegmt=True)}
    if feed.gzip:
        headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    if _unchanged(request, etag, changed):
        return web.Response(status=304, headers=headers)
    headers[hdrs.CONTENT_TYPE] = content_type(feed)
    if zipped:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
        body = gzip.compress(body, mtime=0)
    return web.Response(body=body, headers=headers)


def _changed(day: NewsDay, feed: PlayedFeed, elapsed: float) -> datetime:
    # The day's own time: always in the past, whole seconds, and later with every change of the feed.
    seconds = timedelta(seconds=int(day.changed_at(feed.id, elapsed)))
    return day.begins.astimezone(UTC) + seconds


def _unchanged(request: web.Request, etag: str, changed: datetime) -> bool:
    if hdrs.IF_NONE_MATCH in request.headers:  # it alone counts where both are sent
        known = request.if_none_match or ()
        return any(tag == ETag(etag) or tag.value in ("*", etag) for tag in known)
    since = request.headers.get(hdrs.IF_MODIFIED_SINCE)
    return since is not None and _at_or_after(since, changed)


def _at_or_after(said: str, changed: datetime) -> bool:
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return False  # a date that cannot be read is as if none were sent
    return moment.tzinfo is not None and moment >= changed
