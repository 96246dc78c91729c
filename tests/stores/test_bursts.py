"""Notifications that go along with another, and destinations that are left alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from monitor.errors import Deferred, Gone, OutcomeUnknown, Rejected
from monitor.model import Receipt, Severity
from monitor.pipeline import outcomes
from monitor.stores import claims, destinations, notifications
from monitor.stores.archive import Archive, open_archive
from monitor.stores.claims import Claimed
from tests.conftest import NOON
from tests.stores.claiming import claim
from tests.stores.revisions import store_notifications, store_revision
from tests.stores.test_notifications import LEASE, stored

LATER = NOON + timedelta(hours=1)


def stored_burst(c: sa.Connection, severities: Sequence[Severity] = ("high",) * 6) -> list[int]:
    """One alert a severity, all of one article, to one receiver at one destination."""
    first = stored(c)
    [(article, match)] = c.execute(sa.text("SELECT article, id FROM matches")).all()
    numbers = [first]
    for number, severity in enumerate(severities[1:], 2):
        told = store_revision(c, f"a{number}", article=article, match=match, severity=severity)
        numbers += [waiting.id for waiting in told]
    return numbers


async def together(archive: Archive, number: int, at=NOON, worker: str = "a") -> list[Claimed]:
    """Claim a notification and gather those that go along, as a notifier does."""

    def work(c: sa.Connection) -> list[Claimed]:
        held = claim(c, number, worker, at, LEASE)
        assert held is not None
        return [held, *claims.gather(c, held, worker, at, 3, 24)]

    return await archive.write(work)


async def states(archive: Archive) -> list[tuple[str, int | None]]:
    asked = "SELECT state, carrier FROM notifications ORDER BY id"
    return [tuple(row) for row in await archive.read(lambda c: c.execute(sa.text(asked)).all())]


async def due(archive: Archive, at=NOON) -> list[int]:
    found = await archive.read(lambda c: notifications.notifications_due(c, at, 100))
    return [one.id for one in found]


async def test_what_waits_goes_along_and_ends_together(archive: Archive) -> None:
    """All that wait for one destination are told by one message, and the ledger has each of them."""
    numbers = await archive.write(stored_burst)
    held = await together(archive, numbers[2])
    assert sorted(one.id for one in held) == numbers
    assert await due(archive, LATER) == [numbers[2]]
    assert await archive.write(lambda c: claim(c, numbers[0], "b", LATER, LEASE)) is None
    await archive.write(lambda c: outcomes.delivered(c, [(held, Receipt("ok", NOON, "C/1"))], NOON))
    assert await states(archive) == [("delivered", None)] * 6
    for one in held:
        receipt = await archive.read(lambda c, key=one.key: notifications.receipt_of(c, key))
        assert receipt == Receipt("ok", NOON, "C/1")


async def test_what_may_have_arrived_alone_goes_alone_again(archive: Archive) -> None:
    """Whoever drops a second message under one key must not lose what only that one would tell."""
    numbers = await archive.write(stored_burst)
    alone = await archive.write(lambda c: claim(c, numbers[0], "a", NOON, LEASE))
    assert alone is not None
    unknown = OutcomeUnknown("no answer")
    await archive.write(lambda c: outcomes.deferred(c, [alone], unknown, NOON, NOON))
    [again] = await together(archive, numbers[0])
    assert again.may_repeat


async def test_the_same_go_along_again(archive: Archive) -> None:
    """After a lost answer the message repeats just what it said, and says that it may be a repeat."""
    numbers = await archive.write(stored_burst)
    held = await together(archive, numbers[0])
    unknown = OutcomeUnknown("no answer")
    await archive.write(lambda c: outcomes.deferred(c, held, unknown, NOON, NOON))
    late = await archive.write(lambda c: store_notifications(c, "a1", destinations=["slack:y"]))
    again = await together(archive, numbers[0], worker="b")
    assert [one.key for one in again] == [one.key for one in held]
    assert late[0].id not in {one.id for one in again}
    assert all(one.may_repeat for one in again)


async def test_whoever_takes_over_carries_the_same(archive: Archive) -> None:
    """Where the notifier died while it sent, the next one sends the same message."""
    numbers = await archive.write(stored_burst)
    held = await together(archive, numbers[0])
    again = await together(archive, numbers[0], NOON + LEASE, "b")
    assert [one.key for one in again] == [one.key for one in held]
    assert all(one.may_repeat and one.lost == 1 for one in again)


async def test_urgent_ones_are_not_told_among_others(archive: Archive) -> None:
    """Critical and high go together, and so do all others."""
    numbers = await archive.write(
        lambda c: stored_burst(c, ("high", "low", "critical", "info", "high", "medium", "high", "low"))
    )
    urgent = await together(archive, numbers[0])
    assert [one.severity for one in urgent] == ["high", "critical", "high", "high"]
    calm = await together(archive, numbers[1])
    assert [one.severity for one in calm] == ["low", "info", "medium", "low"]


async def test_few_wait_for_turns_of_their_own(archive: Archive) -> None:
    """Two that wait are told one by one."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 3))
    assert [one.id for one in await together(archive, numbers[0])] == numbers[:1]
    assert await due(archive) == numbers[1:]


