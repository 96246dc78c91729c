"""What is known of an article or an alert from the poll to the receipt, read together for those who ask why.

Only read here; every part is written by the rows' own file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from monitor.model import HEARTBEAT, Article, ArticleState, Corroboration, MatchState, RuleStatus, Severity
from monitor.stores.articles import article_from_row
from monitor.stores.corrections import Kind, alerts_about
from monitor.stores.edits import versions_of
from monitor.stores.stories import Member, corroboration_from_json, member_from_row
from monitor.stores.tables import (
    alerts,
    articles,
    corrections,
    dispatch_tries,
    feeds,
    matches,
    seen_keys,
    stories,
    story_articles,
    story_keys,
)
from monitor.stores.tellings import AlertTold, Mention, load_alerts, mentions
from monitor.text.keys import link_key


@dataclass(frozen=True, slots=True)
class FeedNow:
    """What its last poll said of an article's feed; the title is empty where the feed has none."""

    id: str
    title: str = ""
    last_polled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A match: the rule as it was then, where the match ended and why, and in which story."""

    id: int
    rule: str
    title: str
    severity: Severity
    status: RuleStatus
    state: MatchState
    reason: str
    created_at: datetime
    ended_at: datetime | None
    story: int | None


@dataclass(frozen=True, slots=True)
class Edited:
    """That an article corrects or takes back what was told of it; dispatched when it was told of."""

    kind: Kind
    at: datetime
    dispatched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tries:
    """A dispatch that has come to no end: how often it began, and the fault."""

    tries: int
    last_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place in its story; `like_title` is None where it is like none that is kept."""

    member: Member
    joined_at: datetime
    like_title: str | None


@dataclass(frozen=True, slots=True)
class StoryNow:
    """A story as it stands: who has it, how many of its articles are kept, and the one that opened it."""

    id: int
    created_at: datetime
    last_at: datetime
    joined_to: int | None
    told_by: Corroboration
    articles: int
    first: Mention | None


@dataclass(frozen=True, slots=True)
class ArticleChain:
    """Everything about an article, in the order in which it happened; `earlier` are its titles till when."""

    feed: FeedNow
    article: Article
    state: ArticleState
    version: int
    digest: str
    earlier: tuple[tuple[datetime, str], ...]
    corrections: tuple[Edited, ...]
    tries: Tries | None
    matches: tuple[Ended, ...]
    place: Place | None
    story: StoryNow | None
    alerts: tuple[AlertTold, ...]

    @property
    def number(self) -> int:
        """The article's number."""
        return int(self.article.id)


def load_chain(c: sa.Connection, number: int) -> ArticleChain | None:
    """Load all about an article; None where there is none of that number."""
    row = c.execute(sa.select(articles).where(articles.c.id == number)).mappings().one_or_none()
    if row is None:
        return None
    ends = ends_of_articles(c, [number])[number]
    place = _place(c, number)
    # What was moved by hand since is in another story than the one in which it was told.
    told_in = {end.story for end in ends if end.story is not None} | (
        {place.member.story} if place else set()
    )
    story = place.member.story if place else max(told_in, default=None)
    about = set(c.scalars(sa.select(alerts.c.id).where(alerts.c.story.in_(told_in))))
    return ArticleChain(
        feed=_feed(c, row["feed"]),
        article=article_from_row(row),
        state=ArticleState(row["state"]),
        version=row["version"],
        digest=row["digest"],
        earlier=tuple((until, before.title) for until, before in versions_of(c, number)),
        corrections=_corrections(c, number),
        tries=_tries(c, number),
        matches=tuple(ends),
        place=place,
        story=None if story is None else load_story(c, story),
        alerts=load_alerts(c, about | alerts_about(c, number)),
    )


def _feed(c: sa.Connection, feed: str) -> FeedNow:
    asked = sa.select(feeds.c.title, feeds.c.last_polled_at).where(feeds.c.feed == feed)
    row = c.execute(asked).one_or_none()
    return FeedNow(feed, row.title, row.last_polled_at) if row else FeedNow(feed)


def ends_of_articles(c: sa.Connection, numbers: Collection[int]) -> dict[int, list[Ended]]:
    """Give the matches of articles and where each ended, by article."""
    found: dict[int, list[Ended]] = defaultdict(list)
    asked = sa.select(matches).where(matches.c.article.in_(numbers)).order_by(matches.c.id)
    for row in c.execute(asked):
        found[row.article].append(
            Ended(
                id=row.id,
                rule=row.rule,
                title=row.title,
                severity=cast("Severity", row.severity),
                status=cast("RuleStatus", row.status),
                state=MatchState(row.state),
                reason=row.reason,
                created_at=row.created_at,
                ended_at=row.ended_at,
                story=row.story,
            )
        )
    return found


def _corrections(c: sa.Connection, number: int) -> tuple[Edited, ...]:
    asked = sa.select(corrections).where(corrections.c.article == number).order_by(corrections.c.id)
    return tuple(Edited(cast("Kind", row.kind), row.created_at, row.ended_at) for row in c.execute(asked))


