"""Files change while the daemon runs: what is sound is in force within seconds, what is not is said."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import RULES, Item, World, eventually

# Where archive and queue are makes no difference to what is told here.
pytestmark = ONLY_EMBEDDED

ONLY_SLACK = '{kind: slack, webhook: "file:hook", rate: 1000/s}'
NATO = """\
rules:
  - {id: nato-news, title: News of NATO, status: live, severity: low, match: nato}
"""


def rules_file(world: World, name: str = "rules.yaml") -> Path:
    return world.folder / "rules" / name


async def test_an_edited_rule_is_in_force_within_seconds(world: World) -> None:
    """A new file of rules matches the next article; a retired and a deleted rule tell nobody any more."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    rules_file(world, "nato.yaml").write_text(NATO, encoding="utf-8")
    await daemon.has("rules.loaded", 2)
    world.feeds.publish("wire", Item("NATO meets in spring", "Ministers talk."))
    await world.hook.arrived(1)

    rules_file(world, "nato.yaml").unlink()
    retired = RULES.replace("status: live", "status: retired")
    rules_file(world).write_text(retired, encoding="utf-8")
    await eventually(lambda: daemon.events("rules.loaded")[-1]["rules"] == 2, "the deletion is seen")
    await eventually(lambda: len(daemon.events("rules.loaded")) >= 3, "the retirement is seen")
    world.feeds.publish("wire", Item("NATO meets in summer", "And BRICS in winter."))
    await world.feeds.asked_again("wire", 2)
    assert len(world.hook.posts) == 1
    assert await daemon.stop() == 0


async def test_a_broken_rule_file_keeps_its_last_good_text_and_everybody_can_see_it(world: World) -> None:
    """Log and status say that the file is old; its rules go on; other files are reloaded all the same."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    rules_file(world).write_text(RULES + "  - {id: Bad Id}\n", encoding="utf-8")
    rules_file(world, "nato.yaml").write_text(NATO, encoding="utf-8")
    refused = await daemon.has("rules.refused")
    assert refused["says"] == "its last good version stays in force"
    assert "rules.yaml:21:" in refused["problem"]
    await eventually(lambda: daemon.events("rules.loaded")[-1]["rules"] == 3, "the sound file is in force")
    world.feeds.publish("wire", Item("BRICS and NATO in one headline", "Both are told."))
    await world.hook.arrived(1)
    told = json.dumps(world.hook.posts)
    assert "News of BRICS" in told
    assert "News of NATO" in told

    async def shown() -> list[str]:
        [process] = (await world.status())["processes"]
        return process["warnings"]

    assert await shown() == ["rule files in force as they last were good: rules.yaml"]
    text = (await world.command("status")).stdout
    assert "rule files in force as they last were good: rules.yaml" in text
    rules_file(world).write_text(RULES, encoding="utf-8")
    await eventually(lambda: "files_old" not in daemon.events("rules.loaded")[-1], "the file is mended")
    assert await shown() == []


async def test_a_daemon_starts_with_one_bad_file_and_says_so(world: World) -> None:
    """The others run; the bad one is named with its place."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    rules_file(world, "bad.yaml").write_text("rules: [{id: x, match: 'a AND'}]\n", encoding="utf-8")
    daemon = world.start()
    refused = await daemon.has("rules.refused")
    assert "bad.yaml:1:" in refused["problem"]
    await daemon.has("feed.polled")
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await world.hook.arrived(1)


