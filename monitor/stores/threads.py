"""Alerts as the threads that receivers read, for those who take stories apart and put them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from monitor.model import AlertReason, Corroboration, MatchState, Severity
from monitor.stores.notifications import never_sent
from monitor.stores.stories import corroboration_from_json
from monitor.stores.tables import alert_rules, alerts, matches, revisions, stories, story_articles

_ENDED = (MatchState.REPEATED.value, MatchState.TOLD.value)


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule that counts as told, by its match of an article."""

    rule: str
    match: int
    article: int


@dataclass(frozen=True, slots=True)
class Thread:
    """An alert: its story, the article that it began with, and what its receiver knows by it.

    `silent` says that nobody was ever told by it. `passed` and `knows_first_tier` are what
    `alerting.plan.Standing` says; `said` is who had the story in each revision that was sent.
    """

    alert: str
    story: int
    receiver: str
    severity: Severity
    updates: frozenset[str]
    passed: int
    knows_first_tier: bool
    first: int
    silent: bool
    counted: tuple[Counted, ...]
    said: tuple[Corroboration, ...]


@dataclass(frozen=True, slots=True)
class StoryMatch:
    """A match of an article of a story; `ended` says that it was dispatched, and told or passed over."""

    id: int
    article: int
    rule: str
    severity: Severity
    ended: bool


def alerts_of_story(c: sa.Connection, story: int) -> list[str]:
    """List the alerts about a story: first those that stand, then those that a join left behind with it."""
    standing = sa.select(alerts.c.id).where(alerts.c.story == story)
    left_behind = (
        sa.select(alerts.c.id)
        .join(stories, stories.c.id == alerts.c.story)
        .join(revisions, sa.and_(revisions.c.alert == alerts.c.id, revisions.c.revision == 1))
        .join(story_articles, story_articles.c.article == revisions.c.article)
        .where(stories.c.joined_to.is_not(None), story_articles.c.story == story)
    )
    oldest_first = alerts.c.created_at, alerts.c.id
    return [alert for part in (standing, left_behind) for alert in c.scalars(part.order_by(*oldest_first))]


def load_threads(c: sa.Connection, ids: Sequence[str]) -> list[Thread]:
    """Load alerts with what they told, in the order of `ids`."""
    rows = {row.id: row for row in c.execute(sa.select(alerts).where(alerts.c.id.in_(ids)))}
    counted: dict[str, list[Counted]] = defaultdict(list)
    told = sa.select(alert_rules.c.alert, alert_rules.c.rule, matches.c.id, matches.c.article)
    told = told.join(matches, matches.c.id == alert_rules.c.match).where(alert_rules.c.alert.in_(ids))
    for alert, *row in c.execute(told.order_by(alert_rules.c.revision, matches.c.id)):
        counted[alert].append(Counted(*row))
    written: dict[str, list[Any]] = defaultdict(list)
    asked = sa.select(revisions, never_sent().label("unsent")).where(revisions.c.alert.in_(ids))
    for one in c.execute(asked.order_by(revisions.c.revision)):
        written[one.alert].append(one)
    return [_thread(rows[alert], tuple(counted[alert]), written[alert]) for alert in ids]


def _thread(row: Any, counted: tuple[Counted, ...], written: Sequence[Any]) -> Thread:
    sent = [one for one in written if one.reason != AlertReason.SPLIT.value and not one.unsent]
    return Thread(
        alert=row.id,
        story=row.story,
        receiver=row.receiver,
        severity=row.severity,
        updates=frozenset(row.updates),
        passed=row.passed,
        knows_first_tier=row.knows_first_tier,
        first=written[0].article if written else 0,
        silent=all(one.reason == AlertReason.SPLIT.value for one in written),
        counted=counted,
        said=tuple(corroboration_from_json(one.told_by) for one in sent),
    )


