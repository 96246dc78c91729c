"""Stories that people take apart and put together: the rows that move with an article from story to story."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Relation
from monitor.stores.tables import matches, stories, story_articles, story_keys, story_moves


def move_articles(c: sa.Connection, numbers: Collection[int], story: int, now: datetime) -> None:
    """Put articles, with their matches, into a story, and let those who hold stories in memory know."""
    mine = story_articles.c.article.in_(numbers)
    c.execute(sa.update(story_articles).where(mine).values(story=story, moved_at=now))
    theirs = sa.and_(matches.c.article.in_(numbers), matches.c.story.is_not(None))
    c.execute(sa.update(matches).where(theirs).values(story=story))
    rows = [{"article": number, "story": story, "moved_at": now} for number in sorted(numbers)]
    c.execute(sa.insert(story_moves), rows)


def say_who_opened(c: sa.Connection, story: int, now: datetime) -> None:
    """Let the first article of a story, and no other, be the one that opened it."""
    mine = story_articles.c.story == story
    first = sa.select(sa.func.min(story_articles.c.id)).where(mine).scalar_subquery()
    opened = sa.and_(mine, story_articles.c.relation == Relation.NEW.value, story_articles.c.id != first)
    c.execute(sa.update(story_articles).where(opened).values(relation=Relation.SAME.value, moved_at=now))
    opens = sa.and_(mine, story_articles.c.id == first, story_articles.c.relation != Relation.NEW.value)
    c.execute(sa.update(story_articles).where(opens).values(relation=Relation.NEW.value, moved_at=now))


def move_keys(c: sa.Connection, keys: Collection[str], story: int) -> None:
    """Let keys stand for another story."""
    if keys:
        c.execute(sa.update(story_keys).where(story_keys.c.key.in_(keys)).values(story=story))


def join_rows(c: sa.Connection, story: int, into: int) -> None:
    """Let all that belongs to a story belong to another one, which it is joined to; its alerts are left."""
    for table in (story_keys, matches):
        c.execute(sa.update(table).where(table.c.story == story).values(story=into))
    c.execute(sa.update(stories).where(stories.c.id == story).values(joined_to=into, told_by={}))


def story_of(c: sa.Connection, number: int) -> int | None:
    """Give the number of a story that is there, or of the one that it was joined to; None where it is not."""
    row = c.execute(sa.select(stories).where(stories.c.id == number)).one_or_none()
    if row is None:
        return None
    return number if row.joined_to is None else story_of(c, row.joined_to)
