"""What users say about the archive and the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from monitor.values import PositiveDuration, Strict


def _sqlite_url(url: str) -> str:
    if not url.startswith("sqlite:///"):
        raise ValueError(
            "only SQLite is understood: sqlite:///PATH, or leave url out for a file in the state folder"
        )
    return url


def _redis_url(url: str) -> str:
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("write redis://HOST:PORT/DB, rediss://… or unix:///PATH/TO.sock")
    return url


class ArchiveConfig(Strict):
    """Where articles, matches, alerts and the delivery ledger are kept, and for how long."""

    url: Annotated[str, AfterValidator(_sqlite_url)] | None = None
    keep: PositiveDuration = timedelta(days=90)


class QueueConfig(Strict):
    """Which Redis or Valkey server hands work over; without `url`, an embedded one is started."""

    url: Annotated[str, AfterValidator(_redis_url)] | None = None
    namespace: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] = "watchword"
