"""A desk: an archive, and a dispatcher that joins articles, for tests of what is put right by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import sqlalchemy as sa

from monitor.alerting.route import RootRoute
from monitor.model import Article, ArticleState, MatchState
from monitor.pipeline import regroup
from monitor.pipeline.dispatch import Dispatcher, Surroundings
from monitor.pipeline.joining import StoryRules
from monitor.stores import articles, corrections, edits, leases, stories
from monitor.stores.archive import Archive
from monitor.stores.queue import Entry, Queue
from monitor.stories.keys import story_keys
from tests.conftest import NOON
from tests.stores.test_archive import a_match

ROUTES = RootRoute.model_validate({"receiver": "desk"})
# The same event in the words of two papers, and another one.
RESERVE = (
    "BRICS ministers agree in Velmar on a reserve of 90 billion",
    (
        "The finance ministers of BRICS agreed in Velmar on a common reserve of 90 billion, minister Mara "
        "Kamburg said after two days of talks."
    ),
)
RESERVE_TOLD_ANEW = (
    "Velmar: BRICS sets up 90 billion reserve, says Kamburg",
    (
        "A common reserve of 90 billion was agreed upon by the finance ministers of BRICS in Velmar; Mara "
        "Kamburg announced it when two days of talks had ended."
    ),
)


class Desk:
    """An archive, and a dispatcher that joins articles by their links."""

    def __init__(self, archive: Archive, queue: Queue, routes: RootRoute = ROUTES) -> None:
        self.routes = routes
        self.archive, self.queue = archive, queue
        self.names = map("a{}".format, count(1))
        self.seconds = count()

    async def open(self) -> Desk:
        lease = await self.archive.write(
            lambda c: leases.take_lease(c, leases.DISPATCH, "me", NOON, timedelta(hours=9))
        )
        assert lease is not None
        around = Surroundings(
            rule_status=lambda rule: "live",
            routes=self.routes,
            destinations={"desk": ["slack:x"], "night": ["slack:y"]},
            stories=StoryRules(story_keys, timedelta(hours=72), lambda article: None),
            clock=self.now,
            new_alert_id=lambda: next(self.names),
        )
        self.dispatcher = Dispatcher(self.archive, self.queue, around, lease)
        return self

    def now(self) -> datetime:
        """Give the time, which is later each time."""
        return NOON + timedelta(seconds=next(self.seconds))

    async def article(
        self, link: str, source: str, rules: Sequence[str] = ("r",), reads: tuple[str, str] = ("", "")
    ) -> int:
        """Store an article and dispatch it; it tells of nothing that others tell of unless it is said."""

        def store(c: sa.Connection) -> int:
            number = articles.store_article(
                c,
                Article(
                    "",
                    reads[0] or f"the matter of {link}",
                    NOON,
                    reads[1],
                    url=f"https://w.example/{link}",
                    source=source,
                ),
                "",
                ArticleState.MATCHED,
            )
            found = [a_match(rule) for rule in rules]
            articles.store_matches(c, number, found, MatchState.PENDING, NOON)
            return number

        number = await self.archive.write(store)
        await self.dispatch(number)
        return number

    async def dispatch(self, *numbers: int) -> None:
        entries = [Entry(self.queue.keys.matches, f"{number}-0", number) for number in numbers]
        await self.dispatcher.dispatch(entries)

    async def correct(self, *numbers: int, title: str = "Corrected: it was not so") -> None:
        """Let articles be edited to corrections, and dispatch them at once."""

        def edit(c: sa.Connection) -> None:
            for number, held in edits.held_articles(c, numbers).items():
                edits.store_edit(c, number, held, replace(held.article, title=title), NOON)
                corrections.note_correction(c, number, "correction", NOON)

        await self.archive.write(edit)
        await self.dispatch(*numbers)

    async def dispatch_waiting(self) -> None:
        """Dispatch whatever waits for it."""
        waiting = await self.ask("SELECT DISTINCT article FROM matches WHERE state = 'pending' ORDER BY 1")
        await self.dispatch(*(number for (number,) in waiting))

    async def deliver(self) -> None:
        """Let everything that is to be sent be sent."""
        sent = sa.text("UPDATE notifications SET state = 'delivered' WHERE state = 'pending'")
        await self.archive.write(lambda c: c.execute(sent))

    async def split(self, *numbers: int) -> regroup.Regrouped:
        return await self.archive.write(
            lambda c: regroup.split(c, numbers, lambda: next(self.names), self.now())
        )

    async def join(self, into: int, other: int) -> regroup.Regrouped:
        return await self.archive.write(lambda c: regroup.join(c, into, other, self.now()))

    async def story(self, article: int) -> int:
        return (await self.archive.read(lambda c: stories.members(c, [article])))[article].story

    async def ask(self, question: str) -> list[tuple]:
        return [tuple(row) for row in await self.archive.read(lambda c: c.execute(sa.text(question)).all())]

    async def revisions(self) -> list[tuple]:
        return await self.ask(
            "SELECT a.story, r.alert, r.revision, r.reason FROM revisions r JOIN alerts a ON a.id = r.alert "
            "ORDER BY r.created_at, r.alert, r.revision"
        )

    async def told(self) -> list[tuple]:
        """List what was or is to be sent: alert, revision, reason and article."""
        return await self.ask(
            "SELECT r.alert, r.revision, r.reason, r.article FROM notifications n "
            "JOIN revisions r ON r.alert = n.alert AND r.revision = n.revision "
            "WHERE n.state != 'superseded' ORDER BY n.id"
        )

    async def messages(self) -> int:
        return len(await self.ask("SELECT id FROM notifications"))
