"""What the daemon serves: health, readiness and metrics, without a secret or a feed's name."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import aiohttp
import pytest

from monitor.console.server import MOST_CONNECTIONS
from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import Item, Process, World, eventually

# Where archive and queue are makes no difference to what is told here.
pytestmark = ONLY_EMBEDDED

ONLY_SLACK = '{kind: slack, webhook: "file:hook", rate: 1000/s}'


async def base_of(daemon: Process) -> str:
    return (await daemon.has("console.served"))["address"]


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status, await response.text()


def value(metrics: str, name: str) -> float:
    [line] = [line for line in metrics.splitlines() if line.startswith(f"{name} ")]
    return float(line.rpartition(" ")[2])


async def test_metrics_tell_of_the_whole_way(world: World) -> None:
    """From the feed to the receipt, with the time it took; the rulebook by its checksum."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start("run", "--listen", "127.0.0.1:0")
    base = await base_of(daemon)
    await daemon.has("feed.polled")
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await daemon.has("notification.delivered")
    assert await get(f"{base}/healthz") == (200, '{"ok": true, "loops": "fine"}')
    status, ready = await get(f"{base}/readyz")
    parts = ("archive", "queue", "rules", "config")
    assert (status, ready) == (
        200,
        json.dumps({"ok": True, **dict.fromkeys(parts, "fine"), "troubles": "none"}),
    )
    _, metrics = await get(f"{base}/metrics")
    rulebook = (await daemon.has("daemon.started"))["rulebook"]
    for name, expected in (
        ("watchword_ready", 1),
        ('watchword_feeds{condition="fine"}', 1),
        ('watchword_archive_entries{state="matched"}', 1),
        ('watchword_archive_matches{state="told"}', 1),
        ('watchword_archive_matches{state="shadow"}', 1),
        ('watchword_archive_notifications{state="delivered"}', 1),
        ('watchword_deliveries_total{outcome="delivered"}', 1),
        ('watchword_published_to_told_seconds_count{severity="high"}', 1),
        ('watchword_stage_waiting{stage="deliver"}', 0),
        ('watchword_queue_entries{stage="deliver"}', 0),
        (f'watchword_rulebook_info{{checksum="{rulebook}"}}', 1),
        ("watchword_config_old", 0),
    ):
        assert value(metrics, name) == expected, name
    assert value(metrics, "watchword_poll_lateness_seconds_count") >= 1
    for secret in ("wire", "secret-part", "127.0.0.1", str(world.folder), "watchword:watchword"):
        assert secret not in metrics + ready, secret


async def test_a_queue_that_is_away_makes_the_process_unready_and_counts_the_backlog(world: World) -> None:
    """Readiness fails and says what is missing; health does not, for a restart would not help."""
    world.queue.start()
    world.write(feeds=["wire"], channels=ONLY_SLACK, shared_queue=True)
    daemon = world.start("run", "--listen", "127.0.0.1:0")
    base = await base_of(daemon)
    await daemon.has("feed.polled")
    assert world.queue.process is not None
    world.queue.process.kill()
    world.queue.process.wait()
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await eventually(lambda: world.query("select 1 from matches where state = 'pending'"), "a stored match")
    status, ready = await get(f"{base}/readyz")
    assert status == 503
    assert '"queue": "does not answer"' in ready
    assert (await get(f"{base}/healthz"))[0] == 200
    _, metrics = await get(f"{base}/metrics")
    assert value(metrics, "watchword_ready") == 0
    assert value(metrics, 'watchword_stage_waiting{stage="dispatch"}') == 2
    assert value(metrics, 'watchword_stage_oldest_seconds{stage="dispatch"}') > 0


async def test_an_address_that_is_taken_stops_nothing(world: World) -> None:
    """Two processes of one configuration: the second says how to give it an address of its own."""
    world.queue.start()
    world.write(feeds=["wire"], shared_queue=True)
    poller = world.start("poll", "--listen", "127.0.0.1:0")
    taken = (await base_of(poller)).removeprefix("http://")
    notifier = world.start("notify", "--listen", taken)
    said = await notifier.has("console.not-served")
    assert said["says"] == "give each process its own: --listen HOST:PORT"
    await notifier.has("daemon.started")


@pytest.mark.parametrize("bad", ["everywhere", "127.0.0.1", "localhost:99999", "http://x:1", ""])
async def test_a_mistyped_address_is_answered_with_how_to_write_it(world: World, bad: str) -> None:
    """Exit code 2, before anything starts."""
    world.write(feeds=["wire"])
    done = await world.command("run", "--listen", bad)
    assert done.returncode == 2
    assert "write HOST:PORT" in " ".join(done.stderr.replace("│", "").split())


async def test_clients_that_hold_connections_open_take_nothing_from_the_daemon(world: World) -> None:
    """Beyond a few, connections are refused; feeds and receivers go on, and the pages come back."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start("run", "--listen", "127.0.0.1:0")
    base = await base_of(daemon)
    host, port = base.removeprefix("http://").split(":")
    await daemon.has("feed.polled")
    before = descriptors_of(daemon)
    with ExitStack() as held:
        for _ in range(3 * MOST_CONNECTIONS):
            held.enter_context(socket.create_connection((host, int(port))))
        world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
        await world.hook.arrived(1)
        await eventually(
            lambda: descriptors_of(daemon) < before + 1.5 * MOST_CONNECTIONS, "the others are refused"
        )
    await eventually_served(f"{base}/healthz")


def descriptors_of(daemon: Process) -> int:
    return len(list(Path(f"/proc/{daemon.popen.pid}/fd").iterdir()))


async def eventually_served(url: str) -> None:
    async with asyncio.timeout(20):
        while True:
            with suppress(aiohttp.ClientError):
                assert (await get(url))[0] == 200
                return
            await asyncio.sleep(0.1)
