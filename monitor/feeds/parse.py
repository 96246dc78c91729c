"""Bytes to entries. feedparser is the authority on the formats of XML; JSON Feed is read by us.

Pure, and meant to run in a worker that may be killed: feedparser needs quadratic time on some hostile
input. It only ever gets bytes in memory, so it neither fetches nor opens anything.
"""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import urljoin

import feedparser

from monitor.errors import Malformed
from monitor.feeds.dates import read_date
from monitor.feeds.decode import Decoded, as_utf8, decode, stands_as_utf8
from monitor.feeds.entry import MOST_ENTRIES, Entry, ParsedFeed, Rhythm
from monitor.feeds.excess import refuse_excess
from monitor.feeds.fields import bare, beside_mail, distinct, language_tag, visible, whole
from monitor.feeds.jsonfeed import parse_json_feed
from monitor.feeds.namespaces import Unsure
from monitor.feeds.sitemap import ROOTS, parse_sitemap
from monitor.feeds.sniff import refuse_other_than_feed
from monitor.feeds.walk import is_whole_address
from monitor.feeds.wellformed import WellFormed, read_well_formed
from monitor.text.visible import clean, visible_text

_FIRST_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_FIRST_ITEM_WRITTEN = re.compile(_FIRST_ITEM.pattern.encode(), re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours\b(.{0,4000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS = re.compile(r"<skipDays\b(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*(\w{3})\w*\s*</day>", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_ROOT = re.compile(r"<([A-Za-z][\w:.-]{0,60})")
_WEB = re.compile("https?://", re.IGNORECASE)
_LOST = ("<sx:conflicts", "</sx:conflicts>")
_LOST_WRITTEN = _LOST[0].encode()
_HEAD = 64 * 1024


class Way(Enum):
    """Who reads XML: feedparser where the fast path is unsure, or for tests one of both alone."""

    ANY = "any"
    FAST = "fast"
    FEEDPARSER = "feedparser"


def parse(
    body: bytes, *, charset: str = "", content_type: str = "", url: str = "", way: Way = Way.ANY
) -> ParsedFeed:
    """Read a document; raises `Malformed` where it is no feed.

    `charset` and `content_type` are what HTTP said, `url` is the base of relative links. At most
    `MOST_ENTRIES` entries are given, the newest where they are dated; the rest is counted.
    """
    refuse_other_than_feed(body, content_type)
    if way is not Way.FEEDPARSER and (found := _as_it_stands(body, charset, url)):
        return found
    decoded = decode(body, charset)
    text = decoded.text.lstrip()
    if text[:1] in ("{", "["):
        return parse_json_feed(text, url)
    source = as_utf8(text)
    if _LOST_WRITTEN in source:
        source = as_utf8(_without_conflicts(text))
    if _root(text).rpartition(":")[2].lower() in ROOTS:
        return parse_sitemap(source, decoded.encoding, url)
    if way is not Way.FEEDPARSER:
        try:
            return _feed(read_well_formed(source, url), decoded, text)
        except Unsure:
            if way is Way.FAST:
                raise
    refuse_excess(text)
    found = _ask_feedparser(source, url)
    if not (found.version or found.entries or _is_empty_cdf(text, found.feed)):
        raise Malformed(_not_a_feed(text, found))
    return _feed(found, decoded, text)


def _as_it_stands(body: bytes, charset: str, url: str) -> ParsedFeed | None:
    """Read a well-formed document in UTF-8 without writing it anew; None for any other."""
    if not stands_as_utf8(body, charset) or _LOST_WRITTEN in body:
        return None
    first = _FIRST_ITEM_WRITTEN.search(body, 0, _HEAD)
    head = body[: first.end() if first else 4 * _HEAD].decode("utf-8", "ignore")
    if _root(head).rpartition(":")[2].lower() in ROOTS:
        return None
    try:
        return _feed(read_well_formed(body, url), Decoded(head, "utf-8"), head)
    except Unsure:
        return None


def _feed(found: Any, decoded: Decoded, text: str) -> ParsedFeed:
    chosen, home = _newest(found.entries), whole(found.feed.get("link"))
    explicit = found.version.startswith("atom")
    return ParsedFeed(
        format=found.version or ("cdf" if _root(text).lower() == "channel" else "unknown"),
        title=visible(found.feed.get("title")),
        lang=language_tag(found.feed.get("language")),
        encoding=decoded.encoding,
        rhythm=_rhythm(text, found.feed),
        entries=tuple(
            item if isinstance(item, Entry) else _entry(item, home=home, explicit=explicit) for item in chosen
        ),
        capped=len(found.entries) - len(chosen),
        problems=decoded.problems + _broken(found),
    )


def _ask_feedparser(source: bytes, url: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    return feedparser.parse(
        io.BytesIO(source), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _without_conflicts(text: str) -> str:
    """Leave out the versions of an item that lost; synchronised feeds keep them inside the one that won."""
    kept, at = [], 0
    while (start := text.find(_LOST[0], at)) >= 0 and (end := text.find(_LOST[1], start)) >= 0:
        kept.append(text[at:start])
        at = end + len(_LOST[1])
    return "".join([*kept, text[at:]])


def _is_empty_cdf(text: str, feed: Any) -> bool:
    """Whether it is a channel of the old CDF format without items, which feedparser does not name."""
    return bool(_root(text).lower() == "channel" and feed)


def _not_a_feed(text: str, found: Any) -> str:
    root, broken = _root(text), _broken(found)
    said = f": {broken[0]}" if broken else ""
    return f"not a feed: its root is <{root}>{said}" if root else f"not a feed{said}"


def _root(text: str) -> str:
    found = _ROOT.search(text)
    return found[1] if found else ""


def _broken(found: Any) -> tuple[str, ...]:
    """Say what the strict reader stumbled over; feedparser then read on leniently."""
    if isinstance(found, WellFormed) or not found.bozo:
        return ()
    error = found.get("bozo_exception")
    if type(error).__name__ == "CharacterEncodingOverride":
        return ()
    said = getattr(error, "getMessage", lambda: str(error))()
    line = getattr(error, "getLineNumber", lambda: None)()
    return (clean(f"not well-formed: {said}" + (f" (line {line})" if line else ""))[:300],)


def _newest(entries: list[Any]) -> list[Any]:
    """Keep the first so many, or the newest where all are dated: some feeds list the oldest first."""
    if len(entries) <= MOST_ENTRIES:
        return entries
    dates = [date for entry in entries if (date := _moment(entry))]
    if len(dates) < len(entries):
        return entries[:MOST_ENTRIES]
    ranked = sorted(range(len(dates)), key=dates.__getitem__, reverse=True)
    return [entries[number] for number in sorted(ranked[:MOST_ENTRIES])]


def _moment(item: Any) -> datetime | None:
    if isinstance(item, Entry):  # one that was plain
        return item.published or item.updated
    return _date(item, "published") or _date(item, "updated")


def _entry(item: Any, *, home: str, explicit: bool) -> Entry:
    body, body_raw = _body(item, explicit)
    summary_raw = item.get("summary") or ""
    summary = "" if summary_raw == body_raw else _detail(item, "summary", explicit)
    return Entry(
        id=bare(item.get("id")),
        link=_link(item, home),
        title=_detail(item, "title", explicit),
        summary=summary,
        body=body,
        author=_author(item),
        tags=_tags(item),
        lang=language_tag(_record(item, "title_detail").get("language")),
        source=visible(_record(item, "source").get("title")),
        published=_date(item, "published") or _date(item, "created"),
        updated=_date(item, "updated"),
    )


def _detail(item: Any, key: str, explicit: bool) -> str:
    """Give the visible text of a field; Atom says when a text is plain, RSS is guessed to be HTML."""
    plain = explicit and _record(item, f"{key}_detail").get("type") == "text/plain"
    raw = whole(item.get(key))
    return clean(raw).strip() if plain else visible_text(raw)


def _body(item: Any, explicit: bool) -> tuple[str, str]:
    """Give the longest full text, visible and raw."""
    texts = [part for part in _records(item, "content") if _is_text(part.get("type"))]
    if not texts:
        return "", ""
    longest = max(texts, key=lambda part: len(part.get("value") or ""))
    raw = whole(longest.get("value"))
    plain = explicit and longest.get("type") == "text/plain"
    return (clean(raw).strip() if plain else visible_text(raw)), raw


def _is_text(media_type: str | None) -> bool:
    return not media_type or media_type.startswith("text/") or "xml" in media_type or "html" in media_type


def _link(item: Any, home: str) -> str:
    """Give the article's own address: the one before a feed service's redirect, where it is named.

    A link that is relative still, as nobody knows where the document is from, belongs to the feed's site.
    """
    named = bare(item.get("feedburner_origlink"))
    link = named if _WEB.match(named) else _alternate(item) or named
    found = bare(link)
    if not found or not home or is_whole_address(found):
        return found
    try:
        return urljoin(home, found)
    except ValueError:
        return found


def _alternate(item: Any) -> Any:
    """Give the link that leads to the article, also where an enclosure without address came after it."""
    link, first = item.get("link"), None
    for found in _records(item, "links"):
        if found.get("rel") in ("alternate", None) and (href := found.get("href")):
            if href == link:
                return link
            first = first or href
    return first or link


def _author(item: Any) -> str:
    """Give the authors' names. A mail address beside a name is left out, one alone stays."""
    people = _records(item, "authors")
    if len(people) == 1 and people[0].get("email"):  # feedparser cuts addresses of newer domains in two
        return beside_mail(item.get("author"))
    names = distinct([person.get("name") for person in people])
    return ", ".join(names) or visible(item.get("author"))


def _tags(item: Any) -> tuple[str, ...]:
    return distinct([tag.get("label") or tag.get("term") for tag in _records(item, "tags")])


def _records(item: Any, key: str) -> list[Any]:
    """Give the records of a list; an element that is called like it puts a text in its place."""
    found = item.get(key)
    return [one for one in found if one and isinstance(one, dict)] if isinstance(found, list) else []


def _record(item: Any, key: str) -> Any:
    found = item.get(key)
    return found if isinstance(found, dict) else {}


def _date(item: Any, key: str) -> datetime | None:
    # feedparser gives `published` for `updated` where that is absent; only what stands there counts.
    if not dict.__contains__(item, key):
        return None
    return read_date(whole(item.get(key)))


def _rhythm(text: str, feed: Any) -> Rhythm:
    head = text[:_HEAD]
    first = _FIRST_ITEM.search(head)
    channel = head[: first.start()] if first else head
    hours, days = _SKIP_HOURS.search(channel), _SKIP_DAYS.search(channel)
    named = [day.lower() for day in _DAY.findall(days[1])] if days else []
    return Rhythm(
        ttl=_minutes(feed.get("ttl")),
        update_period=_update_period(feed),
        skip_hours=frozenset(int(hour) % 24 for hour in _HOUR.findall(hours[1])) if hours else frozenset(),
        skip_days=frozenset(_WEEKDAYS.index(day) for day in named if day in _WEEKDAYS),
    )


def _minutes(value: Any) -> timedelta | None:
    text = str(value or "").strip()
    return timedelta(minutes=int(text)) if re.fullmatch("[0-9]{1,7}", text) else None


def _update_period(feed: Any) -> timedelta | None:
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    frequency = str(feed.get("sy_updatefrequency") or "1").strip()
    if period is None or not re.fullmatch("[0-9]{1,4}", frequency) or int(frequency) == 0:
        return None
    return timedelta(hours=period) / int(frequency)
