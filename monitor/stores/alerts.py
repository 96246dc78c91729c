"""Rows of `stories`, `alerts`, `revisions` and `alert_rules`.

What dispatch reads and writes is read and written for many articles at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.model import AlertReason, Match, Severity
from monitor.stores.articles import match_from_row
from monitor.stores.tables import alert_rules, alerts, matches, revisions, stories, story_keys
from monitor.stores.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as it stands: its revision so far, and the rules it has told of."""

    id: str
    receiver: str
    severity: Severity
    revision: int
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision to be stored, about a version of an article; `rules` are pairs of rule and match number."""

    alert: str
    number: int
    story: int
    receiver: str
    reason: AlertReason
    severity: Severity
    article: int
    rules: tuple[tuple[str, int], ...]
    version: int = 1


def join_stories(c: sa.Connection, keyed: Sequence[Sequence[str]], now: datetime) -> list[int]:
    """Find, for the keys of each article in turn, the story that knows one of them, or open one.

    Either way it knows them all afterwards. Gives the stories in the order of the articles.
    """
    known = dict(c.execute(_STORIES, {"keys": [key for keys in keyed for key in keys]}).all())
    going_on = set(known.values())
    joined = []
    opened = 0
    for keys in keyed:
        story = min((known[key] for key in keys if key in known), default=None)
        if story is None:
            story = _NEW + opened
            opened += 1
        for key in keys:
            known.setdefault(key, story)
        joined.append(story)
    if going_on := going_on.intersection(joined):
        c.execute(_GO_ON, {"numbers": list(going_on), "now": now})
    numbers = c.scalars(_OPEN, [{"created_at": now, "last_at": now}] * opened).all() if opened else []
    number_of = dict(zip(range(_NEW, _NEW + opened), numbers, strict=True))
    if known:
        rows = [{"key": key, "story": number_of.get(story, story)} for key, story in known.items()]
        c.execute(insert_if_absent(c, story_keys), rows)
    return [number_of.get(story, story) for story in joined]


_NEW = 2**62  # above every number: what stands for stories that are not opened yet
_STORIES = sa.select(story_keys.c.key, story_keys.c.story).where(
    story_keys.c.key.in_(sa.bindparam("keys", expanding=True))
)
_OPEN = sa.insert(stories).returning(stories.c.id)
_GO_ON = (
    sa.update(stories)
    .where(stories.c.id.in_(sa.bindparam("numbers", expanding=True)))
    .values(last_at=sa.bindparam("now"))
)


def alerts_of(c: sa.Connection, told_of: Collection[int]) -> dict[int, list[StoredAlert]]:
    """Load the alerts of stories, by story."""
    rows = c.execute(_ALERTS, {"stories": list(told_of)}).all()
    rules: dict[str, set[str]] = defaultdict(set)
    if rows:
        for alert, rule in c.execute(_RULES, {"alerts": [row.id for row in rows]}):
            rules[alert].add(rule)
    found: dict[int, list[StoredAlert]] = defaultdict(list)
    for row in rows:
        stored = StoredAlert(row.id, row.receiver, row.severity, row.revision, frozenset(rules[row.id]))
        found[row.story].append(stored)
    return found


_ALERTS = sa.select(alerts).where(alerts.c.story.in_(sa.bindparam("stories", expanding=True)))
_RULES = sa.select(alert_rules.c.alert, alert_rules.c.rule).where(
    alert_rules.c.alert.in_(sa.bindparam("alerts", expanding=True))
)


def store_revisions(c: sa.Connection, new: Sequence[NewRevision], now: datetime) -> None:
    """Store revisions, and the alerts of which they are the first."""
    first = [one for one in new if one.number == 1]
    if first:
        c.execute(
            sa.insert(alerts),
            [
                {"id": one.alert, "story": one.story, "receiver": one.receiver, "severity": one.severity}
                | {"revision": 1, "created_at": now}
                for one in first
            ],
        )
    later = [one for one in new if one.number > 1]
    if later:
        revised = [{"name": one.alert, "to": one.number, "how_severe": one.severity} for one in later]
        c.execute(_REVISE, revised)
    if new:
        c.execute(
            sa.insert(revisions),
            [
                {"alert": one.alert, "revision": one.number, "reason": one.reason.value}
                | {
                    "severity": one.severity,
                    "article": one.article,
                    "version": one.version,
                    "created_at": now,
                }
                for one in new
            ],
        )
        told = [
            {"alert": one.alert, "rule": rule, "revision": one.number, "match": match}
            for one in new
            for rule, match in one.rules
        ]
        c.execute(sa.insert(alert_rules), told)


_REVISE = (
    sa.update(alerts)
    .where(alerts.c.id == sa.bindparam("name"))
    .values(revision=sa.bindparam("to"), severity=sa.bindparam("how_severe"))
)


def matches_told(c: sa.Connection, of: Collection[tuple[str, int]]) -> dict[tuple[str, int], list[Match]]:
    """Load the matches that revisions tell of, by alert and revision."""
    found: dict[tuple[str, int], list[Match]] = defaultdict(list)
    for row in c.execute(_TOLD, {"names": [alert for alert, _ in of]}).mappings():
        revision = (row["alert"], row["revision"])
        if revision in of:
            found[revision].append(match_from_row(row))
    return found


def tells_something(c: sa.Connection, alert: str, revision: int) -> bool:
    """Tell whether the archive has a match that a revision tells of, be it readable or not."""
    of = sa.and_(alert_rules.c.alert == alert, alert_rules.c.revision == revision)
    there = sa.select(matches.c.id).join(alert_rules, alert_rules.c.match == matches.c.id).where(of).limit(1)
    return c.scalar(there) is not None


_TOLD = (
    sa.select(matches, alert_rules.c.alert, alert_rules.c.revision)
    .join(alert_rules, alert_rules.c.match == matches.c.id)
    .where(alert_rules.c.alert.in_(sa.bindparam("names", expanding=True)))
    .order_by(matches.c.id)
)
