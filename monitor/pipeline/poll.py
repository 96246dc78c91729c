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
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from time import monotonic
from types import MappingProxyType
from typing import Protocol

import structlog

from monitor import events, failpoints
from monitor.errors import Malformed, StoreUnavailable, Unreachable
from monitor.feeds.access import Access
from monitor.feeds.cadence import NETWORK_AWAY, SITE_HELD, next_poll, while_network_away
from monitor.feeds.config import FeedConfig, is_own_site, registrable_domain
from monitor.feeds.document import Busy, Document, Gone, NoAnswer, NotAsked, Unchanged
from monitor.feeds.entry import Entry, ParsedFeed
from monitor.feeds.identity import Keys, document_keys
from monitor.feeds.normalise import article_of
from monitor.feeds.state import (
    EMPTY,
    FeedState,
    Outcome,
    Poll,
    Yield,
    after_failure,
    after_success,
    polled,
    stays_empty,
    with_format,
)
from monitor.feeds.worker import ParseWorkers
from monitor.matching.engine import Matcher
from monitor.model import HEARTBEAT, Article, ArticleState, Match, MatchState
from monitor.pipeline.harvest import (
    Arrival,
    Edit,
    Harvest,
    Sorted,
    articles_named,
    is_belated,
    is_mass_change,
    is_old,
    sort_entries,
    state_of,
    yield_of,
)
from monitor.stores import articles, corrections, edits, feed_states
from monitor.stores.archive import Archive, Connection
from monitor.stores.articles import text_hash
from monitor.stores.edits import Held, Text
from monitor.stores.feed_states import FeedClaim
from monitor.stores.queue import Queue
from monitor.stories.corrections import newly_corrects

# What a match of an article in this state is: waiting for dispatch, or ended without telling anybody.
_MATCH_STATES = {
    ArticleState.MATCHED: MatchState.PENDING,
    ArticleState.BACKLOG: MatchState.BACKLOG,
    ArticleState.TOO_OLD: MatchState.TOO_OLD,
}


class Fetching(Protocol):
    """What fetches a feed's document, or finds that it is unchanged."""

    async def fetch(self, state: FeedState, access: Access) -> Document | Unchanged:
        """Fetch a feed. Raises Unreachable and Malformed."""
        ...


