"""Rows of `corrections`: edits by which articles correct or take back what was told of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal, cast

import sqlalchemy as sa

from monitor.model import AlertReason
from monitor.stores.notifications import never_sent
from monitor.stores.tables import alert_rules, alerts, corrections, matches, revisions

Kind = Literal["correction", "retraction"]


def note_correction(c: sa.Connection, article: int, kind: Kind, now: datetime) -> None:
    """Note that an edit corrects an article, for dispatch to tell of."""
    c.execute(sa.insert(corrections).values(article=article, kind=kind, created_at=now))


def waiting_corrections(c: sa.Connection, numbers: Collection[int]) -> dict[int, Kind]:
    """Give the corrections that nobody was told of yet, by article; of several the last."""
    rows = c.execute(_WAITING, {"numbers": list(numbers)}) if numbers else ()
    return {row.article: cast("Kind", row.kind) for row in rows}


_WAITING = (
    sa.select(corrections)
    .where(
        corrections.c.article.in_(sa.bindparam("numbers", expanding=True)), corrections.c.ended_at.is_(None)
    )
    .order_by(corrections.c.id)
)


def end_corrections(c: sa.Connection, numbers: Collection[int], now: datetime) -> int:
    """Note that nothing is left to be done about the corrections of articles; gives how many that were."""
    if not numbers:
        return 0
    mine = sa.and_(corrections.c.article.in_(numbers), corrections.c.ended_at.is_(None))
    return c.execute(sa.update(corrections).where(mine).values(ended_at=now)).rowcount


def articles_corrected(c: sa.Connection, before: datetime, limit: int) -> list[int]:
    """List articles whose corrections wait since before `before`, the oldest first."""
    waiting = sa.select(corrections.c.article).where(
        corrections.c.ended_at.is_(None), corrections.c.created_at <= before
    )
    return list(c.scalars(waiting.order_by(corrections.c.id).limit(limit)))


def alerts_about(c: sa.Connection, article: int) -> set[str]:
    """List the alerts that told of an article: as the one that raised a revision, or by its matches."""
    raised = sa.select(revisions.c.alert).where(revisions.c.article == article)
    told = sa.select(alert_rules.c.alert).join(matches, matches.c.id == alert_rules.c.match)
    return set(c.scalars(raised)) | set(c.scalars(told.where(matches.c.article == article)))


def last_told_by(c: sa.Connection, article: int) -> dict[str, str]:
    """Give by which alert each receiver was told of an article last, by receiver.

    Not by what was opened in silence when a story was split, nor by a revision that nobody was sent.
    """
    told = sa.select(alerts.c.receiver, alerts.c.id).join(revisions, revisions.c.alert == alerts.c.id)
    told = told.where(
        revisions.c.article == article,
        revisions.c.reason != AlertReason.SPLIT.value,
        ~never_sent(),
    )
    in_order = told.order_by(revisions.c.created_at, revisions.c.revision, alerts.c.id)
    return {row.receiver: row.id for row in c.execute(in_order)}
