"""Claims: one worker at a time, none early, none twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import Article, ArticleState, MatchState, Receipt
from monitor.stores import articles, claims, notifications
from monitor.stores.archive import Archive
from monitor.stores.tables import revisions
from tests.conftest import NOON
from tests.stores import claiming
from tests.stores.revisions import store_revision
from tests.stores.test_archive import a_match

LEASE = timedelta(minutes=2)


def stored(c: sa.Connection) -> int:
    number = articles.store_article(c, Article("", "t", NOON, feed="wire"), "", ArticleState.MATCHED)
    articles.store_matches(c, number, [a_match()], MatchState.PENDING, NOON)
    [(match, _)] = articles.matches_of(c, number)
    [waiting] = store_revision(c, "a1", article=number, match=match)
    return waiting.id


@pytest.fixture
async def notification(archive: Archive) -> int:
    """One notification that waits."""
    return await archive.write(stored)


async def claim(archive: Archive, notification: int, worker: str, at=NOON):
    return await archive.write(lambda c: claiming.claim(c, notification, worker, at, LEASE))


async def test_only_one_worker_holds_a_notification(archive: Archive, notification: int) -> None:
    """While a lease runs, others get nothing; once it ends, the next may repeat it and knows that it may."""
    first = await claim(archive, notification, "a")
    assert first is not None
    assert (first.key, first.lost, first.tries) == ("a1/1/slack:x", 0, 0)
    assert await claim(archive, notification, "b") is None
    second = await claim(archive, notification, "b", NOON + LEASE)
    assert second is not None
    assert (second.lost, second.tries) == (1, 1)


async def test_a_worker_takes_its_own_up_again_at_once(archive: Archive, notification: int) -> None:
    """After a restart, the same worker need not wait for its lease to end."""
    await claim(archive, notification, "a")
    again = await claim(archive, notification, "a")
    assert again is not None
    assert again.lost == 1


async def test_what_must_wait_waits(archive: Archive, notification: int) -> None:
    """A deferred notification is not due, and cannot be claimed, before its time; not even by its worker."""
    held = await claim(archive, notification, "a")
    later = NOON + timedelta(hours=1)
    await archive.write(lambda c: claims.record_deferred(c, held, "429", next_at=later, now=NOON))
    assert await claim(archive, notification, "a", later - timedelta(seconds=1)) is None
    assert await archive.read(lambda c: notifications.notifications_due(c, NOON, 10)) == []
    assert len(await archive.read(lambda c: notifications.notifications_due(c, later, 10))) == 1
    again = await claim(archive, notification, "b", later)
    assert again is not None
    assert (again.tries, again.lost, again.may_repeat) == (1, 0, False)


async def test_a_lost_answer_marks_the_next_try(archive: Archive, notification: int) -> None:
    """Where the message may have arrived, the next try knows that it may be a repeat."""
    held = await claim(archive, notification, "a")
    await archive.write(
        lambda c: claims.record_deferred(c, held, "lost", next_at=NOON, now=NOON, unknown=True)
    )
    again = await claim(archive, notification, "a")
    assert again is not None
    assert (again.lost, again.may_repeat) == (0, True)


async def test_what_is_delivered_is_over(archive: Archive, notification: int) -> None:
    """A receipt ends the notification and stands in the ledger."""
    held = await claim(archive, notification, "a")
    receipt = Receipt("ok", NOON)
    await archive.write(lambda c: claims.record_delivered(c, [(held, receipt)], NOON))
    assert await claim(archive, notification, "a", NOON + LEASE) is None
    assert await archive.read(lambda c: notifications.receipt_of(c, "a1/1/slack:x")) == receipt


async def test_the_leases_of_a_worker_that_died_end_with_its_next_start(
    archive: Archive, notification: int
) -> None:
    """What it was sending is due at once and knows that it may be a repeat; other workers' leases stand."""
    await claim(archive, notification, "a")
    assert await archive.write(lambda c: claims.free_leases(c, "b", NOON)) == 0
    assert await archive.write(lambda c: claims.free_leases(c, "a", NOON)) == 1
    assert len(await archive.read(lambda c: notifications.notifications_due(c, NOON, 10))) == 1
    again = await claim(archive, notification, "a")
    assert again is not None
    assert again.may_repeat


def follow_up(c: sa.Connection, severity="critical", revision: int = 2) -> int:
    [(article,)] = c.execute(sa.text("select min(id) from articles")).all()
    articles.store_matches(c, article, [a_match(f"r{revision}")], MatchState.PENDING, NOON)
    match = max(number for number, _ in articles.matches_of(c, article))
    [waiting] = store_revision(c, "a1", revision, article=article, match=match, severity=severity)
    return waiting.id


async def due(archive: Archive) -> list[int]:
    found = await archive.read(lambda c: notifications.notifications_due(c, NOON + LEASE, 10))
    return [one.id for one in found]


@pytest.mark.parametrize("end", ["delivered", "dead"])
async def test_a_follow_up_waits_for_the_message_that_it_follows(
    archive: Archive, notification: int, end: str
) -> None:
    """It is neither due nor to be claimed before the earlier one has come to its end, however that is."""
    second = await archive.write(follow_up)
    assert await due(archive) == [notification]
    assert await claim(archive, second, "b") is None
    held = await claim(archive, notification, "a")
    assert await claim(archive, second, "b") is None
    if end == "dead":
        await archive.write(lambda c: claims.record_dead(c, [held], "404", NOON))
    else:
        receipt = Receipt("ok", NOON, "C1/1.2")
        await archive.write(lambda c: claims.record_delivered(c, [(held, receipt)], NOON))
    assert await due(archive) == [second]
    assert await claim(archive, second, "b") is not None


async def test_other_destinations_do_not_wait(archive: Archive, notification: int) -> None:
    """Only the same destination's earlier message holds a follow-up up."""

    def elsewhere(c: sa.Connection) -> int:
        number = follow_up(c)
        c.execute(sa.text("update notifications set destination = 'email:y' where id = :id"), {"id": number})
        return number

    second = await archive.write(elsewhere)
    assert await due(archive) == [notification, second]


async def test_what_was_told_is_known_to_follow_ups(archive: Archive, notification: int) -> None:
    """The ledger gives the first message's name and the highest severity that arrived, not what died."""

    def told(revision: int):
        return archive.read(lambda c: notifications.told_earlier(c, "a1", "slack:x", revision))

    assert await told(1) is None
    held = await claim(archive, notification, "a")
    await archive.write(lambda c: claims.record_delivered(c, [(held, Receipt("ok", NOON, "C1/1"))], NOON))
    assert await told(1) is None
    assert await told(2) == notifications.Told("C1/1", "high")
    second = await claim(archive, await archive.write(follow_up), "a")
    await archive.write(lambda c: claims.record_dead(c, [second], "404", NOON))
    assert await told(3) == notifications.Told("C1/1", "high")
    third = await claim(archive, await archive.write(lambda c: follow_up(c, "critical", 3)), "a")
    await archive.write(lambda c: claims.record_delivered(c, [(third, Receipt("ok", NOON, "C1/3"))], NOON))
    assert await told(4) == notifications.Told("C1/1", "critical")
    await archive.write(lambda c: c.execute(sa.update(revisions).values(told_by={"tier": 1})))
    assert await told(4) == notifications.Told("C1/1", "critical", first_tier=True)
    await archive.write(lambda c: c.execute(sa.delete(revisions)))
    assert await told(4) == notifications.Told("C1/1", "critical")
