"""Article → story: an article joins the story that it tells, or opens one.

What is recent is held in memory, made anew from the archive by whoever becomes the one that dispatches; so
the archive stays the truth, and stories that were split or joined by hand are followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.matching.view import time_of
from monitor.model import HEARTBEAT, Article, Corroboration, Evidence, Match, Relation
from monitor.stores import stories
from monitor.stores.archive import Connection
from monitor.stores.stories import Member
from monitor.stories.agencies import voice_of
from monitor.stories.corroboration import report_of, with_report, word_of
from monitor.stories.keys import is_known_by
from monitor.stories.memory import StoryMemory
from monitor.stories.profile import profile_of

# Stories that have ended are joined by nobody; only their memory is freed so seldom.
_FORGET_EVERY = timedelta(minutes=10)
Told = Sequence[tuple[datetime, Article]]  # articles, each with its time


@dataclass(frozen=True, slots=True)
class StoryRules:
    """How articles are joined: the keys that make two one, when stories end, and what is said of sources."""

    keys: Callable[[Article], Sequence[str]]
    ends_after: timedelta
    tier_of: Callable[[Article], int | None]


@dataclass(frozen=True, slots=True)
class Joined:
    """The story that an article is in, how it stands to it, and who has the story since.

    `again` says that it had joined before, so that nothing new is known of its story.
    """

    story: int
    relation: Relation
    told_by: Corroboration
    again: bool = False


class Joiner:
    """Joins articles to stories, within transactions of the one that dispatches."""

    def __init__(self, rules: StoryRules) -> None:
        self._rules = rules
        self._memory: StoryMemory | None = None
        self._moved = 0
        self._forgotten = datetime.min.replace(tzinfo=UTC)

    @property
    def knows_stories(self) -> bool:
        """Tell whether the memory is made."""
        return self._memory is not None

    def recall(self, c: Connection, now: datetime) -> None:
        """Make the memory from the archive; what is moved by hand meanwhile is followed at the next use."""
        since = now - self._rules.ends_after
        self._moved = stories.last_move(c)
        memory = StoryMemory(self._rules.ends_after)
        for member, article in stories.members_since(c, since):
            if article.feed != HEARTBEAT:
                memory.remember(article, member.at, member.story, member.actors)
        self._memory, self._forgotten = memory, since

    def forget_all(self) -> None:
        """Make the memory anew at the next use, for what it holds may never have been stored."""
        self._memory = None

    def join(
        self, c: Connection, found: Sequence[tuple[Article, Sequence[Match]]], now: datetime
    ) -> list[Joined]:
        """Join articles, each with its matches, to their stories, in turn."""
        memory = self._up_to_date(c, now)
        before = stories.members(c, [int(article.id) for article, _ in found])
        keys = {article.id: self._rules.keys(article) for article, _ in found}
        named = stories.stories_named(c, {key for some in keys.values() for key in some})
        known = stories.told_by(c, {*named.values(), *(member.story for member in before.values())})
        fresh: dict[int, Member] = {}
        told: dict[int, list[tuple[datetime, Article]]] = defaultdict(list)
        joined = []
        for article, matches in found:
            number = int(article.id)
            member = before.get(number) or fresh.get(number)
            again = member is not None
            if member is None:
                by_key = self._known_story(c, article, keys[article.id], named, told)
                member = _join(c, memory, article, matches, by_key, now)
                if member.story not in known:
                    known |= stories.told_by(c, [member.story])
                member = self._with_voice(c, member, article, known[member.story], fresh)
                fresh[number] = member
                told[member.story].append((member.at, article))
                report = report_of(article, member.voice, member.tier, member.at)
                known[member.story] = with_report(known[member.story], report)
            for key in keys[article.id]:
                named.setdefault(key, member.story)
            joined.append(Joined(member.story, member.relation, known[member.story], again))
        stories.store_members(c, list(fresh.values()), now)
        stories.name_stories(c, named)
        stories.save_told_by(c, {one.story: known[one.story] for one in joined}, now)
        return [replace(one, told_by=known[one.story]) if one.again else one for one in joined]

    def _known_story(
        self,
        c: Connection,
        article: Article,
        keys: Sequence[str],
        named: Mapping[str, int],
        told: Mapping[int, Told],
    ) -> int | None:
        """Give the story that an article's link or text stands for, where it tells that story in earnest.

        `told` are articles that joined stories just now and are not stored yet.
        """
        if article.feed == HEARTBEAT:  # each key is that of one article's own story
            return next((named[key] for key in keys if key in named), None)
        assert self._memory is not None

        def earlier(story: int) -> Told:
            stored = stories.members_of(c, story)
            return [*told.get(story, ()), *((member.at, other) for member, other in stored)]

        return known_story(article, keys, named, self._memory, earlier, self._rules)

    def _up_to_date(self, c: Connection, now: datetime) -> StoryMemory:
        since = now - self._rules.ends_after
        if self._memory is None:
            self.recall(c, now)
        assert self._memory is not None
        for move in stories.moves_after(c, self._moved):
            self._memory.move(str(move.article), move.story)
            self._moved = move.number
        if since - self._forgotten > _FORGET_EVERY:
            self._memory.forget(since)
            self._forgotten = since
        return self._memory

    def _with_voice(
        self, c: Connection, member: Member, article: Article, has: Corroboration, fresh: dict[int, Member]
    ) -> Member:
        """Say whose word an article is: of a copy, that of the one who wrote it first."""
        voice, tier = voice_of(article), self._rules.tier_of(article)
        if member.relation is Relation.COPY:
            original = fresh.get(member.like) or stories.members(c, [member.like]).get(member.like)
            voice = original.voice if original else (has.voices[0] if has.voices else voice)
        return replace(member, voice=word_of(article, voice, has), tier=tier)


def _join(
    c: Connection,
    memory: StoryMemory,
    article: Article,
    matches: Iterable[Match],
    story: int | None,
    now: datetime,
) -> Member:
    """Find the story of an article: the one that has its link or its text, or one that tells the same."""
    at, _ = time_of(article)
    actors = actors_in(matches)
    base = Member(int(article.id), 0, Relation.NEW, at, "", actors=tuple(actors))
    if article.feed == HEARTBEAT:  # each is a story of its own, however alike they are
        if story is None:
            return replace(base, story=stories.open_story(c, now))
        return replace(base, story=story, relation=Relation.COPY)
    if story is not None:
        memory.remember(article, at, story, actors)
        return replace(base, story=story, relation=Relation.COPY, likeness=1.0)
    found = memory.assign(article, at, lambda: stories.open_story(c, now), actors)
    return replace(
        base,
        story=found.story,
        relation=found.relation,
        likeness=found.likeness,
        like=int(found.like or 0),
    )


def known_story(
    article: Article,
    keys: Sequence[str],
    named: Mapping[str, int],
    memory: StoryMemory,
    earlier: Callable[[int], Told],
    rules: StoryRules,
) -> int | None:
    """Give the story that an article's link or text stands for (`named`), where it tells that in earnest.

    `earlier` gives the articles of a story of which the memory knows no more.
    """
    at, _ = time_of(article)
    for story in dict.fromkeys(named[key] for key in keys if key in named):
        confirmed = memory.confirms(article, at, story)
        if confirmed is None:
            confirmed = _is_known_among(article, at, keys, earlier(story), rules)
        if confirmed:
            return story
    return None


def _is_known_among(
    article: Article, at: datetime, keys: Sequence[str], told: Told, rules: StoryRules
) -> bool:
    """Tell whether an article tells the story of others that share its link or text."""
    profile = profile_of(article)
    return any(
        is_known_by(keys, theirs, profile, profile_of(other), abs(at - then) <= rules.ends_after)
        for then, other in told
        if not set(theirs := rules.keys(other)).isdisjoint(keys)
    )


def actors_in(matches: Iterable[Match]) -> list[str]:
    """List the actors and offices that matches found, each once."""
    hits = (match.evidence for match in matches)
    return sorted({name for found in hits for name in _names(found)})


def _names(found: Evidence) -> Iterator[str]:
    yield from (hit.id for hit in found.actors)
    yield from (hit.office for hit in found.offices)
