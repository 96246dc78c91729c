"""Feed → matches: what happens to one feed that is due.

    fetch → parse → normalise → keep the unseen → match → **store all in one transaction → enqueue**

The validators are stored together with the articles they cover, so a crash anywhere repeats work and skips
none. Each entry ends in exactly one counted state.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from time import monotonic
from types import MappingProxyType
from typing import Protocol

import structlog

from monitor import events, failpoints
from monitor.errors import Malformed, StoreUnavailable, Unreachable
from monitor.feeds.access import Access
from monitor.feeds.cadence import next_poll
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Document, Unchanged
from monitor.feeds.entry import Entry, ParsedFeed
from monitor.feeds.identity import Keys, Verdict, decide, document_keys
from monitor.feeds.normalise import article_of
from monitor.feeds.state import FeedState, after_failure, after_success
from monitor.feeds.worker import ParseWorkers
from monitor.matching.engine import Matcher
from monitor.matching.view import time_of
from monitor.model import Article, ArticleState, Match, MatchState
from monitor.stores import articles, feed_states
from monitor.stores.archive import Archive, Connection
from monitor.stores.feed_states import FeedClaim
from monitor.stores.queue import Queue
from monitor.stores.status import SEEN_BEFORE

# What a match of an article in this state is: waiting for dispatch, or ended without telling anybody.
_MATCH_STATES = {
    ArticleState.MATCHED: MatchState.PENDING,
    ArticleState.BACKLOG: MatchState.BACKLOG,
    ArticleState.TOO_OLD: MatchState.TOO_OLD,
}
_OLD_ENDS = {Verdict.KNOWN: SEEN_BEFORE, Verdict.RENAMED: ArticleState.DUPLICATE.value}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that is new to its feed, with its matches and where it ends."""

    article: Article
    entry_id: str
    state: ArticleState
    matches: tuple[Match, ...]

    @property
    def would_alert(self) -> bool:
        """Tell whether a live rule matched."""
        return any(match.status == "live" for match in self.matches)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a document brought: new articles, the keys of all its entries, and the entries by end."""

    arrivals: tuple[Arrival, ...]
    keys: frozenset[str]
    counts: Mapping[str, int]


class Fetching(Protocol):
    """What fetches a feed's document, or finds that it is unchanged."""

    async def fetch(self, state: FeedState, access: Access) -> Document | Unchanged:
        """Fetch a feed. Raises Unreachable and Malformed."""
        ...


class Poller:
    """Polls one feed at a time; many calls may run side by side.

    `matcher` may be replaced at any time; each article is matched by the one that is there at its turn.
    Feeds in `own_matchers` have theirs instead.
    """

    def __init__(
        self,
        archive: Archive,
        queue: Queue | None,
        *,
        feeds: Mapping[str, FeedConfig],
        fetcher: Fetching,
        workers: ParseWorkers,
        matcher: Matcher,
        clock: Callable[[], datetime],
        own_matchers: Mapping[str, Matcher] = MappingProxyType({}),
    ) -> None:
        self._archive = archive
        self._queue = queue
        self._feeds = feeds
        self._fetcher = fetcher
        self._workers = workers
        self.matcher = matcher
        self._own_matchers = own_matchers
        self._clock = clock

    async def poll(self, claim: FeedClaim) -> None:
        """Poll a claimed feed; whatever it does is stored and reported.

        Raises StoreUnavailable, and LeaseLost where it took so long that another process polls the feed now.
        """
        row = await self._archive.read(lambda c: feed_states.feed_row(c, claim.feed))
        if row is None:
            return
        with structlog.contextvars.bound_contextvars(feed=claim.feed):
            await self._poll(self._feeds[claim.feed], FeedState(**row), claim)

    async def _poll(self, feed: FeedConfig, state: FeedState, claim: FeedClaim) -> None:
        started = monotonic()
        try:
            failpoints.reach("poll.claimed")
            answer = await self._fetcher.fetch(state, feed.access)
            failpoints.reach("poll.fetched")
            parsed = await self._workers.parse(answer) if isinstance(answer, Document) else None
        except (Unreachable, Malformed) as error:
            await self._store_failure(feed, state, claim, error)
            return
        if isinstance(answer, Unchanged) or parsed is None:
            harvest = Harvest((), frozenset(), {})
        else:
            failpoints.reach("poll.parsed")
            harvest = await self._harvest(feed, state, parsed)
        now = self._clock()
        due = next_poll(feed, state, answer, now, random.random(), parsed)  # noqa: S311 - only jitter
        after = after_success(state, answer, due)
        after = replace(after, title=feed.title or (parsed.title if parsed else "") or state.title)
        numbers = await self._archive.write(lambda c: _store(c, claim, after, harvest, now))
        failpoints.reach("poll.stored")
        await self._enqueue(numbers)
        failpoints.reach("poll.enqueued")
        _report(state, after, harvest, monotonic() - started, unchanged=parsed is None)

    async def _harvest(self, feed: FeedConfig, state: FeedState, parsed: ParsedFeed) -> Harvest:
        keyed = list(zip(parsed.entries, document_keys(parsed.entries, feed.publisher), strict=True))
        every_key = frozenset(key for _, keys in keyed for key in keys.present)
        known = await self._archive.read(lambda c: articles.known_keys(c, feed.id, every_key))
        first = state.first_success_at is None and feed.backfill == "silent"
        now = self._clock()
        fresh, counts = _unseen(keyed, known)
        counts[ArticleState.CAPPED.value] += parsed.capped
        arrivals = []
        for entry in fresh:
            try:
                article = article_of(entry, parsed, feed, now)
            except Malformed:
                counts[ArticleState.MALFORMED.value] += 1
                continue
            arrivals.append(await asyncio.to_thread(self._match, article, entry.id, feed, first=first))
        counts.update(arrival.state.value for arrival in arrivals)
        return Harvest(tuple(arrivals), every_key, counts)

    def _match(self, article: Article, entry_id: str, feed: FeedConfig, *, first: bool) -> Arrival:
        matches = self._own_matchers.get(feed.id, self.matcher).match(article)
        return Arrival(article, entry_id, _state_of(article, feed, matches, first=first), matches)

    async def _store_failure(
        self, feed: FeedConfig, state: FeedState, claim: FeedClaim, error: Unreachable | Malformed
    ) -> None:
        now = self._clock()
        due = next_poll(feed, state, error, now, random.random())  # noqa: S311 - jitter, not a secret
        after = after_failure(state, error.reason, due, now)
        await self._archive.write(lambda c: feed_states.save_feed(c, claim, _columns(after)))
        events.feed_failed(reason=error.reason, failures=after.failures, next_at=due.at.isoformat())

    async def _enqueue(self, numbers: Sequence[int]) -> None:
        if self._queue is None or not numbers:
            return
        try:
            await self._queue.offer(self._queue.keys.matches, numbers)
        except StoreUnavailable as error:
            # Stored is safe: the reconciler offers them when the queue is back.
            events.loop_failed(loop="enqueue", error=str(error), retry_in=0)


