"""JSON Feed 1.0 and 1.1. Wrong types in one item cost that value, not the feed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from monitor.errors import Malformed
from monitor.feeds.dates import read_date
from monitor.feeds.entry import MOST_ENTRIES, Entry, ParsedFeed
from monitor.text.visible import clean, visible_text

_VERSION = "jsonfeed.org/version/"


def parse_json_feed(text: str, url: str = "") -> ParsedFeed:
    """Read a JSON Feed; raises `Malformed` for JSON that is none."""
    feed = _load(text)
    items, version = feed.get("items"), _text(feed.get("version"))
    if not isinstance(items, list) or not (_VERSION in version or _looks_like_items(items)):
        raise Malformed("JSON that is not a JSON Feed")
    base = _joined(url, _text(feed.get("feed_url"))) or url
    authors = _authors(feed)
    fit = [item for item in items if isinstance(item, dict)]
    problems = (f"{len(items) - len(fit)} items are not objects",) if len(fit) < len(items) else ()
    return ParsedFeed(
        format="json" + version.rpartition("/")[2].replace(".", "") if version else "json",
        title=visible_text(_text(feed.get("title"))),
        lang=_text(feed.get("language")).lower(),
        encoding="utf-8",
        entries=tuple(_entry(item, base, authors) for item in fit[:MOST_ENTRIES]),
        capped=max(0, len(fit) - MOST_ENTRIES),
        problems=problems,
    )


def _load(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, strict=False)  # raw line breaks in texts are a common fault
    except (ValueError, RecursionError) as error:
        raise Malformed(f"broken JSON: {error}") from None
    if not isinstance(found, dict):
        raise Malformed("JSON that is not a JSON Feed")
    return found


def _looks_like_items(items: list[Any]) -> bool:
    """Whether a feed that forgot its version is one all the same."""
    wanted = {"content_html", "content_text", "date_published"}
    return any(isinstance(item, dict) and "id" in item and wanted & item.keys() for item in items)


def _entry(item: dict[str, Any], base: str, feed_authors: str) -> Entry:
    link = _text(item.get("url")) or _text(item.get("external_url"))
    return Entry(
        id=clean(_text(item.get("id"))).strip(),
        link=_joined(base, clean(link).strip()),
        title=visible_text(_text(item.get("title"))),
        summary=visible_text(_text(item.get("summary"))),
        body=visible_text(_text(item.get("content_html"))) or clean(_text(item.get("content_text"))),
        author=_authors(item) or feed_authors,
        tags=tuple(clean(tag).strip() for tag in _list(item.get("tags")) if isinstance(tag, str)),
        lang=_text(item.get("language")).lower(),
        published=read_date(_text(item.get("date_published"))),
        updated=read_date(_text(item.get("date_modified"))),
    )


def _joined(base: str, link: str) -> str:
    """Complete a link; one that is no address stays as it is, and so does one beside such a base."""
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _authors(item: dict[str, Any]) -> str:
    """Give the authors' names: 1.1 has a list, 1.0 had one."""
    people: Iterable[Any] = _list(item.get("authors")) or [item.get("author")]
    names = (_text(person.get("name")) for person in people if isinstance(person, dict))
    return ", ".join(visible_text(name) for name in names if name)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    """Take texts, and numbers where a text belongs (ids are often numbers)."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
