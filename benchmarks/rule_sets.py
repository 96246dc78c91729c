"""Rule sets of any size from a seed, mixed as desks mix theirs.

Two hundred rules look for what news is full of; they are the same in every set and make the matches. All
others look for names that nobody bears, so an article has the same hits however many rules there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks.cast_of_nobodies import Cast
from benchmarks.common_rules import COMMON_RULES, common_actors, common_rules, common_topics
from benchmarks.made_up import Names
from benchmarks.rule_files import ActorText, RuleText, file_text
from benchmarks.vocabulary import EVENTS, QUALIFIERS, TOPICS

FEWEST = 2 * COMMON_RULES
_ACTORS_PER_FILE = 12
_RULES_PER_ACTOR = 6
_SMALL_SET, _RULES_PER_FILE, _RULES_PER_LARGE_FILE = 10_000, 8, 32
_TESTED = 10  # every so many-th rule is live and has its tests
_SEVERITIES = ("info", "low", "medium", "medium", "high", "critical")

T = TypeVar("T")
Part = tuple[str, tuple[str, ...]]
"""An expression, and the literals of which an article must hold one for it to be true."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A rule set on disk; `literals` are those of each rule, `edited` is a file to be edited."""

    folder: Path
    rules: int
    files: int
    size: int
    literals: tuple[tuple[str, ...], ...]
    edited: Path


def write_rules(folder: Path, rules: int, seed: int) -> RuleSet:
    """Write a set of at least `FEWEST` rules below a folder that is empty or not there."""
    names = Names(seed)
    cast = Cast(max(8, rules // _RULES_PER_ACTOR), seed, names)
    common = common_rules(seed)
    own = list(_Desk(cast, names, seed).rules(rules - len(common)))
    texts = dict(_files(cast.everybody, common, own))
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    literals = tuple(rule.literals for rule in (*common, *own))
    size = sum(len(text.encode()) for text in texts.values())
    return RuleSet(folder, rules, len(texts), size, literals, folder / "desks" / "000" / "00000.yaml")


def _files(
    actors: Sequence[ActorText], common: Sequence[RuleText], own: Sequence[RuleText]
) -> Iterator[tuple[str, str]]:
    yield "world/actors.yaml", file_text(common_actors())
    yield "world/topics.yaml", file_text(topics=common_topics())
    for number, rules in enumerate(_portions(common, _RULES_PER_FILE)):
        yield f"world/rules-{number:02}.yaml", file_text(rules=rules)
    for number, some in enumerate(_portions(actors, _ACTORS_PER_FILE)):
        yield f"actors/{number // 100:03}/{number:05}.yaml", file_text(some)
    portion = _RULES_PER_FILE if len(common) + len(own) <= _SMALL_SET else _RULES_PER_LARGE_FILE
    for number, rules in enumerate(_portions(own, portion)):
        yield f"desks/{number // 100:03}/{number:05}.yaml", file_text(rules=rules)


def _portions(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


class _Desk:
    """Writes the long tail: rules over actors that several rules share, and over names of their own."""

    def __init__(self, cast: Cast, names: Names, seed: int) -> None:
        self._cast, self._names, self._random = cast, names, Random(seed + 1)
        self._kinds: tuple[tuple[Callable[[], Part], int], ...] = (
            (self._phrases, 16),
            (self._words, 14),
            (self._near, 14),
            (self._actor_and_topic, 18),
            (self._two_actors, 8),
            (self._office, 8),
            (self._exclusion, 8),
            (self._prefix, 5),
            (self._in_title, 4),
            (self._any_of, 3),
            (self._sentence, 2),
        )

    def rules(self, number: int) -> Iterator[RuleText]:
        """Give so many rules."""
        makers, weights = zip(*self._kinds, strict=True)
        for n, make in enumerate(self._random.choices(makers, weights, k=number)):
            match, literals = make()
            tested = n % _TESTED == 0
            yield RuleText(
                f"rule-{n}",
                match,
                literals,
                self._random.choice(_SEVERITIES),
                (f"desk: desk-{n // 200}",),
                f"desk-{n // 200}",
                f"Officials spoke of {literals[0].removesuffix('*')} on Monday" if tested else "",
                "Nothing of interest was said on Monday",
            )

    def _phrase(self, lang: str | None = None) -> str:
        lang = lang or self._random.choices(("en", "ru", "ar", "fa", "zh"), (70, 10, 8, 7, 5))[0]
        return f"{self._names.word(lang)}{'' if lang == 'zh' else ' '}{self._names.word(lang)}"

    def _several(self, least: int, most: int) -> tuple[str, ...]:
        return tuple(self._phrase() for _ in range(self._random.randint(least, most)))

    def _topic(self) -> str:
        return f"topic:{self._random.choice(list(TOPICS))}"

    def _actor(self) -> ActorText:
        """Choose a person or an organisation; the first of the pool stand in most rules."""
        pool = self._random.choice((self._cast.people, self._cast.organisations))
        return pool[int(len(pool) * self._random.random() ** 2)]

    def _phrases(self) -> Part:
        phrases = self._several(1, 9)
        return _any(phrases), phrases

    def _words(self) -> Part:
        words = tuple(self._names.words(self._random.randint(1, 4)))
        return f"({' OR '.join(words)})\nAND ({' OR '.join(self._random.sample(EVENTS.split(), k=3))})", words

    def _near(self) -> Part:
        phrases = self._several(1, 4)
        events = " OR ".join(self._random.sample(EVENTS.split(), k=self._random.randint(1, 4)))
        return f"({_any(phrases)}) NEAR/{self._random.randint(4, 10)} ({events})", phrases

    def _actor_and_topic(self) -> Part:
        actor = self._actor()
        return f"actor:{actor.id} AND ({self._topic()} OR {self._topic()})", actor.literals

    def _two_actors(self) -> Part:
        one, other = self._actor(), self._actor()
        return f"actor:{one.id} AND actor:{other.id}", min(one.literals, other.literals, key=len)

    def _office(self) -> Part:
        office = self._random.choice(self._cast.offices)
        return f"actor:{office.id} AND {self._topic()}", office.literals

    def _exclusion(self) -> Part:
        phrases = self._several(1, 4)
        without = " OR ".join(self._random.sample(QUALIFIERS.split(), k=3))
        return f"({_any(phrases)})\nAND NOT ({without})", phrases

    def _prefix(self) -> Part:
        stars = tuple(f"{word}*" for word in self._names.words(self._random.randint(1, 2)))
        return f"({' OR '.join(stars)}) AND {self._random.choice(QUALIFIERS.split())}", stars

    def _in_title(self) -> Part:
        phrases = self._several(1, 3)
        return f"title:({_any(phrases)})", phrases

    def _any_of(self) -> Part:
        phrases = self._several(3, 5)
        return f"ANY/2 ({', '.join(_quoted(phrase) for phrase in phrases)})", phrases

    def _sentence(self) -> Part:
        phrase, actor = self._phrase("en"), self._actor()
        return f"{_quoted(phrase)} SENTENCE actor:{actor.id}", (phrase,)


def _quoted(phrase: str) -> str:
    return f'"{phrase}"'


def _any(phrases: Sequence[str]) -> str:
    return " OR ".join(_quoted(phrase) for phrase in phrases)
