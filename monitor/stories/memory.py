"""Which story an article belongs to, told from the articles that are remembered.

`StoryMemory` is deterministic: the same articles in the same order give the same stories, and its state
follows from the articles that it holds, so it can be rebuilt from the archive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model import Article, Relation
from monitor.stories import judgement
from monitor.stories.copies import is_copy
from monitor.stories.index import Index
from monitor.stories.keys import story_keys
from monitor.stories.likeness import Asked, Weights
from monitor.stories.profile import Profile, profile_of

LATER = timedelta(hours=6)  # after the newest article of the story: no more the same news
_MUCH_NEW = 0.6  # of what the article tells, by weight, that its story did not
_RARE = 14  # terms by which others are looked for
_NEWEST = 64  # articles looked at for each of them
_COMPARED, _OF_ONE_STORY = 20, 8  # articles that are compared in full
_LEAST_SHARED = 0.08  # of the weight of those terms; what shares less has hardly ever told the same
_TITLE_FIRST = 1.5  # what a term in the title counts for more when others are looked for


@dataclass(frozen=True, slots=True)
class Assigned:
    """The story that an article is in; `likeness` (0 to 1) is to the article `like`, its nearest."""

    story: int
    relation: Relation
    likeness: float = 0.0
    like: str = ""


@dataclass(slots=True)
class _Held:
    number: int
    id: str
    at: datetime
    story: int
    profile: Profile
    keys: tuple[str, ...]
    actors: frozenset[str]


@dataclass(slots=True)
class _Story:
    members: dict[int, None] = field(default_factory=dict)
    terms: Counter[str] = field(default_factory=Counter)


class StoryMemory:
    """The articles of the stories that have not ended, at most `most` of them."""

    def __init__(self, ends_after: timedelta = timedelta(hours=72), most: int = 100_000) -> None:
        self._ends_after = ends_after
        self._most = most
        self._number = 0
        self._held: dict[int, _Held] = {}
        self._ids: dict[str, int] = {}
        self._keys: dict[str, dict[int, None]] = {}
        self._stories: dict[int, _Story] = {}
        self._index = Index()

    def __len__(self) -> int:
        return len(self._held)

    def assign(
        self, article: Article, at: datetime, new_story: Callable[[], int], actors: Collection[str] = ()
    ) -> Assigned:
        """Decide which story an article is in, and remember it there; `new_story` gives a number for one."""
        profile = profile_of(article)
        keys = story_keys(article)
        found = self._known(keys) or self._alike(profile, at, frozenset(actors))
        if found is None:
            found = Assigned(new_story(), Relation.NEW)
        self._put(article.id, at, found.story, profile, keys, frozenset(actors))
        return found

    def remember(self, article: Article, at: datetime, story: int, actors: Collection[str] = ()) -> None:
        """Hold an article as one of a story: told from the archive, or by hand."""
        self._put(article.id, at, story, profile_of(article), story_keys(article), frozenset(actors))

    def move(self, article: str, story: int) -> None:
        """Put an article that is held into another story; one that is not held is passed over."""
        number = self._ids.get(article)
        if number is None:
            return
        held = self._held[number]
        self._leave(held)
        held.story = story
        self._join(held)

    def forget(self, before: datetime) -> None:
        """Forget the stories whose newest article is older."""
        for story in list(self._stories.values()):
            if max(self._held[number].at for number in story.members) < before:
                for number in list(story.members):
                    self._drop(number)

    def _known(self, keys: tuple[str, ...]) -> Assigned | None:
        numbers = [next(reversed(self._keys[key])) for key in keys if key in self._keys]
        if not numbers:
            return None
        held = self._held[max(numbers)]
        return Assigned(held.story, Relation.COPY, 1.0, held.id)

    def _alike(self, profile: Profile, at: datetime, actors: frozenset[str]) -> Assigned | None:
        asked = Asked(profile, self.weights)
        stories: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for held in self._candidates(asked, at, _COMPARED, _OF_ONE_STORY):
            if is_copy(profile, held.profile):
                return Assigned(held.story, Relation.COPY, 1.0, held.id)
            stories[held.story].append((judgement.odds(asked, held.profile), held.number))
        best: tuple[float, int] | None = None
        for story, found in stories.items():
            odds = judgement.story_odds([one for one, _ in found])
            if odds >= judgement.JOINS and (best is None or odds > best[0]):
                best = odds, story
        if best is None:
            return None
        odds, number = max(stories[best[1]])
        relation = self._relation(asked, best[1], at)
        return Assigned(best[1], relation, 1.0, self._held[number].id)

    def candidates(
        self, asked: Asked, at: datetime, most: int, of_one_story: int
    ) -> Iterator[tuple[str, Profile]]:
        """Give the articles that one is compared with, by id, the likeliest first."""
        for held in self._candidates(asked, at, most, of_one_story):
            yield held.id, held.profile

    @property
    def weights(self) -> Weights:
        """How rare terms are among the articles held."""
        return self._index.weights

    def _candidates(self, asked: Asked, at: datetime, most: int, of_one: int) -> Iterator[_Held]:
        title = asked.title
        rare = sorted(
            asked.all.items(),
            key=lambda pair: (-pair[1] * (_TITLE_FIRST if pair[0] in title else 1), pair[0]),
        )[:_RARE]
        points: dict[int, float] = defaultdict(float)
        for term, weight in rare:
            for number in self._index.newest(term, _NEWEST):
                points[number] += weight
        least = _LEAST_SHARED * sum(weight for _, weight in rare)
        per_story: Counter[int] = Counter()
        left = most
        for number in sorted(points, key=lambda number: (-points[number], -number))[: 4 * most]:
            held = self._held[number]
            so_far = per_story[held.story]
            # What shares little is compared where it is of a story that another article speaks for.
            if so_far < of_one and (so_far or points[number] >= least) and self._is_near(at, held):
                per_story[held.story] += 1
                left -= 1
                yield held
                if not left:
                    return

    def _is_near(self, at: datetime, held: _Held) -> bool:
        return abs(at - held.at) <= self._ends_after

    def _relation(self, asked: Asked, story: int, at: datetime) -> Relation:
        told = self._stories[story]
        newest = max(self._held[number].at for number in list(told.members)[-64:])
        new = sum(weight for term, weight in asked.all.items() if term not in told.terms)
        if at - newest > LATER or new > _MUCH_NEW * sum(asked.all.values()):
            return Relation.FOLLOW_UP
        return Relation.SAME

    def _put(
        self,
        name: str,
        at: datetime,
        story: int,
        profile: Profile,
        keys: tuple[str, ...],
        actors: frozenset[str],
    ) -> None:
        if name in self._ids:
            self._drop(self._ids[name])
        self._number += 1
        held = _Held(self._number, name, at, story, profile, keys, actors)
        self._held[held.number] = held
        self._ids[name] = held.number
        for key in keys:
            self._keys.setdefault(key, {})[held.number] = None
        self._index.add(held.number, profile.terms)
        self._join(held)
        while len(self._held) > self._most:
            self._drop(next(iter(self._held)))

    def _drop(self, number: int) -> None:
        held = self._held.pop(number)
        del self._ids[held.id]
        for key in held.keys:
            del self._keys[key][number]
            if not self._keys[key]:
                del self._keys[key]
        self._index.remove(number, held.profile.terms)
        self._leave(held)

    def _join(self, held: _Held) -> None:
        if held.story not in self._stories:
            self._stories[held.story] = _Story()
            self._index.story_opened()
        story = self._stories[held.story]
        story.members[held.number] = None
        self._index.story_tells([term for term in held.profile.terms if term not in story.terms])
        story.terms.update(held.profile.terms)

    def _leave(self, held: _Held) -> None:
        story = self._stories[held.story]
        del story.members[held.number]
        gone = []
        for term in held.profile.terms:
            story.terms[term] -= 1
            if not story.terms[term]:
                del story.terms[term]
                gone.append(term)
        self._index.story_tells_no_more(gone)
        if not story.members:
            del self._stories[held.story]
            self._index.story_opened(-1)
