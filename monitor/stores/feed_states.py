"""Rows of `feeds` and `tallies`: what is known of each feed between two polls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.errors import LeaseLost
from monitor.stores.portions import portions
from monitor.stores.tables import feeds, tallies
from monitor.stores.upsert import insert_if_absent, upsert

FeedRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedClaim:
    """The right to poll a feed once, with the number of the grant; `late` is how long the feed was due."""

    feed: str
    fence: int
    late: timedelta = timedelta()


_LEASE = ("lease_owner", "lease_until", "fence")
_STATE = [column for column in feeds.c if column.name not in _LEASE]
_BRIEF = [column for column in _STATE if column.name not in ("recent", "rhythm")]

# A feed that moves to another address must be asked anew, without the old address's validators.
_NOT_MOVING = {"moving_to": None, "moving_count": 0}
_MOVED_BACK: dict[str, Any] = {
    **dict.fromkeys(("etag", "last_modified", "body_hash", "last_unconditional_at", "learned_url")),
    **dict.fromkeys(("gone_at", "distrusted_at", "format_since")),
    **_NOT_MOVING,
    "lies": 0,
    "usual_format": "",
}
_ADDRESS_BOUND: dict[str, Any] = _MOVED_BACK | {"tightened": None, "entries": 0}


def register_feeds(
    c: sa.Connection, addresses: Mapping[str, str], now: datetime, sites: Mapping[str, str] | None = None
) -> None:
    """Give every feed of the configuration a row; `addresses` and `sites` map feed id to URL and site.

    New feeds and feeds whose address changed are due at once; all others keep their time, so that a
    restart never polls early. A changed address is a first poll again: silent about what it brings; but not
    where the feed had moved there already.
    """
    asked = c.execute(sa.select(feeds.c.feed, feeds.c.url, feeds.c.site, feeds.c.learned_url))
    known = {row.feed: row for row in asked}
    for feed, url in sorted(addresses.items()):  # the same order in every process, or they deadlock
        mine, site = sa.update(feeds).where(feeds.c.feed == feed), (sites or {}).get(feed, "")
        if feed not in known:
            new = {"feed": feed, "url": url, "site": site, "next_poll_at": now, "next_reason": "new feed"}
            c.execute(insert_if_absent(c, feeds), new)  # another process may have started at the same time
        elif known[feed].learned_url == url:
            c.execute(mine.values(url=url, site=site, learned_url=None, **_NOT_MOVING))
        elif known[feed].url != url:
            moved = _ADDRESS_BOUND | {
                "url": url,
                "lease_owner": None,
                "lease_until": None,
                "fence": feeds.c.fence + 1,  # what the old address answers meanwhile no longer counts
                "first_success_at": None,
                "next_poll_at": now,
                "failures": 0,
                "site": site,
            }
            c.execute(mine.values(**moved, next_reason="address changed"))
        elif known[feed].site != site and known[feed].learned_url is None:
            c.execute(mine.values(site=site))


def keep_within_interval(c: sa.Connection, feed: str, reasons: Sequence[str], latest: datetime) -> None:
    """Bring a feed's next poll forward to `latest`, where only our own pace put it later.

    For an interval made shorter in the configuration; `reasons` are how the reasons for our own pace begin.
    What the feed itself or its failures asked for stays.
    """
    ours = sa.or_(*(feeds.c.next_reason.startswith(reason, autoescape=True) for reason in reasons))
    later = sa.and_(feeds.c.feed == feed, feeds.c.next_poll_at > latest, ours)
    c.execute(sa.update(feeds).where(later).values(next_poll_at=latest))


def hold_site(c: sa.Connection, site: str, until: datetime, reason: str) -> None:
    """Let no feed of a site be polled before `until`; those that are being polled now see for themselves."""
    earlier = sa.and_(feeds.c.site == site, feeds.c.next_poll_at < until, feeds.c.lease_owner.is_(None))
    held = sa.select(feeds.c.feed).where(earlier).order_by(feeds.c.feed).with_for_update(skip_locked=True)
    late = sa.update(feeds).where(feeds.c.feed.in_(held))
    c.execute(late.values(next_poll_at=until, next_reason=reason))


def release(c: sa.Connection, reason: str, now: datetime) -> int:
    """Make due what waits for one reason; gives how many feeds that are."""
    waiting = sa.and_(
        feeds.c.next_reason == reason, feeds.c.next_poll_at > now, feeds.c.lease_owner.is_(None)
    )
    held = sa.select(feeds.c.feed).where(waiting).order_by(feeds.c.feed).with_for_update(skip_locked=True)
    return c.execute(sa.update(feeds).where(feeds.c.feed.in_(held)).values(next_poll_at=now)).rowcount


def forget_moves(c: sa.Connection, names: Collection[str], now: datetime) -> None:
    """Have feeds that moved asked at their written addresses, as the configuration wants it."""
    anew = _MOVED_BACK | {"next_poll_at": now, "next_reason": "moves are ignored"}
    for part in portions(sorted(names)):
        moved = sa.and_(feeds.c.feed.in_(part), feeds.c.learned_url.is_not(None))
        c.execute(sa.update(feeds).where(moved).values(**anew, fence=feeds.c.fence + 1, lease_owner=None))


def reset_feed(c: sa.Connection, feed: str, now: datetime) -> bool:
    """Forget what was learned of a feed's address and server, and make it due; what it brought stays known.

    Tells whether there is such a feed. A poll that is under way does not count.
    """
    anew = _MOVED_BACK | {"next_poll_at": now, "next_reason": "reset", "failures": 0, "last_error": ""}
    freed = {"lease_owner": None, "lease_until": None, "fence": feeds.c.fence + 1}
    return c.execute(sa.update(feeds).where(feeds.c.feed == feed).values(**anew, **freed)).rowcount > 0


def due_feeds(c: sa.Connection, now: datetime) -> dict[str, str]:
    """List the feeds to be polled now that nobody is polling, each with its site.

    Those that work come first, the most overdue before others: one that fails must not keep the feeds of its
    site waiting by having it ask for more time.
    """
    failing = sa.case((feeds.c.failures > 0, 1), else_=0)
    due = sa.select(feeds.c.feed, feeds.c.site).where(_due(now)).order_by(failing, feeds.c.next_poll_at)
    return dict(c.execute(due).all())


def claim_feeds(
    c: sa.Connection, wanted: Sequence[str], owner: str, now: datetime, ttl: timedelta
) -> list[FeedClaim]:
    """Take those of the feeds that are still due and that no other process polls, until `now + ttl`."""
    free = sa.select(feeds.c.feed).where(feeds.c.feed.in_(wanted), _due(now)).order_by(feeds.c.feed)
    taken = (
        sa.update(feeds)
        .where(feeds.c.feed.in_(free.with_for_update(skip_locked=True)))
        .values(lease_owner=owner, lease_until=now + ttl, fence=feeds.c.fence + 1)
        .returning(feeds.c.feed, feeds.c.fence, feeds.c.next_poll_at)
    )
    claims = {row.feed: FeedClaim(row.feed, row.fence, now - row.next_poll_at) for row in c.execute(taken)}
    return [claims[feed] for feed in wanted if feed in claims]


def renew_claims(
    c: sa.Connection, claimed: Collection[str], owner: str, now: datetime, ttl: timedelta
) -> None:
    """Keep feeds that a process is still polling, until `now + ttl`."""
    mine = sa.and_(feeds.c.feed.in_(list(claimed)), feeds.c.lease_owner == owner)
    c.execute(sa.update(feeds).where(mine).values(lease_until=now + ttl))


def free_feeds(c: sa.Connection, owner: str, claimed: Collection[str] | None = None) -> int:
    """Give back the feeds that a process polls, of `claimed` those, else all of them; gives how many.

    For its end, and for the start of one that is alone in bearing its name. What is due stays due.
    """
    held = sa.update(feeds).where(feeds.c.lease_owner == owner)
    if claimed is not None:
        held = held.where(feeds.c.feed.in_(list(claimed)))
    return c.execute(held.values(lease_owner=None, lease_until=None, fence=feeds.c.fence + 1)).rowcount


def _due(now: datetime) -> sa.ColumnElement[bool]:
    unclaimed = sa.or_(feeds.c.lease_until.is_(None), feeds.c.lease_until <= now)
    return sa.and_(feeds.c.next_poll_at <= now, unclaimed)


def feed_row(c: sa.Connection, feed: str) -> FeedRow | None:
    """Load one feed's row."""
    found = c.execute(_ROW, {"name": feed}).mappings().one_or_none()
    return dict(found) if found else None


