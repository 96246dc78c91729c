"""A burst at a destination that takes few messages: one message tells many alerts, and each is told once."""

from __future__ import annotations

import asyncio
import json

from tests.stories.world import Item, World, eventually

SLACK = '{kind: slack, webhook: "file:hook"}'


def burst(number: int) -> list[Item]:
    """So many stories that have nothing to do with each other."""
    return [Item(f"BRICS report {n:03d} of the day", f"The ministers met, part {n}.") for n in range(number)]


def told(world: World, items: list[Item]) -> list[set[str]]:
    """Give the titles that each message at the webhook tells."""
    messages = [json.dumps(post, ensure_ascii=False) for post in world.hook.posts]
    # The words that matched are set apart in the message; the rest of a title stands in one piece.
    ends = {item.title: item.title.removeprefix("BRICS ") for item in items}
    return [{title for title, end in ends.items() if end in message} for message in messages]


async def all_delivered(world: World, number: int) -> None:
    delivered = "SELECT count(*) FROM notifications WHERE state = 'delivered'"
    await eventually(lambda: world.query(delivered) == [(number,)], f"{number} are delivered", 40)


async def test_a_burst_is_told_in_a_few_messages(world: World) -> None:
    """Sixty alerts at once reach a channel in a few messages a second apart, each alert in one of them."""
    world.write(feeds=["wire"], channels=SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    items = burst(60)
    world.feeds.publish("wire", *items)
    await all_delivered(world, 60)
    messages = told(world, items)
    assert len(messages) <= 6
    assert sorted(title for titles in messages for title in titles) == [item.title for item in items]
    assert world.hook.times[-1] - world.hook.times[0] > len(messages) - 1.5
    assert max(line.get("along", 0) for line in daemon.events("notification.delivered")) == 24


async def test_behind_a_message_that_takes_long_the_others_go_together(world: World) -> None:
    """However many messages a channel may be sent: what waited for another one's answer comes in one."""
    world.write(feeds=["wire"], channels=f"{SLACK[:-1]}, rate: 1000/s}}")
    daemon = world.start()
    await daemon.has("feed.polled")
    items = burst(20)
    world.hook.open.clear()
    world.feeds.publish("wire", *items)
    await daemon.has("article.dispatched", 20)
    await asyncio.sleep(2.5)
    world.hook.open.set()
    await all_delivered(world, 20)
    messages = told(world, items)
    assert [len(titles) for titles in messages] == [1, 19]
    assert set().union(*messages) == {item.title for item in items}


async def test_a_message_with_many_comes_again_as_it_was(world: World) -> None:
    """After kill -9 while a message with many alerts is under way, just these come in one message again."""
    world.write(feeds=["wire"], channels=SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    items = burst(30)
    world.feeds.publish("wire", *items)
    await daemon.has("notification.delivered")
    world.hook.open.clear()
    await eventually(lambda: len(world.hook.posts) >= 2, "the message that carries others")
    daemon.kill()
    world.hook.open.set()
    world.start()
    await all_delivered(world, 30)
    messages = told(world, items)
    assert set().union(*messages) == {item.title for item in items}
    assert len(messages[1]) > 1
    assert messages.count(messages[1]) == 2
    assert [len(titles) for titles in messages if titles != messages[1]].count(0) == 0
    again = json.dumps(world.hook.posts[2], ensure_ascii=False)
    assert "Possible repeat" in again


async def test_a_destination_that_is_mended_is_written_to_again(world: World) -> None:
    """A webhook that answers 410 gets nothing more, and says so; once a test reaches it, a replay arrives."""
    world.write(feeds=["wire"], channels=SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.hook.answers = [(410, {}, "gone")]
    world.feeds.publish("wire", *burst(3))
    await daemon.has("notification.buried", 3)
    assert world.hook.posts == []
    assert "gets nothing any more until `watchword receivers test`" in (await world.command("status")).stdout
    assert (await world.command("receivers", "test", "desk")).returncode == 0
    assert "gets nothing" not in (await world.command("status")).stdout
    assert (await world.command("dead-letters", "replay", "--all")).returncode == 0
    await all_delivered(world, 3)
