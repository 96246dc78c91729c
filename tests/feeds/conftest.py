"""A clock and real servers on loopback."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from monitor.feeds.config import OutboundConfig

Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]
RawRespond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def loopback() -> OutboundConfig:
    """May go out to this machine, for two seconds at most."""
    return OutboundConfig(allow=(ipaddress.ip_network("127.0.0.0/8"),), timeout="2s")


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Respond], Awaitable[str]]]:
    """Start a web server that answers every path with a function; gives its address."""
    async with AsyncExitStack() as stack:

        async def start(respond: Respond) -> str:
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", respond)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}"

        yield start


@pytest.fixture
async def serve_raw() -> AsyncIterator[Callable[[RawRespond], Awaitable[str]]]:
    """Start a server that speaks bytes, for answers that no honest server gives."""
    async with AsyncExitStack() as stack:

        async def start(respond: RawRespond) -> str:
            async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                try:
                    await reader.readuntil(b"\r\n\r\n")
                    await respond(reader, writer)
                except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                    pass
                finally:
                    writer.close()

            server = await asyncio.start_server(once, "127.0.0.1", 0)
            stack.callback(server.close)
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        yield start
