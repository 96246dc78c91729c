"""Dead letters: taken up again with new patience, never repeated where the ledger knows better."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import Receipt
from monitor.stores import claims, dead_letters, notifications
from monitor.stores.archive import Archive
from monitor.stores.dead_letters import Choice, DeadLetter, Fate
from monitor.stores.status import sums
from tests.conftest import NOON
from tests.stores.test_notifications import LEASE, claim, stored

LATER = NOON + timedelta(days=30)


@pytest.fixture
async def notification(archive: Archive) -> int:
    """One notification that waits."""
    return await archive.write(stored)


async def bury(archive: Archive, number: int, reason: str = "404 gone") -> None:
    held = await claim(archive, number, "a", NOON + 9 * LEASE)
    assert held is not None
    await archive.write(lambda c: claims.record_dead(c, [held], reason, NOON))


async def letters(archive: Archive, choice: Choice | None = None) -> list[DeadLetter]:
    return await archive.read(lambda c: dead_letters.dead_letters(c, choice or Choice()))


async def replay(archive: Archive, letter: DeadLetter) -> Fate:
    return await archive.write(lambda c: dead_letters.replay(c, letter, LATER))


async def test_a_damaged_one_can_be_replayed_like_any_other(archive: Archive, notification: int) -> None:
    """What was stored of its match cannot be read: that is seen where it is sent, and holds up no other."""
    await bury(archive, notification)
    await archive.write(lambda c: c.execute(sa.text("UPDATE matches SET evidence = '\"none\"'")))
    [letter] = await letters(archive)
    assert await replay(archive, letter) == Fate.PENDING


async def test_a_dead_letter_is_listed_with_its_reason(archive: Archive, notification: int) -> None:
    """It tells whom, where, why and what; filters take only what fits all of them."""
    assert await letters(archive) == []
    await bury(archive, notification)
    [letter] = await letters(archive)
    assert (letter.id, letter.receiver, letter.destination) == (notification, "desk", "slack:x")
    assert (letter.reason, letter.title, letter.at) == ("404 gone", "t", NOON)
    for choice, number in (
        (Choice(ids=[notification]), 1),
        (Choice(ids=[notification + 1]), 0),
        (Choice(receiver="desk", destinations=["slack:x"], since=NOON), 1),
        (Choice(receiver="desk", destinations=[]), 0),
        (Choice(receiver="other"), 0),
        (Choice(since=NOON + timedelta(seconds=1)), 0),
    ):
        assert len(await letters(archive, choice)) == number
        counted = await archive.read(lambda c, ch=choice: dead_letters.number_of_dead_letters(c, ch))
        assert counted == number


async def test_a_replayed_one_is_tried_at_once_with_new_patience(archive: Archive, notification: int) -> None:
    """Its tries and its seven days count from the replay; it is no repeat where nothing may have arrived."""
    await bury(archive, notification)
    [letter] = await letters(archive)
    assert await replay(archive, letter) is Fate.PENDING
    assert await letters(archive) == []
    again = await claim(archive, notification, "b", LATER)
    assert again is not None
    assert (again.since, again.tries, again.lost, again.may_repeat) == (LATER, 0, 0, False)
    assert await replay(archive, letter) is Fate.NOT_DEAD


async def test_a_poisoned_one_gets_new_lives_and_stays_a_possible_repeat(
    archive: Archive, notification: int
) -> None:
    """Workers that died count no more against it, yet the next message says that it may be a repeat."""
    for number in range(5):
        await claim(archive, notification, "a", NOON + number * LEASE)
    await bury(archive, notification, "5 attempts to send it ended without an outcome")
    [letter] = await letters(archive)
    assert await replay(archive, letter) is Fate.PENDING
    again = await claim(archive, notification, "b", LATER)
    assert again is not None
    assert (again.lost, again.may_repeat) == (0, True)
    shown = await archive.read(lambda c: dead_letters.load_letter(c, notification))
    assert shown is not None
    assert len(shown.attempts) == 7


async def test_what_the_ledger_has_is_not_sent_again(archive: Archive, notification: int) -> None:
    """Given up, but delivered after all: it ends as delivered."""
    await bury(archive, notification)
    receipt = sa.insert(notifications.receipts).values(key="a1/1/slack:x", sent_at=NOON, detail="ok")
    await archive.write(lambda c: c.execute(receipt))
    [letter] = await letters(archive)
    assert await replay(archive, letter) is Fate.DELIVERED
    assert await archive.read(lambda c: notifications.notifications_due(c, LATER, 10)) == []
    assert (await archive.read(sums)).notifications["delivered"] == 1
    assert await archive.read(lambda c: notifications.receipt_of(c, "a1/1/slack:x")) == Receipt("ok", NOON)


async def test_what_tells_of_nothing_any_more_stays_dead(archive: Archive, notification: int) -> None:
    """Once its article is pruned there is nothing to send; it is listed all the same."""
    await bury(archive, notification)
    await archive.write(lambda c: c.execute(sa.text("delete from articles")))
    [letter] = await letters(archive)
    assert letter.title is None
    assert await replay(archive, letter) is Fate.GONE
    assert len(await letters(archive)) == 1
    shown = await archive.read(lambda c: dead_letters.load_letter(c, notification))
    assert shown is not None
    assert (shown.article, shown.matches, len(shown.attempts)) == (None, (), 1)


async def test_a_dropped_one_is_over_and_counted(archive: Archive, notification: int) -> None:
    """It is neither due nor dead nor replayed, keeps its reason, and the sums know where it ended."""
    await bury(archive, notification)
    [letter] = await letters(archive)
    assert await archive.write(lambda c: dead_letters.drop(c, notification, LATER))
    assert not await archive.write(lambda c: dead_letters.drop(c, notification, LATER))
    assert await replay(archive, letter) is Fate.NOT_DEAD
    assert await claim(archive, notification, "b", LATER) is None
    counted = (await archive.read(sums)).notifications
    assert counted == {"pending": 0, "delivered": 0, "dead": 0, "dropped": 1, "superseded": 0}
    shown = await archive.read(lambda c: dead_letters.load_letter(c, notification))
    assert shown is not None
    assert (shown.state, shown.reason) == ("dropped", "404 gone")
