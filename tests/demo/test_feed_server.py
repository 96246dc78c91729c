"""The feed server: what it serves parses, and holds exactly what has been released."""

import gzip
import json
from contextlib import asynccontextmanager

import aiohttp
import feedparser
import pytest

from monitor.demo.feed_server import load_news_day, start
from monitor.text.visible import visible_text

DAY = load_news_day()
FEEDS = [feed.id for feed in DAY.feeds]
MOMENTS = [0, 12, 30, 100]


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now=0.0):
        self.now = now

    def __call__(self):
        return self.now


@asynccontextmanager
async def _serving(now=0.0, **session):
    clock = Clock(now)
    server = await start(DAY, clock)
    try:
        async with aiohttp.ClientSession(**session) as http:
            yield server, http, clock
    finally:
        await server.stop()


def _expected(feed_id, elapsed):
    return [
        (visible_text(a.title), a.url, visible_text(a.body or a.summary))
        for a in DAY.released(feed_id, elapsed)
    ]


def _parsed_json(body):
    items = json.loads(body)["items"]
    return [(item["title"], item["url"], visible_text(item["content_html"])) for item in items]


def _parsed_feed(body, headers):
    parsed = feedparser.parse(
        body, response_headers=dict(headers), sanitize_html=False, resolve_relative_uris=False
    )
    assert not parsed.bozo, parsed.get("bozo_exception")
    entries = []
    for entry in parsed.entries:
        content = entry.content[0].value if "content" in entry else entry.summary
        entries.append((visible_text(entry.title), entry.link, visible_text(content)))
    return entries


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("feed_id", FEEDS)
async def test_documents_give_back_what_was_released(feed_id, moment):
    """Each document parses and gives title, address and text of exactly the released articles."""
    async with _serving(moment) as (server, http, _), http.get(server.url(feed_id)) as response:
        body = await response.read()
        headers = {name.lower(): value for name, value in response.headers.items()}
        headers.pop("content-encoding", None)  # the client has decoded it
    is_json = DAY.feed(feed_id).format == "json"
    assert (_parsed_json(body) if is_json else _parsed_feed(body, headers)) == _expected(feed_id, moment)


@pytest.mark.parametrize("feed_id", FEEDS)
async def test_ids_dates_authors_and_tags_arrive(feed_id):
    """Each entry carries the id, time, author and tags that the day gives it, and none that it does not."""
    async with _serving(100) as (server, http, _), http.get(server.url(feed_id)) as response:
        body = await response.read()
    articles = DAY.released(feed_id, 100)
    if DAY.feed(feed_id).format == "json":
        items = json.loads(body)["items"]
        assert [item["id"] for item in items] == [a.entry_id for a in articles]
        assert [item.get("date_published") for item in items] == [a.published.isoformat() for a in articles]
        assert [item["tags"] for item in items] == [list(a.tags) for a in articles]
        return
    entries = feedparser.parse(body).entries
    assert [entry.get("id") for entry in entries] == [a.entry_id for a in articles]
    assert [entry.get("author", "") for entry in entries if "author" in entry] == [
        a.author for a in articles if a.author
    ]
    assert [[tag.term for tag in entry.get("tags", [])] for entry in entries] == [
        list(a.tags) for a in articles
    ]
    times = [tuple(entry.published_parsed)[:6] if "published" in entry else None for entry in entries]
    if DAY.feed(feed_id).format == "rdf":
        times = [tuple(entry.updated_parsed)[:6] for entry in entries]
    assert times == [a.published.utctimetuple()[:6] if a.published else None for a in articles]


async def test_validators_give_304_until_the_feed_changes():
    """Either validator brings a 304 without a body while nothing changes, and 200 after a release."""
    async with _serving(5) as (server, http, clock):
        url = server.url("caspian-wire")
        first = await http.get(url)
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            again = await http.get(url, headers=headers)
            assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", etag)
        clock.now = 6
        for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            changed = await http.get(url, headers=headers)
            assert changed.status == 200
            assert changed.headers["ETag"] != etag


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": '"another"', "If-Modified-Since": "Thu, 09 Feb 2033 12:00:00 GMT"}, 200),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"another", W/{etag}'}, 304),
        ({"If-Modified-Since": "the day before"}, 200),
    ],
)
async def test_conditions_follow_the_standard(headers, status):
    """An entity tag outranks a date, a weak or listed tag counts, and a date that cannot be read is none."""
    async with _serving(5) as (server, http, _):
        url = server.url("neva-vestnik")
        etag = (await http.get(url)).headers["ETag"]
        sent = {name: value.replace("{etag}", etag) for name, value in headers.items()}
        assert (await http.get(url, headers=sent)).status == status


async def test_a_compressed_feed_is_compressed_only_for_those_who_can_read_it():
    """The gzip feed comes compressed to who accepts it and plain to who does not, with its own tag each."""
    async with _serving(5, auto_decompress=False) as (server, http, _):
        url = server.url("harbour-gazette")
        zipped = await http.get(url, headers={"Accept-Encoding": "gzip"})
        plain = await http.get(url, headers={"Accept-Encoding": "identity"})
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(await zipped.read()) == await plain.read()
        assert zipped.headers["ETag"] != plain.headers["ETag"]
        assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


async def test_content_types_and_encodings():
    """Each format has its own content type, and the Russian feed is in the encoding that it declares."""
    async with _serving(12) as (server, http, _):
        seen = {}
        for feed in DAY.feeds:
            async with http.get(server.url(feed.id)) as response:
                seen[feed.id] = response.headers["Content-Type"]
                body = await response.read()
                if feed.id == "neva-vestnik":
                    text = body.decode("windows-1251")
    assert seen["caspian-wire"] == "application/rss+xml; charset=utf-8"
    assert seen["neva-vestnik"] == "application/rss+xml; charset=windows-1251"
    assert seen["cedar-bulletin"] == "application/atom+xml; charset=utf-8"
    assert seen["two-shores"] == "application/rdf+xml; charset=utf-8"
    assert seen["jade-river"] == "application/feed+json"
    assert "encoding='windows-1251'" in text
    assert "Патрушев" in text


async def test_the_ledger_tells_what_was_served():
    """The ledger holds each answer with its second, status and articles; a 304 shows none."""
    async with _serving(8) as (server, http, _):
        first = await http.get(server.url("two-shores"))
        await http.get(server.url("two-shores"), headers={"If-None-Match": first.headers["ETag"]})
        assert (await http.get(f"{server.base_url}/feeds/nothing")).status == 404
    assert [(s.feed, s.at, s.status) for s in server.ledger] == [
        ("two-shores", 8, 200),
        ("two-shores", 8, 304),
    ]
    assert server.ledger[0].articles == ("quake-tr", "old-quake-tr", "old-simit-tr")
    assert server.ledger[1].articles == ()


async def test_a_stopped_server_is_gone():
    """After stop nothing listens on the port."""
    server = await start(DAY, Clock())
    await server.stop()
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(server.url("two-shores"))
