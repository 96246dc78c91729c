"""Bombs and tarpits: each costs its own feed only."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from time import monotonic

import pytest

from monitor.feeds.config import FeedConfig, OutboundConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.network import Network
from monitor.feeds.worker import ParseWorkers
from monitor.matching.engine import Matcher
from monitor.pipeline.poll import Poller
from monitor.rules.book import RuleFiles, compile_rulebook
from monitor.runtime.polling import Polling
from monitor.runtime.sites import SiteGate
from monitor.stores import feed_states
from monitor.stores.archive import Archive
from tests.conftest import NOON
from tests.proof import bombs
from tests.proof.bomb_documents import BOMBS, rss
from tests.proof.tally import Tally
from tests.proof.tarpits import RSS, Tarpit, digging, silent, tarpits, whole

ALL = bool(os.environ.get("WATCHWORD_TEST_EVERYTHING"))


def assert_all(found: Tally, least: int) -> None:
    """Have all cases be right, and so many of them be there."""
    assert not found.wrong, "\n".join(found.wrong)
    assert found.total >= least


async def test_hostile_documents_end_within_their_limits() -> None:
    """Each hostile document is read or refused with its reason, in little time and memory."""
    assert_all(await bombs.documents(bomb for bomb in BOMBS if bomb.quick or ALL), 60)


async def test_tarpits_are_left_in_time() -> None:
    """Whatever a server does, the exchange ends at its deadline at the latest, with a reason."""
    quick = [pit for pit in tarpits() if ALL or not (pit.lasts or pit.slow)]
    assert_all(await bombs.exchanges(quick), 50)


def test_the_tables_of_hostile_documents_and_servers_are_whole() -> None:
    """No case is there twice, and there are more of them than the tests run each time."""
    names = [case.name for case in (*BOMBS, *tarpits())]
    assert len(names) == len(set(names)) >= 200


@pytest.fixture
async def workers() -> AsyncIterator[ParseWorkers]:
    async with ParseWorkers(2, cpu_seconds=2) as pool:
        yield pool


async def reached(address: str) -> bool:
    """Our own network is there."""
    return True


async def test_healthy_feeds_are_on_time_beside_bombs(archive: Archive, workers: ParseWorkers) -> None:
    """A bomb that takes all the CPU it may have, and a server that never answers, hold nobody up.

    What ended them is stored with their feeds, and the others were polled long before.
    """
    hostile = {
        "dear": (
            whole(rss("<title>x</title>" + "<" * 3_000_000).encode()),
            "parsing took more than 2 s of CPU",
        ),
        "early": (whole(rss("<item/>" * 60_000).encode()), "more than 50,000 items"),
        "silent": (silent(), "no whole answer within 6 s"),
    }
    served = {name: say for name, (say, _) in hostile.items()} | {f"well-{n}": whole(RSS) for n in range(12)}
    outbound = OutboundConfig(allow=("127.0.0.0/8",), timeout="6s")
    done: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        urls = {
            name: await stack.enter_async_context(digging(Tarpit(name, say))) for name, say in served.items()
        }
        http = await stack.enter_async_context(open_session(outbound))
        fetcher = await stack.enter_async_context(Fetcher(http, outbound, lambda: NOON))
        feeds = {name: FeedConfig(id=name, url=url, every=timedelta(minutes=5)) for name, url in urls.items()}
        matcher = Matcher(compile_rulebook(RuleFiles({}, ()), now=NOON))
        poller = Poller(
            archive,
            None,
            feeds=feeds,
            fetcher=fetcher,
            workers=workers,
            matcher=matcher,
            network=Network(urls.values(), reached),
            clock=lambda: NOON,
        )
        await archive.write(lambda c: feed_states.register_feeds(c, urls, NOON))

        async def poll(claim: feed_states.FeedClaim) -> None:
            await poller.poll(claim)
            done[claim.feed] = monotonic() - begun

        begun = monotonic()
        await Polling(
            archive, {name: name for name in feeds}, poll, lambda: NOON, gate=SiteGate(), owner="p"
        ).once()
    rows = await archive.read(feed_states.feed_rows)
    assert {row["feed"]: row["last_error"] for row in rows} == {
        name: hostile[name][1] if name in hostile else "" for name in served
    }
    assert {row["failures"] for row in rows if row["feed"] in hostile} == {1}
    assert max(at for name, at in done.items() if name not in hostile) < min(done["dear"], done["silent"])
