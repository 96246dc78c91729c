"""Entry to article: as the feed said it, to as we say it. Pure."""

from __future__ import annotations

from datetime import datetime

from monitor.errors import Malformed
from monitor.feeds.config import FeedConfig
from monitor.feeds.entry import Entry, ParsedFeed
from monitor.model import Article


def article_of(entry: Entry, parsed: ParsedFeed, feed: FeedConfig, first_seen: datetime) -> Article:
    """Make the article of an entry; its `id` is left empty for the archive to give.

    Raises `Malformed` for an entry with neither title nor text. The language is the entry's own, else the
    configured, else the document's; the publisher is the configured one, else the one that an aggregator
    names, else the feed's registrable domain.
    """
    if not (entry.title or entry.summary or entry.body):
        raise Malformed("an entry with neither title nor text")
    return Article(
        id="",
        title=_one_line(entry.title),
        first_seen=first_seen,
        summary=entry.summary,
        body=entry.body,
        url="".join(entry.link.split()),
        author=_one_line(entry.author),
        tags=tuple(dict.fromkeys((*entry.tags, *feed.tags))),
        feed=feed.id,
        source=feed.source or _one_line(entry.source) or feed.publisher,
        lang=language_of(entry, parsed, feed.lang),
        country=feed.country,
        published=entry.published or entry.updated,
        updated=entry.updated,
    )


def language_of(entry: Entry, parsed: ParsedFeed, configured: str) -> str:
    """Choose the language by who is likeliest to know."""
    own = (
        entry.lang if entry.lang != parsed.lang else ""
    )  # inherited from the document is not the entry's own
    return own or configured or parsed.lang


def _one_line(text: str) -> str:
    return " ".join(text.split())
