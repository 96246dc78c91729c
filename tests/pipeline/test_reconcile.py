"""The reconciler: what goes to a destination that nobody knows is given up, and only that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.pipeline.deliver import ORPHANED_AFTER
from monitor.pipeline.reconcile import reconcile_notifications
from monitor.stores.archive import Archive
from monitor.stores.queue import Queue
from monitor.stores.status import sums
from monitor.stores.workers import SILENT_AFTER, Worker, report_worker
from tests.conftest import NOON
from tests.stores.test_notifications import stored

LATER = NOON + ORPHANED_AFTER + timedelta(seconds=1)


def notifier(seen_at) -> Worker:
    return Worker("n-1", "notify", 1, "0", NOON, seen_at, "sum", {"destinations": ["slack:x"]})


async def dead_after(archive: Archive, queue: Queue, now) -> int:
    await reconcile_notifications(archive, queue, ["email:y"], lambda: now)
    return (await archive.read(sums)).notifications["dead"]


async def test_what_no_configuration_names_is_given_up_after_a_while(archive: Archive, queue: Queue) -> None:
    """Not at once: a new configuration reaches one notifier after another."""
    await archive.write(stored)
    assert await dead_after(archive, queue, NOON + ORPHANED_AFTER / 2) == 0
    assert await dead_after(archive, queue, LATER) == 1


@pytest.mark.parametrize(("silent", "dead"), [(timedelta(), 0), (SILENT_AFTER * 2, 1)])
async def test_what_another_living_notifier_delivers_is_not_given_up(
    archive: Archive, queue: Queue, silent: timedelta, dead: int
) -> None:
    """A destination that is far behind is not one that is gone."""
    await archive.write(stored)
    await archive.write(lambda c: report_worker(c, notifier(LATER - silent)))
    assert await dead_after(archive, queue, LATER) == dead
