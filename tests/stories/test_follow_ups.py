"""A story goes on: more sources, a correction, and why, from the feeds to the thread."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.contracts.slack_api import DESK, TOKEN, SlackWorkspace, slack_workspace
from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import Item, World, eventually

# Where archive and queue are makes no difference to what is told here.
pytestmark = ONLY_EMBEDDED

FIRST = Item(
    "BRICS ministers agree in Velmar on a reserve of 90 billion",
    "The finance ministers of BRICS agreed in Velmar on a common reserve of 90 billion, minister Mara "
    "Kamburg said after two days of talks.",
    link="https://wire.example/reserve",
)
TOLD_ANEW = Item(
    "Velmar: BRICS sets up 90 billion reserve, says Kamburg",
    "A common reserve of 90 billion was agreed upon by the finance ministers of BRICS in Velmar; Mara "
    "Kamburg announced it when two days of talks had ended.",
    link="https://mirror.example/brics-reserve",
)
CORRECTED = Item(
    "CORRECTED: BRICS ministers agree in Velmar on a reserve of 60 billion",
    FIRST.summary.replace("90", "60"),
    link=FIRST.link,
)


@pytest.fixture
async def slack() -> AsyncIterator[SlackWorkspace]:
    async with slack_workspace() as workspace:
        yield workspace


def prepare(world: World, slack: SlackWorkspace) -> None:
    (world.folder / "token").write_text(TOKEN)
    channel = f'{{kind: slack, token: "file:token", channel: "{DESK}", api: "{slack.url}", rate: 1000/s}}'
    config = world.write(feeds=["wire", "mirror"], channels=channel)
    text = config.read_text(encoding="utf-8")
    for feed, source in (("wire", "Wire"), ("mirror", "Mirror Times")):
        text = text.replace(f"{{id: {feed},", f"{{id: {feed}, source: {source},")
    config.write_text(text + "stories: {update_wait: 1s}\n", encoding="utf-8")


async def test_a_story_is_told_once_and_then_what_changes(world: World, slack: SlackWorkspace) -> None:
    """One alert; in its thread a line for the second source, and the correction of the first article."""
    prepare(world, slack)
    daemon = world.start()
    await daemon.has("feed.polled", 2)
    world.feeds.publish("wire", FIRST)
    await daemon.has("notification.delivered")
    world.feeds.publish("mirror", TOLD_ANEW)
    await daemon.has("notification.delivered", 2)
    world.feeds.items["wire"] = [CORRECTED]
    await daemon.has("notification.delivered", 3)

    [(moment, first), (_, more), (_, corrected)] = slack.channels[DESK].messages.items()
    assert "thread_ts" not in first
    assert more["thread_ts"] == corrected["thread_ts"] == moment
    assert "2 independent sources have it now, first from Wire; newest: Mirror Times" in more["text"]
    assert "CORRECTION" in corrected["text"]
    assert not more.get("reply_broadcast")
    assert corrected["reply_broadcast"]

    done = await world.command("why", TOLD_ANEW.link, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    done = await world.command("stories", "split", "2")
    assert "is story 2 now" in done.stdout, done.stderr
    await eventually(lambda: len(slack.channels[DESK].messages) == 4, "the alert that the merge had hidden")
    [*_, hidden] = slack.channels[DESK].messages.values()
    assert "thread_ts" not in hidden
    assert await daemon.stop() == 0


async def test_a_thread_goes_along_with_its_first_article(world: World, slack: SlackWorkspace) -> None:
    """Split off, joined and split off again: nobody is told twice, and corrections come in the thread."""
    prepare(world, slack)
    daemon = world.start()
    await daemon.has("feed.polled", 2)
    world.feeds.publish("wire", FIRST)
    await daemon.has("notification.delivered")
    world.feeds.publish("mirror", TOLD_ANEW)
    await daemon.has("notification.delivered", 2)

    done = await world.command("stories", "split", FIRST.link)
    assert "1 alert went along" in done.stdout, done.stderr
    for words in (("join", "1", "2"), ("split", FIRST.link)):
        done = await world.command("stories", *words)
        assert "1 alert went along" in done.stdout, done.stderr
    world.feeds.items["wire"] = [CORRECTED]
    await daemon.has("notification.delivered", 3)
    world.feeds.items["mirror"] = [replace(TOLD_ANEW, title=f"Corrected: {TOLD_ANEW.title}")]
    await daemon.has("notification.delivered", 4)

    [(moment, _), *later] = slack.channels[DESK].messages.items()
    assert [message["thread_ts"] for _, message in later] == [moment] * 3
    [_, (_, first), (_, second)] = later
    assert f"Told before: {FIRST.title}" in _words(first)
    assert f"Told before: {TOLD_ANEW.title}" in _words(second)
    assert "joined" not in _words(first) + _words(second)
    assert await daemon.stop() == 0


def _words(message: dict[str, Any]) -> str:
    """Give all texts of a message, as they follow each other."""

    def texts(part: Any) -> Iterator[str]:
        for one in part if isinstance(part, list) else (part,):
            if isinstance(one.get("text"), str):
                yield one["text"]
            yield from (text for inner in one.get("elements", ()) for text in texts(inner))

    return "".join(texts(message["blocks"]))
