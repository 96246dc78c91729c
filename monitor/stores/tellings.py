"""What people were told: alerts, their revisions, and what became of each at every destination.

Only read here; every part is written by the rows' own file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from monitor.model import AlertReason, Corroboration, NotificationState, Receipt, Relation, Severity
from monitor.stores.dead_letters import Attempt
from monitor.stores.edits import as_it_was
from monitor.stores.stories import corroboration_from_json
from monitor.stores.tables import (
    alert_rules,
    alerts,
    articles,
    attempts,
    notifications,
    receipts,
    revisions,
    story_articles,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """An article, as far as others name it; `relation` is None where it is in no story."""

    id: int
    title: str
    feed: str
    source: str
    first_seen: datetime
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a revision at one destination.

    `carrier` is the notification in whose message it goes along. `superseded_by` is the revision that says
    all of it.
    """

    id: int
    key: str
    destination: str
    state: NotificationState
    reason: str
    created_at: datetime
    next_attempt_at: datetime
    ended_at: datetime | None
    replayed_at: datetime | None
    carrier: int | None
    superseded_by: int | None
    attempts: tuple[Attempt, ...]
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class RevisionTold:
    """A revision of an alert: why it was written, about which article, and where it went.

    The article is as it read then, `told_by` who had the story then; `rules` are those it told of for the
    first time.
    """

    number: int
    reason: AlertReason
    severity: Severity
    at: datetime
    article: Mention
    version: int
    told_by: Corroboration
    rules: tuple[str, ...]
    sent: tuple[Sent, ...]


@dataclass(frozen=True, slots=True)
class AlertTold:
    """An alert with its revisions."""

    id: str
    story: int
    receiver: str
    severity: Severity
    created_at: datetime
    revisions: tuple[RevisionTold, ...]

    @property
    def rules(self) -> frozenset[str]:
        """Every rule that it has told of."""
        return frozenset(rule for revision in self.revisions for rule in revision.rules)


def mentions(c: sa.Connection, numbers: Iterable[int]) -> dict[int, Mention]:
    """Give articles as others name them, by number."""
    asked = (
        sa.select(
            articles.c.id,
            articles.c.title,
            articles.c.feed,
            articles.c.source,
            articles.c.first_seen,
            story_articles.c.relation,
        )
        .outerjoin(story_articles, story_articles.c.article == articles.c.id)
        .where(articles.c.id.in_(set(numbers)))
    )
    return {
        row.id: Mention(*row[:5], relation=None if row.relation is None else Relation(row.relation))
        for row in c.execute(asked)
    }


def load_alerts(c: sa.Connection, ids: Collection[str]) -> tuple[AlertTold, ...]:
    """Load alerts with all that became of them, the oldest first; an id that there is none of is left out."""
    if not ids:
        return ()
    rows = c.execute(sa.select(revisions).where(revisions.c.alert.in_(ids)).order_by(revisions.c.revision))
    written: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        written[row.alert].append(row)
    told_of = {(row.article, row.version) for mine in written.values() for row in mine}
    now, then = mentions(c, {number for number, _ in told_of}), as_it_was(c, told_of)
    about = {one: replace(now[one[0]], title=article.title) for one, article in then.items()}
    rules = defaultdict[tuple[str, int], list[str]](list)
    asked = sa.select(alert_rules).where(alert_rules.c.alert.in_(ids)).order_by(alert_rules.c.match)
    for row in c.execute(asked):
        rules[row.alert, row.revision].append(row.rule)
    sent = _sent(
        c, ids, {alert: [(r.revision, r.created_at) for r in mine] for alert, mine in written.items()}
    )
    found = c.execute(
        sa.select(alerts).where(alerts.c.id.in_(ids)).order_by(alerts.c.created_at, alerts.c.id)
    )
    return tuple(
        AlertTold(
            id=row.id,
            story=row.story,
            receiver=row.receiver,
            severity=cast("Severity", row.severity),
            created_at=row.created_at,
            revisions=tuple(
                RevisionTold(
                    number=one.revision,
                    reason=AlertReason(one.reason),
                    severity=cast("Severity", one.severity),
                    at=one.created_at,
                    article=about[one.article, one.version],
                    version=one.version,
                    told_by=corroboration_from_json(one.told_by),
                    rules=tuple(rules[row.id, one.revision]),
                    sent=tuple(sent[row.id, one.revision]),
                )
                for one in written[row.id]
            ),
        )
        for row in found
    )


def _sent(
    c: sa.Connection, ids: Collection[str], written: Mapping[str, list[tuple[int, datetime]]]
) -> Mapping[tuple[str, int], list[Sent]]:
    """Load what became of revisions at each destination, by alert and revision."""
    asked = (
        sa.select(notifications, receipts.c.sent_at, receipts.c.detail, receipts.c.reference)
        .outerjoin(receipts, receipts.c.key == notifications.c.key)
        .where(notifications.c.alert.in_(ids))
        .order_by(notifications.c.id)
    )
    rows = c.execute(asked).all()
    tried: dict[int, list[Attempt]] = defaultdict(list)
    mine = attempts.c.notification.in_([row.id for row in rows])
    for row in c.execute(sa.select(attempts).where(mine).order_by(attempts.c.id)):
        tried[row.notification].append(Attempt(row.started_at, row.ended_at, row.outcome, row.detail))
    found: dict[tuple[str, int], list[Sent]] = defaultdict(list)
    for row in rows:
        found[row.alert, row.revision].append(
            Sent(
                id=row.id,
                key=row.key,
                destination=row.destination,
                state=NotificationState(row.state),
                reason=row.reason,
                created_at=row.created_at,
                next_attempt_at=row.next_attempt_at,
                ended_at=row.ended_at,
                replayed_at=row.replayed_at,
                carrier=row.carrier,
                superseded_by=_superseded_by(row, written.get(row.alert, ())),
                attempts=tuple(tried[row.id]),
                receipt=Receipt(row.detail, row.sent_at, row.reference) if row.sent_at else None,
            )
        )
    return found


def _superseded_by(row: Any, written: Iterable[tuple[int, datetime]]) -> int | None:
    """Give the revision that superseded a notification: the one that was stored as it ended."""
    if row.state != NotificationState.SUPERSEDED.value:
        return None
    later = [(number, at) for number, at in written if number > row.revision]
    return next((number for number, at in later if at >= row.ended_at), None)
