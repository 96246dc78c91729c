"""What operators read of faults on the wire."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import pytest
import trustme

from monitor.errors import Unreachable
from monitor.feeds.config import OutboundConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState


async def reason_of(url: str, outbound: OutboundConfig) -> str:
    """Give why a feed cannot be fetched."""
    async with open_session(outbound) as session:
        with pytest.raises(Unreachable) as caught:
            await Fetcher(session, outbound).fetch(FeedState("f", url))
    return caught.value.reason


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """End the connection."""
    with suppress(ConnectionError):
        writer.close()
        await writer.wait_closed()


async def test_a_certificate_that_is_not_trusted_is_named(loopback: OutboundConfig) -> None:
    """The reason speaks of the certificate, not of what the system calls a number of the library's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        reason = await reason_of(f"https://127.0.0.1:{port}/feed", loopback)
    assert reason.startswith("no secure connection: ")
    assert "certificate" in reason
    assert "127.0.0.1" not in reason


async def test_a_server_that_is_not_there_is_told_in_the_systems_words(loopback: OutboundConfig) -> None:
    """A port where nobody listens is called what the system calls it."""
    assert await reason_of("http://127.0.0.1:1/feed", loopback) == "Connection refused"


async def test_a_proxy_that_refuses_is_named(loopback: OutboundConfig) -> None:
    """What a proxy answers is not taken for the feed's server's answer."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Nobody there\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        outbound = OutboundConfig(proxy=f"http://127.0.0.1:{port}", timeout="5s")
        assert await reason_of("https://news.example/feed", outbound) == "the proxy answered 502 Nobody there"
