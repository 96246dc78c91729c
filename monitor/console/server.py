"""The HTTP server: three pages for machines, no secret in any of them."""

from __future__ import annotations

from contextlib import AsyncExitStack

from aiohttp import web

from monitor import events
from monitor.console.config import Bind
from monitor.console.metrics import render_metrics
from monitor.console.view import Readiness, View
from monitor.errors import in_system_words

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
            await web.TCPSite(runner, bind.host, bind.port).start()
        except OSError as error:
            events.console_not_served(bind=str(bind), reason=in_system_words(error))
            return
        host, port, *_ = runner.addresses[0]
        events.console_served(address=f"http://{Bind(host, port)}")

    def _app(self) -> web.Application:
        app = web.Application()
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


def _answer(found: Readiness) -> web.Response:
    body = {"ok": found.ready, **found.parts}
    return web.json_response(body, status=200 if found.ready else 503, headers=_HEADERS)
