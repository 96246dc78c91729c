"""A feed server with many addresses, of which some are tarpits: they answer, and never come to an end.

    python -m tests.proof.slow_feeds        prints its port, and serves until its standard input ends

`/feed/N` is a feed that is unchanged after its first poll, `/tarpit/N` sends one byte of a feed each second.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web

BODY = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title><link>https://w.example</link>'
    "<item><title>Ferry {number} is back in service</title><link>https://w.example/{number}</link></item>"
    "</channel></rss>"
)


async def feed(request: web.Request) -> web.Response:
    """A feed with a validator."""
    tag = f'"{request.match_info["number"]}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    body = BODY.format(number=request.match_info["number"])
    return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": tag})


async def tarpit(request: web.Request) -> web.StreamResponse:
    """A feed that comes byte by byte."""
    response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
    await response.prepare(request)
    for byte in BODY.encode():
        await response.write(bytes([byte]))
        await asyncio.sleep(1)
    return response


async def serve() -> None:
    """Serve on every address of this machine's loopback until nobody wants it any more."""
    app = web.Application()
    app.router.add_get("/feed/{number}", feed)
    app.router.add_get("/tarpit/{number}", tarpit)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0, backlog=1024).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