_ROW = sa.select(*_STATE).where(feeds.c.feed == sa.bindparam("name"))


def feed_titles(c: sa.Connection, names: Collection[str]) -> dict[str, str]:
    """Give the titles of feeds, by feed."""
    return dict(c.execute(_TITLES, {"names": list(names)}).all())


_TITLES = sa.select(feeds.c.feed, feeds.c.title).where(
    feeds.c.feed.in_(sa.bindparam("names", expanding=True))
)


def feed_rows(c: sa.Connection) -> list[FeedRow]:
    """Load all feeds' rows, by id, without what only their next poll needs."""
    return [dict(row) for row in c.execute(sa.select(*_BRIEF).order_by(feeds.c.feed)).mappings()]


def save_feed(c: sa.Connection, claim: FeedClaim, values: Mapping[str, Any]) -> None:
    """Write what a poll learned of a feed, and give the feed back.

    Raises LeaseLost where another process has claimed the feed meanwhile: then nothing of the poll counts.
    """
    mine = sa.and_(feeds.c.feed == claim.feed, feeds.c.fence == claim.fence)
    saved = sa.update(feeds).where(mine).values(**values, lease_owner=None, lease_until=None)
    if c.execute(saved).rowcount == 0:
        raise LeaseLost(f"another process polls {claim.feed} now")


def count_entries(c: sa.Connection, feed: str, counts: Iterable[tuple[str, int]]) -> None:
    """Add to the tallies of a feed: pairs of state and number of entries."""
    for state, number in counts:
        if number:
            row = upsert(c, tallies).values(feed=feed, state=state, entries=number)
            added = {"entries": tallies.c.entries + row.excluded.entries}
            c.execute(row.on_conflict_do_update(index_elements=["feed", "state"], set_=added))
