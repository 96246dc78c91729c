"""The HTTP server: three pages for machines, no secret in any of them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from aiohttp import web
from aiohttp.typedefs import Handler

from monitor import events
from monitor.console.config import Bind
from monitor.console.metrics import render_metrics
from monitor.console.view import Readiness, View
from monitor.errors import in_system_words

MOST_CONNECTIONS = 64
_TAKEN_AT_ONCE = 8  # connections that are made before any of them counts
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class ConsoleServer:
    """Serves what a view shows; only reading, only these pages."""

    def __init__(self, view: View) -> None:
        self._view = view

    async def start(self, bind: Bind | None, stack: AsyncExitStack) -> None:
        """Serve on `bind` until `stack` is closed; where that cannot be, it is said and all else works."""
        if bind is None:
            return
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        try:
            server = await _serve(runner, bind)
        except OSError as error:
            events.console_not_served(bind=str(bind), reason=in_system_words(error))
            return
        stack.callback(server.close)
        host, port, *_ = server.sockets[0].getsockname()
        events.console_served(address=f"http://{Bind(host, port)}")

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[_reported])
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._readiness)
        app.router.add_get("/metrics", self._metrics)
        return app

    async def _health(self, request: web.Request) -> web.Response:
        return _answer(self._view.health())

    async def _readiness(self, request: web.Request) -> web.Response:
        return _answer(await self._view.readiness())

    async def _metrics(self, request: web.Request) -> web.Response:
        text = await render_metrics(self._view)
        return web.Response(body=text, headers=_HEADERS | {"Content-Type": _PROMETHEUS})


async def _serve(runner: web.AppRunner, bind: Bind) -> asyncio.Server:
    """Serve few connections at once: who holds more open must not use up what feeds and receivers need."""
    made = runner.server
    assert made is not None

    def connection() -> asyncio.Protocol:
        return made() if len(made.connections) < MOST_CONNECTIONS else _Refusal()

    return await asyncio.get_running_loop().create_server(
        connection, bind.host, bind.port, backlog=_TAKEN_AT_ONCE
    )


class _Refusal(asyncio.Protocol):
    """Ends a connection as soon as it is made."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()


@web.middleware
async def _reported(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Report a fault of our own as all other loops do."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:  # noqa: BLE001 - the page is not worth the daemon
        events.loop_crashed(loop=f"page {request.path}", retry_in=0)
        return web.Response(status=500)


def _answer(found: Readiness) -> web.Response:
    body = {"ok": found.ready, **found.parts}
    return web.json_response(body, status=200 if found.ready else 503, headers=_HEADERS)
