"""Every silent failure is announced to the operators: each is seeded for real, and seen at a real sink.

WATCHWORD_TEST_EVERYTHING=1 has work wait as long as it may by default before it counts as stuck: then each is
announced within the two minutes that are promised.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from aiohttp import web
from redis import Redis

from monitor.operations import checks, feed_checks
from tests.conftest import absent
from tests.contracts.servers import mail_server
from tests.proof.sinks import texts
from tests.stories.world import FeedHost, Item, Process, Webhook, World, eventually

EVERYTHING = bool(os.environ.get("WATCHWORD_TEST_EVERYTHING"))
QUICK = f"operations: {{{'' if EVERYTHING else 'stuck: 2s, '}failing: 3s, silent: 3s}}"
PROMISED = 120.0 if EVERYTHING else 30.0
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:t</id>
<entry><id>urn:1</id><title>Weather</title><summary>Rain.</summary></entry></feed>"""
DESK = '{kind: slack, webhook: "file:desk", rate: 1000/s}'
MARK = "About Watchword itself"
# What this file seeds, by the checks that find it.
SEEDED = {
    feed_checks.all_feeds_fail, checks.archive_not_writable, checks.articles_quarantined,
    checks.destination_disabled, checks.destination_locks_out, checks.configuration_unusable,
    checks.dead_letters,
    checks.destination_fails, checks.destination_stuck, checks.disk_nearly_full, checks.dispatch_stuck,
    feed_checks.feed_fails, feed_checks.feed_silent, feed_checks.network_away, feed_checks.feed_gone,
    feed_checks.feed_moved, feed_checks.feed_format_changed, checks.loop_crashes, checks.loop_stuck,
    checks.no_notifier,
    checks.no_poller, checks.pollers_stuck, checks.process_vanished, checks.queue_away, checks.queue_policy,
    checks.queue_server_dies, checks.rule_file_unusable, checks.rulebooks_differ,
}  # fmt: skip
# Its clock is handed in: tests/operations/test_condition.py.
SEEDED_ELSEWHERE = {checks.clock_jumped}


class Post:
    """The operators' webhook is the world's; the desk's is another one."""

    def __init__(self, world: World, desk: Webhook) -> None:
        self.world = world
        self.desk = desk

    def write(
        self,
        feeds: dict[str, str] | list[str],
        *,
        name: str = "watchword.yaml",
        rules: str = "rules",
        desk: str = DESK,
        extra: str = QUICK,
        state: str = "state",
        shared_queue: bool = False,
    ) -> Path:
        """Write a configuration whose operators read at the world's webhook."""
        world = self.world
        if name == "watchword.yaml":
            world.write(feeds=[], shared_queue=shared_queue)  # with the rules, and what it refers to
        (world.folder / "desk").write_text(self.desk.url, encoding="utf-8")
        addresses = (
            feeds if isinstance(feeds, dict) else {one: f"{world.feeds.url}/{one}.xml" for one in feeds}
        )
        listed = "".join(
            f'  - {{id: {one}, url: "{url}", every: 1s, max_age: none}}\n' for one, url in addresses.items()
        )
        stores = f'queue: {{url: "{world.queue.url}"}}\n' if shared_queue or world.archive else ""
        stores += 'archive: {url: "file:archive-url"}\n' if world.archive else ""
        config = world.folder / name
        config.write_text(
            f"outbound: {{allow: [127.0.0.0/8], timeout: 5s}}\nlisten: {{bind: none}}\n{extra}\n{stores}"
            f"state: {state}\nrules: [{rules}]\nfeeds:\n{listed}"
            f'receivers:\n  operators: {{channels: [{{kind: slack, webhook: "file:hook", rate: 1000/s}}]}}\n'
            f"  desk: {{channels: [{desk}]}}\nroutes: {{receiver: desk}}\n",
            encoding="utf-8",
        )
        return config

    def told(self) -> list[str]:
        """List the announcements so far: the one line of each."""
        return [post["text"] for post in self.world.hook.posts if MARK in json.dumps(post)]

    async def hears(self, *words: str, seconds: float = PROMISED) -> str:
        """Wait until an announcement holds all the words; gives it."""

        def found() -> list[str]:
            whole = [json.dumps(post, ensure_ascii=False) for post in self.world.hook.posts]
            return [text for text in whole if MARK in text and all(word in text for word in words)]

        return (await eventually(found, f"{words} among {self.told()}", seconds))[0]

    def count(self, words: str) -> int:
        """Count the announcements that hold the words, and do not say that it is over."""
        posts = [post for post in self.world.hook.posts if MARK in json.dumps(post)]
        began = [[text for text in texts(post) if "Over: " not in text] for post in posts]
        return sum(any(words in text for text in listed) for listed in began)


