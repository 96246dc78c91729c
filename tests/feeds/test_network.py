"""Is it the feed that is away, or are we?"""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web as http

from monitor.errors import Unreachable
from monitor.feeds.document import NoAnswer, NotAsked
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.network import Network
from monitor.feeds.state import FeedState

FEEDS = [f"https://{name}.example/feed" for name in ("a", "b", "c", "d", "e", "f", "g")]


class Servers:
    """Which servers answer, how often each was asked, and what time it is."""

    def __init__(self, *there: str) -> None:
        self.there = set(there)
        self.asked: list[str] = []
        self.now = 100.0

    async def reaches(self, address: str) -> bool:
        self.asked.append(address)
        await asyncio.sleep(0)
        return address in self.there


def network(web: Servers, *feeds: str) -> Network:
    return Network(feeds or FEEDS, web.reaches, clock=lambda: web.now)


async def test_where_no_other_server_answers_our_network_is_away_until_one_does() -> None:
    """One verdict serves all that fail meanwhile; the first answer ends it."""
    web = Servers()
    ours = network(web)
    assert all(await asyncio.gather(*(ours.is_away(feed) for feed in FEEDS)))
    assert len(web.asked) == 5
    web.now += 10
    assert await ours.is_away(FEEDS[0])
    assert len(web.asked) == 5
    assert ours.heard(FEEDS[3])
    assert not ours.heard(FEEDS[3])
    assert not await ours.is_away(FEEDS[0])


async def test_where_another_server_answers_the_feed_is_to_blame() -> None:
    """The one that failed is not asked again for that, and an answer that is new enough needs no question."""
    web = Servers(*FEEDS[1:])
    ours = network(web)
    assert not await ours.is_away(FEEDS[0])
    assert FEEDS[0] not in web.asked
    web.asked.clear()
    web.now += 60
    ours.heard(FEEDS[1])
    assert not await ours.is_away(FEEDS[0])
    assert web.asked == []


async def test_of_fewer_than_three_servers_nobody_can_tell() -> None:
    """Then each feed answers for itself; several feeds of one server are one."""
    web = Servers()
    assert not await network(web, FEEDS[0], FEEDS[1]).is_away(FEEDS[0])
    assert not await network(web, *(f"https://a.example/{n}" for n in range(9))).is_away(FEEDS[0])
    assert web.asked == []


async def test_what_stands_in_ones_own_network_says_nothing_of_the_way_out() -> None:
    """It answers though the line is cut."""
    web = Servers("http://rsshub:1200/feed", "http://127.0.0.1/feed")
    ours = network(web, *FEEDS[:3], *web.there)
    assert not ours.heard("http://rsshub:1200/feed")
    assert await ours.is_away(FEEDS[0])
    inside = network(Servers(), "http://10.0.0.1/", "http://10.0.0.2/", "http://10.0.0.3/")
    assert await inside.is_away("http://10.0.0.1/")


async def test_feeds_that_moved_are_known_where_they_are() -> None:
    """The written servers are dead for good; one of the new ones failing is no outage of ours."""
    there = Servers("https://new-b.example/feed")
    ours = network(there)
    ours.heard("https://new-a.example/feed")
    ours.heard("https://new-b.example/feed")
    there.now += 60
    assert not await ours.is_away("https://new-a.example/feed")


async def test_a_server_counts_as_reached_whatever_it_says(
    loopback, serve, serve_raw, unused_tcp_port
) -> None:
    """And as silent where nothing at all comes back; the fetcher tells the two apart as well."""

    async def refuses(request: http.Request) -> http.Response:
        return http.Response(status=500)

    async def hangs_up(reader, writer) -> None:
        """Say nothing."""

    async def answers_then_hangs(reader, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss")
        await writer.drain()

    away = f"http://127.0.0.1:{unused_tcp_port}/"
    async with open_session(loopback) as session, Fetcher(session, loopback) as fetcher:
        assert await fetcher.reaches(await serve(refuses))
        silent = await serve_raw(hangs_up)
        for address in (away, silent):
            assert not await fetcher.reaches(address)
            with pytest.raises(NoAnswer):
                await fetcher.fetch(FeedState("f", address))
        for address in (await serve(refuses), await serve_raw(answers_then_hangs), "http://10.0.0.1/"):
            with pytest.raises(Unreachable) as caught:
                await fetcher.fetch(FeedState("f", address))
            assert isinstance(caught.value, NotAsked) == ("10.0.0.1" in address)
            assert not isinstance(caught.value, NoAnswer)
