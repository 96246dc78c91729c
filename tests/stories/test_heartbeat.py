"""The heartbeat: an address outside is asked for as long as articles come through, and only then."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from monitor.app.parts import utc_now
from monitor.config import load_settings
from monitor.stores.archive import open_archive
from monitor.stores.pruning import prune_heartbeats
from tests.stories.world import Item, World, eventually

SECRET = "canary-ping-key"
PARTS = ("articles", "matches", "stories", "alerts", "notifications")


class Watcher:
    """Who watches from outside: keeps when it was asked; a test may have it answer something else."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.status = 200
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get(f"/{SECRET}", self._ping)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/{SECRET}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def hears(self, more: int = 2) -> None:
        """Wait for so many more requests."""
        before = len(self.asked)
        await eventually(lambda: len(self.asked) >= before + more, f"{more} more beats", 30)

    async def _ping(self, request: web.Request) -> web.Response:
        self.asked.append(time.monotonic())
        return web.Response(status=self.status)


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    found = Watcher()
    await found.start()
    yield found
    await found.stop()


def write(world: World, watcher: Watcher) -> None:
    """Write a configuration with a heartbeat of one second."""
    config = world.write(feeds=["wire"], channels='{kind: slack, webhook: "file:hook"}')
    (world.folder / "ping").write_text(watcher.url)
    text = config.read_text(encoding="utf-8")
    config.write_text(f'heartbeat: {{url: "file:ping", every: 1s}}\n{text}', encoding="utf-8")


async def test_it_comes_through_and_stays_out_of_what_analysts_see(world: World, watcher: Watcher) -> None:
    """One process or many: the address is asked again and again; no sum, receiver or log shows more of it."""
    write(world, watcher)
    processes = [world.start("poll"), world.start("notify")] if world.archive else [world.start()]
    await watcher.hears(3)
    await processes[0].has("feed.polled", 3)
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await world.hook.arrived(1)
    status = await world.status()
    assert status["entries"] | {"seen-before": 0} == dict.fromkeys(status["entries"], 0) | {"matched": 1}
    assert (sum(status["matches"].values()), sum(status["notifications"].values())) == (2, 1)
    assert (status["alerts"], [feed["id"] for feed in status["feeds"]]) == (1, ["wire"])
    assert status["last_heartbeat"]
    shown = (await world.command("status")).stdout
    assert "heartbeat: it last came through" in shown
    stats = (await world.command("archive", "stats", "--json")).stdout
    assert json.loads(stats)["articles_by_state"] == {"matched": 1}
    assert len(world.hook.posts) == 1
    logs = "".join(process.log.read_text() for process in processes)
    assert SECRET not in logs + shown + json.dumps(status)


async def test_it_stops_where_the_way_is_broken_and_late_beats_do_not_count(
    servers_world: World, watcher: Watcher
) -> None:
    """Nobody notifies: no request, whatever the poller does; after that the first one is of a fresh beat."""
    world = servers_world
    write(world, watcher)
    poller, notifier = world.start("poll"), world.start("notify")
    await watcher.hears(2)
    await notifier.stop()
    heard = len(watcher.asked)
    waiting = "SELECT 1 FROM matches WHERE rule = 'watchword-heartbeat' AND state = 'pending'"
    await eventually(lambda: len(world.query(waiting)) >= 6, "beats wait")
    assert len(watcher.asked) == heard
    notifier = world.start("notify")
    await watcher.hears(2)
    late = "SELECT 1 FROM receipts WHERE detail = 'too late to count'"
    assert len(world.query(late)) >= 3
    await poller.stop()
    await eventually(lambda: not world.query(waiting), "what waits is done")
    heard = len(watcher.asked)
    await eventually(lambda: time.monotonic() - watcher.asked[-1] > 4, "silence")
    assert len(watcher.asked) - heard <= 1


async def test_what_it_leaves_behind_is_forgotten_after_a_day(
    embedded_world: World, watcher: Watcher
) -> None:
    """Articles, matches, stories, alerts and receipts; what analysts have stays."""
    world = embedded_world
    write(world, watcher)
    daemon = world.start()
    await watcher.hears(2)
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await world.hook.arrived(1)
    await daemon.has("notification.delivered", 3)
    assert await daemon.stop() == 0
    before = {part: world.query(f"SELECT count(*) FROM {part}")[0][0] for part in PARTS}
    assert all(number > 1 for number in before.values())
    with open_archive(load_settings(world.folder / "watchword.yaml").archive_url) as archive:
        assert await archive.write(lambda c: prune_heartbeats(c, utc_now() - timedelta(days=1))) == 0
        assert await archive.write(lambda c: prune_heartbeats(c, utc_now() + timedelta(days=1))) >= 2
    left = {part: world.query(f"SELECT count(*) FROM {part}")[0][0] for part in PARTS}
    assert left == {"articles": 1, "matches": 2, "stories": 1, "alerts": 1, "notifications": 1}
    assert world.query("SELECT count(*) FROM receipts") == [(1,)]


async def test_the_doctor_tries_its_server_and_compares_clocks(
    embedded_world: World, watcher: Watcher
) -> None:
    """Without asking for the address itself, which would count as a beat."""
    write(embedded_world, watcher)
    done = await embedded_world.command("doctor")
    assert done.returncode == 0, done.stdout
    assert "the heartbeat at 127.0.0.1" in done.stdout
    assert "clock: as that of the heartbeat's server" in done.stdout
    assert watcher.asked == []
    await watcher.stop()
    done = await embedded_world.command("doctor")
    assert done.returncode == 1
    assert "mend heartbeat.url" in done.stdout
    assert SECRET not in done.stdout


async def test_an_address_that_refuses_is_told_to_the_operators(
    embedded_world: World, watcher: Watcher
) -> None:
    """Whoever mistyped it would wait in vain for the alarm, or be woken by it."""
    world = embedded_world
    write(world, watcher)
    config = world.folder / "watchword.yaml"
    config.write_text("operations: {stuck: 2s}\n" + config.read_text(), encoding="utf-8")
    watcher.status = 404
    daemon = world.start()
    told = await daemon.has("operators.told")
    assert "heartbeat's address answered 404" in told["title"]
    assert world.hook.posts == []
