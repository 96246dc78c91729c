"""Feeds that change what they said: edits under one link, whole feeds that are exchanged, gaps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.proof.sinks import texts
from tests.stories.world import Item, World

EARLIER = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def story(title: str, summary: str = "", *, at: datetime = EARLIER, link: str = "") -> Item:
    return Item(title, summary, link=link or "https://wire.example/one", published=at, id="one")


async def test_an_edited_headline_is_one_article_with_a_history(world: World) -> None:
    """It tells nobody twice; it tells when a rule newly matches; and the old text is kept."""
    world.write(feeds=["wire"])
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", story("Ministers meet in Kazan", "Trade is discussed."))
    await world.feeds.asked_again("wire")
    for title in ("Ministers of BRICS meet in Kazan", "BRICS ministers met in Kazan", "BRICS ministers part"):
        world.feeds.items["wire"] = [story(title, "Trade is discussed.")]
        await world.feeds.asked_again("wire", 3)
    posts = await world.hook.arrived(1)
    assert len(posts) == 1
    assert "Ministers of BRICS meet in Kazan" in json.dumps(posts[0])
    assert world.query("SELECT count(*) FROM articles") == [(1,)]
    versions = world.query("SELECT title FROM article_versions ORDER BY version")
    assert [title for (title,) in versions] == [
        "Ministers meet in Kazan",
        "Ministers of BRICS meet in Kazan",
        "BRICS ministers met in Kazan",
    ]
    assert world.query("SELECT title FROM articles") == [("BRICS ministers part",)]
    shown = await world.command("explain", "brics-news", "1")
    assert "Ministers meet in Kazan" in shown.stdout


async def test_an_edit_counts_though_nobody_was_told_of_the_article_yet(servers_world: World) -> None:
    """Dispatch was away: then one alert tells of all that matches, in the words that stand now."""
    world = servers_world
    world.rules += "  - {id: fire, title: Fires, status: live, severity: high, match: fire}\n"
    world.write(feeds=["wire"], shared_queue=True)
    poller = world.start("poll")
    await poller.has("feed.polled")
    world.feeds.publish("wire", story("BRICS bank opens a branch", "In Kazan."))
    await world.feeds.asked_again("wire", 2)
    world.feeds.items["wire"] = [story("BRICS bank branch: a great fire breaks out", "In Kazan.")]
    await world.feeds.asked_again("wire", 2)
    world.start("notify")
    [post] = await world.hook.arrived(1)
    told = json.dumps(post)
    assert "a great" in told
    assert "Fires" in told
    assert "News of BRICS" in told
    states = world.query("SELECT rule, state FROM matches WHERE state <> 'shadow' ORDER BY rule")
    assert states == [("brics-news", "told"), ("fire", "told")]


async def test_ids_by_place_and_days_without_a_time_hide_no_story(world: World) -> None:
    """The newest story bears the id of the one before, and was published on the same day."""
    world.write(feeds=["wire"])
    daemon = world.start()
    day = EARLIER.replace(hour=0, minute=0, second=0)
    stories = [
        Item(title, link=f"https://w.example/{n}", published=day)
        for n, title in enumerate(
            ("Calm weather is expected", "BRICS meets in Kazan", "Lenders of BRICS choose a head")
        )
    ]

    def newest_first(number: int) -> list[Item]:
        shown = stories[number::-1]
        return [replace(item, id=f"slot-{place}") for place, item in enumerate(shown)]

    world.feeds.items["wire"] = newest_first(0)
    await daemon.has("feed.polled")
    for number in (1, 2):
        world.feeds.items["wire"] = newest_first(number)
        await world.hook.arrived(number)
    assert world.query("SELECT count(*) FROM articles") == [(3,)]


async def test_a_first_poll_that_finds_nothing_does_not_make_the_backlog_news(world: World) -> None:
    """Of a feed that was filled after the first look, what is older tells nobody; what came since does."""
    world.write(feeds=["wire"])
    daemon = world.start()
    world.feeds.items["wire"] = []
    await daemon.has("feed.polled")
    old = [Item(f"BRICS in {n}", f"Chapter {n}.", published=EARLIER - timedelta(days=9)) for n in range(12)]
    world.feeds.items["wire"] = [Item("BRICS opens its doors", "To two states."), *old]
    await world.hook.arrived(1)
    await world.feeds.asked_again("wire", 2)
    assert len(world.hook.posts) == 1
    counted = "SELECT state, count(*) FROM articles GROUP BY state ORDER BY state"
    assert world.query(counted) == [("backlog", 12), ("matched", 1)]


async def test_headline_and_link_edited_at_once_are_still_one_article(world: World) -> None:
    """Where addresses are made from headlines both change; the time of publication stays."""
    world.write(feeds=["wire"])
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish(
        "wire", story("BRICS ministers meet in the city of Kazan", link="https://w.example/meet")
    )
    await world.hook.arrived(1)
    edited = story("BRICS finance chiefs gather on the Volga", link="https://w.example/gather")
    world.feeds.items["wire"] = [edited]
    await world.feeds.asked_again("wire", 3)
    later = story(
        "BRICS opens its doors to two more states",
        at=EARLIER + timedelta(minutes=9),
        link="https://w.example/z",
    )
    world.feeds.items["wire"] = [later]
    posts = await world.hook.arrived(2)
    assert len(posts) == 2
    assert "opens its doors" in json.dumps(posts[1])


async def test_a_feed_that_is_exchanged_as_a_whole_is_told_as_one_digest(world: World) -> None:
    """New names for old articles of which nobody knows a thing: one message, whatever they match."""
    world.write(feeds=["wire"])
    daemon = world.start()
    world.feeds.publish("wire", *(Item(f"Weather {number}", "Rain.") for number in range(12)))
    await daemon.has("feed.polled")
    old = EARLIER - timedelta(days=20)
    archive = [Item(f"BRICS in the year {1990 + n}", f"Chapter {n}.", published=old) for n in range(12)]
    world.feeds.items["wire"] = archive
    posts = await world.hook.arrived(1)
    await world.feeds.asked_again("wire", 2)
    assert len(posts) == 1
    told = " ".join(texts(posts[0]))
    assert sum(f"in the year {1990 + number}" in told for number in range(12)) == 12
    assert (await daemon.has("feed.mass-change"))["held"] == 12
    assert world.query("SELECT count(*) FROM receipts") == [(24,)]


async def test_after_a_gap_what_is_new_is_told_as_ever_and_the_gap_is_flagged(world: World) -> None:
    """A busy feed rolled over between two polls: its news is news, and the operator sees what was missed."""
    world.write(feeds=["wire"])
    daemon = world.start()
    world.feeds.publish("wire", *(Item(f"Weather {number}", "Rain.") for number in range(10)))
    await daemon.has("feed.polled")
    now = datetime.now(UTC)
    world.feeds.items["wire"] = [
        Item(f"BRICS bulletin number {number}", f"Point {number}.", published=now) for number in range(10)
    ]
    await daemon.has("feed.gap")
    told = "SELECT count(*) FROM notifications WHERE digest = ''"
    await world.hook.arrived(1)
    assert world.query(told) == [(20,)]
    shown = json.loads((await world.command("feeds", "show", "wire", "--json")).stdout)
    assert shown["state"]["gaps"] == 1
    assert [poll["new"] for poll in shown["polls"] if poll["outcome"] == "new"] == [10, 10]
