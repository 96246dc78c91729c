"""What is written of feeds from outside their own polls: sites that wait, resets, releases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.stores import feed_states
from monitor.stores.archive import Archive
from monitor.stores.feed_states import FeedClaim
from tests.conftest import NOON

SOON, LATER = NOON + timedelta(minutes=10), NOON + timedelta(hours=1)
ADDRESSES = {"a": "https://one.example/a", "b": "https://one.example/b", "c": "https://two.example/"}
SITES = {"a": "one.example", "b": "one.example", "c": "two.example"}


async def registered(archive: Archive, **rows: dict[str, Any]) -> None:
    await archive.write(lambda c: feed_states.register_feeds(c, ADDRESSES, NOON, SITES))
    for feed, row in rows.items():
        await archive.write(lambda c, f=feed, r=row: feed_states.save_feed(c, FeedClaim(f, 0), r))


async def column(archive: Archive, name: str) -> dict[str, Any]:
    rows = await archive.read(feed_states.feed_rows)
    return {row["feed"]: row[name] for row in rows}


async def test_a_site_that_is_too_busy_is_left_alone_by_all_its_feeds(archive: Archive) -> None:
    """Those that wait longer anyway go on waiting, one that is being polled sees for itself."""
    await registered(archive, a={"next_poll_at": SOON}, b={"next_poll_at": SOON}, c={"next_poll_at": SOON})
    await archive.write(lambda c: feed_states.claim_feeds(c, ["b"], "p", SOON, timedelta(minutes=5)))
    await archive.write(lambda c: feed_states.hold_site(c, "one.example", LATER, "busy"))
    assert await column(archive, "next_poll_at") == {"a": LATER, "b": SOON, "c": SOON}
    assert (await column(archive, "next_reason"))["a"] == "busy"
    await archive.write(lambda c: feed_states.hold_site(c, "one.example", SOON, "less busy"))
    assert (await column(archive, "next_poll_at"))["a"] == LATER


async def test_what_waits_for_one_reason_is_released(archive: Archive) -> None:
    """And nothing else."""
    await registered(
        archive,
        a={"next_poll_at": LATER, "next_reason": "away"},
        b={"next_poll_at": LATER, "next_reason": "interval"},
    )
    assert await archive.write(lambda c: feed_states.release(c, "away", NOON)) == 1
    times = await column(archive, "next_poll_at")
    assert (times["a"], times["b"]) == (NOON, LATER)


async def test_a_reset_forgets_the_address_and_keeps_what_is_known_of_articles(archive: Archive) -> None:
    """A poll of before the reset stores nothing any more."""
    learned = {"learned_url": "https://wrong.example/", "etag": "x", "gone_at": NOON, "next_poll_at": None}
    await registered(archive, a=learned | {"first_success_at": NOON, "failures": 3})
    assert await archive.write(lambda c: feed_states.reset_feed(c, "a", SOON))
    row = await archive.read(lambda c: feed_states.feed_row(c, "a"))
    assert row is not None
    assert (row["learned_url"], row["etag"], row["gone_at"], row["failures"]) == (None, None, None, 0)
    assert (row["next_poll_at"], row["first_success_at"]) == (SOON, NOON)
    assert not await archive.write(lambda c: feed_states.reset_feed(c, "nobody", SOON))


async def test_feeds_that_work_come_before_those_that_fail(archive: Archive) -> None:
    """Or one that asks for time again and again would keep all others of its site waiting."""
    await registered(
        archive, a={"next_poll_at": NOON, "failures": 2}, b={"next_poll_at": SOON}, c={"next_poll_at": NOON}
    )
    due = await archive.read(lambda c: feed_states.due_feeds(c, LATER))
    assert list(due) == ["c", "b", "a"]
    assert due == {"c": "two.example", "b": "one.example", "a": "one.example"}


async def test_moves_that_are_ignored_are_forgotten(archive: Archive) -> None:
    """The feed is asked at its written address at once, without validators of the other."""
    await registered(archive, a={"learned_url": "https://new.example/a", "etag": "x", "next_poll_at": LATER})
    await archive.write(lambda c: feed_states.forget_moves(c, ["a", "b"], NOON))
    row = await archive.read(lambda c: feed_states.feed_row(c, "a"))
    assert row is not None
    assert (row["learned_url"], row["etag"], row["next_poll_at"]) == (None, None, NOON)


async def test_a_written_address_that_was_learned_before_is_no_new_feed(archive: Archive) -> None:
    """The operator follows a move: nothing is polled early, and what it brings is no backlog."""
    moved = {
        "learned_url": "https://new.example/a",
        "etag": "x",
        "first_success_at": NOON,
        "next_poll_at": SOON,
    }
    await registered(archive, a=moved)
    addresses = ADDRESSES | {"a": "https://new.example/a"}
    await archive.write(
        lambda c: feed_states.register_feeds(c, addresses, NOON, SITES | {"a": "new.example"})
    )
    row = await archive.read(lambda c: feed_states.feed_row(c, "a"))
    assert row is not None
    assert (row["url"], row["learned_url"], row["site"]) == ("https://new.example/a", None, "new.example")
    assert (row["etag"], row["first_success_at"], row["next_poll_at"]) == ("x", NOON, SOON)
