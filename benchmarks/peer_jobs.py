"""What the peers' workers run: `python -c 'import peer_jobs; peer_jobs.main()' enqueue|work rq|arq`.

Their interpreter knows neither Watchword nor this repository, and jobs are found by their module's name. Both
send as their own documentation shows it: RQ by plain functions, arq with one aiohttp session for all jobs.
"""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.request
from typing import Any

HEADERS = {"Content-Type": "application/json"}


def post(url: str, body: bytes) -> None:
    """Send one message: a job of RQ."""
    request = urllib.request.Request(url, data=body, headers=HEADERS)  # noqa: S310 - the benchmark's own
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()


async def post_async(context: dict[str, Any], url: str, body: bytes) -> None:
    """Send one message: a job of arq."""
    async with context["session"].post(url, data=body, headers=HEADERS) as answer:
        await answer.read()


async def _open(context: dict[str, Any]) -> None:
    import aiohttp

    context["session"] = aiohttp.ClientSession()


async def _close(context: dict[str, Any]) -> None:
    await context["session"].close()


def _queue_url() -> str:
    return os.environ["BENCH_QUEUE"]


def arq_worker() -> type:
    """Give arq's settings; all that is not named here is arq's default."""
    from arq.connections import RedisSettings

    class Settings:
        functions = (post_async,)
        on_startup, on_shutdown = _open, _close
        redis_settings = RedisSettings.from_dsn(_queue_url())

    return Settings


def _enqueue_rq() -> None:
    from redis import Redis
    from rq import Queue

    queue = Queue(connection=Redis.from_url(_queue_url()))
    for url, body in _asked():
        queue.enqueue(post, url, body)


async def _enqueue_arq() -> None:
    from arq import create_pool
    from arq.connections import RedisSettings

    pool = await create_pool(RedisSettings.from_dsn(_queue_url()))
    for url, body in _asked():
        await pool.enqueue_job("post_async", url, body)
    await pool.aclose()


def _asked() -> Any:
    """Read messages from standard input, a line each: the address, a space, the body."""
    for line in sys.stdin.buffer:
        url, _, body = line.rstrip(b"\n").partition(b" ")
        yield url.decode(), body


def main() -> None:
    """Enqueue what standard input names, or work for ever."""
    verb, peer = sys.argv[1:]
    if (verb, peer) == ("enqueue", "rq"):
        _enqueue_rq()
    elif (verb, peer) == ("enqueue", "arq"):
        asyncio.run(_enqueue_arq())
    elif (verb, peer) == ("work", "arq"):
        from arq import run_worker

        run_worker(arq_worker())
    else:
        from redis import Redis
        from rq import Worker

        Worker(["default"], connection=Redis.from_url(_queue_url())).work()