@pytest.fixture
async def desk() -> AsyncIterator[Webhook]:
    found = Webhook()
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
def post(embedded_world: World, desk: Webhook) -> Post:
    """One process, with archive and queue of its own."""
    return Post(embedded_world, desk)


@pytest.fixture
def posts(servers_world: World, desk: Webhook) -> Post:
    """Several processes over PostgreSQL and Redis."""
    return Post(servers_world, desk)


def test_every_check_has_its_failure_seeded() -> None:
    """A check that is added to the lists needs a story here, or where its clock is handed in."""
    assert set(checks.OF_A_PROCESS) | set(checks.OF_THE_WHOLE) == SEEDED | SEEDED_ELSEWHERE
    assert len(checks.OF_A_PROCESS) + len(checks.OF_THE_WHOLE) >= 15


async def test_a_feed_that_fails_is_told_once_and_when_it_works_again(post: Post) -> None:
    """Its name, what it says and what to do; status and the log know it too."""
    post.write({"good": f"{post.world.feeds.url}/good.xml", "bad": f"{post.world.feeds.url}/bad"})
    daemon = post.world.start()
    text = await post.hears("The feed bad fails", "404", "watchword feeds show bad")
    assert "The feed gave no link" not in text
    began = await daemon.has("trouble.began")
    assert (began["kind"], began["level"]) == ("feed-fails", "error")
    await daemon.has("operators.told")
    [trouble] = (await post.world.status())["troubles"]
    assert (trouble["kind"], bool(trouble["told_at"])) == ("feed-fails", True)
    shown = await post.world.command("status")
    assert "trouble since" in shown.stdout
    post.write({"good": f"{post.world.feeds.url}/good.xml", "bad": f"{post.world.feeds.url}/fine.xml"})
    await post.hears("Over: The feed bad fails")
    await daemon.has("trouble.ended")
    assert post.count("The feed bad") == 1
    assert (await post.world.status())["troubles"] == []


async def test_when_every_feed_fails_that_is_one_trouble(post: Post) -> None:
    """Our own network is away: no feed is blamed for it."""
    post.write({f"wire-{number}": f"http://127.0.0.1:1/{number}.xml" for number in range(4)})
    post.world.start()
    await post.hears("Each of the 4 feeds fails")
    assert post.count("The feed wire") == 0


async def test_a_feed_that_moves_is_gone_or_changes_its_format_is_told(post: Post) -> None:
    """Each once, with what to do, and once more when it is over; a feed that is gone is left alone."""
    names = ("stays", "moves", "goes", "changes")
    post.write({name: f"{post.world.feeds.url}/{name}.xml" for name in names})
    host = post.world.feeds
    host.publish("changes", Item("Weather", "Rain."))
    daemon = post.world.start()
    await daemon.has("feed.polled", len(names))
    host.answers["moves"] = lambda: web.Response(status=301, headers={"Location": "/stays.xml"})
    host.answers["goes"] = lambda: web.Response(status=410)
    host.answers["changes"] = lambda: web.Response(body=ATOM, content_type="application/atom+xml")
    await post.hears("The feed moves has moved for good, and is asked there", "ignore")
    await post.hears("The feed goes is gone (410)", "watchword feeds reset goes")
    await post.hears("The feed changes comes as atom10, and used to come as rss20")
    asked = host.asked["goes"], host.asked["moves"]
    await host.asked_again("stays", 4)
    assert (host.asked["goes"], host.asked["moves"]) == asked
    host.answers.clear()
    for name in ("goes", "moves"):
        assert (await post.world.command("feeds", "reset", name)).returncode == 0
    await post.hears("Over: The feed goes is gone")
    await post.hears("Over: The feed moves has moved")
    await post.hears("Over: The feed changes comes as atom10")
    assert [post.count(f"The feed {name}") for name in names] == [0, 1, 1, 1]