class Reaching(Protocol):
    """What tells an outage of our own network from a feed that is away."""

    def heard(self, address: str) -> bool:
        """Note that the server of an address answered; tells whether the network had been away."""
        ...

    async def is_away(self, silent: str) -> bool:
        """Tell whether no other server answers either than that of `silent`, an address."""
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
        network: Reaching,
        clock: Callable[[], datetime],
        own_matchers: Mapping[str, Matcher] = MappingProxyType({}),
    ) -> None:
        self._archive = archive
        self._queue = queue
        self._feeds = feeds
        self._fetcher = fetcher
        self._workers = workers
        self._network = network
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
            await self._poll(self._feeds[claim.feed], FeedState.from_row(row), claim)

    async def _poll(self, feed: FeedConfig, state: FeedState, claim: FeedClaim) -> None:
        started = monotonic()
        try:
            failpoints.reach("poll.claimed")
            answer = await self._fetcher.fetch(state, feed.access)
            failpoints.reach("poll.fetched")
            parsed = await self._parsed(answer, state) if isinstance(answer, Document) else None
        except NoAnswer as silence:
            if await self._network.is_away(state.address):
                await self._store_outage(feed, state, claim, started)
            else:
                await self._store_failure(feed, state, claim, silence, started)
            return
        except (Unreachable, Malformed) as error:
            if not isinstance(error, NotAsked):
                await self._end_outage(state)
            await self._store_failure(feed, state, claim, error, started)
            return
        await self._end_outage(state)
        failpoints.reach("poll.parsed")
        harvest = await self._harvest(feed, state, parsed) if parsed else Harvest()
        now = self._clock()
        after = _after(feed, state, answer, parsed, harvest.found, now)
        due = next_poll(feed, after, answer, now, random.random())  # noqa: S311 - only jitter
        took = monotonic() - started
        after = polled(after, Poll(now, _outcome(parsed, harvest), harvest.found.new, took), due)
        numbers = await self._archive.write(lambda c: _store(c, claim, after, harvest, now))
        failpoints.reach("poll.stored")
        await self._enqueue(numbers)
        failpoints.reach("poll.enqueued")
        _report(state, after, harvest, took)

    async def _parsed(self, document: Document, state: FeedState) -> ParsedFeed:
        """Parse a document; one that is suddenly empty is believed when it stays so."""
        parsed = await self._workers.parse(document, suspect=state.failures > 0)
        if state.entries and not parsed.entries and not stays_empty(state):
            raise Malformed(f"{EMPTY}, though it held {state.entries} before")
        return parsed

    async def _harvest(self, feed: FeedConfig, state: FeedState, parsed: ParsedFeed) -> Harvest:
        keyed = list(zip(parsed.entries, document_keys(parsed.entries), strict=True))
        every_key = frozenset(key for _, keys in keyed for key in keys.present)
        known, texts, filled = await self._archive.read(lambda c: _known(c, feed.id, keyed, every_key))
        sorted_ = sort_entries(keyed, known, {number: text.published for number, text in texts.items()})
        found = yield_of(sorted_, len(parsed.entries))
        now = self._clock()
        arrivals = await self._arrivals(feed, state, parsed, sorted_, found, now, filled=filled)
        edits = await self._edits(feed, parsed, sorted_, texts, now)
        counts = sorted_.counts + Counter({ArticleState.CAPPED.value: parsed.capped})
        counts += Counter({ArticleState.MALFORMED.value: len(sorted_.fresh) - len(arrivals)})
        counts.update(arrival.state.value for arrival in arrivals)
        return Harvest(tuple(arrivals), tuple(edits), sorted_.keys, counts, found)

    async def _arrivals(
        self,
        feed: FeedConfig,
        state: FeedState,
        parsed: ParsedFeed,
        found: Sorted,
        brought: Yield,
        now: datetime,
        *,
        filled: bool,
    ) -> list[Arrival]:
        """Match what is news; entries that are no articles are left out.

        `filled` says that the feed has ever brought something.
        """
        silent = feed.backfill == "silent"
        mass = f"{feed.id} {now.isoformat()}" if is_mass_change(brought) else ""
        # A feed that was empty so far, and is full of old articles now, was not ready when first asked.
        late = bool(mass) and not filled
        arrivals = []
        for entry, keys in found.fresh:
            try:
                article = article_of(entry, parsed, feed, now)
            except Malformed:
                continue
            matches = await self._match(feed, article)
            first = silent and (state.first_success_at is None or (late and is_old(entry, state)))
            ends = state_of(article, feed, matches, first=first)
            digest = mass if mass and filled and is_belated(entry, state) else ""
            arrivals.append(Arrival(article, entry.id, keys, ends, matches, digest))
        return arrivals

    async def _edits(
        self, feed: FeedConfig, parsed: ParsedFeed, found: Sorted, texts: Mapping[int, Text], now: datetime
    ) -> list[Edit]:
        """Find the articles whose text changed, and the rules that match for that reason alone."""
        changed = {}
        for number, entry in found.known.items():
            with suppress(Malformed):
                article = article_of(entry, parsed, feed, now)
                if number in texts and text_hash(article) != texts[number].hash:
                    changed[number] = article
        if not changed:
            return []
        held = await self._archive.read(lambda c: edits.held_articles(c, changed))
        edited = []
        for number, article in changed.items():
            before = held.get(number)
            if before is None or before.reads_like(article):
                continue
            now_reads = replace(article, first_seen=before.article.first_seen)
            matches = await self._match(feed, now_reads)
            again = tuple(match for match in matches if match.rule in before.waiting)
            fresh = await self._newly_matching(feed, before, matches)
            ends = state_of(article, feed, fresh, first=False)
            edited.append(Edit(number, before, now_reads, ends, fresh, again))
        return edited

    async def _newly_matching(
        self, feed: FeedConfig, before: Held, matches: Sequence[Match]
    ) -> tuple[Match, ...]:
        found = [match for match in matches if match.rule not in before.rules]
        if not found:
            return ()
        # A rule that is newer than the article would have matched the old text, too: that is no news.
        old = {match.rule for match in await self._match(feed, before.article)}
        return tuple(match for match in found if match.rule not in old)

    async def _match(self, feed: FeedConfig, article: Article) -> tuple[Match, ...]:
        matcher = self._own_matchers.get(feed.id, self.matcher)
        return await asyncio.to_thread(matcher.match, article)

    async def _store_failure(
        self,
        feed: FeedConfig,
        state: FeedState,
        claim: FeedClaim,
        error: Unreachable | Malformed,
        started: float,
    ) -> None:
        now = self._clock()
        after = after_failure(state, error.reason, now, gone=isinstance(error, Gone))
        due = next_poll(feed, after, error, now, random.random())  # noqa: S311 - jitter, not a secret
        after = polled(after, Poll(now, Outcome.FAILED, seconds=monotonic() - started), due)
        await self._archive.write(lambda c: feed_states.save_feed(c, claim, after.as_row()))
        if isinstance(error, Busy) and due.at is not None:
            await self._hold_site(feed, after.address, due.at)
        next_at = due.at.isoformat() if due.at else ""
        events.feed_failed(reason=error.reason, failures=after.failures, next_at=next_at)

    async def _hold_site(self, feed: FeedConfig, address: str, until: datetime) -> None:
        """Let all feeds of a site that has too much to do wait; in one's own network each is by itself."""
        site = registrable_domain(address)
        if not is_own_site(site):
            reason = f"{SITE_HELD} (Retry-After, told to {feed.id})"
            await self._archive.write(lambda c: feed_states.hold_site(c, site, until, reason))

    async def _store_outage(
        self, feed: FeedConfig, state: FeedState, claim: FeedClaim, started: float
    ) -> None:
        """Ask again later, and hold nothing against the feed."""
        now = self._clock()
        due = while_network_away(feed, now, random.random())  # noqa: S311 - jitter, not a secret
        poll = Poll(now, Outcome.NETWORK, seconds=monotonic() - started)
        after = polled(replace(state, last_polled_at=now), poll, due)
        await self._archive.write(lambda c: feed_states.save_feed(c, claim, after.as_row()))
        events.feed_network_away(next_at=due.at.isoformat() if due.at else "")

    async def _end_outage(self, state: FeedState) -> None:
        """Note that a server answered; what waits for our network is due as soon as it is back."""
        if state.feed != HEARTBEAT and self._network.heard(state.address):
            now = self._clock()
            released = await self._archive.write(lambda c: feed_states.release(c, NETWORK_AWAY, now))
            events.network_back(feeds=released)

    async def _enqueue(self, numbers: Sequence[int]) -> None:
        if self._queue is None or not numbers:
            return
        try:
            await self._queue.offer(self._queue.keys.matches, numbers)
        except StoreUnavailable as error:
            # Stored is safe: the reconciler offers them when the queue is back.
            events.loop_failed(loop="enqueue", error=str(error), retry_in=0)