async def test_a_refused_message_takes_all_with_it_and_each_can_be_replayed(archive: Archive) -> None:
    """What went along with a message that was refused is dead by the same reason, and carried no more."""
    numbers = await archive.write(stored_burst)
    held = await together(archive, numbers[0])
    await archive.write(lambda c: outcomes.buried(c, held, Rejected("no"), NOON))
    assert await states(archive) == [("dead", None)] * 6


async def test_who_is_refused_in_company_goes_on_alone(archive: Archive) -> None:
    """Each is due at once, as if it had not been sent, and neither takes others along nor goes along."""
    numbers = await archive.write(stored_burst)
    held = await together(archive, numbers[0])
    await archive.write(lambda c: claims.part(c, held, "too long", NOON))
    assert await due(archive) == numbers
    fresh = await archive.write(lambda c: store_revision(c, "b1", article=held[0].article, match=1))
    for number in numbers:
        [alone] = await together(archive, number)
        assert (alone.alone, alone.may_repeat, alone.lost) == (True, False, 0)
        await archive.write(
            lambda c, held=alone: outcomes.delivered(c, [([held], Receipt("ok", NOON))], NOON)
        )
    assert await together(archive, fresh[0].id)


async def test_what_is_lost_in_company_again_and_again_goes_on_alone(archive: Archive) -> None:
    """One of them may be what ends the worker: the others are not given up with it, and may repeat."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 4))
    for tries in range(5):
        held = await together(archive, numbers[0], NOON + tries * LEASE)
        assert len(held) == 4
    [carrier, *_] = await together(archive, numbers[0], NOON + 5 * LEASE)
    assert (carrier.lost, carrier.carries) == (5, True)
    after = NOON + 6 * LEASE
    await archive.write(lambda c: claims.part_lost(c, carrier, "five times", after))
    assert await due(archive, after) == numbers
    for number in numbers:
        [alone] = await together(archive, number, after)
        assert (alone.alone, alone.may_repeat, alone.lost) == (True, True, 0)


async def test_nobody_gives_up_what_was_delivered(archive: Archive) -> None:
    """Whoever slept past its lease and was refused then changes nothing about what another one delivered."""
    [number] = await archive.write(lambda c: stored_burst(c, ("high",)))
    asleep = await archive.write(lambda c: claim(c, number, "a", NOON, LEASE))
    held = await archive.write(lambda c: claim(c, number, "b", LATER, LEASE))
    await archive.write(lambda c: outcomes.delivered(c, [([held], Receipt("ok", LATER))], LATER))
    await archive.write(lambda c: outcomes.buried(c, [asleep], Rejected("400"), LATER))
    assert await states(archive) == [("delivered", None)]


async def test_a_failing_destination_is_left_alone_and_tried_again(archive: Archive) -> None:
    """After five failures in a row nothing is due for a while, and one success makes it well."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 2))
    at = NOON
    for _ in range(5):
        held = [await archive.write(lambda c, at=at: claim(c, numbers[0], "a", at, LEASE))]
        await archive.write(lambda c, held=held, at=at: outcomes.deferred(c, held, Deferred("down"), at, at))
    assert await due(archive, at) == []
    assert await archive.write(lambda c: claim(c, numbers[1], "a", at, LEASE)) is None
    health = await archive.read(lambda c: destinations.health_of(c, "slack:x"))
    assert (health.failures, health.reason, health.failing_since) == (5, "down", NOON)
    assert health.paused_until is not None
    assert await due(archive, health.paused_until) == numbers
    held = [await archive.write(lambda c: claim(c, numbers[1], "a", health.paused_until, LEASE))]
    await archive.write(lambda c: outcomes.delivered(c, [(held, Receipt("ok", NOON))], health.paused_until))
    assert await archive.read(destinations.ailing) == {}


async def test_retry_after_holds_for_the_whole_destination(archive: Archive) -> None:
    """Where a destination asks to wait, nothing else is sent to it before."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 2))
    held = [await archive.write(lambda c: claim(c, numbers[0], "a", NOON, LEASE))]
    asked = Deferred("429", 60)
    await archive.write(lambda c: outcomes.deferred(c, held, asked, NOON + timedelta(seconds=61), NOON))
    assert await due(archive, NOON + timedelta(seconds=59)) == []
    assert await due(archive, NOON + timedelta(seconds=60)) == numbers[1:]


async def test_who_waits_longest_for_a_destination_is_told_as_soon_as_it_works(archive: Archive) -> None:
    """One message that a destination takes after a rest ends the waiting of all others, later ones too."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 3))
    held = [await archive.write(lambda c: claim(c, numbers[0], "a", NOON, LEASE))]
    asked = Deferred("503", 60)
    await archive.write(lambda c: outcomes.deferred(c, held, asked, LATER, NOON))
    over = NOON + timedelta(seconds=60)
    held = [await archive.write(lambda c: claim(c, numbers[1], "a", over, LEASE))]
    assert await due(archive, over) == numbers[2:]
    await archive.write(lambda c: outcomes.delivered(c, [(held, Receipt("ok", over))], over))
    assert await due(archive, over) == [numbers[0], numbers[2]]


