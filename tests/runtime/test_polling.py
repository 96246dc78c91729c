"""Polling: a feed whose poll breaks on our side is left alone for a while."""

from __future__ import annotations

from datetime import timedelta

from monitor.errors import StoreUnavailable
from monitor.runtime.polling import Polling
from monitor.stores import feed_states
from monitor.stores.archive import Archive
from tests.conftest import NOON


async def test_what_cannot_be_stored_is_not_fetched_at_every_tick(archive: Archive) -> None:
    """While the archive takes nothing, a due feed is asked once and then left alone; the others go on."""
    addresses = {"full": "http://a.example/f", "fine": "http://b.example/f"}
    await archive.write(lambda c: feed_states.register_feeds(c, addresses, NOON))
    asked: list[str] = []

    async def poll(feed: str) -> None:
        asked.append(feed)
        if feed == "full":
            raise StoreUnavailable("the archive cannot be written: database or disk is full")

    hosts = {"full": "a.example", "fine": "b.example"}
    polling = Polling(archive, hosts, poll, lambda: NOON + timedelta(seconds=1))
    for _ in range(3):
        await polling.once()
    assert sorted(asked) == ["fine", "fine", "fine", "full"]
