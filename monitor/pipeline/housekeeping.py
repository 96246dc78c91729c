"""Forgetting what is older than the archive keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor import events
from monitor.stores import pruning
from monitor.stores.archive import Archive, Connection

# Identity outlives the articles: an entry that is still in its feed must stay known.
KEEP_KEYS = timedelta(days=90)
# What a heartbeat leaves behind is of no use once the next ones came through.
KEEP_HEARTBEATS = timedelta(days=1)
# Who holds stories in memory follows what was moved by hand at its next dispatch, or reads all anew.
KEEP_MOVES = timedelta(days=1)


async def prune(archive: Archive, keep: timedelta, now: datetime) -> None:
    """Forget, batch by batch, what is older than `keep`."""
    await archive.write(lambda c: pruning.prune_heartbeats(c, now - KEEP_HEARTBEATS))
    await archive.write(lambda c: pruning.prune_moves(c, now - KEEP_MOVES))
    forgotten = await forget(archive, keep, now)
    if any(forgotten.values()):
        events.archive_pruned(**forgotten)


async def forget(
    archive: Archive, keep: timedelta, now: datetime, tell: Callable[[int], object] = lambda number: None
) -> dict[str, int]:
    """Forget what is older than `keep`; gives how many of each. `tell` hears of each batch."""
    before, keys_before = now - keep, now - max(keep, KEEP_KEYS)
    return {
        "articles": await _all(archive, lambda c: pruning.prune_articles(c, before), tell),
        "stories": await _all(archive, lambda c: pruning.prune_stories(c, before), tell),
        "receipts": await _all(archive, lambda c: pruning.prune_receipts(c, before), tell),
        "keys": await _all(archive, lambda c: pruning.prune_keys(c, keys_before), tell),
    }


async def would_forget(archive: Archive, keep: timedelta, now: datetime) -> dict[str, int]:
    """Count what `forget` would forget."""
    before, keys_before = now - keep, now - max(keep, KEEP_KEYS)
    return await archive.read(lambda c: pruning.prunable(c, before, keys_before))


async def _all(archive: Archive, batch: Callable[[Connection], int], tell: Callable[[int], object]) -> int:
    total = 0
    while number := await archive.write(batch):
        total += number
        tell(number)
    return total