async def test_an_outage_of_our_own_network_is_told_once_and_held_against_no_feed(post: Post) -> None:
    """Three servers fall silent at one time; no feed is said to fail, and polling goes on by itself."""
    hosts = [FeedHost() for _ in range(3)]
    for host in hosts:
        await host.start()
    post.write({f"wire-{number}": f"{host.url}/wire.xml" for number, host in enumerate(hosts)})
    daemon = post.world.start()
    await daemon.has("feed.polled", 3)
    for host in hosts:
        await host.stop()
    await post.hears("This machine reaches no server at all", "3 feeds wait")
    listed = (await post.world.command("feeds", "list")).stdout
    assert listed.count("our own network is away") == 3
    for host in hosts:
        await host.start(int(host.url.rpartition(":")[2]))
    await daemon.has("network.back")
    await post.hears("Over: This machine reaches no server at all")
    assert post.count("The feed wire") == post.count("Each of the") == 0
    for host in hosts:
        await host.stop()


async def test_a_feed_that_falls_silent_is_told(post: Post) -> None:
    """It answers as ever, and brings nothing for longer than it used to."""
    post.write(["wire"])
    daemon = post.world.start()
    await daemon.has("feed.polled")
    for number in range(6):
        post.world.feeds.publish("wire", Item(f"Weather {number}", "Rain."))
        await post.world.feeds.asked_again("wire", 2)
    assert post.told() == []
    await post.hears("The feed wire has brought nothing since")


async def test_a_rule_file_and_a_configuration_that_cannot_be_used_are_told(post: Post) -> None:
    """By name, with what is in force meanwhile; and once they are mended."""
    config = post.write(["wire"])
    daemon = post.world.start()
    await daemon.has("feed.polled")
    rules = post.world.folder / "rules" / "rules.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("actor:brics", "actor:brigs"), encoding="utf-8"
    )
    await post.hears("rules.yaml has a mistake; its last good version stays in force", "watchword check")
    (rules.parent / "new.yaml").write_text("rules: [", encoding="utf-8")
    await post.hears("new.yaml has a mistake and was never good")
    sound = config.read_text(encoding="utf-8")
    config.write_text(sound.replace("receiver: desk", "receiver: dsk"), encoding="utf-8")
    await post.hears("The configuration was changed and cannot be used", "did you mean")
    config.write_text(sound, encoding="utf-8")
    await post.hears("Over: The configuration")


async def test_a_destination_that_refuses_and_what_was_given_up_are_told(post: Post) -> None:
    """A webhook that was removed: its answer, and how to send again what was lost."""
    post.write(["wire"])
    daemon = post.world.start()
    await daemon.has("feed.polled")
    post.desk.answers += [(404, {}, "no_service")]
    post.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await post.hears(
        "1 notifications to Slack webhook", "were given up", "the webhook was removed", "dead-letters replay"
    )
    assert (await post.world.command("dead-letters", "replay", "--all")).returncode == 0
    await post.hears("Over: ", "were given up")


async def test_a_destination_that_fails_for_long_is_told(post: Post) -> None:
    """It may still take what it is sent, and is tried again; the operators know."""
    post.write(["wire"])
    daemon = post.world.start()
    await daemon.has("feed.polled")
    post.desk.answers += [(503, {}, "away")] * 50
    post.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await post.hears("could not be delivered so far", "503")


async def test_a_destination_that_fails_again_and_again_is_told_at_once(post: Post) -> None:
    """Five failures in a row are no busy server; nobody waits half an hour to hear of them."""
    post.write(["wire"], extra="" if EVERYTHING else "operations: {stuck: 2s}")
    daemon = post.world.start()
    await daemon.has("feed.polled")
    post.desk.answers += [(503, {}, "away")] * 50
    items = [Item(f"BRICS agrees {number}", f"On reserve {number}.") for number in range(5)]
    post.world.feeds.publish("wire", *items)
    await post.hears("5 notifications to Slack webhook", "could not be delivered so far", "503")


async def test_a_mail_server_that_refuses_our_login_is_told(post: Post) -> None:
    """A password that expired: no waiting mends it, so the operators hear of it; what waited is sent then."""
    folder = post.world.folder
    async with mail_server(login=("watchword", "changed")) as mailbox:
        (folder / "password").write_text("expired", encoding="utf-8")
        desk = (
            f"{{kind: email, to: [desk@desk.example], from: watchword@desk.example, host: 127.0.0.1, "
            f'port: {mailbox.port}, user: watchword, password: "file:password"}}'
        )
        post.write(["wire"], desk=desk)
        daemon = post.world.start()
        await daemon.has("feed.polled")
        post.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
        said = await post.hears("Nothing gets through to email:", "refuses the login (535)", "password")
        assert "expired" not in said
        (folder / "password").write_text("changed", encoding="utf-8")
        post.write(["wire"], desk=desk, extra=f"# mended\n{QUICK}")
        await daemon.has("config.loaded")
        assert (await post.world.command("receivers", "test", "desk")).returncode == 0
        await eventually(lambda: len(mailbox.mails) == 2, "what waited is sent at once")
        await post.hears("Over: Nothing gets through to email:")


