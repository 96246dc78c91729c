"""A feed goes in, the right person is told: the daemon driven from outside, with what really arrived."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import message_from_bytes, policy

from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import Item, World, eventually

OLD = Item("BRICS bank opens an office", "It was there before we looked.")
NEWS = Item(
    "Third country asks to join BRICS: 3 < 5 & more",
    "<p>The <b>BRICS</b> chair said that the request &amp; others would be weighed.</p>",
    published=datetime(2026, 3, 4, 15, 30, tzinfo=UTC),
)


async def test_an_alert_arrives_once_with_all_it_must_carry(world: World) -> None:
    """The first poll is silent, news reaches Slack and mail as bytes in order, a second poll adds nothing."""
    world.feeds.publish("wire", OLD)
    world.write(feeds=["wire"])
    daemon = world.start()
    first = await daemon.has("feed.first-polled")
    assert first["says"] == "1 articles stored, 1 would have alerted; see: watchword rules preview wire"

    world.feeds.publish("wire", NEWS)
    [post] = await world.hook.arrived(1)
    await eventually(lambda: world.mail.mails, "a mail")
    await world.feeds.asked_again("wire", 3)

    assert len(world.hook.posts) == 1
    assert len(world.mail.mails) == 1
    raw = world.hook.raw[0].decode()
    assert "News of BRICS" in raw
    assert "economy-desk" in raw
    assert "3 &lt; 5 &amp; more" in raw
    assert post["unfurl_links"] is False
    check_mail(world.mail.mails[0].raw)
    assert "bank opens" not in raw
    assert await daemon.stop() == 0


def check_mail(raw: bytes) -> None:
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "ana@desk.example"
    assert message["Subject"].startswith("[high]")
    assert "Third country asks to join BRICS: 3 < 5 & more" in message["Subject"].replace("\u2068", "")
    assert message["List-Id"]
    assert message["Message-ID"].startswith("<")
    assert message.get_content_type() == "multipart/alternative"
    text = message.get_body(("plain",)).get_content()
    page = message.get_body(("html",)).get_content()
    for part in (text, page):
        assert "News of BRICS" in part
        assert "16:30" in part or "4:30" in part, "15:30 UTC is half past four in Paris"
        assert "https://wire.example/" in part
    assert "3 &lt; 5 &amp; more" in page
    assert "3 < 5" not in page
    assert 'dir="auto"' in page


async def test_the_sums_add_up(world: World) -> None:
    """`status` shows where every entry, match and notification ended, and the parts make up the whole."""
    world.feeds.publish("wire", OLD)
    world.write(feeds=["wire"])
    daemon = world.start()
    await daemon.has("feed.first-polled")
    world.feeds.publish("wire", NEWS, Item("Rain expected", "Clouds over the bay."))
    await world.hook.arrived(1)
    await daemon.has("notification.delivered", 2)

    found = await world.status()
    ended = {state: number for state, number in found["entries"].items() if number and state != "seen-before"}
    assert ended == {"backlog": 1, "matched": 1, "no-rule": 1}
    assert {k: n for k, n in found["matches"].items() if n} == {"told": 1, "shadow": 1, "backlog": 2}
    assert {k: n for k, n in found["notifications"].items() if n} == {"delivered": 2}
    assert found["alerts"] == 1
    shown = await world.command("status")
    assert shown.returncode == 0
    assert "fine" in shown.stdout
    assert "1 told + 1 shadow + 2 backlog" in shown.stdout.replace("\n", " ")


async def test_the_same_article_in_two_feeds_is_one_alert(world: World) -> None:
    """A copy under the same link, and a copy of the same words under another link, tell nobody again."""
    world.write(feeds=["wire", "mirror", "copy"])
    daemon = world.start()
    await daemon.has("feed.polled", 3)
    link = "https://wire.example/brics?utm_source=feed"
    world.feeds.publish("wire", Item(NEWS.title, NEWS.summary, link=link))
    await world.hook.arrived(1)
    world.feeds.publish(
        "mirror", Item("Another headline on BRICS", "Shorter.", link="http://wire.example/brics/")
    )
    world.feeds.publish("copy", Item(NEWS.title, NEWS.summary, link="https://copy.example/7"))
    await daemon.has("article.dispatched", 3)
    await world.feeds.asked_again("copy", 2)
    assert len(world.hook.posts) == 1
    assert (await world.status())["matches"]["repeated"] == 2


async def test_a_retired_rule_tells_nobody_any_more(world: World) -> None:
    """What waits in the archive when its rule is retired ends as retired."""
    world.queue.start()
    world.write(feeds=["wire"], shared_queue=True)
    poller = world.start("poll")
    await poller.has("feed.polled")
    world.feeds.publish("wire", NEWS)
    await eventually(lambda: world.query("select 1 from matches where state = 'pending'"), "a stored match")
    (world.folder / "rules" / "rules.yaml").write_text(world.rules.replace("status: live", "status: retired"))
    notifier = world.start("notify")
    await notifier.has("article.dispatched")
    assert (await world.status())["matches"]["retired"] == 1
    assert world.hook.posts == []


async def test_slack_that_asks_to_wait_is_asked_again_no_earlier(world: World) -> None:
    """429 with Retry-After defers the message; nothing is lost and nothing comes early."""
    world.hook.answers = [(429, {"Retry-After": "2"}, "rate_limited"), (503, {}, "down")]
    world.write(feeds=["wire"], channels='{kind: slack, webhook: "file:hook", rate: 1000/s}')
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", NEWS)
    deferred = await daemon.has("notification.deferred")
    await world.hook.arrived(1)
    delivered = await daemon.has("notification.delivered")
    waited = datetime.fromisoformat(delivered["timestamp"]) - datetime.fromisoformat(deferred["timestamp"])
    assert waited.total_seconds() >= 2
    assert delivered["tries"] == 3
    assert "secret-part" not in daemon.log.read_text()


async def test_one_refused_recipient_does_not_stop_the_other(world: World) -> None:
    """A dead address is given up with its reason; the other recipient gets the mail once."""
    channels = '{kind: email, to: ["<>", ana@desk.example], MAIL}'.replace('"<>"', "nobody@refused.example")
    world.mail.refuse.add("nobody@refused.example")
    world.write(feeds=["wire"], channels=channels)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", NEWS)
    buried = await daemon.has("notification.buried")
    await daemon.has("notification.delivered")
    assert "550" in buried["reason"]
    assert [mail.recipients for mail in world.mail.mails] == [("ana@desk.example",)]


@ONLY_EMBEDDED
async def test_two_processes_share_one_queue(world: World) -> None:
    """`poll` and `notify` as two processes over one Valkey deliver what `run` does."""
    world.queue.start()
    world.write(feeds=["wire"], shared_queue=True)
    poller, notifier = world.start("poll"), world.start("notify")
    await poller.has("feed.polled")
    await notifier.has("daemon.started")
    world.feeds.publish("wire", NEWS)
    [post] = await world.hook.arrived(1)
    assert "BRICS" in json.dumps(post)
    assert await poller.stop() == 0
    assert await notifier.stop() == 0


@ONLY_EMBEDDED
async def test_poll_without_a_shared_queue_says_what_to_do(world: World) -> None:
    """The roles refuse the embedded queue and name the way out."""
    world.write(feeds=["wire"])
    done = await world.command("notify")
    assert done.returncode == 2
    assert "queue: {url: redis://" in done.stderr


@ONLY_EMBEDDED
async def test_a_second_daemon_is_refused(world: World) -> None:
    """One state folder serves one daemon; the second says which process holds it."""
    world.write(feeds=["wire"])
    daemon = world.start()
    await daemon.has("daemon.started")
    done = await world.command("run")
    assert done.returncode == 2
    assert f"process {daemon.popen.pid}" in done.stderr


async def test_poll_once_polls_what_is_due_and_ends(world: World) -> None:
    """`poll --once` works without a queue: what matched waits in the archive, and `run` tells it."""
    world.feeds.publish("wire", OLD)
    world.write(feeds=["wire"])
    assert (await world.command("poll", "--once")).returncode == 0
    world.feeds.publish("wire", NEWS)
    while "1 feeds were due" not in (await world.command("poll", "--once")).stderr:
        pass  # until the feed is due again, a second later
    assert world.hook.posts == []
    daemon = world.start()
    await world.hook.arrived(1)
    assert await daemon.stop() == 0
    shown = await world.command("rules", "preview", "wire")
    assert "BRICS bank opens an office" in shown.stdout
    assert "1 would have alerted" in shown.stdout


async def test_receivers_test_sends_a_real_alert(world: World) -> None:
    """`receivers test` reaches every channel of the receiver and says what each answered."""
    world.write(feeds=["wire"])
    done = await world.command("receivers", "test", "desk")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") >= 2
    assert len(world.hook.posts) == len(world.mail.mails) == 1
    unknown = await world.command("receivers", "test", "dsk")
    assert unknown.returncode == 2
    assert "did you mean 'desk'?" in unknown.stderr
