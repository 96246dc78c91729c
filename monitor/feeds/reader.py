"""Reading documents apart from any polling: for people who want to see what a feed says."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.errors import Malformed, WatchwordError
from monitor.feeds.config import OutboundConfig
from monitor.feeds.document import Document, hash_body
from monitor.feeds.entry import Entry, ParsedFeed
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.inflate import unpacked
from monitor.feeds.state import FeedState
from monitor.feeds.worker import ParseWorkers

_AHEAD = 2  # documents read while one is being given out


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document held: its articles as JSON objects, and what was wrong with it.

    `unusable` says that it was no feed, or could not be read at all.
    """

    document: str
    articles: tuple[dict[str, Any], ...] = ()
    problems: tuple[str, ...] = ()
    unusable: bool = False


async def read_documents(
    sources: Iterable[str],
    outbound: OutboundConfig,
    workers: ParseWorkers,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Reading]:
    """Read files, web addresses and `-` (standard input), in order; one bad document does not end it."""
    waiting: deque[asyncio.Task[Reading]] = deque()
    async with open_session(outbound) as session:
        fetcher = Fetcher(session, outbound, clock)
        try:
            for source in sources:
                waiting.append(asyncio.create_task(_read(source, outbound, fetcher, workers, clock)))
                if len(waiting) > _AHEAD:
                    yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


async def _read(
    source: str,
    outbound: OutboundConfig,
    fetcher: Fetcher,
    workers: ParseWorkers,
    clock: Callable[[], datetime],
) -> Reading:
    try:
        document = await open_document(source, outbound.max_bytes, fetcher, clock)
        parsed = await workers.parse(document)
    except WatchwordError as error:
        return Reading(source, problems=(str(error),), unusable=True)
    articles = tuple(_shown(source, entry, parsed) for entry in parsed.entries)
    return Reading(source, articles, _problems(parsed))


async def open_document(
    source: str, max_bytes: int, fetcher: Fetcher, clock: Callable[[], datetime]
) -> Document:
    """Get a document from a file, a web address or `-`; raises `Unreachable` or `Malformed`."""
    if source.startswith(("http://", "https://")):
        found = await fetcher.fetch(FeedState(feed="", url=source))
        assert isinstance(found, Document), "nothing is known of it, so nothing can be unchanged"
        return found
    body = await asyncio.to_thread(_read_file, source, max_bytes)
    return Document(url="", body=body, body_hash=hash_body(body), fetched_at=clock())


def _read_file(source: str, max_bytes: int) -> bytes:
    try:
        if source == "-":
            body = sys.stdin.buffer.read(max_bytes + 1)
        else:
            with Path(source).open("rb") as file:
                body = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise Malformed(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(body) > max_bytes:
        raise Malformed(f"larger than {max_bytes} bytes")
    return unpacked(body, max_bytes)


def _shown(document: str, entry: Entry, parsed: ParsedFeed) -> dict[str, Any]:
    return {
        "document": document,
        "id": entry.id,
        "title": entry.title,
        "summary": entry.summary,
        "body": entry.body,
        "url": entry.link,
        "author": entry.author,
        "tags": list(entry.tags),
        "published": _rfc3339(entry.published),
        "updated": _rfc3339(entry.updated),
        "lang": entry.lang or parsed.lang,
    }


def _problems(parsed: ParsedFeed) -> tuple[str, ...]:
    empty = sum(1 for entry in parsed.entries if not (entry.title or entry.summary or entry.body))
    found = list(parsed.problems)
    if empty:
        found.append(f"{empty} entries have neither title nor text")
    if parsed.capped:
        found.append(f"{parsed.capped} entries beyond the first {len(parsed.entries)} were left out")
    return tuple(found)


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