async def test_a_new_configuration_is_in_force_without_a_restart(world: World) -> None:
    """A feed and a receiver that are added are polled and told; what was polled before is not told again."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await world.hook.arrived(1)
    world.feeds.publish("extra", Item("Old news of BRICS", "There before the feed was watched."))
    world.write(feeds=["wire", "extra"])
    loaded = await daemon.has("config.loaded")
    assert loaded["feeds"] == 2
    await eventually(lambda: world.feeds.asked.get("extra"), "the new feed is asked")
    await world.feeds.asked_again("extra", 1)
    world.feeds.publish("extra", Item("Fresh news of BRICS", "Told by mail as well."))
    await world.hook.arrived(2)
    await eventually(lambda: len(world.mail.mails) == 1, "a mail by the new channel")
    assert "Old news" not in json.dumps(world.hook.posts)
    assert await daemon.stop() == 0


async def test_a_broken_configuration_changes_nothing_and_is_shown(world: World) -> None:
    """The old one stays in force, SIGHUP or not; the problems are in the log and in status."""
    config = world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    sound = config.read_text(encoding="utf-8")
    config.write_text(sound.replace("receiver: desk", "receiver: dsk"), encoding="utf-8")
    refused = await daemon.has("config.refused")
    assert "did you mean 'desk'?" in refused["problem"]
    status = await world.command("status")
    assert status.returncode == 2
    assert "the old configuration is in force" in status.stdout
    assert "did you mean 'desk'?" in status.stderr
    daemon.popen.send_signal(signal.SIGHUP)
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await world.hook.arrived(1)
    assert len(daemon.events("config.refused")) == 1
    config.write_text(sound.replace("every: 1s", "every: 2s"), encoding="utf-8")
    await daemon.has("config.loaded")
    world.feeds.publish("wire", Item("A new member knocks at the BRICS door", "Talks go on."))
    await world.hook.arrived(2)


async def test_what_only_a_restart_can_change_is_said(world: World) -> None:
    """Another archive, queue or address to serve on needs a restart; all else goes on as it was."""
    config = world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    text = config.read_text(encoding="utf-8").replace("bind: none", "bind: 127.0.0.1:0")
    config.write_text("archive: {url: 'sqlite:///other.sqlite'}\n" + text, encoding="utf-8")
    refused = await daemon.has("config.refused")
    assert "archive.url and listen changed, which needs a restart" in refused["problem"]


async def test_sighup_reads_rotated_secrets(world: World) -> None:
    """A webhook's file that holds another address is read again at SIGHUP."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.hook.answers = [(403, {}, "invalid_token")]
    (world.folder / "hook").write_text(world.hook.url + "?rotated=1", encoding="utf-8")
    daemon.popen.send_signal(signal.SIGHUP)
    await daemon.has("config.loaded")
    world.hook.answers = []
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await world.hook.arrived(1)


async def test_a_message_in_flight_is_sent_once_over_a_reload(world: World) -> None:
    """The old configuration finishes what it has in hand before the new one sends anything."""
    config = world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.hook.open.clear()
    world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await world.hook.arrived(1)
    config.write_text(config.read_text().replace("every: 1s", "every: 2s"), encoding="utf-8")
    await world.feeds.asked_again("wire", 2)
    world.hook.open.set()
    await daemon.has("config.loaded")
    world.feeds.publish("wire", Item("A new member knocks at the BRICS door", "Talks go on."))
    await world.hook.arrived(2)
    assert len(world.hook.posts) == 2
    assert "repeat" not in json.dumps(world.hook.posts)


async def test_a_link_to_the_rules_that_is_swapped_is_followed(world: World) -> None:
    """Tools that deploy a new folder and turn a link to it are understood, again and again."""
    config = world.write(feeds=["wire"], channels=ONLY_SLACK)
    for name, match in (("one", "nato"), ("two", "unesco"), ("three", "opec")):
        (world.folder / name).mkdir()
        text = NATO.replace("match: nato", f"match: {match}").replace("News of NATO", f"News by {name}")
        (world.folder / name / "rules.yaml").write_text(text, encoding="utf-8")
    current = world.folder / "current"
    current.symlink_to("one")
    config.write_text("rules: [current]\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    daemon = world.start()
    await daemon.has("feed.polled")
    for number, name in enumerate(("two", "three"), 2):
        (world.folder / "next").symlink_to(name)
        (world.folder / "next").rename(current)
        await daemon.has("rules.loaded", number)
    world.feeds.publish("wire", Item("OPEC meets", "In spring."))
    [told] = await world.hook.arrived(1)
    assert "News by three" in json.dumps(told)
