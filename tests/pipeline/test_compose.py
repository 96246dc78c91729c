"""What channels are handed: of a follow-up also what it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import (
    NOBODY,
    AlertReason,
    Article,
    ArticleState,
    Corroboration,
    Evidence,
    MatchState,
    Notification,
    Opening,
    Quote,
    Receipt,
    Span,
)
from monitor.pipeline import outcomes
from monitor.pipeline.compose import Recipient, compose
from monitor.stores import alerts, articles, claims, edits
from monitor.stores.alerts import NewRevision
from monitor.stores.archive import Archive
from monitor.stores.notifications import Waiting
from tests.conftest import NOON
from tests.stores.revisions import store_notifications, store_revision
from tests.stores.test_archive import a_match

DESK = {"desk": Recipient("UTC", "en")}
AS_TOLD = Article("", "Twelve dead, officials say", NOON, feed="wire", summary="Twelve.")
CORRECTED = replace(AS_TOLD, title="CORRECTION: Two dead, officials say", summary="Two.")
ELSEWHERE = Article("", "Another source has it", NOON, feed="mirror")


def stored(c: sa.Connection, article: Article, rule: str = "r") -> tuple[int, int]:
    """Store an article with a match; gives both numbers."""
    number = articles.store_article(c, article, "", ArticleState.MATCHED)
    articles.store_matches(c, number, [a_match(rule)], MatchState.PENDING, NOON)
    [(match, _)] = articles.matches_of(c, number)
    return number, match


def begun(c: sa.Connection, alert: str = "a1", article: Article = AS_TOLD) -> tuple[int, list[Waiting]]:
    """Store the first revision of an alert."""
    number, match = stored(c, article)
    return number, store_revision(c, alert, article=number, match=match, severity="medium")


def followed(
    c: sa.Connection,
    number: int,
    reason: AlertReason,
    article: int,
    *,
    version: int = 1,
    rules: Sequence[tuple[str, int]] = (),
    alert: str = "a1",
    told_by: Corroboration = NOBODY,
) -> list[Waiting]:
    """Store a later revision of an alert."""
    story = alerts.alerts.select().where(alerts.alerts.c.id == alert)
    of = c.execute(story).one().story
    new = NewRevision(alert, number, of, "desk", reason, "high", article, tuple(rules), version)
    alerts.store_revisions(c, [replace(new, told_by=told_by)], NOON)
    return store_notifications(c, alert, number)


def edited(c: sa.Connection, number: int, new: Article) -> None:
    """Let an article read otherwise."""
    edits.store_edit(c, number, edits.held_articles(c, [number])[number], new, NOON)


def delivered(c: sa.Connection, waiting: Sequence[Waiting]) -> None:
    """Deliver what waits."""
    for claimed in claimed_of(c, waiting):
        outcomes.delivered(c, [([claimed], Receipt("ok", NOON, "room/1"))], NOON)


def claimed_of(c: sa.Connection, waiting: Sequence[Waiting]) -> list[claims.Claimed]:
    lease = timedelta(minutes=1)
    return list(claims.claim(c, [one.id for one in waiting], "w", NOON, lease).values())


def composed(c: sa.Connection, waiting: Sequence[Waiting]) -> list[Notification]:
    said = compose(c, claimed_of(c, waiting), DESK)
    found = [one for _, one in sorted(said.items()) if isinstance(one, Notification)]
    assert len(found) == len(waiting)
    return found


async def test_a_follow_up_knows_what_its_alert_began_with(archive: Archive) -> None:
    """The first article as it was told, though it was edited since, and how severe it was."""

    def scene(c: sa.Connection) -> Notification:
        first, waiting = begun(c)
        delivered(c, waiting)
        edited(c, first, CORRECTED)
        other, _ = stored(c, ELSEWHERE)
        [said] = composed(c, followed(c, 2, AlertReason.MORE_SOURCES, other))
        return said

    said = await archive.write(scene)
    assert said.article.title == ELSEWHERE.title
    assert said.opening == Opening(replace(AS_TOLD, id=said.opening.article.id), "medium")  # type: ignore[union-attr]
    assert (said.brings_rules, said.corrects, said.thread) == (False, None, "room/1")


async def test_the_first_tier_is_news_once(archive: Archive) -> None:
    """To the revision that brings it, and to the next one where that was never sent; not to later ones."""

    def scene(c: sa.Connection) -> list[bool]:
        _, waiting = begun(c)
        delivered(c, waiting)
        other, _ = stored(c, ELSEWHERE)
        first_tier, found = Corroboration(tier=1), []
        for number, known in enumerate((NOBODY, first_tier, first_tier, first_tier), 2):
            waiting = followed(c, number, AlertReason.MORE_SOURCES, other, told_by=known)
            [said] = composed(c, waiting)
            found.append(said.brings_first_tier)
            if number == 3:
                c.execute(sa.text("UPDATE notifications SET state = 'superseded' WHERE revision = 3"))
            else:
                delivered(c, waiting)
        return found

    assert await archive.write(scene) == [False, True, True, False]


async def test_a_correction_knows_how_the_article_was_told(archive: Archive) -> None:
    """The same article as the alert told it last, also where it was not its first one."""

    def scene(c: sa.Connection) -> Notification:
        _, waiting = begun(c, article=ELSEWHERE)
        delivered(c, waiting)
        number, match = stored(c, AS_TOLD, "r2")
        delivered(c, followed(c, 2, AlertReason.NEW_RULE, number, rules=[("r2", match)]))
        edited(c, number, CORRECTED)
        [said] = composed(c, followed(c, 3, AlertReason.CORRECTION, number, version=2))
        return said

    said = await archive.write(scene)
    assert said.article.title == CORRECTED.title
    assert said.corrects is not None
    assert (said.corrects.title, said.corrects.summary) == (AS_TOLD.title, AS_TOLD.summary)
    assert said.corrects.id == said.article.id


async def test_a_correction_by_another_article_is_of_what_was_told_first(archive: Archive) -> None:
    """Where the alert never told of the article that corrects, it corrects what it began with."""

    def scene(c: sa.Connection) -> Notification:
        _, waiting = begun(c)
        delivered(c, waiting)
        number, _ = stored(c, CORRECTED)
        [said] = composed(c, followed(c, 2, AlertReason.RETRACTION, number))
        return said

    said = await archive.write(scene)
    assert said.corrects is not None
    assert said.corrects.title == AS_TOLD.title
    assert said.corrects.id != said.article.id


async def test_which_revisions_bring_rules(archive: Archive) -> None:
    """Those that tell of a rule for the first time; and any, to a destination that has got nothing yet."""

    def scene(c: sa.Connection) -> list[bool]:
        first, waiting = begun(c)
        [untold] = composed(c, waiting)
        delivered(c, waiting)
        number, match = stored(c, ELSEWHERE, "r2")
        [joined] = composed(c, followed(c, 2, AlertReason.NEW_RULE, number, rules=[("r2", match)]))
        begun(c, "a2", replace(AS_TOLD, url="https://b.example/"))
        c.execute(sa.text("UPDATE notifications SET state = 'dead' WHERE alert = 'a2'"))
        [new_here] = composed(c, followed(c, 2, AlertReason.FIRST_TIER, first, alert="a2"))
        return [untold.brings_rules, joined.brings_rules, new_here.brings_rules]

    assert await archive.write(scene) == [True, True, True]


async def test_what_was_opened_in_silence_is_nothing_to_refer_to(archive: Archive) -> None:
    """After a split, the first message begins a thread, and the next ones are about that."""

    def scene(c: sa.Connection) -> list[Notification]:
        begun(c)
        c.execute(sa.text("UPDATE revisions SET reason = 'split'"))
        c.execute(sa.text("DELETE FROM notifications"))
        number, match = stored(c, ELSEWHERE, "r2")
        waiting = followed(c, 2, AlertReason.NEW_RULE, number, rules=[("r2", match)])
        [opens] = composed(c, waiting)
        c.execute(sa.text("UPDATE notifications SET lease_owner = NULL, next_attempt_at = created_at"))
        delivered(c, waiting)
        [goes_on] = composed(c, followed(c, 3, AlertReason.MORE_SOURCES, number))
        return [opens, goes_on]

    opens, goes_on = await archive.write(scene)
    assert (opens.begins_thread, opens.thread, opens.opening) == (True, "", None)
    assert (goes_on.begins_thread, goes_on.thread) == (False, "room/1")
    assert goes_on.opening is not None
    assert goes_on.opening.article.title == ELSEWHERE.title


async def test_nothing_is_marked_in_a_text_that_it_was_not_found_in(archive: Archive) -> None:
    """After an edit the words stand elsewhere: neither marks nor sentences of the text before are shown."""
    found = Evidence(
        NOON,
        "published",
        (Span("title", 7, 11, "dead", "dead"), Span("summary", 0, 6, "Twelve", "twelve")),
        quotes=(Quote("title", AS_TOLD.title, ((7, 11),)), Quote("summary", "Twelve.", ((0, 6),))),
    )

    def scene(c: sa.Connection) -> list[Notification]:
        number, waiting = begun(c)
        evidence = articles.evidence_as_json(found)
        c.execute(articles.matches.update().values(evidence=evidence))
        first = composed(c, waiting)
        c.execute(sa.text("UPDATE notifications SET state = 'delivered'"))
        edited(c, number, replace(CORRECTED, summary=AS_TOLD.summary))
        return first + composed(c, followed(c, 2, AlertReason.CORRECTION, number, version=2))

    before, after = await archive.write(scene)
    assert before.matches[0].evidence == found
    fits = after.matches[0].evidence
    assert (fits.spans, fits.quotes) == (found.spans[1:], found.quotes[1:])


@pytest.mark.parametrize("gone", ["the first article", "the first revision"])
async def test_what_is_gone_breaks_nothing(archive: Archive, gone: str) -> None:
    """A follow-up is sent without what the archive no longer has."""

    def scene(c: sa.Connection) -> Notification:
        first, waiting = begun(c)
        delivered(c, waiting)
        other, match = stored(c, ELSEWHERE, "r2")
        later = followed(c, 2, AlertReason.NEW_RULE, other, rules=[("r2", match)])
        if gone == "the first article":
            c.execute(articles.articles.delete().where(articles.articles.c.id == first))
        else:
            c.execute(alerts.revisions.delete().where(alerts.revisions.c.revision == 1))
        [said] = composed(c, later)
        return said

    said = await archive.write(scene)
    assert said.opening is None


async def test_many_follow_ups_ask_the_archive_no_more_often(archive: Archive) -> None:
    """What their alerts began with is asked for at once, and not at all where all are first messages."""

    def scene(c: sa.Connection) -> tuple[int, int, int]:
        firsts, followers = [], []
        for n in range(8):
            number, waiting = begun(c, f"a{n}", replace(AS_TOLD, url=f"https://a.example/{n}"))
            if n < 4:
                delivered(c, waiting)
                followers += followed(c, 2, AlertReason.MORE_SOURCES, number, alert=f"a{n}")
            else:
                firsts += waiting
        some = claimed_of(c, followers[:1]), claimed_of(c, followers[1:]), claimed_of(c, firsts)
        return tuple(_questions(c, claimed) for claimed in some)  # type: ignore[return-value]

    one, three, first = await archive.write(scene)
    # The ledger is asked for each follow-up by itself; all else is asked once.
    assert three == one + 2
    assert first < one - 1


def _questions(c: sa.Connection, claimed: Sequence[claims.Claimed]) -> int:
    asked = []
    sa.event.listen(c, "before_cursor_execute", lambda *told: asked.append(told[2]))
    compose(c, claimed, DESK)
    return len(asked)
