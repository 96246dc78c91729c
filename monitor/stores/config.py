"""What users say about the archive and the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from monitor.values import PositiveDuration, Strict


def _sqlite_url(url: str) -> str:
    if not url.startswith("sqlite:///"):
        raise ValueError(
            "only SQLite is understood: sqlite:///PATH, or leave url out for a file in the state folder"
        )
    if url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise ValueError("the archive must be a file, or a restart would forget everything")
    return url


def _redis_url(url: str) -> str:
    said = "write redis://HOST:PORT/DB, rediss://… or unix:///PATH/TO.sock"
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError(said)
    if parts.scheme == "unix" and (parts.netloc.rpartition("@")[2] or not parts.path.startswith("/")):
        raise ValueError(f"the socket's path must be absolute, with three slashes; {said}")
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(f"the port is not a number up to 65535; {said}") from None
    if parts.scheme != "unix" and not (parts.path in ("", "/") or parts.path[1:].isdecimal()):
        raise ValueError(f"the database is not a number; {said}")
    return url


class ArchiveConfig(Strict):
    """Where articles, matches, alerts and the delivery ledger are kept, and for how long."""

    url: Annotated[str, AfterValidator(_sqlite_url)] | None = Field(
        default=None, description="Where the archive is; left out: a SQLite file in the state folder."
    )
    keep: PositiveDuration = Field(
        default=timedelta(days=90), description="How long articles and alerts are kept, such as 90d."
    )


class QueueConfig(Strict):
    """Which Redis or Valkey server hands work over; without `url`, an embedded one is started."""

    url: Annotated[str, AfterValidator(_redis_url)] | None = Field(
        default=None,
        description="redis://HOST:PORT/DB, rediss://… or unix:///PATH; left out: a server of our own.",
    )
    namespace: str = Field(
        default="watchword",
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="What the names of our keys begin with, where others share the server.",
    )
