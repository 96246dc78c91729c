"""Stories that people take apart and put together: the rows that move with an article from story to story."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.model import AlertReason, MatchState, Relation
from monitor.stores.tables import (
    alert_rules,
    alerts,
    matches,
    revisions,
    stories,
    story_articles,
    story_keys,
    story_moves,
)


@dataclass(frozen=True, slots=True)
class ToldOf:
    """An alert, and what it told of some articles: rules with the matches that it told them by.

    `only` says that it never told of anything else.
    """

    alert: str
    receiver: str
    rules: Mapping[str, int]
    only: bool


def move_articles(c: sa.Connection, numbers: Collection[int], story: int, now: datetime) -> None:
    """Put articles, with their matches, into a story, and let those who hold stories in memory know."""
    mine = story_articles.c.article.in_(numbers)
    c.execute(sa.update(story_articles).where(mine).values(story=story))
    theirs = sa.and_(matches.c.article.in_(numbers), matches.c.story.is_not(None))
    c.execute(sa.update(matches).where(theirs).values(story=story))
    rows = [{"article": number, "story": story, "moved_at": now} for number in sorted(numbers)]
    c.execute(sa.insert(story_moves), rows)


def set_relation(c: sa.Connection, article: int, relation: Relation) -> None:
    """Say how an article stands to its story now."""
    mine = story_articles.c.article == article
    c.execute(sa.update(story_articles).where(mine).values(relation=relation.value))


def move_keys(c: sa.Connection, keys: Collection[str], story: int) -> None:
    """Let keys stand for another story."""
    if keys:
        c.execute(sa.update(story_keys).where(story_keys.c.key.in_(keys)).values(story=story))


def join_rows(c: sa.Connection, story: int, into: int) -> None:
    """Let all that belongs to a story belong to another one, which it is joined to; its alerts are left."""
    for table in (story_keys, matches):
        c.execute(sa.update(table).where(table.c.story == story).values(story=into))
    c.execute(sa.update(stories).where(stories.c.id == story).values(joined_to=into, told_by={}))


def alerts_told_of(c: sa.Connection, story: int, numbers: Collection[int]) -> list[ToldOf]:
    """List the alerts of a story that told of some of its articles."""
    found = []
    for row in c.execute(sa.select(alerts).where(alerts.c.story == story).order_by(alerts.c.created_at)):
        by = sa.select(alert_rules.c.rule, alert_rules.c.match, matches.c.article)
        by = by.join(matches, matches.c.id == alert_rules.c.match).where(alert_rules.c.alert == row.id)
        told = c.execute(by).all()
        raised = set(c.scalars(sa.select(revisions.c.article).where(revisions.c.alert == row.id)))
        rules = {rule: match for rule, match, article in told if article in numbers}
        if rules or raised & set(numbers):
            only = raised <= set(numbers) and len(rules) == len(told)
            found.append(ToldOf(row.id, row.receiver, rules, only))
    return found


def move_alert(c: sa.Connection, alert: str, story: int) -> None:
    """Let an alert be about another story, for a receiver who has none about that."""
    c.execute(sa.update(alerts).where(alerts.c.id == alert).values(story=story))


def part_alert(c: sa.Connection, told: ToldOf, new: str, story: int, article: int, now: datetime) -> None:
    """Open an alert about a story that was split off, with what an alert told of it; nobody is told again."""
    old = c.execute(sa.select(alerts).where(alerts.c.id == told.alert)).one()
    values = {"receiver": old.receiver, "severity": old.severity, "updates": old.updates, "passed": 1}
    c.execute(sa.insert(alerts).values(id=new, story=story, revision=1, created_at=now, **values))
    split = {"alert": new, "revision": 1, "reason": AlertReason.SPLIT.value, "severity": old.severity}
    c.execute(sa.insert(revisions).values(**split, article=article, created_at=now))
    moved = sa.and_(alert_rules.c.alert == told.alert, alert_rules.c.rule.in_(told.rules))
    c.execute(sa.update(alert_rules).where(moved).values(alert=new, revision=1))


def add_rules(c: sa.Connection, alert: str, other: str) -> None:
    """Let an alert count what another one told as told, as revision 0."""
    known = sa.select(alert_rules.c.rule).where(alert_rules.c.alert == alert)
    theirs = sa.select(alert_rules).where(alert_rules.c.alert == other, alert_rules.c.rule.not_in(known))
    rows = [
        {"alert": alert, "rule": row.rule, "revision": 0, "match": row.match} for row in c.execute(theirs)
    ]
    if rows:
        c.execute(sa.insert(alert_rules), rows)


def judge_again(
    c: sa.Connection, story: int, *, rules: Collection[str] = (), articles: Collection[int] = ()
) -> int:
    """Let matches of a story that no alert counts as told be dispatched again: those of some rules, and those
    of some articles; gives how many. What only raised a line in another one's thread is among them."""
    some = sa.or_(matches.c.rule.in_(rules), matches.c.article.in_(articles))
    ended = matches.c.state.in_((MatchState.REPEATED.value, MatchState.TOLD.value))
    counted = sa.exists().where(alert_rules.c.match == matches.c.id)
    untold = sa.and_(matches.c.story == story, ended, some, ~counted)
    waits = {"state": MatchState.PENDING.value, "reason": "", "ended_at": None}
    return c.execute(sa.update(matches).where(untold).values(**waits)).rowcount


def story_of(c: sa.Connection, number: int) -> int | None:
    """Give the number of a story that is there, or of the one that it was joined to; None where it is not."""
    row = c.execute(sa.select(stories).where(stories.c.id == number)).one_or_none()
    if row is None:
        return None
    return number if row.joined_to is None else story_of(c, row.joined_to)
