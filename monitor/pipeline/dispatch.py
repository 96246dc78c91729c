"""Match → alert: what happens to the matches of one article.

    claim → join or open a story → route → **store alerts and notifications → enqueue → acknowledge**

All that is decided is stored in one transaction, which depends on the lease of dispatch; a crash anywhere is
made good by the reconciler, which offers again what the archive says is waiting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import events, failpoints
from monitor.alerting.plan import Candidate, Plan, Revision, Standing, plan
from monitor.alerting.route import RootRoute, route
from monitor.errors import RetryLater
from monitor.model import Article, Match, MatchState, RuleStatus
from monitor.stores import alerts, articles, notifications, quarantine
from monitor.stores.archive import Archive, Connection
from monitor.stores.leases import Lease, hold_lease
from monitor.stores.notifications import Waiting
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

    story: int
    plan: Plan
    waiting: tuple[Waiting, ...]


class Dispatcher:
    """Turns waiting matches into alerts, as long as this process holds the lease of dispatch."""

    def __init__(self, archive: Archive, queue: Queue, around: Surroundings, lease: Lease) -> None:
        self._archive = archive
        self._queue = queue
        self._around = around
        self._lease = lease
        self._noted: set[int] = set()

    async def begin(self, entries: Sequence[Entry]) -> None:
        """Note, for all at once, which articles are taken in hand; what was before is noted one by one."""
        numbers = {entry.id for entry in entries} - self._noted
        if not numbers:
            return
        self._noted |= await self._archive.write(lambda c: quarantine.begin(c, numbers, self._around.clock()))

    async def dispatch(self, entry: Entry) -> None:
        """Dispatch the article that a queue entry names. Raises LeaseLost, then nothing is stored."""
        if await self._is_poison(entry.id):
            await self._queue.done(entry)
            return
        failpoints.reach("dispatch.claimed")
        try:
            done = await self._archive.write(lambda c: self._store(c, entry.id))
        except RetryLater:
            raise  # an outcome, and not the article's fault: it stays noted
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
            self._noted.discard(entry.id)
            await self._archive.write(lambda c: quarantine.note_fault(c, entry.id, fault))
            raise
        self._noted.discard(entry.id)
        if done is not None:
            failpoints.reach("dispatch.stored")
            await offer_notifications(self._queue, done.waiting)
            failpoints.reach("dispatch.enqueued")
            ends = Counter(state.value for state in done.plan.ends.values())
            reasons = [revision.reason.value for revision in done.plan.revisions]
            events.article_dispatched(article=entry.id, story=done.story, ends=ends, revisions=reasons)
        await self._queue.done(entry)
        failpoints.reach("dispatch.acknowledged")

    async def _is_poison(self, number: int) -> bool:
        """Tell whether the dispatch of an article ended its worker, or failed, so often that it is given up.

        Such an article is taken alone, so that it ends with no others in hand.
        """
        if number in self._noted:
            return False
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

    def _store(self, c: Connection, number: int) -> Dispatched | None:
        hold_lease(c, self._lease)
        quarantine.end(c, number)
        found = articles.matches_of(c, number, MatchState.PENDING)
        article = articles.load_article(c, number)
        if not found or article is None:
            return None  # dispatched before; only the acknowledgement was lost
        now = self._around.clock()
        story = alerts.join_story(c, self._around.story_keys(article), now)
        standing = {
            receiver: Standing(stored.id, stored.severity, stored.revision, stored.rules)
            for receiver, stored in alerts.alerts_of(c, story).items()
        }
        decided = plan([self._candidate(match_id, match, article) for match_id, match in found], standing)
        for match_id, state in decided.ends.items():
            articles.end_match(c, match_id, state, story, now)
        waiting = [w for r in decided.revisions for w in self._store_revision(c, r, story, number, now)]
        failpoints.reach("dispatch.storing")
        return Dispatched(story, decided, tuple(waiting))

    def _candidate(self, number: int, match: Match, article: Article) -> Candidate:
        receivers = tuple(routed.receiver for routed in route(self._around.routes, match, article))
        return Candidate(number, match, self._around.rule_status(match.rule), receivers)

    def _store_revision(
        self, c: Connection, revision: Revision, story: int, article: int, now: datetime
    ) -> list[Waiting]:
        alert = revision.alert
        if alert is None:
            alert = self._around.new_alert_id()
            alerts.store_alert(c, alert, story, revision.receiver, revision.severity, now)
        alerts.store_revision(
            c,
            alert,
            revision.number,
            reason=revision.reason,
            severity=revision.severity,
            article=article,
            rules=[(candidate.match.rule, candidate.number) for candidate in revision.matches],
            now=now,
        )
        return notifications.store_notifications(
            c,
            alert,
            revision.number,
            receiver=revision.receiver,
            destinations=self._around.destinations[revision.receiver],
            severity=revision.severity,
            now=now,
        )


async def offer_notifications(queue: Queue, waiting: Iterable[Waiting]) -> int:
    """Put notifications into the streams of their destinations; gives how many were not there yet."""
    streams: dict[str, list[int]] = defaultdict(list)
    for one in waiting:
        streams[queue.keys.deliver(one.destination, one.severity)].append(one.id)
    return sum([await queue.offer(stream, ids) for stream, ids in streams.items()])
