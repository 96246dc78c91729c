"""`feeds check`: many feeds looked at side by side, politely, each with a verdict."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any

from rich.console import Console
from rich.text import Text

from monitor.app.parts import PARSE_WORKERS, utc_now
from monitor.commands.feeds import no_such_feed
from monitor.config import Settings
from monitor.errors import Malformed, SetupError, Unreachable
from monitor.feeds.cadence import said
from monitor.feeds.checkup import Checkup, judge, judge_failure
from monitor.feeds.config import FeedConfig, OutboundConfig, is_own_site, registrable_domain
from monitor.feeds.document import Document
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState
from monitor.feeds.worker import ParseWorkers
from monitor.stores import feed_states
from monitor.stores.archive import open_archive
from monitor.text.display import displayable

_AT_ONCE = 32
_MARKS = {"fine": ("✓", "green"), "doubtful": ("!", "yellow"), "broken": ("✗", "red")}


def chosen_feeds(settings: Settings, names: Sequence[str], *, everything: bool) -> list[FeedConfig]:
    """Choose the feeds that are named, or all, or those that are not known to work.

    Raises SetupError where a name is that of no feed.
    """
    feeds = {feed.id: feed for feed in settings.config.feeds}
    if unknown := [name for name in names if name not in feeds]:
        raise SetupError(no_such_feed(settings, unknown[0]))
    if names:
        return [feeds[name] for name in dict.fromkeys(names)]
    if everything:
        return list(feeds.values())
    with open_archive(settings.archive_url) as archive:
        rows = {row["feed"]: row for row in archive.read_now(feed_states.feed_rows)}
    well = {feed for feed, row in rows.items() if row["last_success_at"] and not row["failures"]}
    return [feed for feed in feeds.values() if feed.id not in well]


async def check_feeds(feeds: Sequence[FeedConfig], outbound: OutboundConfig) -> AsyncIterator[Checkup]:
    """Look at feeds side by side, few of one site; gives verdicts as they come. Nothing is stored."""
    places = asyncio.Semaphore(_AT_ONCE)
    turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(outbound.site_at_once))
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session(outbound))
        fetcher = await stack.enter_async_context(Fetcher(session, outbound, utc_now))
        workers = await stack.enter_async_context(ParseWorkers(PARSE_WORKERS))

        async def look(feed: FeedConfig) -> Checkup:
            site = registrable_domain(feed.url)
            pause = 0.0 if is_own_site(site) else outbound.site_pause.total_seconds()
            async with turns[site], places:
                found = await _look(feed, fetcher, workers)
                await asyncio.sleep(max(0.0, pause - found.seconds))
            return found

        looking = [asyncio.create_task(look(feed)) for feed in feeds]
        try:
            for one in asyncio.as_completed(looking):
                yield await one
        finally:
            for task in looking:
                task.cancel()
            await asyncio.gather(*looking, return_exceptions=True)


async def _look(feed: FeedConfig, fetcher: Fetcher, workers: ParseWorkers) -> Checkup:
    began = monotonic()
    try:
        document = await fetcher.fetch(FeedState(feed.id, feed.url), feed.access)
        assert isinstance(document, Document), "nothing is known of it, so nothing can be unchanged"
        parsed = await workers.parse(document)
    except (Unreachable, Malformed) as error:
        return judge_failure(feed, error, monotonic() - began)
    return judge(feed, document, parsed, utc_now(), monotonic() - began)


def as_json(found: Checkup) -> dict[str, Any]:
    """Give a verdict for programs: times as RFC 3339, spans in seconds."""
    return {
        "id": found.feed,
        "url": found.url,
        "verdict": found.grade,
        "reached": found.reached,
        "format": found.format,
        "encoding": found.encoding,
        "title": found.title,
        "entries": found.entries,
        "dated_entries": found.dated,
        "last_article": found.newest.isoformat() if found.newest else None,
        "rhythm_seconds": found.rhythm.total_seconds() if found.rhythm else None,
        "covers_seconds": found.covers.total_seconds() if found.covers else None,
        "moved_to": found.moved_to,
        "hints": found.hints,
        "findings": [{"what": one.what, "what_to_do": one.what_to_do} for one in found.findings],
        "seconds": round(found.seconds, 2),
    }


def show_checkup(found: Checkup, console: Console) -> None:
    """Print a verdict: one line, and one for each thing that is wrong."""
    mark, colour = _MARKS[found.grade]
    line = Text.assemble((f"{mark} ", colour), (found.feed, "bold"), f"  {_summary(found)}")
    console.print(line, soft_wrap=True)
    for one in found.findings:
        console.print(Text(f"    {displayable(one.what)}"), soft_wrap=True)
        console.print(Text(f"      → {displayable(one.what_to_do)}", "dim"), soft_wrap=True)


def _summary(found: Checkup) -> str:
    if not found.format:
        return f"{found.grade} ({found.seconds:.1f} s)"
    parts = [found.format, found.encoding, f"{found.entries} entries"]
    if found.rhythm is not None:
        parts.append(f"one every {said(found.rhythm)}")
    if found.newest is not None:
        parts.append(f"last {found.newest:%Y-%m-%d %H:%M} UTC")
    return f"{', '.join(part for part in parts if part)} ({found.seconds:.1f} s)"