def told_in(c: sa.Connection, story: int) -> dict[str, dict[int, int]]:
    """Give which articles of a story receivers were sent word of, each in the version that they know."""
    told = (
        sa.select(alerts.c.receiver, revisions.c.article, revisions.c.version)
        .join(revisions, revisions.c.alert == alerts.c.id)
        .join(story_articles, story_articles.c.article == revisions.c.article)
        .where(story_articles.c.story == story)
        .where(revisions.c.reason != AlertReason.SPLIT.value, ~never_sent())
    )
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for row in c.execute(told.order_by(revisions.c.created_at, revisions.c.revision)):
        found[row.receiver][row.article] = row.version
    return found


def matches_of_story(c: sa.Connection, story: int) -> list[StoryMatch]:
    """List the matches of a story's articles, in the order in which those joined it."""
    asked = (
        sa.select(matches.c.id, matches.c.article, matches.c.rule, matches.c.severity, matches.c.state)
        .join(story_articles, story_articles.c.article == matches.c.article)
        .where(story_articles.c.story == story)
        .order_by(story_articles.c.id, matches.c.id)
    )
    return [
        StoryMatch(row.id, row.article, row.rule, cast("Severity", row.severity), row.state in _ENDED)
        for row in c.execute(asked)
    ]


def move_alert(c: sa.Connection, alert: str, story: int) -> None:
    """Let an alert be about another story, for a receiver who has none about that."""
    c.execute(sa.update(alerts).where(alerts.c.id == alert).values(story=story))


def open_in_silence(
    c: sa.Connection,
    like: Thread,
    new: str,
    story: int,
    about: tuple[int, int],
    severity: Severity,
    now: datetime,
) -> None:
    """Open an alert about a story of which its receiver was told in another thread; nobody is told again.

    `about` is the article that was told, and its version.
    """
    values = {"receiver": like.receiver, "severity": severity, "updates": sorted(like.updates)}
    c.execute(sa.insert(alerts).values(id=new, story=story, revision=1, created_at=now, **values))
    article, version = about
    split = {"alert": new, "revision": 1, "reason": AlertReason.SPLIT.value, "severity": severity}
    c.execute(sa.insert(revisions).values(**split, article=article, version=version, created_at=now))


def note_known(
    c: sa.Connection, alert: str, passed: int, *, knows_first_tier: bool, **more: Severity | list[str]
) -> None:
    """Note what the receiver of an alert knows of its story; `more` may be its severity and updates."""
    known = {"passed": passed, "knows_first_tier": knows_first_tier, **more}
    c.execute(sa.update(alerts).where(alerts.c.id == alert).values(**known))


def count_as_told(c: sa.Connection, alert: str, told: Mapping[str, int], revision: int = 0) -> None:
    """Let an alert count rules as told, by their matches; it told them itself only if a revision is named."""
    if told:
        rows = [
            {"alert": alert, "rule": rule, "revision": revision, "match": match}
            for rule, match in told.items()
        ]
        c.execute(sa.insert(alert_rules), rows)


def count_no_longer(c: sa.Connection, alert: str, rules: Collection[str]) -> None:
    """Let an alert count rules as told no longer, for they are another story's now."""
    if rules:
        mine = sa.and_(alert_rules.c.alert == alert, alert_rules.c.rule.in_(rules))
        c.execute(sa.delete(alert_rules).where(mine))


def drop_silent(c: sa.Connection, alert: str) -> None:
    """Remove an alert by which nobody was ever told."""
    for table, column in ((alert_rules, "alert"), (revisions, "alert"), (alerts, "id")):
        c.execute(sa.delete(table).where(table.c[column] == alert))


def judge_again(c: sa.Connection, numbers: Collection[int]) -> int:
    """Let matches that have ended be dispatched again; gives how many."""
    if not numbers:
        return 0
    waits = {"state": MatchState.PENDING.value, "reason": "", "ended_at": None}
    mine = sa.and_(matches.c.id.in_(numbers), matches.c.state.in_(_ENDED))
    return c.execute(sa.update(matches).where(mine).values(**waits)).rowcount