def _known(
    c: Connection, feed: str, keyed: Sequence[tuple[Entry, Keys]], every_key: frozenset[str]
) -> tuple[dict[str, int | None], dict[int, Text], bool]:
    """Give what the keys of a document name, those articles' texts, and whether the feed has any keys."""
    known = articles.known_keys(c, feed, every_key)
    filled = bool(known) or articles.has_keys(c, feed)
    return known, edits.texts_of(c, articles_named(keyed, known)), filled


def _after(
    feed: FeedConfig,
    state: FeedState,
    answer: Document | Unchanged,
    parsed: ParsedFeed | None,
    found: Yield,
    now: datetime,
) -> FeedState:
    after = after_success(
        state, answer, found, floor=feed.floor, usual=feed.usual, adopt_moves=feed.moves == "adopt"
    )
    if parsed is None:
        return after
    after = with_format(after, parsed.format, now)
    return replace(after, title=feed.title or parsed.title or state.title, rhythm=parsed.rhythm)


def _outcome(parsed: ParsedFeed | None, harvest: Harvest) -> Outcome:
    if parsed is None:
        return Outcome.UNCHANGED
    return Outcome.NEW if harvest.found.new else Outcome.NOTHING_NEW


def _store(c: Connection, claim: FeedClaim, after: FeedState, harvest: Harvest, now: datetime) -> list[int]:
    """Store a poll; gives the numbers of the articles whose matches wait for dispatch."""
    feed_states.save_feed(c, claim, after.as_row())
    feed_states.count_entries(c, after.feed, harvest.counts.items())
    keys, waiting = dict(harvest.keys), []
    for arrival in harvest.arrivals:
        number = articles.store_article(
            c, arrival.article, arrival.entry_id, arrival.state, digest=arrival.digest
        )
        keys.update(dict.fromkeys(arrival.keys.present, number))
        waiting += _store_matches(c, number, arrival, now)
    for edit in harvest.edits:
        edits.store_edit(c, edit.number, edit.held, edit.article, now)
        edits.renew_evidence(c, edit.number, edit.again)
        if kind := newly_corrects(edit.held.article, edit.article):
            corrections.note_correction(c, edit.number, kind, now)
            waiting.append(edit.number)
        waiting += _store_matches(c, edit.number, edit, now)
    articles.remember_keys(c, after.feed, keys, now)
    failpoints.reach("poll.storing")
    return waiting


def _store_matches(c: Connection, number: int, of: Arrival | Edit, now: datetime) -> list[int]:
    ends = _MATCH_STATES.get(of.state, MatchState.PENDING)
    articles.store_matches(c, number, of.matches, ends, now)
    return [number] if of.matches and ends is MatchState.PENDING else []


def _report(before: FeedState, after: FeedState, harvest: Harvest, seconds: float) -> None:
    if before.first_success_at is None and any(a.state is ArticleState.BACKLOG for a in harvest.arrivals):
        would = sum(arrival.would_alert for arrival in harvest.arrivals)
        events.feed_first_polled(feed=after.feed, stored=len(harvest.arrivals), would_have_alerted=would)
    if after.learned_url != before.learned_url:
        events.feed_moved(address=after.address)
    if after.gaps > before.gaps:
        events.feed_gap(entries=after.entries)
    if after.distrusted_at and not before.distrusted_at:
        events.feed_validators_dropped()
    if held := sum(1 for arrival in harvest.arrivals if arrival.digest):
        events.feed_mass_change(entries=after.entries, held=held)
    events.feed_polled(
        status=after.recent[-1].outcome.value,
        entries=harvest.counts,
        edits=len(harvest.edits),
        matches=harvest.matches,
        seconds=seconds,
        next_at=after.next_poll_at.isoformat() if after.next_poll_at else "",
        next_reason=after.next_reason,
    )
