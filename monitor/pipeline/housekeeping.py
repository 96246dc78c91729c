"""Forgetting what is older than the archive keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor import events
from monitor.stores import pruning
from monitor.stores.archive import Archive, Connection

# Identity outlives the articles: an entry that is still in its feed must stay known.
KEEP_KEYS = timedelta(days=90)


async def prune(archive: Archive, keep: timedelta, now: datetime) -> None:
    """Forget, batch by batch, what is older than `keep`."""
    before = now - keep
    forgotten = {
        "articles": await _all(archive, lambda c: pruning.prune_articles(c, before)),
        "stories": await _all(archive, lambda c: pruning.prune_stories(c, before)),
        "receipts": await _all(archive, lambda c: pruning.prune_receipts(c, before)),
        "keys": await _all(archive, lambda c: pruning.prune_keys(c, now - max(keep, KEEP_KEYS))),
    }
    if any(forgotten.values()):
        events.archive_pruned(**forgotten)


async def _all(archive: Archive, batch: Callable[[Connection], int]) -> int:
    total = 0
    while number := await archive.write(batch):
        total += number
    return total
