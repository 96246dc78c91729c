"""Which story an article belongs to, told from the articles that are remembered.

`StoryMemory` is deterministic: the same articles in the same order give the same stories, and its state
follows from the articles that it holds, so it can be rebuilt from the archive.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Article, Relation
from monitor.stories import judgement
from monitor.stories.abroad import same_abroad
from monitor.stories.boilerplate import pieces, publisher, without
from monitor.stories.copies import is_copy
from monitor.stories.holdings import Held, Holdings
from monitor.stories.keys import is_known_by, story_keys
from monitor.stories.likeness import Asked
from monitor.stories.profile import Profile, profile_of
from monitor.stories.standing import about_others, only_stand_alike

LATER = timedelta(hours=6)  # after the newest article of the story: no more the same news
# What an article must share to be compared in full: so much weight of terms, of short ones that part of all.
LIKELY, LIKELY_PART = 3.0, 0.35
COMPARED, OF_ONE_STORY = 8, 2  # articles that are compared, in all and of one story
_SURE = 5.0  # log odds with one article from which on no other is compared
_MUCH_NEW = 0.75  # of what the article tells, by weight, that its story did not
_TOLD_WELL = 3  # articles from which on a story may be asked what it did not tell
_RARE = 24  # terms by which others are looked for
_NEWEST = 32  # articles looked at for each of them
_TITLE_FIRST = 1.5  # how much more a term of the title counts when others are looked for
_PER_DAY, _FRESH = 0.5, timedelta(hours=6)  # log odds that each day after the story's newest takes away
_OTHER_ACTORS = 1.0  # log odds taken away where rules found actors in both, and none in both


@dataclass(frozen=True, slots=True)
class Assigned:
    """The story that an article is in; `likeness` (0 to 1) is to the article `like`, its nearest."""

    story: int
    relation: Relation
    likeness: float = 0.0
    like: str = ""


@dataclass(frozen=True, slots=True)
class _Question:
    """An article that asks for its story."""

    asked: Asked
    at: datetime
    actors: frozenset[str]
    publisher: str

    @property
    def profile(self) -> Profile:
        return self.asked.profile


class StoryMemory:
    """The articles of the stories that have not ended, at most `most` of them."""

    def __init__(self, ends_after: timedelta = timedelta(hours=72), most: int = 100_000) -> None:
        self._ends_after = ends_after
        self._most = most
        self._holdings = Holdings()

    def __len__(self) -> int:
        return len(self._holdings.held)

    def assign(
        self, article: Article, at: datetime, new_story: Callable[[], int], actors: Collection[str] = ()
    ) -> Assigned:
        """Decide which story an article is in, and remember it there.

        `at` is the article's time, `actors` are those that rules found in it. `new_story` gives the number of
        a new one and is called only where one begins.
        """
        new = self._read(article, at, actors)
        found = self._known(new)
        if found is None:
            question = _Question(Asked(new.profile, self.weights), at, new.actors, new.publisher)
            found = self._alike(question) or self._abroad(question)
        if found is None:
            found = Assigned(new_story(), Relation.NEW)
        new.story = found.story
        self._put(new)
        return found

    def remember(self, article: Article, at: datetime, story: int, actors: Collection[str] = ()) -> None:
        """Hold an article as one of a story: told from the archive, or by hand."""
        new = self._read(article, at, actors)
        new.story = story
        self._put(new)

    def confirms(self, article: Article, at: datetime, story: int) -> bool | None:
        """Tell whether an article shares link or text with a story; None where none held has either."""
        new, found = self._read(article, at, ()), None
        for held in self._holdings.by_keys(new.keys):
            if held.story == story:
                found = self._is_known(new, held)
                if found:
                    return True
        return found

    def move(self, article: str, story: int) -> None:
        """Put an article that is held into another story; one that is not held is passed over."""
        self._holdings.move(article, story)

    def forget(self, before: datetime) -> None:
        """Forget the stories whose newest article is older."""
        self._holdings.forget(before)

    def weights(self, terms: Iterable[str]) -> list[float]:
        """Give how rare terms are among the stories that are held, from 0 to 1."""
        return self._holdings.index.weights(terms)

    def candidates(
        self, asked: Asked, at: datetime, most: int = COMPARED, of_one_story: int = OF_ONE_STORY
    ) -> Iterator[Held]:
        """Give the articles that share most of what is rare in one, of each story the nearest."""
        points = self._points(asked)
        left = Counter[int]()
        least = min(LIKELY, LIKELY_PART * (asked.title_sum + asked.lead_sum))
        likely = [(-weight, -number) for number, weight in points.items() if weight >= least]
        likely.sort()
        for _, number in likely:
            if not most:
                return
            held = self._holdings.held[-number]
            if left[held.story] < of_one_story and self._goes_on(held, at):
                left[held.story] += 1
                most -= 1
                yield held

    def _read(self, article: Article, at: datetime, actors: Collection[str]) -> Held:
        """Read an article as it is to be held, its story left open."""
        profile, said = profile_of(article), pieces(article)
        if repeated := self._holdings.repeated(said):
            title, lead = without(article, repeated)
            profile = replace(
                profile_of(replace(article, title=title, summary=lead, body="", lang=profile.lang)),
                run=profile.run,
                title_length=profile.title_length,
                headline=profile.headline,
            )
        keys = story_keys(article)
        return Held(article.id, at, 0, profile, keys, frozenset(actors), publisher(article), said)

    def _points(self, asked: Asked) -> dict[int, float]:
        title = asked.title
        rare = sorted(
            (-weight * (_TITLE_FIRST if term in title else 1.0), term) for term, weight in asked.all.items()
        )
        points: dict[int, float] = defaultdict(float)
        newest = self._holdings.index.newest
        for _, term in rare[:_RARE]:
            weight = asked.all[term]
            for number in newest(term, _NEWEST):
                points[number] += weight
        return points

    def _goes_on(self, held: Held, at: datetime) -> bool:
        newest = self._holdings.stories[held.story].newest
        return at - newest <= self._ends_after and held.at - at <= self._ends_after

    def _known(self, new: Held) -> Assigned | None:
        """Find the story by a link or a text that an article shares with one that is held."""
        for held in self._holdings.by_keys(new.keys):
            if self._is_known(new, held):
                return Assigned(held.story, Relation.COPY, 1.0, held.id)
        return None

    def _is_known(self, new: Held, held: Held) -> bool:
        same_days = abs(new.at - held.at) <= self._ends_after
        return is_known_by(new.keys, held.keys, new.profile, held.profile, same_days)

    def _alike(self, question: _Question) -> Assigned | None:
        """Find the story by its words: the one whose nearest articles are the likeliest to tell the event."""
        stories: dict[int, list[tuple[float, Held]]] = {}
        for held in self.candidates(question.asked, question.at):
            if held.profile.lang != question.profile.lang:
                continue
            odds = self._odds(question, held)
            if odds > -judgement.CERTAIN and is_copy(
                question.profile, held.profile, one_publisher=question.publisher == held.publisher != ""
            ):
                return Assigned(held.story, Relation.COPY, 1.0, held.id)
            stories.setdefault(held.story, []).append((odds, held))
            if odds >= _SURE:
                break
        best, story = -math.inf, None
        for number, found in stories.items():
            odds = judgement.story_odds([one for one, _ in found]) - self._age(number, question.at)
            if odds > best:
                best, story = odds, number
        if story is None or best < judgement.JOINS:
            return None
        odds, nearest = max(stories[story], key=lambda pair: pair[0])
        likeness = 1.0 / (1.0 + math.exp(-odds))
        return Assigned(story, self._relation(question, story), likeness, nearest.id)

    def _odds(self, question: _Question, held: Held) -> float:
        apart = abs(question.at - held.at)
        if only_stand_alike(question.profile, held.profile, apart):
            return -judgement.CERTAIN
        odds = judgement.odds(question.asked, held.profile)
        if odds > 0 and about_others(question.profile, held.profile):
            return -judgement.CERTAIN
        differ = question.actors and held.actors and question.actors.isdisjoint(held.actors)
        return odds - _OTHER_ACTORS if differ else odds

    def _age(self, story: int, at: datetime) -> float:
        silent = at - self._holdings.stories[story].newest - _FRESH
        return _PER_DAY * max(0.0, silent / timedelta(days=1))

    def _abroad(self, question: _Question) -> Assigned | None:
        """Find the one story of another language that has the same actors; where two do, it is neither."""
        if len(question.actors) < 2:
            return None
        index = self._holdings.index
        numbers = {n for actor in question.actors for n in index.newest(f"@{actor}", _NEWEST)}
        found: dict[int, Held] = {}
        for held in (self._holdings.held[number] for number in sorted(numbers)):
            if held.profile.lang == question.profile.lang:
                continue
            rareness = sum(index.weights(f"@{actor}" for actor in sorted(question.actors & held.actors)))
            apart = abs(held.at - question.at)
            if same_abroad(question.profile, question.actors, held.profile, held.actors, rareness, apart):
                found[held.story] = held
        if len(found) != 1:
            return None
        ((story, held),) = found.items()
        return Assigned(story, self._relation(question, story), judgement.JOINED_ABROAD, held.id)

    def _relation(self, question: _Question, number: int) -> Relation:
        story = self._holdings.stories[number]
        if question.at - story.newest > LATER:
            return Relation.FOLLOW_UP
        if question.at < story.newest or len(story.members) < _TOLD_WELL:
            return Relation.SAME
        if question.profile.lang not in story.languages:
            return Relation.SAME  # words of another language are new, and tell nothing new
        every = question.asked.all
        new = sum(weight for term, weight in every.items() if term not in story.terms)
        return Relation.FOLLOW_UP if new > _MUCH_NEW * sum(every.values()) else Relation.SAME

    def _put(self, held: Held) -> None:
        self._holdings.put(held)
        self._holdings.keep(self._most)
