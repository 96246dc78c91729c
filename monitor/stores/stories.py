"""Rows of `stories`, `story_keys` and `story_articles`: which articles tell one story, and who has it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from monitor.model import NOBODY, Article, Corroboration, Relation
from monitor.stores.articles import article_from_row
from monitor.stores.portions import portions
from monitor.stores.tables import articles, stories, story_articles, story_keys, story_moves
from monitor.stores.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story: how it stands to it, the article that it is most like (0: none), its time.

    `voice` is whose word it is, `tier` that of its source where it has one. `moved_at` is when a split or a
    join by hand changed how it stands to its story.
    """

    article: int
    story: int
    relation: Relation
    at: datetime
    voice: str
    tier: int | None = None
    likeness: float = 0.0
    like: int = 0
    actors: tuple[str, ...] = ()
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """An article that was put into another story by hand."""

    number: int
    article: int
    story: int


@cache
def _corroboration() -> TypeAdapter[Corroboration]:
    return TypeAdapter(Corroboration)


def corroboration_as_json(told_by: Corroboration) -> Any:
    """Write who has a story as it is kept."""
    return _corroboration().dump_python(told_by, mode="json") if told_by is not NOBODY else {}


def corroboration_from_json(kept: Any) -> Corroboration:
    """Read who has a story."""
    return _corroboration().validate_python(kept) if kept else NOBODY


def open_story(c: sa.Connection, now: datetime) -> int:
    """Open a story; gives its number."""
    return int(c.execute(_OPEN, {"created_at": now, "last_at": now}).inserted_primary_key[0])  # type: ignore[index]


_OPEN = sa.insert(stories)


def stories_named(c: sa.Connection, keys: Collection[str]) -> dict[str, int]:
    """Give the stories that keys stand for, by key."""
    found: dict[str, int] = {}
    if keys:
        found.update(c.execute(_NAMED, {"keys": list(keys)}).all())
    return found


_NAMED = sa.select(story_keys.c.key, story_keys.c.story).where(
    story_keys.c.key.in_(sa.bindparam("keys", expanding=True))
)


def name_stories(c: sa.Connection, named: Mapping[str, int]) -> None:
    """Let keys stand for stories; one that stands for one already stays with that."""
    rows = [{"key": key, "story": story} for key, story in named.items()]
    if rows:
        c.execute(insert_if_absent(c, story_keys), rows)


def told_by(c: sa.Connection, numbers: Collection[int]) -> dict[int, Corroboration]:
    """Give who has stories, by number."""
    rows = c.execute(_TOLD_BY, {"numbers": list(numbers)}) if numbers else ()
    return {row.id: corroboration_from_json(row.told_by) for row in rows}


_TOLD_BY = sa.select(stories.c.id, stories.c.told_by).where(
    stories.c.id.in_(sa.bindparam("numbers", expanding=True))
)


def save_told_by(c: sa.Connection, known: Mapping[int, Corroboration], now: datetime) -> None:
    """Note who has stories now; they go on."""
    rows = [
        {"number": number, "has": corroboration_as_json(has), "now": now} for number, has in known.items()
    ]
    if rows:
        c.execute(_GO_ON, rows)


_GO_ON = (
    sa.update(stories)
    .where(stories.c.id == sa.bindparam("number"))
    .values(last_at=sa.bindparam("now"), told_by=sa.bindparam("has", type_=sa.JSON))
)


def store_members(c: sa.Connection, joined: Sequence[Member], now: datetime) -> None:
    """Note that articles joined their stories, in this order."""
    rows = [
        {"article": one.article, "story": one.story, "relation": one.relation.value, "voice": one.voice}
        | {"likeness": one.likeness, "like": one.like, "at": one.at, "joined_at": now, "tier": one.tier}
        | {"actors": list(one.actors)}
        for one in joined
    ]
    if rows:
        c.execute(sa.insert(story_articles), rows)


def members(c: sa.Connection, numbers: Collection[int]) -> dict[int, Member]:
    """Give what is known of articles as members of stories, by article; of those that are none, nothing."""
    found: dict[int, Member] = {}
    for part in portions(numbers):
        for row in c.execute(sa.select(story_articles).where(story_articles.c.article.in_(part))):
            found[row.article] = member_from_row(row)
    return found


def members_of(c: sa.Connection, story: int) -> list[tuple[Member, Article]]:
    """List the articles of a story in the order in which they joined."""
    rows = _with_articles().where(story_articles.c.story == story)
    return [(member_from_row(row), article_from_row(row._mapping)) for row in c.execute(rows)]


def members_since(c: sa.Connection, since: datetime) -> Iterator[tuple[Member, Article]]:
    """Give the articles that joined a story since `since`, in the order in which they did."""
    after = 0
    while True:
        rows = _with_articles().where(story_articles.c.joined_at >= since, story_articles.c.id > after)
        part = c.execute(rows.limit(_PORTION)).all()
        for row in part:
            yield member_from_row(row), article_from_row(row._mapping)
        if len(part) < _PORTION:
            return
        after = part[-1].place


_PORTION = 1000


def _with_articles() -> sa.Select[Any]:
    mine = [column for column in story_articles.c if column.name != "id"]
    joined = sa.select(articles, *mine, story_articles.c.id.label("place"))
    return joined.join(story_articles, story_articles.c.article == articles.c.id).order_by(
        story_articles.c.id
    )


def member_from_row(row: Any) -> Member:
    """Make a Member of a row of `story_articles`."""
    return Member(
        article=row.article,
        story=row.story,
        relation=Relation(row.relation),
        at=row.at,
        voice=row.voice,
        tier=row.tier,
        likeness=row.likeness,
        like=row.like,
        actors=tuple(row.actors),
        moved_at=row.moved_at,
    )


def moves_after(c: sa.Connection, number: int) -> list[Move]:
    """List what was moved by hand after a move, in order."""
    rows = sa.select(story_moves).where(story_moves.c.id > number).order_by(story_moves.c.id)
    return [Move(row.id, row.article, row.story) for row in c.execute(rows)]


def last_move(c: sa.Connection) -> int:
    """Give the number of the move that was made last; 0 where none was."""
    return c.scalar(sa.select(sa.func.max(story_moves.c.id))) or 0
