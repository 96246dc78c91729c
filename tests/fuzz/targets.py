"""The targets: each takes bytes, and raises where something is not as it is promised."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from yarl import URL

from monitor.errors import Malformed, Unreachable
from monitor.feeds.address import Refused, check_url
from monitor.feeds.answer import charset_of, hints_of
from monitor.feeds.config import FeedConfig
from monitor.feeds.dates import read_date
from monitor.feeds.decode import as_utf8, decode
from monitor.feeds.normalise import article_of
from monitor.feeds.opml import read_opml, write_opml
from monitor.feeds.parse import parse
from monitor.feeds.redirect import Hop, next_hop
from monitor.headers import LONGEST_WAIT, http_date, retry_after
from monitor.text.visible import visible_text
from tests.fuzz.web_addresses import host_on_the_web

NOW = datetime(2026, 2, 9, 13, 15, tzinfo=UTC)
FEED = FeedConfig(id="f", url="https://news.example.com/feed")
BASE = "https://news.example.com/feeds/world.xml"
CHARSETS = (
    *(
        "",
        "utf-8",
        "iso-8859-1",
        "windows-1251",
        "koi8-r",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "gb18030",
        "big5",
    ),
    *("iso-2022-jp", "utf-16", "utf-7", "hz", "us-ascii", "windows-1256", "cp1252", "nonsense"),
)
NEVER = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))


def decoding(raw: bytes) -> None:
    """Any bytes give text that XML may hold; valid UTF-8 is itself, whatever its label."""
    charset, body = _with_charset(raw)
    found = decode(body, charset)
    as_utf8(found.text).decode("utf-8")
    assert not set(found.text) & (NEVER - {"\x7f"})


def parsing(raw: bytes) -> None:
    """Any bytes are a feed or `Malformed`, and what a feed holds is plain text."""
    charset, body = _with_charset(raw)
    _parse(body, charset)


def parsing_json(raw: bytes) -> None:
    """So it is with what calls itself a JSON Feed."""
    _parse(b'{"version":"https://jsonfeed.org/version/1.1","items":[' + raw, "utf-8")


def dates(raw: bytes) -> None:
    """Any text is a moment of our times, or no date."""
    found = read_date(_text(raw))
    assert found is None or (found.tzinfo is UTC and 1971 <= found.year <= 2200)


def opml(raw: bytes) -> None:
    """Any bytes are a list or told as problems; a list that is written is read back."""
    outlines, problems = read_opml(raw, "feeds.opml")
    assert problems or outlines
    if outlines:
        again, _ = read_opml(write_opml(outlines, "Feeds").encode(), "again.opml")
        assert sorted(outline.url for outline in again) == sorted(outline.url for outline in outlines)


def addresses(raw: bytes) -> None:
    """An address that is accepted leads every reader to one host; so does where a redirect leads."""
    text = _text(raw)
    with suppress(Refused):
        _one_host(text, check_url(text))
    with suppress(Refused, Unreachable):
        hop = next_hop(Hop(URL(BASE)), 302, text)
        _one_host(str(hop.url), hop.url)


def visible(raw: bytes) -> None:
    """What is seen of any text is free of marks that nobody sees."""
    seen = visible_text(_text(raw))
    assert not set(seen) & NEVER
    seen.encode()


def headers(raw: bytes) -> None:
    """Any headers mean some wait or none, and never a negative or an endless one."""
    names = ("Retry-After", "Date", "Expires", "Cache-Control")
    said = dict(zip(names, raw.decode("latin-1").split("\n"), strict=False))
    wait = retry_after(said, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT
    hints = hints_of(said.get("Cache-Control", "").split(";"), said, NOW)
    assert all(lasts is None or lasts.total_seconds() >= 0 for lasts in (hints.max_age, hints.expires))
    for value in said.values():
        charset_of(value)
        assert (found := http_date(value)) is None or found.tzinfo is UTC


TARGETS: dict[str, Callable[[bytes], None]] = {
    "decode": decoding,
    "parse": parsing,
    "json": parsing_json,
    "dates": dates,
    "opml": opml,
    "addresses": addresses,
    "visible": visible,
    "headers": headers,
}


def _with_charset(raw: bytes) -> tuple[str, bytes]:
    """Let the first byte choose what the server says."""
    return (CHARSETS[raw[0] % len(CHARSETS)], raw[1:]) if raw else ("", b"")


def _parse(body: bytes, charset: str) -> None:
    try:
        found = parse(body, charset=charset, content_type="application/rss+xml", url=BASE)
    except Malformed:
        return
    for entry in found.entries:
        with suppress(Malformed):
            article = article_of(entry, found, FEED, NOW)
            for text in (
                article.title,
                article.summary,
                article.body,
                article.author,
                *article.tags,
                article.url,
            ):
                assert not set(text) & NEVER, text
                text.encode()
            assert article.published is None or article.published.tzinfo is UTC


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _one_host(text: str, url: URL) -> None:
    host = _one_spelling((url.raw_host or "").lower())
    assert url.scheme in ("http", "https")
    assert not text.isascii() or _one_spelling(urlsplit(text).hostname or "") == host, (text, host)
    assert host_on_the_web(text) == host, (text, host)


def _one_spelling(host: str) -> str:
    return str(IPv6Address(host)) if ":" in host else host
