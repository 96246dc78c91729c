"""Slack with a bot token, from the feed to the thread."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contracts.slack_api import DESK, TOKEN, SlackWorkspace, slack_workspace
from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import RULES, Item, World, eventually

# Where archive and queue are makes no difference to what is told here.
pytestmark = ONLY_EMBEDDED

LINK = "https://wire.example/brics"
FIRST = Item("BRICS agrees on a common reserve", "The ministers spoke of spring.", link=LINK)
MORE = Item("BRICS reserve: sanctions follow", "Answers from the capitals.", link=LINK)
SECOND_RULE = """\
  - id: sanctions
    title: Sanctions on anybody
    status: live
    severity: critical
    match: sanctions
    tests: [{match: "sanctions"}, {no_match: "rain"}]
"""


@pytest.fixture
async def slack() -> AsyncIterator[SlackWorkspace]:
    async with slack_workspace() as workspace:
        yield workspace


def prepare(world: World, slack: SlackWorkspace, feeds: list[str], room: str = "#iran-desk") -> None:
    world.rules = RULES + SECOND_RULE
    (world.folder / "token").write_text(TOKEN)
    channel = f'{{kind: slack, token: "file:token", channel: "{room}", api: "{slack.url}", rate: 1000/s}}'
    world.write(feeds=feeds, channels=channel)


async def test_a_follow_up_lands_in_the_thread(world: World, slack: SlackWorkspace) -> None:
    """A second rule in the same story is told as a reply, shown in the channel because it is graver."""
    prepare(world, slack, ["wire", "mirror"])
    daemon = world.start()
    await daemon.has("feed.polled", 2)
    world.feeds.publish("wire", FIRST)
    await eventually(lambda: slack.channels[DESK].messages, "the first message")
    await daemon.has("notification.delivered")
    world.feeds.publish("mirror", MORE)
    await eventually(lambda: len(slack.channels[DESK].messages) == 2, "the follow-up")
    [(moment, first), (_, second)] = slack.channels[DESK].messages.items()
    assert "thread_ts" not in first
    assert (second["thread_ts"], second["reply_broadcast"]) == (moment, True)
    assert "Follow-up" in second["text"]
    await daemon.has("notification.delivered", 2)
    assert await daemon.stop() == 0
    assert world.query("select reference from receipts order by sent_at")[0] == (f"{DESK}/{moment}",)
    assert "canary" not in daemon.log.read_text() + daemon.out.read_text()


async def test_a_follow_up_does_not_overtake_the_first_message(world: World, slack: SlackWorkspace) -> None:
    """While the first message waits for a Slack that is down, its graver follow-up waits behind it."""
    prepare(world, slack, ["wire", "mirror"], room=DESK)
    daemon = world.start()
    await daemon.has("feed.polled", 2)
    slack.faults = [(503, "down", {}), (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "4"})]
    world.feeds.publish("wire", FIRST)
    await daemon.has("notification.deferred")
    world.feeds.publish("mirror", MORE)
    await daemon.has("article.dispatched", 2)
    await daemon.has("notification.delivered", 2)
    [(moment, first), (_, second)] = slack.channels[DESK].messages.items()
    assert first["text"].count("Follow-up") == 0
    assert second["thread_ts"] == moment
    shown = [post["text"].count("Follow-up") for post in slack.posts]
    assert shown == [0, 0, 0, 1], "nothing of the follow-up was sent before the first message had arrived"


async def test_the_receiver_can_be_tried(world: World, slack: SlackWorkspace) -> None:
    """`receivers test` posts to the channel, and says which scope is missing where one is."""
    prepare(world, slack, ["wire"])
    done = await world.command("receivers", "test", "desk")
    assert (done.returncode, done.stdout) == (0, "ok Slack #iran-desk: 200 ok\n")
    slack.scopes = {"chat:write"}
    done = await world.command("receivers", "test", "desk")
    assert done.returncode == 1
    assert "needs the scope channels:read" in done.stdout
    assert "canary" not in done.stdout + done.stderr
