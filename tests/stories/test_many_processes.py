"""Pollers and notifiers in many processes over PostgreSQL and Redis: shared work, and what a kill costs."""

from __future__ import annotations

import json
import re
import time

from tests.stories.world import Item, Process, World, eventually

ONLY_SLACK = '{kind: slack, webhook: "file:hook", rate: 1000/s}'


def told(world: World) -> list[set[str]]:
    """Give the articles that each message tells of, by their titles without the word that matched."""
    return [set(re.findall(r"item \d+", json.dumps(post))) for post in world.hook.posts]


async def dispatcher(*notifiers: Process) -> Process:
    """Wait until one of the notifiers dispatches; give it."""

    def found() -> list[Process]:
        return [one for one in notifiers if one.popen.poll() is None and one.events("lease.taken")]

    return (await eventually(found, "a notifier dispatches"))[0]


async def test_dispatch_goes_on_within_ten_seconds_of_a_kill(servers_world: World) -> None:
    """The other notifier takes the lease and tells what was stored meanwhile, once."""
    world = servers_world
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    poller = world.start("poll")
    notifiers = [world.start("notify"), world.start("notify")]
    for process in (poller, *notifiers):
        await process.has("daemon.started")
    await poller.has("feed.polled")
    first = await dispatcher(*notifiers)
    first.kill()
    killed = time.monotonic()
    world.feeds.publish("wire", Item("BRICS item 1", "After the kill."))
    await world.hook.arrived(1)
    assert time.monotonic() - killed < 10
    [status] = [one for one in (await world.status())["processes"] if one["dispatches"]]
    [other] = [one for one in notifiers if one is not first]
    assert status["pid"] == other.popen.pid


async def test_a_kill_of_one_of_each_loses_nothing_and_repeats_at_most_what_was_in_flight(
    servers_world: World,
) -> None:
    """Two pollers and two notifiers in the middle of a stream of articles; one of each is killed."""
    world = servers_world
    feeds = [f"wire-{number}" for number in range(4)]
    world.write(feeds=feeds, channels=ONLY_SLACK)
    pollers = [world.start("poll"), world.start("poll")]
    notifiers = [world.start("notify"), world.start("notify")]
    for process in (*pollers, *notifiers):
        await process.has("daemon.started")
    for feed in feeds:
        await eventually(lambda feed=feed: world.feeds.asked.get(feed, 0) >= 2, f"{feed} is polled")

    def publish(first: int, last: int) -> None:
        for number in range(first, last):
            world.feeds.publish(feeds[number % 4], Item(f"BRICS item {number}", f"Text {number}."))

    publish(0, 40)
    await eventually(lambda: len(set().union(*told(world))) >= 10, "ten articles are told")
    pollers[0].kill()
    (await dispatcher(*notifiers)).kill()
    publish(40, 80)
    world.start("poll")
    world.start("notify")
    expected = {f"item {number}" for number in range(80)}
    await eventually(lambda: set().union(*told(world)) == expected, "every article is told", 60)
    await world.feeds.asked_again(feeds[0], 3)
    messages = told(world)
    repeats = [n for n, titles in enumerate(messages) if titles & set().union(*messages[:n])]
    assert len(repeats) <= 1
    assert all("repeat" in json.dumps(world.hook.posts[n]) for n in repeats)
    assert world.query("select count(*) from articles") == [(80,)]


async def test_every_feed_is_polled_by_one_process_at_a_time(servers_world: World) -> None:
    """Two pollers ask as often as one would, not twice as often."""
    world = servers_world
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    first, second = world.start("poll"), world.start("poll")
    await world.feeds.asked_again("wire", 6)
    polled = len(first.events("feed.polled")) + len(second.events("feed.polled"))
    assert world.feeds.asked["wire"] - polled <= 1
    names = {process.events("daemon.started")[0]["name"] for process in (first, second)}
    assert len(names) == 2


async def test_a_message_in_flight_at_a_kill_is_sent_by_another_notifier(servers_world: World) -> None:
    """Nobody has to restart the one that died; the message says that it may be a repeat."""
    world = servers_world
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    poller = world.start("poll")
    first = world.start("notify")
    await first.has("daemon.started")
    await poller.has("feed.polled")
    world.hook.open.clear()
    world.feeds.publish("wire", Item("BRICS item 1", "In flight."))
    await world.hook.arrived(1)
    other = world.start("notify")
    await other.has("daemon.started")
    first.kill()
    killed = time.monotonic()
    world.hook.open.set()
    _, again = await world.hook.arrived(2)
    assert "repeat" in json.dumps(again)
    assert time.monotonic() - killed < 45