def _unseen(keyed: Sequence[tuple[Entry, Keys]], known: set[str]) -> tuple[list[Entry], Counter[str]]:
    """Keep the entries that are news; count the others by where they end."""
    fresh: list[Entry] = []
    counts: Counter[str] = Counter()
    so_far = set(known)
    for entry, keys in keyed:
        verdict = decide(keys, so_far)
        so_far.update(keys.present)
        if verdict is Verdict.NEW:
            fresh.append(entry)
        else:
            counts[_OLD_ENDS[verdict]] += 1
    return fresh, counts


def _state_of(article: Article, feed: FeedConfig, matches: Sequence[Match], *, first: bool) -> ArticleState:
    if first:
        return ArticleState.BACKLOG
    at, _ = time_of(article)
    if feed.max_age is not None and article.first_seen - at > feed.max_age:
        return ArticleState.TOO_OLD
    return ArticleState.MATCHED if matches else ArticleState.NO_RULE


def _store(c: Connection, claim: FeedClaim, after: FeedState, harvest: Harvest, now: datetime) -> list[int]:
    """Store a poll; gives the numbers of the articles whose matches wait for dispatch."""
    feed_states.save_feed(c, claim, _columns(after))
    feed_states.count_entries(c, after.feed, harvest.counts.items())
    articles.remember_keys(c, after.feed, harvest.keys, now)
    waiting = []
    for arrival in harvest.arrivals:
        number = articles.store_article(c, arrival.article, arrival.entry_id, arrival.state)
        ends = _MATCH_STATES.get(arrival.state, MatchState.PENDING)
        articles.store_matches(c, number, arrival.matches, ends, now)
        if arrival.matches and ends is MatchState.PENDING:
            waiting.append(number)
    failpoints.reach("poll.storing")
    return waiting


def _columns(state: FeedState) -> dict[str, object]:
    return {name: value for name, value in asdict(state).items() if name not in ("feed", "url")}


def _report(
    before: FeedState, after: FeedState, harvest: Harvest, seconds: float, *, unchanged: bool
) -> None:
    status = "unchanged" if unchanged else "new" if harvest.arrivals else "nothing-new"
    if before.first_success_at is None and any(a.state is ArticleState.BACKLOG for a in harvest.arrivals):
        would = sum(arrival.would_alert for arrival in harvest.arrivals)
        events.feed_first_polled(feed=after.feed, stored=len(harvest.arrivals), would_have_alerted=would)
    events.feed_polled(
        status=status,
        entries=harvest.counts,
        matches=sum(len(arrival.matches) for arrival in harvest.arrivals),
        seconds=seconds,
        next_at=after.next_poll_at.isoformat() if after.next_poll_at else "",
        next_reason=after.next_reason,
    )
