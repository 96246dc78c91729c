"""Match → alert: what happens to the matches of one article.

    claim → join or open a story → route → **store alerts and notifications → enqueue → acknowledge**

All that is decided for the articles in hand is stored in one transaction, which depends on the lease of
dispatch; a crash anywhere is made good by the reconciler, which offers again what the archive says is
waiting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from monitor import events, failpoints
from monitor.alerting.plan import Candidate, Plan, Revision, Standing, plan
from monitor.alerting.route import RootRoute, route
from monitor.errors import RetryLater
from monitor.model import Article, Match, RuleStatus
from monitor.stores import alerts, articles, notifications, quarantine
from monitor.stores.alerts import NewRevision
from monitor.stores.archive import Archive, Connection
from monitor.stores.articles import Stored
from monitor.stores.leases import Lease, hold_lease
from monitor.stores.notifications import NewNotification, Waiting
from monitor.stores.queue import Entry, Queue

MOST_TRIES = 5
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What dispatch looks up: rules' status today, routes, and each receiver's destinations."""

    rule_status: Callable[[str], RuleStatus | None]
    routes: RootRoute
    destinations: Mapping[str, Sequence[str]]
    story_keys: Callable[[Article], Sequence[str]]
    clock: Callable[[], datetime]
    new_alert_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What came of one article."""

    article: int
    story: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class _Found:
    """An article with its waiting matches, by number, and the story that it tells."""

    stored: Stored
    matches: Sequence[tuple[int, Match]]
    story: int

    @property
    def article(self) -> Article:
        """The article, as it reads now."""
        return self.stored.article


class Dispatcher:
    """Turns waiting matches into alerts, as long as this process holds the lease of dispatch."""

    def __init__(self, archive: Archive, queue: Queue, around: Surroundings, lease: Lease) -> None:
        self._archive = archive
        self._queue = queue
        self._around = around
        self._lease = lease
        self._noted: set[int] = set()

    async def dispatch(self, entries: Sequence[Entry]) -> None:
        """Dispatch the articles that queue entries name. Raises LeaseLost, then nothing is stored.

        All are dispatched at once but those whose dispatch came to no end before: each of these is taken
        alone, so that it ends with no others in hand.
        """
        await self._begin({entry.id for entry in entries})
        failpoints.reach("dispatch.begun")
        noted = [entry for entry in entries if entry.id in self._noted]
        at_once = [partial(self._dispatch_at_once, noted)] if noted else []
        alone = [partial(self._dispatch_alone, entry) for entry in entries if entry not in noted]
        await _each([*at_once, *alone])

    async def _begin(self, numbers: set[int]) -> None:
        fresh = numbers - self._noted
        if fresh:
            now = self._around.clock()
            self._noted |= await self._archive.write(lambda c: quarantine.begin(c, fresh, now))

    async def _dispatch_at_once(self, entries: Sequence[Entry]) -> None:
        try:
            await self._dispatch(entries)
        except RetryLater:
            raise  # an outcome, and not the articles' fault: they stay noted
        except Exception as error:
            if len(entries) > 1:  # one of them is at fault, which one is seen when each is by itself
                await _each([partial(self._dispatch_at_once, [entry]) for entry in entries])
                return
            fault = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
            [entry] = entries
            self._noted.discard(entry.id)
            await self._archive.write(lambda c: quarantine.note_fault(c, entry.id, fault))
            raise

    async def _dispatch_alone(self, entry: Entry) -> None:
        if await self._is_poison(entry.id):
            await self._queue.done([entry])
        else:
            await self._dispatch_at_once([entry])

    async def _is_poison(self, number: int) -> bool:
        """Tell whether a dispatch ended its worker, or failed, so often that the article is given up."""
        now = self._around.clock()
        tries, said = await self._archive.write(lambda c: quarantine.begin_again(c, number, now))
        self._noted.add(number)
        if tries < MOST_TRIES:
            return False
        reason = said or "it ended the process"
        held = await self._archive.write(lambda c: quarantine.quarantine(c, number, reason, now))
        self._noted.discard(number)
        if held:
            events.article_quarantined(article=number, tries=tries, reason=reason)
        return held > 0

    async def _dispatch(self, entries: Sequence[Entry]) -> None:
        numbers = [entry.id for entry in entries]
        failpoints.reach("dispatch.claimed")
        done, waiting = await self._archive.write(lambda c: self._store(c, numbers))
        self._noted.difference_update(numbers)
        if done:
            failpoints.reach("dispatch.stored")
            await offer_notifications(self._queue, waiting)
            failpoints.reach("dispatch.enqueued")
        for one in done:
            ends = Counter(state.value for state in one.plan.ends.values())
            reasons = [revision.reason.value for revision in one.plan.revisions]
            events.article_dispatched(article=one.article, story=one.story, ends=ends, revisions=reasons)
        await self._queue.done(entries)
        failpoints.reach("dispatch.acknowledged")

    def _store(self, c: Connection, numbers: Sequence[int]) -> tuple[list[Dispatched], list[Waiting]]:
        """Decide and store, for the articles in turn; one that was dispatched before is passed over."""
        hold_lease(c, self._lease)
        quarantine.end(c, numbers)
        now = self._around.clock()
        found = self._find(c, numbers, now)
        standing = _standing(c, [one.story for one in found])
        done: list[Dispatched] = []
        revisions: list[NewRevision] = []
        for one in found:
            candidates = [self._candidate(number, match, one.article) for number, match in one.matches]
            decided = plan(candidates, standing[one.story])
            done.append(Dispatched(int(one.article.id), one.story, decided))
            for revision in decided.revisions:
                new = self._new_revision(revision, one)
                revisions.append(new)
                standing[one.story][new.receiver] = _stands(new, standing[one.story].get(new.receiver))
        ends = {number: state for one in done for number, state in one.plan.ends.items()}
        story_of = {number: one.story for one in done for number in one.plan.ends}
        articles.end_matches(c, ends, story_of, now)
        alerts.store_revisions(c, revisions, now)
        digests = {int(one.article.id): one.stored.digest for one in found}
        waiting = notifications.store_notifications(c, self._notifications(revisions, digests), now)
        failpoints.reach("dispatch.storing")
        return done, waiting

    def _find(self, c: Connection, numbers: Sequence[int], now: datetime) -> list[_Found]:
        matches = articles.pending_matches(c, numbers)
        loaded = articles.load_articles(c, matches)
        left = [number for number in dict.fromkeys(numbers) if number in loaded]
        keyed = [self._around.story_keys(loaded[number].article) for number in left]
        stories = alerts.join_stories(c, keyed, now)
        return [_Found(loaded[n], matches[n], story) for n, story in zip(left, stories, strict=True)]

    def _candidate(self, number: int, match: Match, article: Article) -> Candidate:
        receivers = tuple(routed.receiver for routed in route(self._around.routes, match, article))
        return Candidate(number, match, self._around.rule_status(match.rule), receivers)

    def _new_revision(self, revision: Revision, about: _Found) -> NewRevision:
        return NewRevision(
            alert=revision.alert or self._around.new_alert_id(),
            number=revision.number,
            story=about.story,
            receiver=revision.receiver,
            reason=revision.reason,
            severity=revision.severity,
            article=int(about.article.id),
            rules=tuple((candidate.match.rule, candidate.number) for candidate in revision.matches),
            version=about.stored.version,
        )

    def _notifications(
        self, revisions: Iterable[NewRevision], digests: Mapping[int, str]
    ) -> list[NewNotification]:
        return [
            NewNotification(
                one.alert, one.number, one.receiver, destination, one.severity, digests[one.article]
            )
            for one in revisions
            for destination in self._around.destinations[one.receiver]
        ]


async def _each(works: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Do one after the other, whatever befalls those before; the last fault is raised in the end."""
    fault: Exception | None = None
    for work in works:
        try:
            await work()
        except RetryLater:
            raise
        except Exception as error:  # noqa: BLE001 - raised when the others are done
            fault = error
    if fault is not None:
        raise fault


def _standing(c: Connection, stories: Collection[int]) -> dict[int, dict[str, Standing]]:
    """Load what receivers were told of stories so far, by story and receiver."""
    stored = alerts.alerts_of(c, set(stories))
    return {
        story: {
            one.receiver: Standing(one.id, one.severity, one.revision, one.rules) for one in stored[story]
        }
        for story in stories
    }


def _stands(new: NewRevision, before: Standing | None) -> Standing:
    """Say what a receiver is told of a story once a revision is out."""
    rules = frozenset(rule for rule, _ in new.rules)
    return Standing(new.alert, new.severity, new.number, rules | (before.rules if before else frozenset()))


async def offer_notifications(queue: Queue, waiting: Iterable[Waiting]) -> int:
    """Put notifications into the streams of their destinations; gives how many were not there yet."""
    streams: dict[str, list[int]] = defaultdict(list)
    for one in waiting:
        streams[queue.keys.deliver(one.destination, one.severity)].append(one.id)
    return sum([await queue.offer(stream, ids) for stream, ids in streams.items()])
