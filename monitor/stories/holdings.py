"""The articles that are held, by id, key, story and term, in the order they came."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from monitor.stories.index import Index
from monitor.stories.profile import Profile

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class Held:
    """An article that is remembered; `number` is its place in the order in which they came.

    `pieces` are what its publisher says in it, as `boilerplate.py` knows it again.
    """

    id: str
    at: datetime
    story: int
    profile: Profile
    keys: tuple[str, ...]
    actors: frozenset[str]
    publisher: str = ""
    pieces: tuple[int, ...] = ()
    number: int = 0

    @property
    def terms(self) -> tuple[str, ...]:
        """Give what it is looked up by: its terms, and its actors."""
        if not self.actors:
            return self.profile.terms
        return self.profile.terms + tuple(f"@{actor}" for actor in sorted(self.actors))


@dataclass(slots=True)
class StoryHeld:
    """What is held of a story: its articles, when the newest was, and in which languages they are.

    `terms` says how many articles hold a term; it is empty where there is one article, as in most stories.
    """

    newest: datetime
    members: dict[int, None] = field(default_factory=dict)
    terms: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)


class Holdings:
    """All articles that are held; whatever is taken away leaves no trace."""

    def __init__(self) -> None:
        self.index = Index()
        self.held: dict[int, Held] = {}
        self.stories: dict[int, StoryHeld] = {}
        self._ids: dict[str, int] = {}
        self._keys: dict[str, dict[int, None]] = {}
        self._pieces: dict[int, int] = {}
        self._numbers = 0

    def by_keys(self, keys: Iterable[str]) -> Iterator[Held]:
        """Give the newest articles that have one of these keys: by the first key first, the newest first."""
        for key in keys:
            for number in islice(reversed(self._keys.get(key, _NONE)), _NEWEST):
                yield self.held[number]

    def repeated(self, pieces: Iterable[int]) -> frozenset[int]:
        """Give those of some pieces that stand in articles that are held."""
        return frozenset(filter(self._pieces.__contains__, pieces))

    def put(self, held: Held) -> None:
        """Hold an article as the newest; one that was held under its id gives way."""
        if held.id in self._ids:
            self._drop(self._ids[held.id])
        self._numbers += 1
        held.number = self._numbers
        self.held[held.number] = held
        self._ids[held.id] = held.number
        for key in held.keys:
            self._keys.setdefault(key, {})[held.number] = None
        for piece in held.pieces:
            self._pieces[piece] = self._pieces.get(piece, 0) + 1
        terms = held.terms
        self.index.add(held.number, terms)
        self._join(held, terms)

    def keep(self, most: int) -> None:
        """Let the oldest go until no more than `most` are held."""
        while len(self.held) > most:
            self._drop(next(iter(self.held)))

    def move(self, article: str, story: int) -> None:
        """Put an article into another story."""
        if (number := self._ids.get(article)) is None:
            return
        held, terms = self.held[number], self.held[number].terms
        self._leave(held, terms)
        held.story = story
        self._join(held, terms)

    def forget(self, before: datetime) -> None:
        """Let the stories go whose newest article is older."""
        for story in [story for story in self.stories.values() if story.newest < before]:
            for number in list(story.members):
                self._drop(number)

    def _drop(self, number: int) -> None:
        held = self.held.pop(number)
        del self._ids[held.id]
        for key in held.keys:
            del self._keys[key][number]
            if not self._keys[key]:
                del self._keys[key]
        _less(self._pieces, held.pieces)
        terms = held.terms
        self.index.remove(number, terms)
        self._leave(held, terms)

    def _join(self, held: Held, terms: tuple[str, ...]) -> None:
        story = self.stories.get(held.story)
        if story is None:
            self.stories[held.story] = story = StoryHeld(held.at)
            self.index.story_opened()
            self.index.story_tells(terms)
        else:
            known = story.terms
            if len(story.members) == 1:
                known.update(dict.fromkeys(self._only(story).terms, 1))
            self.index.story_tells([term for term in terms if term not in known])
            for term in terms:
                known[term] = known.get(term, 0) + 1
        story.newest = max(story.newest, held.at)
        story.members[held.number] = None
        lang = held.profile.lang
        story.languages[lang] = story.languages.get(lang, 0) + 1

    def _leave(self, held: Held, terms: tuple[str, ...]) -> None:
        story, lang = self.stories[held.story], held.profile.lang
        del story.members[held.number]
        if not story.members:
            del self.stories[held.story]
            self.index.story_opened(-1)
            self.index.story_tells_no_more(terms)
            return
        _less(story.languages, (lang,))
        self.index.story_tells_no_more(_less(story.terms, terms))
        if len(story.members) == 1:
            story.terms.clear()
        if held.at == story.newest:
            story.newest = max(self.held[number].at for number in story.members)

    def _only(self, story: StoryHeld) -> Held:
        (number,) = story.members
        return self.held[number]


_NONE: dict[int, None] = {}
_NEWEST = 8  # articles looked at for each key


def _less(counts: dict[K, int], keys: Iterable[K]) -> list[K]:
    """Count each key once less; gives those of which none is left, and which are gone."""
    gone = []
    for key in keys:
        counts[key] -= 1
        if not counts[key]:
            del counts[key]
            gone.append(key)
    return gone
