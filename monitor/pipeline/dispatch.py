"""Match → alert: what happens to the matches of one article.

    claim → join or open a story → route → **store alerts and notifications → enqueue → acknowledge**

All that is decided for the articles in hand is stored in one transaction, which depends on the lease of
dispatch; a crash anywhere is made good by the reconciler, which offers again what the archive says is
waiting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from monitor import events, failpoints
from monitor.alerting.plan import Candidate, Development, Plan, Revision, plan
from monitor.alerting.route import RootRoute, route
from monitor.errors import RetryLater
from monitor.model import Article, Match, Relation, RuleStatus
from monitor.pipeline.joining import Joined, Joiner, StoryRules
from monitor.pipeline.standings import Standings
from monitor.stores import alerts, articles, corrections, notifications, quarantine
from monitor.stores.alerts import NewRevision
from monitor.stores.archive import Archive, Connection
from monitor.stores.articles import Stored
from monitor.stores.leases import Lease, hold_lease
from monitor.stores.notifications import NewNotification, Waiting
from monitor.stores.queue import Entry, Queue
from monitor.stores.stories import members_of
from monitor.stories.boilerplate import publisher
from monitor.stories.corrections import Correction, correction_in
from monitor.stories.corroboration import milestone

MOST_TRIES = 5
_LONGEST_REASON = 500
NO_WAIT = timedelta()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What dispatch looks up: rules' status today, routes, and each receiver's destinations.

    What more sources have waits for `update_wait`, so that one line tells of all that come meanwhile.
    """

    rule_status: Callable[[str], RuleStatus | None]
    routes: RootRoute
    destinations: Mapping[str, Sequence[str]]
    stories: StoryRules
    clock: Callable[[], datetime]
    new_alert_id: Callable[[], str]
    update_wait: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What came of one article, and how it stands to its story."""

    article: int
    story: int
    relation: Relation
    plan: Plan


@dataclass(frozen=True, slots=True)
class _Found:
    """An article with its waiting matches, by number, and the story that it tells.

    `edited_to` says that an edit made it a correction or a retraction.
    """

    stored: Stored
    matches: Sequence[tuple[int, Match]]
    joined: Joined
    edited_to: Correction = ""

    @property
    def story(self) -> int:
        """The number of its story."""
        return self.joined.story

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
        self._joiner = Joiner(around.stories)

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
        if not self._joiner.knows_stories:
            # A hundred thousand articles take half a minute, for which nobody else is to wait.
            now = self._around.clock()
            await self._archive.read(lambda c: self._joiner.recall(c, now))
        try:
            done, waiting = await self._archive.write(lambda c: self._store(c, numbers))
        except BaseException:
            self._joiner.forget_all()  # it may know of stories that were never stored
            raise
        self._noted.difference_update(numbers)
        if done:
            failpoints.reach("dispatch.stored")
            await offer_notifications(self._queue, waiting)
            failpoints.reach("dispatch.enqueued")
        for one in done:
            events.article_dispatched(
                article=one.article,
                story=one.story,
                relation=one.relation.value,
                ends=Counter((ending.state.value, ending.reason) for ending in one.plan.ends.values()),
                revisions=[revision.reason.value for revision in one.plan.revisions],
            )
        await self._queue.done(entries)
        failpoints.reach("dispatch.acknowledged")

    def _store(self, c: Connection, numbers: Sequence[int]) -> tuple[list[Dispatched], list[Waiting]]:
        """Decide and store, for the articles in turn; one that was dispatched before is passed over."""
        hold_lease(c, self._lease)
        quarantine.end(c, numbers)
        now = self._around.clock()
        found = self._find(c, numbers, now)
        standings = Standings(c, [one.story for one in found])
        done: list[Dispatched] = []
        revisions: list[NewRevision] = []
        for one in found:
            candidates = [self._candidate(number, match, one.article) for number, match in one.matches]
            decided = plan(candidates, standings.of(one.story), _development(c, one, standings))
            done.append(Dispatched(int(one.article.id), one.story, one.joined.relation, decided))
            for revision in decided.revisions:
                new = self._new_revision(revision, one)
                revisions.append(new)
                standings.note(new)
        ends = {n: (end.state, end.reason) for one in done for n, end in one.plan.ends.items()}
        story_of = {number: one.story for one in done for number in one.plan.ends}
        articles.end_matches(c, ends, story_of, now)
        corrections.end_corrections(c, [int(one.article.id) for one in found if one.edited_to], now)
        alerts.store_revisions(c, revisions, now)
        notifications.supersede(c, {one.alert for one in revisions if one.number > 1}, now)
        digests = {int(one.article.id): one.stored.digest for one in found}
        waiting = notifications.store_notifications(c, self._notifications(revisions, digests), now)
        failpoints.reach("dispatch.storing")
        return done, waiting

    def _find(self, c: Connection, numbers: Sequence[int], now: datetime) -> list[_Found]:
        matches = articles.pending_matches(c, numbers)
        corrected = corrections.waiting_corrections(c, numbers)
        loaded = articles.load_articles(c, {*matches, *corrected})
        left = [number for number in dict.fromkeys(numbers) if number in loaded]
        asked = [(loaded[n].article, [match for _, match in matches.get(n, ())]) for n in left]
        joined = self._joiner.join(c, asked, now)
        return [
            _Found(loaded[n], matches.get(n, ()), story, corrected.get(n, ""))
            for n, story in zip(left, joined, strict=True)
        ]

    def _candidate(self, number: int, match: Match, article: Article) -> Candidate:
        routed = route(self._around.routes, match, article)
        receivers = {one.receiver: one.updates for one in routed}
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
            updates=revision.updates,
            passed=revision.passed,
            knows_first_tier=revision.knows_first_tier,
            told_by=about.joined.told_by,
        )

    def _notifications(
        self, revisions: Iterable[NewRevision], digests: Mapping[int, str]
    ) -> list[NewNotification]:
        return [
            NewNotification(
                one.alert,
                one.number,
                one.receiver,
                destination,
                one.severity,
                digests[one.article],
                waits=self._around.update_wait if one.reason in notifications.MAY_WAIT else NO_WAIT,
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


def _development(c: Connection, one: _Found, standings: Standings) -> Development:
    """Say what an article does to its story."""
    correction, corrected = one.edited_to, [int(one.article.id)]
    if not correction and not one.joined.again and (correction := correction_in(one.article)):
        corrected = _of_its_publisher(c, one)
    told: dict[str, str] = {}
    if correction:
        for number in corrected:
            told |= corrections.last_told_by(c, number)
    corrects = frozenset(told.values())
    here = {before.alert for before in standings.of(one.story).values()}
    others = standings.called(c, corrects - here) if corrects else {}
    elsewhere = {receiver: others[alert] for receiver, alert in told.items() if alert in others}
    told_by = one.joined.told_by
    passed = milestone(told_by.independent)
    return Development(one.joined.relation, told_by, passed, correction, corrects, elsewhere)


def _of_its_publisher(c: Connection, one: _Found) -> list[int]:
    """List what the publisher of an article told of its story before: nobody else may correct that."""
    who = publisher(one.article)
    told = (member.article for member, other in members_of(c, one.story) if publisher(other) == who)
    return [number for number in told if number != int(one.article.id)]


async def offer_notifications(queue: Queue, waiting: Iterable[Waiting]) -> int:
    """Put notifications into the streams of their destinations; gives how many were not there yet."""
    streams: dict[str, list[int]] = defaultdict(list)
    for one in waiting:
        streams[queue.keys.deliver(one.destination, one.severity)].append(one.id)
    return sum([await queue.offer(stream, ids) for stream, ids in streams.items()])
