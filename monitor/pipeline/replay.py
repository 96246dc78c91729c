"""Articles → funnel: what rules, stories and routes would have made of a stream, with nobody told.

Whatever decides is what decides in the daemon (`matching`, `stories`, `alerting.plan`); only where that
keeps its state in the archive, this keeps it in memory. The clock is the articles' own time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from monitor.alerting.plan import Candidate, Development, Plan, Revision, Standing, plan
from monitor.alerting.route import RootRoute, route
from monitor.matching.engine import Matcher
from monitor.matching.view import time_of
from monitor.model import NOBODY, AlertReason, Article, Corroboration, Match, Relation, RuleStatus
from monitor.pipeline.joining import StoryRules, Told, actors_in, known_story
from monitor.stories.agencies import voice_of
from monitor.stories.boilerplate import publisher
from monitor.stories.corrections import correction_in
from monitor.stories.corroboration import milestone, report_of, with_report, word_of
from monitor.stories.memory import StoryMemory

# Word of more sources waits, and goes unsaid where a later revision says all of it.
_FORGET_EVERY = timedelta(hours=1)
_MAY_WAIT = (AlertReason.MORE_SOURCES, AlertReason.FIRST_TIER)


@dataclass
class Funnel:
    """How many there were at each stage; every match has one end, and the sums add up.

    `ends` counts matches by state and reason, `revisions` those of alerts by reason; `notifications` went to
    destinations, `superseded` would have and were overtaken by a later revision.
    """

    articles: int = 0
    matched: int = 0
    matches: int = 0
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    alerts: int = 0
    revisions: Counter[str] = field(default_factory=Counter)
    notifications: int = 0
    superseded: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    receivers: Counter[str] = field(default_factory=Counter)

    def adds_up(self) -> bool:
        """Tell whether each match has an end, each alert one first revision, and nothing was left over."""
        first = self.revisions[AlertReason.FIRST.value]
        return self.matches == self.ends.total() == self.rules.total() and self.alerts == first


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one article that matched."""

    article: Article
    story: int
    relation: Relation
    told_by: Corroboration
    plan: Plan


@dataclass
class _Story:
    told_by: Corroboration = NOBODY
    standing: dict[str, Standing] = field(default_factory=dict)
    told_of: dict[str, set[str]] = field(default_factory=dict)  # alerts that told of a publisher's articles