@pytest.mark.skipif(EVERYTHING, reason="a send is given up sooner than work counts as stuck by default")
async def test_a_destination_that_holds_up_what_waits_behind_is_told(post: Post) -> None:
    """It takes one message and never answers; the next one is not even tried."""
    post.write(["wire"])
    daemon = post.world.start()
    await daemon.has("feed.polled")
    post.desk.open.clear()
    post.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await eventually(lambda: post.desk.posts, "the desk has the first")
    post.world.feeds.publish("wire", Item("A new member knocks at the BRICS door", "Talks go on."))
    await post.hears("wait and are not tried")
    post.desk.open.set()


async def test_an_embedded_queue_server_that_dies_again_and_again_is_told(post: Post) -> None:
    """Each death is made good, and the third is no accident."""
    post.write(["wire"])
    daemon = post.world.start()
    await daemon.has("feed.polled")
    for number in range(1, 4):
        note = json.loads((post.world.folder / "state" / "queue.json").read_text())
        os.kill(note["pid"], signal.SIGKILL)
        await daemon.has("queue.restarted", number)
    await post.hears("The embedded queue server", "3 times in ten minutes")


async def test_a_queue_server_that_is_away_or_set_up_wrongly_is_told(post: Post) -> None:
    """Both while it runs: one that may forget what it holds, and one that is gone."""
    post.world.queue.start()
    post.write(["wire"], shared_queue=True)
    daemon = post.world.start()
    await daemon.has("feed.polled")
    with Redis(unix_socket_path=str(post.world.queue.socket)) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    await post.hears("The queue server is set up wrongly", "allkeys-lru")
    post.world.queue.signal(signal.SIGKILL)
    await post.hears("The queue server does not answer")
    [trouble] = [one for one in (await post.world.status())["troubles"] if one["kind"] == "queue-away"]
    assert trouble["told_at"]
    post.world.queue.start()
    await post.hears("Over: The queue server does not answer")


CHANNEL = '''"""A channel of somebody else's, with a mistake in it."""
import time
from monitor.notify.channel import ChannelConfig, Destination

class Config(ChannelConfig):
    def open(self, wires):
        return Pager()

class Pager:
    def destinations(self):
        return (Destination("pager:1", "the pager"),)
    async def send(self, notification):
        {mistake}
    async def close(self):
        pass
'''


