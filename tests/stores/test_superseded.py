"""Word of more sources that a later revision overtakes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import AlertReason, Article, ArticleState, MatchState
from monitor.stores import alerts, articles, claims, notifications, stories
from monitor.stores.alerts import NewRevision
from monitor.stores.archive import Archive
from monitor.stores.notifications import NewNotification
from tests.conftest import NOON
from tests.stores.test_archive import a_match

WAIT, LEASE = timedelta(minutes=1), timedelta(minutes=2)


def revision(c: sa.Connection, number: int, reason: AlertReason, story: int, article: int) -> int:
    """Store a revision of the alert `a` with one notification; gives the number of that."""
    new = NewRevision("a", number, story, "desk", reason, "high", article, ())
    alerts.store_revisions(c, [new], NOON)
    if number > 1:
        notifications.supersede(c, ["a"], NOON)
    waits = WAIT if reason in notifications.MAY_WAIT else timedelta()
    told = NewNotification("a", number, "desk", "slack:x", "high", waits=waits)
    notifications.store_notifications(c, [told], NOON)
    found = sa.text("SELECT max(id) FROM notifications")
    return c.scalar(found) or 0


def a_story(c: sa.Connection) -> tuple[int, int]:
    article = articles.store_article(c, Article("", "Ships wait", NOON), "", ArticleState.MATCHED)
    articles.store_matches(c, article, [a_match()], MatchState.PENDING, NOON)
    return stories.open_story(c, NOON), article


def states(c: sa.Connection) -> list[str]:
    return list(c.scalars(sa.text("SELECT state FROM notifications ORDER BY id")))


@pytest.mark.parametrize("reason", notifications.MAY_WAIT)
async def test_only_word_of_more_sources_that_nobody_tried_is_overtaken(
    archive: Archive, reason: AlertReason
) -> None:
    """The first alert waits for its turn all the same; the last word is the one that is sent."""

    def story(c: sa.Connection) -> None:
        about = a_story(c)
        revision(c, 1, AlertReason.FIRST, *about)
        revision(c, 2, reason, *about)
        revision(c, 3, AlertReason.NEW_RULE, *about)
        revision(c, 4, AlertReason.MORE_SOURCES, *about)

    await archive.write(story)
    assert await archive.read(states) == ["pending", "superseded", "pending", "pending"]


async def test_what_was_tried_is_not_overtaken(archive: Archive) -> None:
    """It may have arrived, or is on its way; ending it would lose or repeat a message."""

    def story(c: sa.Connection) -> None:
        about = a_story(c)
        number = revision(c, 1, AlertReason.MORE_SOURCES, *about)
        assert claims.claim(c, [number], "w", NOON + WAIT, LEASE)
        revision(c, 2, AlertReason.MORE_SOURCES, *about)

    await archive.write(story)
    assert await archive.read(states) == ["pending", "pending"]


async def test_it_waits_for_its_time(archive: Archive) -> None:
    """Nobody claims it sooner, and afterwards the reconciler finds it due."""

    def story(c: sa.Connection) -> tuple[int, int]:
        about = a_story(c)
        number = revision(c, 1, AlertReason.MORE_SOURCES, *about)
        early = len(claims.claim(c, [number], "w", NOON + WAIT / 2, LEASE))
        return early, len(notifications.notifications_due(c, NOON + WAIT, 10))

    assert await archive.write(story) == (0, 1)