def _tries(c: sa.Connection, number: int) -> Tries | None:
    row = c.execute(sa.select(dispatch_tries).where(dispatch_tries.c.article == number)).one_or_none()
    return Tries(row.tries, row.last_at, row.reason) if row else None


def _place(c: sa.Connection, number: int) -> Place | None:
    row = c.execute(sa.select(story_articles).where(story_articles.c.article == number)).one_or_none()
    if row is None:
        return None
    like = c.scalar(sa.select(articles.c.title).where(articles.c.id == row.like)) if row.like else None
    return Place(member_from_row(row), row.joined_at, like)


def load_story(c: sa.Connection, number: int) -> StoryNow | None:
    """Load a story as it stands; None where there is none of that number."""
    row = c.execute(sa.select(stories).where(stories.c.id == number)).one_or_none()
    if row is None:
        return None
    mine = sa.select(story_articles.c.article).where(story_articles.c.story == number)
    kept = list(c.scalars(mine.order_by(story_articles.c.id)))
    return StoryNow(
        id=row.id,
        created_at=row.created_at,
        last_at=row.last_at,
        joined_to=row.joined_to,
        told_by=corroboration_from_json(row.told_by),
        articles=len(kept),
        first=mentions(c, kept[:1]).get(kept[0]) if kept else None,
    )


@dataclass(frozen=True, slots=True)
class Brief:
    """An article of several that were found: what it is, and where it and its matches ended."""

    article: Mention
    state: ArticleState
    matches: tuple[Ended, ...]


def articles_at(c: sa.Connection, url: str, most: int) -> list[int]:
    """List the articles at an address, whatever its usual disguises, the newest first."""
    found = set(c.scalars(sa.select(articles.c.id).where(articles.c.url == url)))
    if key := link_key(url):
        named = seen_keys.c.feed == feeds.c.feed, seen_keys.c.key == key
        found |= set(c.scalars(sa.select(seen_keys.c.article).join(feeds, named[0]).where(named[1])))
        told = (
            sa.select(articles.c.id, articles.c.url)
            .join(story_articles, story_articles.c.article == articles.c.id)
            .join(story_keys, story_keys.c.story == story_articles.c.story)
            .where(story_keys.c.key == key)
        )
        found |= {row.id for row in c.execute(told) if link_key(row.url) == key}
    kept = sa.select(articles.c.id).where(articles.c.id.in_(number for number in found if number is not None))
    return list(c.scalars(kept.order_by(articles.c.id.desc()).limit(most)))


def briefs(c: sa.Connection, numbers: Sequence[int]) -> list[Brief]:
    """Give articles in short, in this order."""
    named, ends = mentions(c, numbers), ends_of_articles(c, numbers)
    asked = sa.select(articles.c.id, articles.c.state).where(articles.c.id.in_(numbers))
    states = {row.id: ArticleState(row.state) for row in c.execute(asked)}
    return [
        Brief(named[number], states[number], tuple(ends[number])) for number in numbers if number in named
    ]


def newest_article(c: sa.Connection) -> int | None:
    """Give the number of the article that came last."""
    found: int | None = c.scalar(sa.select(sa.func.max(articles.c.id)))
    return found


def newest_alerts(c: sa.Connection, most: int) -> list[str]:
    """List the ids of alerts, the newest first."""
    return list(c.scalars(sa.select(alerts.c.id).order_by(alerts.c.created_at.desc()).limit(most)))


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list: its first article, how many articles are kept, and how many alerts told of it."""

    id: int
    last_at: datetime
    articles: int
    independent: int
    first: Mention
    alerts: int


def recent_stories(c: sa.Connection, limit: int) -> list[StoryLine]:
    """List the stories that went on last, the newest first; neither heartbeats nor what was joined away."""
    of_news = sa.exists().where(
        story_articles.c.story == stories.c.id,
        articles.c.id == story_articles.c.article,
        articles.c.feed != HEARTBEAT,
    )
    asked = sa.select(stories).where(stories.c.joined_to.is_(None), of_news)
    rows = c.execute(asked.order_by(stories.c.last_at.desc(), stories.c.id.desc()).limit(limit)).all()
    numbers = [row.id for row in rows]
    kept: dict[int, list[int]] = defaultdict(list)
    mine = sa.select(story_articles.c.story, story_articles.c.article).where(
        story_articles.c.story.in_(numbers)
    )
    for story, article in c.execute(mine.order_by(story_articles.c.id)):
        kept[story].append(article)
    first = mentions(c, [found[0] for found in kept.values()])
    counted = sa.select(alerts.c.story, sa.func.count()).where(alerts.c.story.in_(numbers))
    told: dict[int, int] = dict(c.execute(counted.group_by(alerts.c.story)).all())
    return [
        StoryLine(
            id=row.id,
            last_at=row.last_at,
            articles=len(kept[row.id]),
            independent=corroboration_from_json(row.told_by).independent,
            first=first[kept[row.id][0]],
            alerts=told.get(row.id, 0),
        )
        for row in rows
    ]


def alerts_of_story(c: sa.Connection, number: int) -> tuple[AlertTold, ...]:
    """Load the alerts that told of a story."""
    return load_alerts(c, set(c.scalars(sa.select(alerts.c.id).where(alerts.c.story == number))))
