"""Forgetting what is older than the archive keeps, in small transactions so that nobody waits for long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import HEARTBEAT, MatchState, NotificationState
from monitor.stores.tables import (
    alerts,
    articles,
    matches,
    notifications,
    receipts,
    seen_keys,
    stories,
    story_moves,
)

BATCH = 500


def prune_articles(c: sa.Connection, before: datetime) -> int:
    """Forget up to BATCH articles first seen before `before` (with their matches); gives how many.

    An article whose matches wait for dispatch, or whose story has notifications under way, stays.
    """
    old = _old_articles(before).order_by(articles.c.first_seen).limit(BATCH)
    return c.execute(sa.delete(articles).where(articles.c.id.in_(old))).rowcount


def prune_stories(c: sa.Connection, before: datetime) -> int:
    """Forget up to BATCH stories quiet since before `before`, with their alerts and deliveries."""
    old = _old_stories(before).order_by(stories.c.last_at).limit(BATCH)
    return c.execute(sa.delete(stories).where(stories.c.id.in_(old))).rowcount


def prune_receipts(c: sa.Connection, before: datetime) -> int:
    """Forget up to BATCH receipts sent before `before`."""
    old = _old_receipts(before).limit(BATCH)
    return c.execute(sa.delete(receipts).where(receipts.c.key.in_(old))).rowcount


def prune_keys(c: sa.Connection, before: datetime) -> int:
    """Forget up to BATCH entry keys that no document has carried since before `before`.

    The keys of a feed's newest document stay however old they are: while that document stands unchanged,
    its entries are still in the feed.
    """
    pair = sa.tuple_(seen_keys.c.feed, seen_keys.c.key)
    return c.execute(sa.delete(seen_keys).where(pair.in_(_old_keys(before).limit(BATCH)))).rowcount


def prune_heartbeats(c: sa.Connection, before: datetime) -> int:
    """Forget all that came of heartbeats before `before`, whatever became of it; gives how many articles."""
    told = sa.select(alerts.c.story).where(alerts.c.receiver == HEARTBEAT)
    c.execute(sa.delete(stories).where(stories.c.id.in_(told), stories.c.last_at < before))
    ours = receipts.c.key.like("%/heartbeat:%")
    c.execute(sa.delete(receipts).where(ours, receipts.c.sent_at < before))
    old_keys = sa.and_(seen_keys.c.feed == HEARTBEAT, seen_keys.c.last_seen_at < before)
    c.execute(sa.delete(seen_keys).where(old_keys))
    old = sa.and_(articles.c.feed == HEARTBEAT, articles.c.first_seen < before)
    return c.execute(sa.delete(articles).where(old)).rowcount


def prune_moves(c: sa.Connection, before: datetime) -> int:
    """Forget which articles were put into other stories before `before`: whoever is to follow has done so."""
    return c.execute(sa.delete(story_moves).where(story_moves.c.moved_at < before)).rowcount


def prunable(c: sa.Connection, before: datetime, keys_before: datetime) -> dict[str, int]:
    """Count what pruning would forget."""
    old: dict[str, sa.Select[Any]] = {
        "articles": _old_articles(before),
        "stories": _old_stories(before),
        "receipts": _old_receipts(before),
        "keys": _old_keys(keys_before),
    }
    return {
        what: c.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
        for what, rows in old.items()
    }


def _old_articles(before: datetime) -> sa.Select[tuple[int]]:
    waiting = sa.select(matches.c.article).where(matches.c.state == MatchState.PENDING.value)
    under_way = (
        sa.select(matches.c.article)
        .join(stories, stories.c.id == matches.c.story)
        .where(stories.c.id.in_(_busy_stories()))
    )
    old = sa.select(articles.c.id).where(articles.c.first_seen < before)
    return old.where(articles.c.id.not_in(waiting), articles.c.id.not_in(under_way))


def _old_stories(before: datetime) -> sa.Select[tuple[int]]:
    return sa.select(stories.c.id).where(stories.c.last_at < before, stories.c.id.not_in(_busy_stories()))


def _old_receipts(before: datetime) -> sa.Select[tuple[str]]:
    return sa.select(receipts.c.key).where(receipts.c.sent_at < before)


def _old_keys(before: datetime) -> sa.Select[tuple[str, str]]:
    newest = seen_keys.alias("newest")
    latest = sa.select(sa.func.max(newest.c.last_seen_at)).where(newest.c.feed == seen_keys.c.feed)
    return sa.select(seen_keys.c.feed, seen_keys.c.key).where(
        seen_keys.c.last_seen_at < before, seen_keys.c.last_seen_at < latest.scalar_subquery()
    )


def _busy_stories() -> sa.Select[tuple[int]]:
    return (
        sa.select(alerts.c.story)
        .join(notifications, notifications.c.alert == alerts.c.id)
        .where(notifications.c.state == NotificationState.PENDING.value)
    )
