"""Reading documents on request."""

import gzip
import io
import sys

import pytest
from aiohttp import web

from monitor.feeds.reader import read_documents
from monitor.feeds.worker import ParseWorkers
from tests.feeds.documents import ATOM, JSON_FEED, RSS


@pytest.fixture
async def read(loopback):
    async with ParseWorkers(2) as workers:

        async def readings(*sources):
            return [found async for found in read_documents(map(str, sources), loopback, workers)]

        yield readings


async def test_files_addresses_and_standard_input_are_read_in_order(read, tmp_path, serve, monkeypatch):
    """Each document gives its articles as plain objects, in the order asked for."""
    (tmp_path / "a.xml").write_text(RSS)
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(ATOM.encode()))

    async def respond(request):
        return web.Response(body=JSON_FEED.encode())

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ATOM.encode())))
    address = await serve(respond)
    found = await read(tmp_path / "a.xml", address + "/feed", "-", tmp_path / "b.xml.gz")
    assert [len(reading.articles) for reading in found] == [2, 1, 1, 1]
    assert found[0].articles[0] == {
        "document": str(tmp_path / "a.xml"),
        "id": "post-1",
        "title": "Council agrees on pilot fees",
        "summary": "Short & plain.",
        "body": "First paragraph.\n\nSecond.",
        "url": "https://harbour.example/news/1?utm_source=rss",
        "author": "Ada Quay",
        "tags": ["Ports", "Fees"],
        "published": "2023-02-09T09:00:00Z",
        "updated": None,
        "lang": "en-gb",
    }
    assert found[1].articles[0]["url"] == address + "/7"


async def test_one_bad_document_does_not_end_the_reading(read, tmp_path, loopback):
    """Missing, empty, large, alien and unreachable documents each say what is wrong; the others are read."""
    (tmp_path / "good.xml").write_text(RSS)
    (tmp_path / "empty.xml").write_text("")
    (tmp_path / "page.html").write_text("<html>")
    with (tmp_path / "large.xml").open("wb") as large:
        large.truncate(loopback.max_bytes + 1)
    names = ["missing.xml", "empty.xml", "page.html", "large.xml", "."]
    bad = [
        *(tmp_path / name for name in names),
        "http://127.0.0.1:1/",
        "http://[::1]:1/",
        "http://x@y/",
        "\0",
    ]
    found = await read(*bad, tmp_path / "good.xml")
    assert [reading.unusable for reading in found] == [True] * len(bad) + [False]
    assert all(reading.problems and "\n" not in reading.problems[0] for reading in found[:-1])


async def test_what_is_odd_in_a_document_is_told_beside_its_articles(read, tmp_path):
    """Entries that hold nothing are counted."""
    path = tmp_path / "a.xml"
    path.write_text(RSS.replace("<title>Second</title>", ""))
    (found,) = await read(path)
    assert found.problems == ("1 entries have neither title nor text",)
    assert not found.unusable
    assert len(found.articles) == 2
