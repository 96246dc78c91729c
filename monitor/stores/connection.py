"""The connection to the queue server: one server, or whichever of several is the master."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

CONNECT_SECONDS = 5.0
SENTINEL_SCHEMES = ("redis+sentinel", "rediss+sentinel")
_SENTINEL_PORT = 26379


def connect(url: str, *, answer_seconds: float) -> tuple[Redis, tuple[Redis, ...]]:
    """Make a client, and those that ask Sentinels for it; they connect when they are first used.

    A reply may take `answer_seconds`.
    """
    # What failed is repeated by our own loops, never behind our back: a repeated read would leave a batch
    # whose reply was lost pending.
    options: dict[str, Any] = {
        "decode_responses": True,
        "protocol": 2,
        "socket_timeout": answer_seconds,
        "socket_connect_timeout": CONNECT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    if urlsplit(url).scheme not in SENTINEL_SCHEMES:
        return Redis.from_url(url, **options), ()
    hosts, service, database = sentinel_parts(url)
    parts = urlsplit(url)
    options |= {"db": database, "ssl": parts.scheme == "rediss+sentinel"}
    if parts.password is not None:
        options |= {"username": unquote(parts.username or "") or None, "password": unquote(parts.password)}
    asking: dict[str, Any] = {"socket_timeout": CONNECT_SECONDS, "socket_connect_timeout": CONNECT_SECONDS}
    if asked := parse_qs(parts.query).get("sentinel_password"):
        asking["password"] = asked[0]
    watched = Sentinel(hosts, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]
    return watched.master_for(service, **options), tuple(watched.sentinels)


def sentinel_parts(url: str) -> tuple[list[tuple[str, int]], str, int]:
    """Read `redis+sentinel://HOST:PORT,HOST:PORT/SERVICE/DB`; ValueError where it is not of this form."""
    parts = urlsplit(url)
    hosts: list[tuple[str, int]] = []
    for place in parts.netloc.rpartition("@")[2].split(","):
        one = urlsplit(f"//{place}")
        if not one.hostname:
            raise ValueError("a host is missing")
        hosts.append((one.hostname, one.port or _SENTINEL_PORT))
    service, _, database = parts.path.removeprefix("/").partition("/")
    if not service:
        raise ValueError("the name of the service is missing")
    return hosts, service, int(database or 0)
