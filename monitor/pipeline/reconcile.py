"""The reconciler: whatever the archive says is waiting is in the queue again within seconds.

It makes good a crash between storing and enqueueing, a wiped Redis, and the waiting time of deferred
notifications. Offering is idempotent, so it may run anywhere and at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from monitor import events, failpoints
from monitor.pipeline.deliver import ORPHANED_AFTER
from monitor.pipeline.dispatch import offer_notifications
from monitor.stores import articles, corrections, notifications, workers
from monitor.stores.archive import Archive, Connection
from monitor.stores.queue import Queue

_MOST_AT_ONCE = 1000  # articles; notifications of one destination and severity
# Whoever stored a match offers it right away; only what is left after this was lost on the way.
_GRACE = timedelta(seconds=1)
_GONE_AFTER = timedelta(minutes=10)


async def reconcile_matches(archive: Archive, queue: Queue, clock: Callable[[], datetime]) -> None:
    """Offer every article whose matches, or whose corrections, wait for dispatch."""
    before = clock() - _GRACE
    waiting = await archive.read(lambda c: waiting_for_dispatch(c, before))
    failpoints.reach("reconcile.read")
    if number := await queue.offer(queue.keys.matches, waiting):
        events.work_requeued(stage="dispatch", number=number)
    failpoints.reach("reconcile.halfway")


def waiting_for_dispatch(c: Connection, before: datetime) -> list[int]:
    """List articles with matches or corrections that wait since before `before`."""
    matched = articles.articles_waiting(c, before, _MOST_AT_ONCE)
    return list(dict.fromkeys(matched + corrections.articles_corrected(c, before, _MOST_AT_ONCE)))


async def reconcile_notifications(
    archive: Archive, queue: Queue, destinations: Collection[str], clock: Callable[[], datetime]
) -> None:
    """Offer every notification whose time has come; bury those whose destination is gone."""
    now = clock()
    due = await archive.read(lambda c: notifications.notifications_due(c, now, _MOST_AT_ONCE))
    known = [one for one in due if one.destination in destinations]
    if number := await offer_notifications(queue, known):
        events.work_requeued(stage="deliver", number=number)
    failpoints.reach("reconcile.offered")
    await _bury_orphans(archive, destinations, now)


async def forget_workers(queue: Queue) -> None:
    """Forget, in all streams, workers that are gone for good, such as containers with names of their own."""
    for stream in await queue.streams():
        await queue.forget_consumers(stream, _GONE_AFTER)


async def _bury_orphans(archive: Archive, destinations: Collection[str], now: datetime) -> None:
    """Give up what goes to destinations that no notifier has known for a while."""
    before = now - ORPHANED_AFTER
    orphans = await archive.read(lambda c: notifications.orphans(c, destinations, before))
    if not orphans:
        return
    named = workers.destinations_named(await archive.read(workers.all_workers), now)
    for orphan in orphans:
        if orphan.destination in named:
            continue  # far behind, and another process's to deliver
        reason = f"the destination {orphan.destination} is no longer in the configuration"
        bury = partial(notifications.bury_orphan, orphan=orphan.id, reason=reason, before=before, now=now)
        if await archive.write(bury):
            events.notification_buried(reason=reason)
