"""Polling: few of one host at once, feeds shared among processes, a broken archive asked gently."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from time import monotonic

import pytest

from monitor.errors import LeaseLost, StoreUnavailable
from monitor.runtime.polling import LEASE, MOST_AT_ONCE, MOST_SLOW, Polling
from monitor.runtime.sites import SiteGate
from monitor.stores import feed_states
from monitor.stores.archive import Archive
from monitor.stores.feed_states import FeedClaim
from tests.conftest import NOON

AT_ONCE = 2
LATER = NOON + timedelta(hours=1)


async def save(archive: Archive, claim: FeedClaim) -> None:
    await archive.write(lambda c: feed_states.save_feed(c, claim, {"next_poll_at": LATER}))


async def register(archive: Archive, *feeds: str) -> None:
    addresses = {feed: f"http://{feed}.example/f" for feed in feeds}
    await archive.write(lambda c: feed_states.register_feeds(c, addresses, NOON))


async def test_what_cannot_be_stored_is_not_fetched_at_every_tick(archive: Archive) -> None:
    """While the archive takes nothing, a due feed is asked once and then left alone; the others go on."""
    await register(archive, "full", "fine")
    asked: list[str] = []

    async def poll(claim: FeedClaim) -> None:
        asked.append(claim.feed)
        if claim.feed == "full":
            raise StoreUnavailable("the archive cannot be written: database or disk is full")
        await archive.write(lambda c: feed_states.save_feed(c, claim, {}))

    hosts = {"full": "a.example", "fine": "b.example"}
    times = iter(NOON + timedelta(seconds=10 * LEASE.total_seconds() * n) for n in range(1, 1000))
    polling = Polling(archive, hosts, poll, lambda: next(times), gate=SiteGate(), owner="p")
    for _ in range(3):
        await polling.tick()
        await asyncio.gather(*polling._running.values())
    assert sorted(asked) == ["fine", "fine", "fine", "full"]


async def test_every_due_feed_is_polled_by_one_of_many_processes(archive: Archive) -> None:
    """Pollers that share an archive share the feeds: each is polled once, by whoever claimed it."""
    names = [f"feed-{number}" for number in range(40)]
    await register(archive, *names)
    polled: list[str] = []

    async def poll(claim: FeedClaim) -> None:
        polled.append(claim.feed)
        await save(archive, claim)

    hosts = {name: f"{name}.example" for name in names}
    pollers = [Polling(archive, hosts, poll, lambda: NOON, gate=SiteGate(), owner=owner) for owner in "abc"]
    counts = await asyncio.gather(*(poller.once() for poller in pollers))
    assert sorted(polled) == sorted(names)
    assert sum(counts) == len(names)


async def test_few_feeds_of_one_host_are_polled_at_once_and_none_is_forgotten(archive: Archive) -> None:
    """A host with many feeds is asked politely; another host does not wait for it."""
    names = [f"feed-{number}" for number in range(9)]
    await register(archive, *names, "other")
    hosts = dict.fromkeys(names, "big.example") | {"other": "small.example"}
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()
    order: list[str] = []

    async def poll(claim: FeedClaim) -> None:
        host = hosts[claim.feed]
        running[host] += 1
        most[host] = max(most[host], running[host])
        order.append(claim.feed)
        await save(archive, claim)
        running[host] -= 1

    polling = Polling(archive, hosts, poll, lambda: NOON, gate=SiteGate(), owner="p")
    assert await polling.once() == 10
    assert (most["big.example"], sorted(order)) == (AT_ONCE, sorted([*names, "other"]))
    assert "other" in order[: AT_ONCE + 1]


async def test_a_poller_that_died_leaves_its_feeds_to_the_next(archive: Archive) -> None:
    """Its claim holds for a while, then another poller takes the feed, and the first can store nothing."""
    await register(archive, "wire")
    take = feed_states.claim_feeds
    [first] = await archive.write(lambda c: take(c, ["wire"], "a", NOON, LEASE))
    assert await archive.write(lambda c: take(c, ["wire"], "b", NOON + LEASE / 2, LEASE)) == []
    [second] = await archive.write(lambda c: take(c, ["wire"], "b", NOON + LEASE, LEASE))
    assert second.late == LEASE
    with pytest.raises(LeaseLost):
        await save(archive, first)
    await save(archive, second)
    row = await archive.read(lambda c: feed_states.feed_row(c, "wire"))
    assert row is not None
    assert row["next_poll_at"] == LATER


async def test_a_long_poll_keeps_its_feed(archive: Archive) -> None:
    """While it runs, its claim is renewed."""
    await register(archive, "wire")
    [claim] = await archive.write(lambda c: feed_states.claim_feeds(c, ["wire"], "a", NOON, LEASE))
    soon = NOON + LEASE / 2
    await archive.write(lambda c: feed_states.renew_claims(c, ["wire"], "a", soon, LEASE))
    late = NOON + LEASE + timedelta(seconds=1)
    assert await archive.write(lambda c: feed_states.claim_feeds(c, ["wire"], "b", late, LEASE)) == []
    await save(archive, claim)


async def test_a_poller_that_ends_or_starts_again_gives_its_feeds_back(archive: Archive) -> None:
    """Nobody waits for the end of a claim whose owner is known to be gone."""
    await register(archive, "wire")
    [lost] = await archive.write(lambda c: feed_states.claim_feeds(c, ["wire"], "a", NOON, LEASE))
    assert await archive.write(lambda c: feed_states.free_feeds(c, "a")) == 1
    assert await archive.read(lambda c: feed_states.due_feeds(c, NOON)) == {"wire": ""}
    with pytest.raises(LeaseLost):
        await save(archive, lost)


async def test_a_poll_of_an_old_address_stores_nothing_once_the_address_changed(archive: Archive) -> None:
    """Validators of one address are never kept for another."""
    await register(archive, "wire")
    [claim] = await archive.write(lambda c: feed_states.claim_feeds(c, ["wire"], "a", NOON, LEASE))
    await archive.write(lambda c: feed_states.register_feeds(c, {"wire": "http://new.example/"}, NOON))
    with pytest.raises(LeaseLost):
        await archive.write(lambda c: feed_states.save_feed(c, claim, {"etag": '"old"'}))


async def test_one_site_is_asked_with_a_pause_between_and_no_feed_is_forgotten(archive: Archive) -> None:
    """Also by a single pass, which waits for those that may not begin yet."""
    names = [f"feed-{number}" for number in range(6)]
    await register(archive, *names)
    begun: list[float] = []

    async def poll(claim: FeedClaim) -> None:
        begun.append(monotonic())
        await save(archive, claim)

    sites = dict.fromkeys(names, "big.example")
    polling = Polling(archive, sites, poll, lambda: NOON, gate=SiteGate(pause=0.15), owner="p")
    assert await polling.once() == 6
    assert min(later - earlier for earlier, later in pairwise(begun)) > 0.1


async def test_slow_feeds_leave_half_of_the_places_to_the_others(archive: Archive) -> None:
    """However many servers are tarpits, those that answer are asked on time."""
    slow = [f"slow-{number:03}" for number in range(MOST_AT_ONCE + 20)]
    await register(archive, *slow, "quick")
    done, quick = asyncio.Event(), asyncio.Event()
    under_way: set[str] = set()
    most = 0

    async def poll(claim: FeedClaim) -> None:
        nonlocal most
        under_way.add(claim.feed)
        most = max(most, len(under_way))
        if claim.feed == "quick":
            quick.set()
        else:
            await done.wait()
        await save(archive, claim)

    sites = {name: name for name in (*slow, "quick")}
    polling = Polling(archive, sites, poll, lambda: NOON, gate=SiteGate(), owner="p")
    polling._slow = set(slow)  # as their last polls have shown
    await polling.tick()
    async with asyncio.timeout(10):
        await quick.wait()
    assert most <= MOST_SLOW + 1
    done.set()
    await polling.drain()