class Replay:
    """Takes articles in the order of their time; `destinations` says how many each receiver has."""

    def __init__(
        self,
        matcher: Matcher,
        routes: RootRoute,
        destinations: Mapping[str, int],
        stories: StoryRules,
        *,
        update_wait: timedelta = timedelta(minutes=1),
        as_live: bool = False,
    ) -> None:
        self.funnel = Funnel()
        self._matcher = matcher
        self._routes = routes
        self._destinations = destinations
        self._rules = stories
        self._update_wait = update_wait
        self._as_live = as_live
        self._memory = StoryMemory(stories.ends_after)
        self._forgotten = datetime.min.replace(tzinfo=UTC)
        self._stories: dict[int, _Story] = {}
        self._voices: dict[str, str] = {}
        self._keys: dict[str, int] = {}
        self._keyed: dict[str, list[tuple[datetime, Article]]] = defaultdict(list)
        self._waiting: dict[str, tuple[datetime, int]] = {}
        self._story_numbers, self._match_numbers = count(1), count(1)

    def take(self, article: Article) -> Replayed | None:
        """Say what becomes of the next article; None where no rule matches."""
        self.funnel.articles += 1
        matches = self._matcher.match(article)
        return self.take_matched(article, matches) if matches else None

    def take_matched(self, article: Article, matches: Sequence[Match]) -> Replayed:
        """Say what becomes of an article with its matches."""
        at, _ = time_of(article)
        number, relation = self._join(article, matches, at)
        story = self._stories.setdefault(number, _Story())
        voice = self._voices[article.id]
        report = report_of(article, voice, self._rules.tier_of(article), at)
        story.told_by = with_report(story.told_by, report)
        candidates = [self._candidate(match, article) for match in matches]
        correction = correction_in(article)
        told_of = story.told_of.setdefault(publisher(article), set())
        corrects = frozenset(told_of) if correction else frozenset[str]()
        development = Development(
            relation, story.told_by, milestone(story.told_by.independent), correction, corrects
        )
        decided = plan(candidates, story.standing, development)
        decided = replace(decided, revisions=tuple(self._named(one, number) for one in decided.revisions))
        for revision in decided.revisions:
            story.standing[revision.receiver] = _stands(revision, story.standing.get(revision.receiver))
            if revision.alert:
                told_of.add(revision.alert)
        self._count(candidates, relation, decided, at)
        return Replayed(article, number, relation, story.told_by, decided)

    def _join(self, article: Article, matches: Sequence[Match], at: datetime) -> tuple[int, Relation]:
        keys = self._rules.keys(article)
        actors = actors_in(matches)
        story = self._known_story(article, keys)
        if story is not None:
            self._memory.remember(article, at, story, actors)
            relation, like = Relation.COPY, ""
        else:
            self._forget_ended(at - self._rules.ends_after)
            found = self._memory.assign(article, at, lambda: next(self._story_numbers), actors)
            story, relation, like = found.story, found.relation, found.like
        told_by = self._stories[story].told_by if story in self._stories else NOBODY
        self._voices[article.id] = word_of(article, self._voice(article, relation, like, told_by), told_by)
        for key in keys:
            self._keys.setdefault(key, story)
            self._keyed[key].append((at, article))
        return story, relation

    def _known_story(self, article: Article, keys: Sequence[str]) -> int | None:
        def earlier(story: int) -> Told:
            return [one for key in keys if self._keys.get(key) == story for one in self._keyed[key]]

        return known_story(article, keys, self._keys, self._memory, earlier, self._rules)

    def _forget_ended(self, since: datetime) -> None:
        if since - self._forgotten > _FORGET_EVERY:
            self._memory.forget(since)
            self._forgotten = since

    def _voice(self, article: Article, relation: Relation, like: str, told_by: Corroboration) -> str:
        if relation is not Relation.COPY:
            return voice_of(article)
        first = told_by.voices[0] if told_by.voices else voice_of(article)
        return self._voices.get(like, first)

    def _candidate(self, match: Match, article: Article) -> Candidate:
        routed = route(self._routes, match, article)
        status: RuleStatus = "live" if self._as_live and match.status != "retired" else match.status
        receivers = {one.receiver: one.updates for one in routed}
        return Candidate(next(self._match_numbers), match, status, receivers)

    def _named(self, revision: Revision, story: int) -> Revision:
        return revision if revision.alert else replace(revision, alert=f"{story}/{revision.receiver}")

    def _count(
        self, candidates: Sequence[Candidate], relation: Relation, decided: Plan, at: datetime
    ) -> None:
        funnel = self.funnel
        funnel.matched += 1
        funnel.matches += len(candidates)
        funnel.relations[relation.value] += 1
        funnel.stories = len(self._stories)
        funnel.ends.update((end.state.value, end.reason) for end in decided.ends.values())
        funnel.rules.update(candidate.match.rule for candidate in candidates)
        for revision in decided.revisions:
            funnel.alerts += revision.number == 1
            funnel.revisions[revision.reason.value] += 1
            self._send(revision, at)

    def _send(self, revision: Revision, at: datetime) -> None:
        funnel, alert = self.funnel, revision.alert or ""
        number = self._destinations[revision.receiver]
        due, waiting = self._waiting.pop(alert, (at, 0))
        if waiting and due > at:
            funnel.superseded += waiting
            funnel.notifications -= waiting
            funnel.receivers[revision.receiver] -= waiting
        if revision.reason in _MAY_WAIT:
            self._waiting[alert] = (at + self._update_wait, number)
        funnel.notifications += number
        funnel.receivers[revision.receiver] += number


def _stands(new: Revision, before: Standing | None) -> Standing:
    rules = frozenset(c.match.rule for c in new.matches) | (before.rules if before else frozenset())
    alert = new.alert or ""
    return Standing(alert, new.severity, new.number, rules, new.updates, new.passed, new.knows_first_tier)
