"""kill -9 where it hurts: nothing is lost, at most the message in flight comes twice, with the same id."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path

from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import Item, World, eventually

NEWS = Item("BRICS agrees on a common reserve", "The BRICS ministers spoke of spring.")
ONLY_SLACK = '{kind: slack, webhook: "file:hook", rate: 1000/s}'


def alert_id(world: World, post: dict) -> str:
    [(alert,)] = world.query("select id from alerts")
    assert alert in json.dumps(post)
    return alert


async def test_notifier_killed_between_send_and_record(world: World) -> None:
    """The message in flight is sent again with the same id and says that it may be a repeat."""
    world.queue.start()
    world.write(feeds=["wire"], shared_queue=True, channels=ONLY_SLACK)
    poller, notifier = world.start("poll"), world.start("notify")
    await poller.has("feed.polled")
    world.hook.open.clear()  # Slack has the message, but the answer does not come
    world.feeds.publish("wire", NEWS)
    await world.hook.arrived(1)
    notifier.kill()
    world.hook.open.set()

    again = world.start("notify")
    await again.has("notification.delivered")
    await world.feeds.asked_again("wire", 2)
    first, second = world.hook.posts
    assert alert_id(world, first) == alert_id(world, second)
    assert "repeat" not in json.dumps(first)
    assert "repeat" in json.dumps(second)
    assert (await world.status())["attempts_without_outcome"] == 1


async def test_daemon_killed_while_it_sends(world: World) -> None:
    """With the embedded queue gone too, the next start sends the message in flight again within seconds."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.hook.open.clear()
    world.feeds.publish("wire", NEWS)
    await world.hook.arrived(1)
    daemon.kill()
    world.hook.open.set()
    world.start()
    _, second = await world.hook.arrived(2)
    assert "repeat" in json.dumps(second)


async def test_poller_killed_between_storing_and_enqueueing(world: World) -> None:
    """A match that is stored but never reached the queue is told once the poller is back."""
    world.queue.start()
    world.write(feeds=["wire"], shared_queue=True, channels=ONLY_SLACK)
    poller = world.start("poll")
    await poller.has("feed.polled")
    world.queue.signal(signal.SIGSTOP)  # the poller hangs after storing, while it enqueues
    world.feeds.publish("wire", NEWS)
    await eventually(lambda: world.query("select 1 from matches where state = 'pending'"), "a stored match")
    poller.kill()
    world.queue.signal(signal.SIGCONT)

    world.start("poll")
    world.start("notify")
    await world.hook.arrived(1)
    await world.feeds.asked_again("wire", 2)
    assert len(world.hook.posts) == 1


async def test_poller_killed_while_it_reads_a_feed(world: World) -> None:
    """A poll that was broken off is done again: its validators were not stored without its articles."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    for _ in range(3):
        daemon = world.start()
        await daemon.has("feed.polled")
        daemon.kill()
    world.feeds.publish("wire", NEWS)
    world.start()
    await world.hook.arrived(1)


@ONLY_EMBEDDED
async def test_valkey_killed_with_work_in_it(world: World) -> None:
    """The embedded queue dies with an undelivered alert in it: that one arrives, the other not again."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", NEWS)
    await world.hook.arrived(1)
    await daemon.has("notification.delivered")

    world.hook.answers = [(503, {}, "down")]
    world.feeds.publish("wire", Item("A new member knocks at the BRICS door", "Talks go on."))
    await daemon.has("notification.deferred")
    server = json.loads((world.folder / "state" / "queue.json").read_text())["pid"]
    os.kill(server, signal.SIGKILL)
    await daemon.has("queue.restarted")
    await world.hook.arrived(2)
    world.feeds.publish("wire", Item("After the crash, BRICS again", "The queue is back."))
    await world.hook.arrived(3)
    assert [len(re.findall("knocks|reserve|After", json.dumps(p["text"]))) for p in world.hook.posts] == [
        1,
        1,
        1,
    ]
    assert await daemon.stop() == 0


async def test_shared_valkey_killed_and_wiped(world: World) -> None:
    """A shared queue that comes back empty is filled again from the archive within seconds."""
    world.queue.start()
    world.write(feeds=["wire"], shared_queue=True, channels=ONLY_SLACK)
    poller = world.start("poll")
    await poller.has("feed.polled")
    world.feeds.publish("wire", NEWS)
    await eventually(lambda: world.query("select 1 from matches where state = 'pending'"), "a stored match")
    world.queue.signal(signal.SIGKILL)
    assert world.queue.process is not None
    world.queue.process.wait()
    world.queue.start()
    world.start("notify")
    await world.hook.arrived(1)


@ONLY_EMBEDDED
async def test_the_embedded_server_does_not_outlive_a_killed_daemon(world: World) -> None:
    """kill -9 of the daemon takes its queue server along, and the next start is a clean one."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    note = json.loads((world.folder / "state" / "queue.json").read_text())
    daemon.kill()
    await eventually(lambda: not Path(f"/proc/{note['pid']}").exists(), "the queue server is gone")
    world.feeds.publish("wire", NEWS)
    again = world.start()
    await world.hook.arrived(1)
    assert await again.stop() == 0
    assert not (world.folder / "state" / "queue.json").exists()
