"""Leases: one holder at a time, and nothing stored by who lost one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import psycopg
import pytest

from monitor.errors import LeaseLost
from monitor.stores.archive import Archive, open_archive
from monitor.stores.leases import free_lease, hold_lease, holder_of, take_lease
from tests.conftest import NOON

TTL = timedelta(seconds=5)


async def test_one_holds_it_and_renews_it(archive: Archive) -> None:
    """A second process gets nothing while the first renews; renewing keeps the fence."""
    first = await archive.write(lambda c: take_lease(c, "work", "a", NOON, TTL))
    assert first is not None
    assert await archive.write(lambda c: take_lease(c, "work", "b", NOON + TTL / 2, TTL)) is None
    assert await archive.write(lambda c: take_lease(c, "work", "a", NOON + TTL / 2, TTL)) == first
    assert await archive.write(lambda c: take_lease(c, "work", "b", NOON + TTL, TTL)) is None
    assert await archive.read(lambda c: holder_of(c, "work", NOON + TTL)) == "a"


async def test_who_slept_through_its_end_can_store_nothing(archive: Archive) -> None:
    """The next holder's fence is higher; a transaction by the old one is refused."""
    first = await archive.write(lambda c: take_lease(c, "work", "a", NOON, TTL))
    second = await archive.write(lambda c: take_lease(c, "work", "b", NOON + TTL, TTL))
    assert first is not None
    assert second is not None
    assert second.fence > first.fence
    with pytest.raises(LeaseLost):
        await archive.write(lambda c: hold_lease(c, first))
    await archive.write(lambda c: hold_lease(c, second))


async def test_what_is_given_back_is_free_at_once(archive: Archive) -> None:
    """A process that ends in good order makes nobody wait."""
    first = await archive.write(lambda c: take_lease(c, "work", "a", NOON, TTL))
    assert first is not None
    await archive.write(lambda c: free_lease(c, first, NOON))
    assert await archive.write(lambda c: take_lease(c, "work", "b", NOON, TTL)) is not None


async def test_a_holder_that_stopped_in_the_middle_holds_up_nobody(postgresql_url: str) -> None:
    """Who asks for a lease whose row is locked is told no at once; the server ends silent writers."""
    archive = open_archive(postgresql_url)
    first = await archive.write(lambda c: take_lease(c, "work", "a", NOON, TTL))
    assert first is not None
    with psycopg.connect(postgresql_url) as stopped:
        stopped.execute("select * from leases for update")
        async with asyncio.timeout(2):
            assert await archive.write(lambda c: take_lease(c, "work", "b", NOON + 2 * TTL, TTL)) is None
    for name in ("idle_in_transaction_session_timeout", "lock_timeout"):
        shown = await archive.write(lambda c, n=name: c.exec_driver_sql(f"show {n}").scalar())
        assert shown == "10s"
    archive.close()
