"""Articles whose dispatch fails, or ends its process, again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from monitor.alerting.route import RootRoute
from monitor.errors import LeaseLost
from monitor.model import Article, ArticleState, MatchState
from monitor.pipeline.dispatch import MOST_TRIES, Dispatcher, Surroundings
from monitor.pipeline.joining import StoryRules
from monitor.stores import articles, leases, quarantine
from monitor.stores.archive import Archive
from monitor.stores.leases import DISPATCH, Lease
from monitor.stores.queue import Entry, Queue
from tests.conftest import NOON
from tests.stores.test_archive import a_match

POISON = "poison"


def story_keys(article: Article) -> Sequence[str]:
    """Fail as a defect would."""
    if article.title == POISON:
        raise ZeroDivisionError("a defect")
    return [f"l:{article.title}"]


def store_article(c: sa.Connection, title: str) -> int:
    number = articles.store_article(c, Article("", title, NOON, feed="wire"), "", ArticleState.MATCHED)
    articles.store_matches(c, number, [a_match()], MatchState.PENDING, NOON)
    return number


class Desk:
    """An archive with waiting articles, and dispatchers over it."""

    def __init__(self, archive: Archive, queue: Queue) -> None:
        self.archive, self.queue = archive, queue
        self._names = map("a{}".format, count(1))

    async def articles(self, *titles: str) -> list[Entry]:
        numbers = await self.archive.write(lambda c: [store_article(c, title) for title in titles])
        return [Entry(self.queue.keys.matches, f"{number}-0", number) for number in numbers]

    async def dispatcher(self) -> Dispatcher:
        lease = await self.archive.write(
            lambda c: leases.take_lease(c, DISPATCH, "me", NOON, timedelta(hours=1))
        )
        assert lease is not None
        return self.with_lease(lease)

    def with_lease(self, lease: Lease) -> Dispatcher:
        around = Surroundings(
            rule_status=lambda rule: "live",
            routes=RootRoute.model_validate({"receiver": "desk"}),
            destinations={"desk": ["slack:x"]},
            stories=StoryRules(story_keys, timedelta(hours=72), lambda article: None),
            clock=lambda: NOON,
            new_alert_id=lambda: next(self._names),
        )
        return Dispatcher(self.archive, self.queue, around, lease)

    async def states(self) -> list[str]:
        asked = sa.text("SELECT state FROM matches ORDER BY id")
        return list(await self.archive.read(lambda c: c.scalars(asked).all()))

    async def quarantined(self) -> list[quarantine.Quarantined]:
        return await self.archive.read(quarantine.quarantined)

    async def tries(self) -> int:
        asked = sa.text("SELECT count(*) FROM dispatch_tries")
        return await self.archive.read(lambda c: c.scalar(asked)) or 0


@pytest.fixture
def desk(archive: Archive, queue: Queue) -> Desk:
    return Desk(archive, queue)


async def test_what_fails_five_times_is_put_aside_with_its_reason(desk: Desk) -> None:
    """Others are dispatched at once; the one that fails is given up after five tries, and can be released."""
    entries = await desk.articles("one", POISON, "two")
    dispatcher = await desk.dispatcher()
    with pytest.raises(ZeroDivisionError):
        await dispatcher.dispatch(entries)
    assert await desk.states() == ["told", "pending", "told"]
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(ZeroDivisionError):
            await dispatcher.dispatch(entries[1:2])
    await dispatcher.dispatch(entries[1:2])
    assert await desk.states() == ["told", "quarantined", "told"]
    [held] = await desk.quarantined()
    assert (held.article, held.title, held.tries) == (entries[1].id, POISON, MOST_TRIES + 1)
    assert held.reason == "ZeroDivisionError: a defect"

    assert await desk.archive.write(lambda c: quarantine.release(c, entries[1].id))
    assert not await desk.archive.write(lambda c: quarantine.release(c, entries[0].id))
    assert await desk.states() == ["told", "pending", "told"]
    with pytest.raises(ZeroDivisionError):
        await dispatcher.dispatch(entries[1:2])


async def test_who_was_in_hand_with_a_poison_is_dispatched(desk: Desk) -> None:
    """When a process ends with a batch in hand, each of it is taken alone after; only one is put aside."""
    entries = await desk.articles("one", "killer", "two")
    numbers = {entry.id for entry in entries}
    await (await desk.dispatcher())._begin(numbers)  # and the process is gone
    innocents = await desk.dispatcher()
    await innocents.dispatch([entries[0], entries[2]])
    for _ in range(MOST_TRIES - 1):
        gone = await desk.dispatcher()
        assert not await gone._is_poison(entries[1].id)  # and here the process is gone, again and again
    await (await desk.dispatcher()).dispatch(entries[1:2])
    assert await desk.states() == ["told", "quarantined", "told"]
    assert [held.reason for held in await desk.quarantined()] == ["it ended the process"]


async def test_a_poison_holds_up_nobody(desk: Desk) -> None:
    """Whatever else is in hand with it is dispatched, be it new or taken alone after a crash."""
    entries = await desk.articles("one", POISON, "two")
    await (await desk.dispatcher())._begin({entry.id for entry in entries})  # and the process is gone
    fresh = await desk.articles("three", POISON, "four")
    with pytest.raises(ZeroDivisionError):
        await (await desk.dispatcher()).dispatch([*entries, *fresh])
    assert await desk.states() == ["told", "pending", "told"] * 2


async def test_waiting_for_the_archive_is_no_try(desk: Desk) -> None:
    """A lease that was lost, or an archive that is away, brings nothing nearer to quarantine."""
    entries = await desk.articles("one")
    behind = desk.with_lease(Lease(DISPATCH, "somebody", 0))
    for _ in range(3 * MOST_TRIES):
        with pytest.raises(LeaseLost):
            await behind.dispatch(entries)
    await (await desk.dispatcher()).dispatch(entries)
    assert await desk.states() == ["told"]
    assert await desk.tries() == 0


async def test_what_is_gone_or_done_leaves_nothing_behind(desk: Desk) -> None:
    """Entries of articles that were pruned, or dispatched before, are simply acknowledged."""
    entries = await desk.articles("one")
    dispatcher = await desk.dispatcher()
    gone = Entry(desk.queue.keys.matches, "9-9", 999)
    for _ in range(2):
        await dispatcher.dispatch([*entries, gone])
    assert await desk.states() == ["told"]
    assert await desk.tries() == 0
