"""Rows of `dispatch_tries`: articles whose dispatch is under way, and those that ended it too often.

A row is written before the dispatch of an article begins and deleted by the transaction that ends it; so what
is left over after a crash tells which article may have caused it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.model import MatchState
from monitor.stores.corrections import end_corrections
from monitor.stores.tables import articles, dispatch_tries, matches
from monitor.stores.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An article that is no longer dispatched, how often that was tried, and what was said last."""

    article: int
    title: str
    tries: int
    last_at: datetime
    reason: str


def begin(c: sa.Connection, numbers: Collection[int], now: datetime) -> set[int]:
    """Note that the dispatch of articles begins; gives those that were not under way already."""
    known = set(c.scalars(sa.select(articles.c.id).where(articles.c.id.in_(numbers))))
    under_way = set(
        c.scalars(sa.select(dispatch_tries.c.article).where(dispatch_tries.c.article.in_(numbers)))
    )
    fresh = known - under_way
    if fresh:
        rows = [{"article": number, "tries": 1, "last_at": now} for number in sorted(fresh)]
        c.execute(insert_if_absent(c, dispatch_tries), rows)
    return fresh


def begin_again(c: sa.Connection, number: int, now: datetime) -> tuple[int, str]:
    """Note that a dispatch which came to no end begins once more; gives tries and fault before."""
    row = c.execute(sa.select(dispatch_tries).where(dispatch_tries.c.article == number)).one_or_none()
    if row is None:
        begin(c, [number], now)
        return 0, ""
    again = {"tries": dispatch_tries.c.tries + 1, "last_at": now}
    c.execute(sa.update(dispatch_tries).where(dispatch_tries.c.article == number).values(**again))
    return row.tries, row.reason


def note_fault(c: sa.Connection, number: int, reason: str) -> None:
    """Note what went wrong with a dispatch."""
    c.execute(sa.update(dispatch_tries).where(dispatch_tries.c.article == number).values(reason=reason))


def end(c: sa.Connection, numbers: Collection[int]) -> None:
    """Note that the dispatch of articles has come to its end."""
    c.execute(_END, {"numbers": list(numbers)})


_END = sa.delete(dispatch_tries).where(dispatch_tries.c.article.in_(sa.bindparam("numbers", expanding=True)))


def quarantine(c: sa.Connection, number: int, reason: str, now: datetime) -> int:
    """End the waiting matches of an article as quarantined, and its corrections; gives how many that were."""
    note_fault(c, number, reason)
    waiting = sa.and_(matches.c.article == number, matches.c.state == MatchState.PENDING.value)
    ended = {"state": MatchState.QUARANTINED.value, "ended_at": now}
    return c.execute(sa.update(matches).where(waiting).values(**ended)).rowcount + end_corrections(
        c, [number], now
    )


def quarantined(c: sa.Connection) -> list[Quarantined]:
    """List the articles in quarantine, the newest first."""
    held = sa.exists().where(
        matches.c.article == dispatch_tries.c.article, matches.c.state == MatchState.QUARANTINED.value
    )
    found = (
        sa.select(
            dispatch_tries.c.article,
            articles.c.title,
            dispatch_tries.c.tries,
            dispatch_tries.c.last_at,
            dispatch_tries.c.reason,
        )
        .join(articles, articles.c.id == dispatch_tries.c.article)
        .where(held)
        .order_by(dispatch_tries.c.last_at.desc(), dispatch_tries.c.article)
    )
    return [Quarantined(*row) for row in c.execute(found)]


def release(c: sa.Connection, number: int) -> bool:
    """Have an article in quarantine dispatched once more; False where it is in none."""
    held = sa.and_(matches.c.article == number, matches.c.state == MatchState.QUARANTINED.value)
    waits = {"state": MatchState.PENDING.value, "ended_at": None}
    released = c.execute(sa.update(matches).where(held).values(**waits)).rowcount
    if released:
        end(c, [number])
    return released > 0
