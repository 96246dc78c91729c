"""What an operator does about refused messages: list, show, replay, drop; with and without a daemon."""

from __future__ import annotations

import json

from tests.stories.world import Item, World, eventually

NEWS = Item("BRICS agrees on a common reserve", "The BRICS ministers spoke of spring.")
OTHER = Item("A new member knocks at the BRICS door", "Talks go on.")
MAIL = "{kind: email, to: [ana@desk.example, ben@desk.example], MAIL}"


async def test_what_was_refused_is_sent_once_it_is_mended(world: World) -> None:
    """The refused mail is listed with its reason and arrives after a replay; the other is not repeated."""
    world.mail.refuse.add("ana@desk.example")
    world.write(feeds=["wire"], channels=MAIL)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", NEWS)
    await daemon.has("notification.buried")
    await daemon.has("notification.delivered")

    [letter] = json.loads((await world.command("dead-letters", "list", "--json")).stdout)
    assert (letter["receiver"], letter["destination_name"]) == ("desk", "ana@desk.example")
    assert letter["title"] == NEWS.title
    assert "550" in letter["reason"]
    listed = await world.command("dead-letters", "list", "--since", "1h", "--destination", "ana@desk.example")
    assert str(letter["id"]) in listed.stdout
    shown = await world.command("dead-letters", "show", str(letter["id"]))
    for words in ("ana@desk.example", "News of BRICS", "rejected", "550", NEWS.title):
        assert words in shown.stdout
    found = await world.command("status")
    assert "1 could not be delivered: watchword dead-letters list" in found.stdout
    assert "1 delivered + 1 dead" in found.stdout

    world.mail.refuse.clear()
    done = await world.command("dead-letters", "replay", "--receiver", "desk")
    assert (done.returncode, done.stdout) == (0, f"ok {letter['id']}: will be tried again\n")
    await daemon.has("notification.delivered", 2)
    assert sorted(mail.recipients[0] for mail in world.mail.mails) == ["ana@desk.example", "ben@desk.example"]
    assert (await world.status())["notifications"] == {
        "pending": 0,
        "delivered": 2,
        "dead": 0,
        "dropped": 0,
        "superseded": 0,
    }
    assert (await world.command("dead-letters", "list")).stdout == "no dead letters\n"


async def test_without_a_daemon(world: World) -> None:
    """A replay waits for the next start, a drop ends for good, and what leads nowhere is refused."""
    world.mail.refuse |= {"ana@desk.example", "ben@desk.example"}
    world.write(feeds=["wire"], channels=MAIL)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", NEWS, OTHER)
    await daemon.has("notification.buried", 4)
    assert await daemon.stop() == 0

    world.write(feeds=["wire"], channels="{kind: email, to: [ana@desk.example], MAIL}")
    done = await world.command("dead-letters", "replay", "--all")
    assert done.returncode == 1
    assert done.stdout.count("REFUSED") == 2
    assert "not in the configuration; put it back there, or drop it" in done.stdout
    asked = await world.command("dead-letters", "drop", "--all")
    assert asked.returncode == 2
    assert "2 dead letters would end for good; say --yes" in " ".join(asked.stderr.replace("│", "").split())
    dropped = await world.command("dead-letters", "drop", "--destination", "email:ben@desk.example", "--yes")
    assert dropped.stdout.count("dropped") == 2
    counted = (await world.status())["notifications"]
    assert counted == {"pending": 2, "delivered": 0, "dead": 0, "dropped": 2, "superseded": 0}

    world.mail.refuse.clear()
    again = world.start()
    await again.has("notification.delivered", 2)
    assert {mail.recipients[0] for mail in world.mail.mails} == {"ana@desk.example"}
    await eventually(lambda: len(world.mail.mails) == 2, "each mail once")


async def test_a_word_that_is_mistyped_is_answered_with_the_nearest(world: World) -> None:
    """Numbers, receivers and destinations that there are none of, and a command that says nothing."""
    world.write(feeds=["wire"], channels=MAIL)
    for words, said in (
        (["show", "17"], "there is no notification 17"),
        (["replay", "17"], "there is no notification 17"),
        (["list", "--receiver", "dsk"], "did you mean 'desk'?"),
        (["list", "--destination", "anna@desk.example"], "did you mean 'ana@desk.example'?"),
        (["replay"], "say which"),
        (["drop", "17", "--all"], "say which"),
        (["list", "--since", "yesterday"], "is no time"),
        (["show", "99999999999999999999"], "there is no notification 99999999999999999999"),
        (["drop", "-y", "0", "99999999999999999999"], "there is no notification 0"),
    ):
        done = await world.command("dead-letters", *words)
        assert done.returncode == 2, (words, done.stdout)
        assert said in " ".join(done.stderr.replace("│", "").split()), words
        assert "Traceback" not in done.stderr
