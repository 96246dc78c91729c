"""What a simulated month came to, read from its archive, and whether everything promised of it holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import sqlalchemy as sa

from monitor.model import ArticleState, MatchState, Notification
from monitor.stores.tables import (
    alert_rules,
    alerts,
    articles,
    corrections,
    matches,
    notifications,
    receipts,
    revisions,
    stories,
    story_articles,
)
from tests.proof.made_news import Piece
from tests.proof.month import Simulated, row_count


def sums(
    c: sa.Connection, got: Mapping[str, Sequence[Notification]], played: Sequence[Piece], seconds: float
) -> Simulated:
    """Count everything, and say what is not as promised."""
    ends = Counter({(s, r): n for s, r, n in c.execute(_grouped(matches.c.state, matches.c.reason))})
    reasons = Counter(dict(c.execute(_grouped(revisions.c.reason)).all()))
    matched = sa.select(sa.func.count()).where(articles.c.state == ArticleState.MATCHED.value)
    funnel = {
        "articles": row_count(c, articles),
        "with a match": c.scalar(matched) or 0,
        "matches": row_count(c, matches),
        "stories": row_count(c, stories),
        "alerts": row_count(c, alerts),
        "revisions": row_count(c, revisions),
        "notifications": row_count(c, notifications),
        "delivered": row_count(c, receipts),
        "messages": len({n.key for sent in got.values() for n in sent}),
    }
    merged, parted = _grouping(c, played)
    return Simulated(
        funnel=funnel,
        ends=ends,
        revisions=reasons,
        wrong=list(_wrong(c, got, funnel, ends, reasons)),
        events=len({piece.event for piece in played if piece.event}),
        merged=merged,
        parted=parted,
        seconds=seconds,
    )


def _grouped(*columns: sa.Column[str]) -> sa.Select[tuple[object, ...]]:
    return sa.select(*columns, sa.func.count()).group_by(*columns)


def _wrong(
    c: sa.Connection,
    got: Mapping[str, Sequence[Notification]],
    funnel: Mapping[str, int],
    ends: Counter[tuple[str, str]],
    reasons: Counter[str],
) -> list[str]:
    said = []
    told = Counter(n.key for sent in got.values() for n in (*sent, *(o for one in sent for o in one.others)))
    said += [f"told {times} times: {key}" for key, times in told.items() if times > 1]
    if ends.total() != funnel["matches"] or any(state == MatchState.PENDING.value for state, _ in ends):
        said.append(f"matches without an end: {ends}")
    said += [f"an end without a reason: {end}" for end in ends if not end[1]]
    if reasons["first"] != funnel["alerts"]:
        said.append(f"{funnel['alerts']} alerts, {reasons['first']} first revisions")
    states = Counter(dict(c.execute(_grouped(notifications.c.state)).all()))
    delivered = row_count(c, receipts)
    if states.total() != states["delivered"] + states["superseded"] or delivered != states["delivered"]:
        said.append(f"notifications end as {states}, with {delivered} receipts")
    if len(told) != delivered:
        said.append(f"{len(told)} messages arrived, the ledger has {delivered}")
    twice = sa.select(alert_rules.c.alert).group_by(alert_rules.c.alert, alert_rules.c.rule)
    if c.execute(twice.having(sa.func.count() > 1)).first():
        said.append("a rule was told twice in one alert")
    if c.scalar(sa.select(sa.func.count()).where(corrections.c.ended_at.is_(None))):
        said.append("a correction waits for ever")
    return said + _corrections(c)


def _corrections(c: sa.Connection) -> list[str]:
    """Check that a correction went to all who were told of the article and wanted it, and to nobody else."""
    said = []
    for article, kind in c.execute(sa.select(corrections.c.article, corrections.c.kind)):
        by_match = (
            sa.select(alert_rules.c.alert)
            .join(matches, matches.c.id == alert_rules.c.match)
            .where(matches.c.article == article)
        )
        raised = sa.select(revisions.c.alert).where(
            revisions.c.article == article, revisions.c.reason.not_in(("correction", "retraction"))
        )
        wanted = set(c.scalars(by_match)) | set(c.scalars(raised))
        of_it = sa.select(revisions.c.alert).where(revisions.c.article == article, revisions.c.reason == kind)
        told = set(c.scalars(of_it))
        if told != wanted:
            said.append(f"{kind} of article {article} told in {sorted(told)}, not in {sorted(wanted)}")
    return said


def _grouping(c: sa.Connection, played: Sequence[Piece]) -> tuple[int, int]:
    """Count pairs of articles that were joined though of different events, and those parted though of one."""
    event_of = {piece.link: piece.event for piece in played}
    rows = sa.select(articles.c.url, story_articles.c.story).join(
        story_articles, story_articles.c.article == articles.c.id
    )
    by_story: dict[int, list[str]] = defaultdict(list)
    by_event: dict[str, list[int]] = defaultdict(list)
    for url, story in c.execute(rows):
        by_story[story].append(event_of[url])
        by_event[event_of[url]].append(story)
    merged = sum(one != two for events in by_story.values() for one, two in combinations(events, 2))
    parted = sum(
        one != two for event, told in by_event.items() if event for one, two in combinations(told, 2)
    )
    return merged, parted
