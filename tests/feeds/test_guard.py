"""The outbound door on real sockets: names, proxies, and sessions that others use."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web

from monitor.errors import Unreachable
from monitor.feeds.address import Refused
from monitor.feeds.config import OutboundConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState
from tests.feeds.documents import RSS


def answers(*scripts):
    """A resolver that gives another answer every time: what a hostile name server does."""
    waiting = list(scripts)

    async def look_up(host, port, **options):
        addresses = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            (socket.AF_INET6 if ":" in found else socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))
            for found in addresses
        ]

    return look_up


@pytest.mark.parametrize(
    "script",
    [
        [["127.0.0.1"]],
        [["93.184.216.34", "127.0.0.1"]],
        [["::ffff:127.0.0.1"]],
        [["64:ff9b::7f00:1"]],
        [["::1"]],
        [["169.254.169.254"]],
        [[], ["10.0.0.1"]],
        [["0.0.0.0"]],
    ],
)
async def test_a_name_that_leads_inside_is_refused(monkeypatch, script):
    """A name is refused if any of its addresses is special, however the answer is spelled."""
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answers(*script))
    async with open_session(OutboundConfig()) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get("http://rebinding.example/")
    assert isinstance(caught.value.os_error, Refused)


async def test_a_redirect_that_the_client_follows_passes_the_door_too(serve):
    """A session that follows redirects by itself, as a webhook library may, is guarded on every hop."""
    canary = []
    inner = await asyncio.start_server(lambda r, w: canary.append(w), "127.0.0.2", 0)
    port = inner.sockets[0].getsockname()[1]

    async def respond(request):
        return web.Response(status=307, headers={"Location": f"http://127.0.0.2:{port}/"})

    outbound = OutboundConfig(allow=["127.0.0.1/32"])
    async with inner, open_session(outbound) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match="private or special"):
            await session.post(await serve(respond), data=b"x")
    assert canary == []


async def test_a_session_sends_what_a_webhook_needs(serve, loopback):
    """Bodies and headers go out and answers come back through the door."""

    async def respond(request):
        return web.json_response(
            {"got": (await request.read()).decode(), "as": request.headers["User-Agent"]}
        )

    async with (
        open_session(loopback) as session,
        session.post(await serve(respond), data=b"hello") as answer,
    ):
        assert await answer.json() == {"got": "hello", "as": loopback.user_agent}


async def test_a_proxy_is_trusted_and_nothing_else_is_connected_to(serve, clock):
    """With a proxy every request goes to it, without `allow`, and inner addresses by number stay refused."""
    seen = []

    async def proxy(request):
        seen.append(str(request.rel_url) if request.url.host == "127.0.0.1" else str(request.url))
        return web.Response(body=RSS.encode())

    address = await serve(proxy)
    outbound = OutboundConfig(proxy=address, timeout="2s")
    async with open_session(outbound) as session:
        fetcher = Fetcher(session, outbound, clock)
        found = await fetcher.fetch(FeedState("f", "http://only-the-proxy-knows.example/feed"))
        assert found.body == RSS.encode()
        for inside in ("http://127.0.0.1:9/", "http://[::1]/", "http://169.254.169.254/"):
            with pytest.raises(Unreachable, match="private or special"):
                await fetcher.fetch(FeedState("f", inside))
    assert len(seen) == 1


async def test_proxies_of_the_environment_are_ignored(serve, loopback, clock, monkeypatch):
    """What the environment says about proxies changes nothing."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    async def respond(request):
        return web.Response(body=RSS.encode())

    async with open_session(loopback) as session:
        assert await Fetcher(session, loopback, clock).fetch(FeedState("f", await serve(respond)))


async def test_names_that_only_this_host_knows_are_found(serve, loopback, clock):
    """A name of the hosts file serves, though it is not known as an absolute name."""

    async def respond(request):
        return web.Response(body=RSS.encode())

    address = (await serve(respond)).replace("127.0.0.1", "localhost")
    async with open_session(loopback) as session:
        assert await Fetcher(session, loopback, clock).fetch(FeedState("f", address))