async def test_what_fails_alone_waits_its_time(archive: Archive) -> None:
    """Where others get through, one that fails is not tried at each of their successes."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 2))
    held = [await archive.write(lambda c, one=one: claim(c, one, "a", NOON, LEASE)) for one in numbers]
    await archive.write(lambda c: outcomes.deferred(c, held[:1], Deferred("500"), LATER, NOON))
    await archive.write(lambda c: outcomes.delivered(c, [(held[1:], Receipt("ok", NOON))], NOON))
    assert await due(archive) == []
    assert await due(archive, LATER) == numbers[:1]


async def test_what_was_under_way_ends_no_rest(archive: Archive) -> None:
    """A message sent before a destination asked to wait says nothing of later ones."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 4))
    held = [await archive.write(lambda c, one=one: claim(c, one, "a", NOON, LEASE)) for one in numbers[:3]]
    until = NOON + timedelta(minutes=30)
    for one, seconds in ((held[0], 1800), (held[1], 5)):
        asked = Deferred("429", seconds)
        await archive.write(lambda c, one=one, asked=asked: outcomes.deferred(c, [one], asked, LATER, NOON))
    await archive.write(lambda c: outcomes.delivered(c, [(held[2:], Receipt("ok", NOON))], NOON))
    health = await archive.read(lambda c: destinations.health_of(c, "slack:x"))
    assert health.paused_until == until
    assert await due(archive, until - timedelta(seconds=1)) == []
    assert await due(archive, until) == numbers[3:]


async def test_a_destination_that_is_gone_gets_nothing_more(archive: Archive) -> None:
    """After a 410 every claim knows why nothing is sent."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",) * 2))
    held = [await archive.write(lambda c: claim(c, numbers[0], "a", NOON, LEASE))]
    await archive.write(lambda c: outcomes.buried(c, held, Gone("410"), NOON))
    after = await archive.write(lambda c: claim(c, numbers[1], "a", NOON, LEASE))
    assert after is not None
    assert after.disabled == "410"


async def test_held_back_is_not_an_attempt(archive: Archive) -> None:
    """Who waits for a turn has not been tried."""
    numbers = await archive.write(lambda c: stored_burst(c, ("high",)))
    held = await archive.write(lambda c: claim(c, numbers[0], "a", NOON, LEASE))
    await archive.write(lambda c: claims.hold_back(c, held, LATER))
    assert await due(archive) == []
    again = await archive.write(lambda c: claim(c, numbers[0], "b", LATER, LEASE))
    assert (again.tries, again.may_repeat) == (0, False)


async def test_whoever_slept_gathers_nobody(archive: Archive) -> None:
    """After its lease it is another worker's message, or is over: nobody may be left behind it."""
    numbers = await archive.write(stored_burst)
    asleep = await archive.write(lambda c: claim(c, numbers[0], "a", NOON, LEASE))
    held = await archive.write(lambda c: claim(c, numbers[0], "b", LATER, LEASE))
    assert asleep is not None
    assert held is not None
    assert await archive.write(lambda c: claims.gather(c, asleep, "a", LATER, 3, 24)) == []
    await archive.write(lambda c: outcomes.delivered(c, [([held], Receipt("ok", LATER))], LATER))
    assert await archive.write(lambda c: claims.gather(c, asleep, "a", LATER, 3, 24)) == []
    assert await due(archive, LATER) == numbers[1:]


async def test_two_workers_gather_nobody_twice(archive_url: str) -> None:
    """Two messages to one destination are put together at the same moment, by two processes."""
    with open_archive(archive_url) as one, open_archive(archive_url) as other:
        numbers = await one.write(stored_burst)
        first = await one.write(lambda c: claim(c, numbers[0], "a", NOON, LEASE))
        second = await one.write(lambda c: claim(c, numbers[1], "b", NOON, LEASE))
        assert first is not None
        assert second is not None
        gathered, loop = asyncio.Event(), asyncio.get_running_loop()

        def slowly(c: sa.Connection) -> list[Claimed]:
            found = claims.gather(c, first, "a", NOON, 3, 24)
            loop.call_soon_threadsafe(gathered.set)
            time.sleep(0.5)  # while the other one looks
            return found

        slow = asyncio.create_task(one.write(slowly))
        await gathered.wait()
        assert await other.write(lambda c: claims.gather(c, second, "b", NOON, 3, 24)) == []
        assert [along.id for along in await slow] == numbers[2:]