@contextmanager
def pager(folder: Path, mistake: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package with a channel that does what no channel may."""
    (folder / "outside" / "acme").mkdir(parents=True)
    (folder / "outside" / "acme" / "__init__.py").touch()
    (folder / "outside" / "acme" / "pager.py").write_text(CHANNEL.replace("{mistake}", mistake))
    monkeypatch.setenv("PYTHONPATH", str(folder / "outside"))
    yield


async def test_an_event_loop_that_stands_still_is_told_while_it_does(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread sees it, says where in the log, and tells the operators by a loop of its own."""
    # Tried no second time: it would stand still again.
    seconds = 100 if EVERYTHING else 12
    once = f"time.sleep({seconds}); from monitor.errors import Rejected; raise Rejected('too late')"
    with pager(post.world.folder, once, monkeypatch):
        post.write(["wire"], desk="{kind: acme.pager}")
        daemon = post.world.start()
        await daemon.has("feed.polled")
        post.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
        await post.hears("is stuck: it has done nothing for", seconds=seconds)
        stuck = daemon.events("loop.stuck")[0]
        assert f"time.sleep({seconds})" in stuck["where"]
        asked = post.world.feeds.asked["wire"]
        assert post.world.feeds.asked["wire"] == asked, "it stands still while this is told"
        await post.hears("Over: The process", "is stuck")
        assert post.count("is stuck") == 1


async def test_a_part_that_breaks_down_again_and_again_is_told(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours, or of a channel of somebody else's: what it holds up waits."""
    with pager(post.world.folder, "raise RuntimeError('oh')", monkeypatch):
        post.write(["wire"], desk="{kind: acme.pager}")
        daemon = post.world.start()
        await daemon.has("feed.polled")
        for number in range(3):
            post.world.feeds.publish("wire", Item(f"BRICS agrees {number}", f"On a reserve {number}."))
        await post.hears("broke down 3 times in ten minutes", "loop.crashed")


async def test_a_destination_that_is_no_more_is_told(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """It said so itself: nothing is sent there until somebody has seen to it."""
    mistake = "from monitor.errors import Gone; raise Gone('the pager was given back')"
    with pager(post.world.folder, mistake, monkeypatch):
        post.write(["wire"], desk="{kind: acme.pager}")
        daemon = post.world.start()
        await daemon.has("feed.polled")
        post.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
        await post.hears("Nothing is sent to the pager (pager:1) any more: the pager was given back")


async def test_an_article_that_is_put_aside_is_told(posts: Post) -> None:
    """Its match was damaged in the archive: dispatch fails five times, and leaves it."""
    posts.write(["wire"])
    poller = posts.world.start("poll")
    await poller.has("feed.polled")
    posts.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    damage = "UPDATE matches SET evidence = '\"none\"' RETURNING id"
    await eventually(lambda: posts.world.query(damage), "the match is stored, and damaged")
    posts.world.start("notify")
    await posts.hears("1 articles were put aside", "dead-letters quarantined", seconds=120)


# Full disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB at the place of the state folder."""
    folder = tmp_path / "state"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        absent("a small file system cannot be mounted here: that takes root")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path, but: int = 0) -> Path:
    """Fill a file system up, to all but so many bytes."""
    path = folder / "ballast"
    with path.open("ab", buffering=0) as ballast, suppress(OSError):
        found = os.statvfs(folder)
        assert found.f_blocks * found.f_frsize < 10_000_000, "this is not the small file system"
        ballast.write(b"\0" * max(found.f_bavail * found.f_frsize - but, 0))
        while but == 0:
            ballast.write(b"\0" * 512)
    return path


async def test_a_disk_that_is_nearly_full_stops_polling_and_loses_nothing(
    small_disk: Path, post: Post
) -> None:
    """Nothing at all is fetched below the reserve; above it polling goes on, and all that came is told."""
    post.write(["wire"], extra=f"{QUICK}\narchive: {{reserve: 1MB}}")
    daemon = post.world.start()
    await daemon.has("feed.polled")
    ballast = fill(small_disk, but=500_000)
    await daemon.has("polling.paused")
    await post.hears("less than archive.reserve", "Free space there")
    asked = post.world.feeds.asked["wire"]
    for number in range(5):
        post.world.feeds.publish("wire", Item(f"BRICS agrees {number}", f"On reserve {number}."))
    await post.world.status()  # takes longer than a poll's interval
    await asyncio.to_thread(run_status_often, post.world.folder)
    assert post.world.feeds.asked["wire"] == asked, "nothing is fetched"
    ballast.unlink()
    await daemon.has("polling.resumed")
    await eventually(lambda: len(post.desk.posts) == 5, "all five are told, each once")
    await post.hears("Over: ", "less than archive.reserve")


def run_status_often(folder: Path) -> None:
    """Let some seconds pass, with something to do."""
    command = [sys.executable, "-m", "monitor", "status", "--json"]
    for _ in range(3):
        subprocess.run(command, check=True, cwd=folder, capture_output=True)


async def test_an_archive_that_cannot_be_written_is_told_from_memory(small_disk: Path, post: Post) -> None:
    """The disk is full to the last byte: no fetch, one announcement, and all goes on when there is space."""
    post.write(["wire"], extra=f"{QUICK}\narchive: {{reserve: 1B}}")
    daemon = post.world.start()
    await daemon.has("feed.polled")
    post.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await eventually(lambda: len(post.desk.posts) == 1, "the first is told")
    ballast = fill(small_disk)
    post.world.feeds.publish("wire", Item("A new member knocks at the BRICS door", "Talks go on."))
    await post.hears("The archive cannot be written", "full")
    asked = post.world.feeds.asked["wire"]
    await asyncio.to_thread(run_status_often, post.world.folder)
    assert post.world.feeds.asked["wire"] == asked, "nothing is fetched"
    ballast.unlink()
    await eventually(lambda: len(post.desk.posts) == 2, "the second is told, the first not again")
    await post.hears("Over: The archive cannot be written")
    assert post.count("The archive cannot be written") == 1


# Many processes


async def test_an_archive_server_that_is_away_is_told_by_one_of_many(posts: Post) -> None:
    """All of them notice, one says so, and nothing is fetched."""
    posts.write(["wire"])
    processes = [posts.world.start("poll"), posts.world.start("notify"), posts.world.start("notify")]
    for process in processes:
        await process.has("daemon.started")
    await processes[0].has("feed.polled")
    url = str(posts.world.archive)
    name = url.rpartition("/")[2]
    server = f"{url.rpartition('/')[0]}/postgres"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        await posts.hears("The archive cannot be written")
        asked = posts.world.feeds.asked["wire"]
        for process in processes:
            await eventually(lambda p=process: len(p.events("loop.failed")) > 3, "each has noticed")
        assert posts.world.feeds.asked["wire"] - asked <= 1
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await posts.hears("Over: The archive cannot be written")
    assert posts.count("The archive cannot be written") == 1


async def test_pollers_and_notifiers_that_are_gone_are_told_by_who_is_left(posts: Post) -> None:
    """No poller, then nobody who decides, then nobody who delivers: the other role announces it."""
    posts.write(["wire"])
    poller, notifier = posts.world.start("poll"), posts.world.start("notify")
    await poller.has("feed.polled")
    await notifier.has("lease.taken")
    await poller.stop()
    await posts.hears("1 feeds are due and no process polls", "Start `watchword poll`")
    poller = posts.world.start("poll")
    await posts.hears("Over: 1 feeds are due")
    posts.desk.answers += [(503, {}, "away")] * 2
    posts.world.feeds.publish("wire", Item("BRICS agrees", "On a reserve."))
    await notifier.has("notification.deferred")
    await notifier.stop()
    await posts.hears("notifications to Slack webhook", "wait, and no process delivers there")
    posts.world.feeds.publish("wire", Item("A new member knocks at the BRICS door", "Talks go on."))
    await posts.hears("A match has been waiting since", "for no process notifies")
    posts.world.start("notify")
    await eventually(lambda: len(posts.desk.posts) == 2, "both are told at last")
    assert (posts.count("no process polls"), posts.count("no process delivers there")) == (1, 1)


async def test_a_feed_that_only_others_know_shows_that_pollers_are_stuck(posts: Post) -> None:
    """A poller that lives and does not poll what is due: here its configuration is another one."""
    posts.write(["wire", "extra"])
    posts.write(["wire"], name="poller.yaml")
    first = posts.world.start("poll")
    await first.has("feed.polled", 2)
    await first.stop()
    notifier = posts.world.start("notify")
    await eventually(lambda: watches(notifier), "the one that knows all feeds watches over all")
    posts.world.start("poll", "--config", "poller.yaml")
    await posts.hears("1 feeds are due, the first since", "are not polled")


async def test_processes_of_different_rules_are_told(posts: Post) -> None:
    """A rule folder that reached one machine and not the other."""
    posts.write(["wire"])
    other = posts.world.folder / "other-rules"
    other.mkdir()
    (other / "rules.yaml").write_text(posts.world.rules.replace("severity: high", "severity: low"))
    posts.write(["wire"], name="other.yaml", rules="other-rules")
    posts.world.start("poll")
    posts.world.start("notify", "--config", "other.yaml")
    await posts.hears("The processes work by 2 different rulebooks")


async def test_a_process_that_is_killed_is_told_once_whoever_watches(posts: Post) -> None:
    """The one that watches over all is killed too: the next one repeats nothing."""
    posts.write({"good": f"{posts.world.feeds.url}/good.xml", "bad": f"{posts.world.feeds.url}/bad"})
    processes = [posts.world.start("poll"), posts.world.start("notify"), posts.world.start("notify")]
    await posts.hears("The feed bad fails")
    [first] = [one for one in processes if watches(one)]
    # Killed between telling and noting it, what takes over has to tell it once more, as a possible repeat.
    told = "SELECT count(*) FROM troubles WHERE told_at IS NOT NULL"
    await eventually(lambda: posts.world.query(told)[0][0], "it is noted that the operators were told")
    first.kill()
    await eventually(
        lambda: [one for one in processes if one is not first and watches(one)], "another watches"
    )
    if first is processes[0]:
        posts.world.start("poll")  # takes the name of the one that was killed
    else:
        posts.world.start("notify")
    await asyncio.sleep(0)
    victim = next(one for one in processes if one is not first and one.popen.poll() is None)
    victim.kill()
    await posts.hears("has not been heard of since", seconds=90)
    assert posts.count("The feed bad fails") == 1
    assert posts.count("has not been heard of since") == 1


def watches(process: Process) -> bool:
    return any(event["work"] == "operations" for event in process.events("lease.taken"))
