"""A clock that is set back: what waits, waits as long as it would have."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.stores import feed_states
from monitor.stores.archive import Archive
from monitor.stores.clock import mend_times
from monitor.stores.feed_states import FeedClaim
from monitor.stores.leases import DISPATCH, take_lease
from monitor.stores.notifications import notifications_due
from tests.conftest import NOON
from tests.stores.test_notifications import stored

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def set_feed(archive: Archive, feed: str, polled: datetime | None, due: datetime | None) -> None:
    await archive.write(lambda c: feed_states.register_feeds(c, {feed: f"http://{feed}.example/"}, NOON))
    row = {"last_polled_at": polled, "next_poll_at": due}
    await archive.write(lambda c: feed_states.save_feed(c, FeedClaim(feed, 0), row))


async def test_feeds_wait_as_long_as_they_would_have_and_keep_their_distance(archive: Archive) -> None:
    """After a step of an hour back none waits an hour more, and none is asked at once without reason."""
    now = NOON - HOUR
    await set_feed(archive, "soon", NOON - MINUTE, NOON + 4 * MINUTE)
    await set_feed(archive, "later", NOON - 2 * MINUTE, NOON + 28 * MINUTE)
    await set_feed(archive, "before", now - MINUTE, now + 9 * MINUTE)
    await set_feed(archive, "new", None, NOON)
    await set_feed(archive, "gone", NOON, None)
    assert await archive.write(lambda c: mend_times(c, now)) == 4
    rows = {row["feed"]: row for row in await archive.read(feed_states.feed_rows)}
    assert {feed: row["next_poll_at"] for feed, row in rows.items()} == {
        "soon": now + 5 * MINUTE,
        "later": now + 30 * MINUTE,
        "before": now + 9 * MINUTE,
        "new": now,
        "gone": None,
    }
    assert rows["soon"]["last_polled_at"] == now
    assert await archive.write(lambda c: mend_times(c, now)) == 0


async def test_a_clock_that_differs_by_little_changes_nothing(archive: Archive) -> None:
    """Machines that share an archive need not agree to the second."""
    await set_feed(archive, "wire", NOON + timedelta(seconds=4), NOON + 10 * MINUTE)
    assert await archive.write(lambda c: mend_times(c, NOON)) == 0


async def test_what_a_dead_process_held_is_not_held_until_the_clock_has_caught_up(archive: Archive) -> None:
    """Leases end by the new clock."""
    await archive.write(lambda c: take_lease(c, DISPATCH, "dead", NOON, timedelta(seconds=5)))
    await set_feed(archive, "wire", NOON - 2 * HOUR, NOON - HOUR)
    claimed = await archive.write(
        lambda c: feed_states.claim_feeds(c, ["wire"], "dead", NOON, timedelta(seconds=30))
    )
    assert claimed
    now = NOON - HOUR
    soon = now + timedelta(seconds=6)
    await archive.write(lambda c: mend_times(c, now))
    assert await archive.write(lambda c: take_lease(c, DISPATCH, "next", soon, timedelta(seconds=5)))
    assert await archive.read(lambda c: feed_states.due_feeds(c, soon)) == {"wire": ""}


async def test_notifications_are_due_when_they_would_have_been(archive: Archive) -> None:
    """What was made before the step is sent at once, not an hour later."""
    await archive.write(stored)
    now = NOON - HOUR
    assert await archive.read(lambda c: notifications_due(c, now, 10)) == []
    await archive.write(lambda c: mend_times(c, now))
    assert len(await archive.read(lambda c: notifications_due(c, now, 10))) == 1
