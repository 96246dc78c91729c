"""How alike two articles are: what they share of what is rare, and what of them contradicts. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise, repeat
from operator import mul

from monitor.stories.profile import MOST_TIMES, Profile
from monitor.stories.vocabulary import against

Weights = Callable[[Iterable[str]], list[float]]
HARDLY = 1.5  # weight of shared terms below which two articles have nothing to do with one another
_MOST = 2.0  # rare names beyond two say no more
_MOST_LOST = 4.0
_NOBODY = (0.0,) * 6
_TIMES = (0.0, *(1 + math.log(times) for times in range(1, MOST_TIMES + 1)))


class Asked:
    """An article that others are compared with: its terms weighed once, the rest when it is compared."""

    def __init__(self, profile: Profile, weights: Weights) -> None:
        self.profile = profile
        self.weights = weights
        terms = profile.terms
        self.all = every = dict(zip(terms, weights(terms), strict=True))
        self.title = frozenset(profile.title)
        self.title_sum = sum(map(every.__getitem__, profile.title))
        self.lead_sum = sum(every.values()) - self.title_sum

    @cached_property
    def often(self) -> dict[str, float]:
        """Weights of terms, times how often they stand there."""
        times = map(_TIMES.__getitem__, self.profile.often)
        return dict(zip(self.all, map(mul, self.all.values(), times), strict=True))

    @cached_property
    def norm(self) -> float:
        """The length of `often` as a vector."""
        return math.sqrt(sum([value * value for value in self.often.values()]))

    @cached_property
    def names_sum(self) -> float:
        """What all names weigh."""
        return _sum(self.profile.names, self.all)

    @cached_property
    def longer_sum(self) -> float:
        """What the last words of longer names weigh."""
        return _sum(self.profile.longer, self.all)

    @cached_property
    def salient_sum(self) -> float:
        """What the names of the title, or that are repeated, weigh."""
        return _sum(self.profile.salient, self.all)

    @cached_property
    def sounds(self) -> frozenset[str]:
        """How the names sound."""
        return frozenset(self.profile.sounds)

    @cached_property
    def persons(self) -> tuple[frozenset[str], frozenset[str]]:
        """Persons, and those said early."""
        return frozenset(self.profile.persons), frozenset(self.profile.early_persons)

    @cached_property
    def places(self) -> tuple[frozenset[str], frozenset[str]]:
        """Places, and those said early."""
        return frozenset(self.profile.places), frozenset(self.profile.early_places)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """All numbers."""
        return frozenset(self.profile.numbers)

    @cached_property
    def counts(self) -> dict[str, set[str]]:
        """The numbers of each thing that is counted."""
        return by_unit(self.profile.counts)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Terms that stand side by side."""
        return frozenset(pairwise(self.profile.run))

    @cached_property
    def contrary(self) -> frozenset[str]:
        """Terms that would tell the contrary of the title."""
        sides = against(self.profile.lang)
        return frozenset(other for word in self.profile.title for other in sides.get(word, ()))


TRAITS = (
    "title in title",
    "shared of the shorter",
    "shared",
    "lead in lead",
    "cosine",
    "rarest shared",
    "title in all",
    "names known",
    "longer names lost",
    "longer names known",
    "longer names shared",
    "salient names known",
    "persons shared",
    "a person shared",
    "persons differ",
    "persons lost",
    "persons on both sides",
    "other persons first",
    "places shared",
    "a place shared",
    "places differ",
    "places lost",
    "places on both sides",
    "other places first",
    "numbers agree",
    "numbers differ",
    "years differ",
    "pairs of words",
    "contrary",
    "days near",
    "a weekday shared",
    "weekdays differ",
)


def traits(a: Asked, b: Profile) -> list[float] | None:
    """Measure what two articles share; the order is that of `TRAITS`.

    None where they share hardly anything: most articles that are compared do not, and then the rest need not
    be measured.
    """
    terms = b.terms
    weights = dict(zip(terms, a.weights(terms), strict=True))
    common = [term for term in terms if term in a.all]
    if sum(map(weights.__getitem__, common)) < HARDLY:
        return None
    return [
        *_words(a, b, weights, common),
        *_names(a, b, weights),
        *_who(a, weights, a.persons, (b.persons, b.early_persons)),
        *_who(a, weights, a.places, (b.places, b.early_places)),
        math.log1p(sum(map(size, a.numbers.intersection(b.numbers)))),
        math.log1p(clash(a.counts, b.counts)),
        float(bool(a.profile.years) and bool(b.years) and set(a.profile.years).isdisjoint(b.years)),
        math.log1p(len(a.pairs.intersection(pairwise(b.run)))),
        float(not a.contrary.isdisjoint(b.title)),
        _days_near(a.profile, b),
        *_weekdays(a.profile, b),
    ]


def _words(a: Asked, b: Profile, weights: dict[str, float], common: list[str]) -> tuple[float, ...]:
    title_sum = sum(map(weights.__getitem__, b.title))
    lead_sum = sum(weights.values()) - title_sum
    often = dict(zip(weights, map(mul, weights.values(), map(_TIMES.__getitem__, b.often)), strict=True))
    norm = sum([weight * weight for weight in often.values()])
    b_title = frozenset(b.title)
    tt = tl = lt = ll = dot = 0.0
    for term in common:
        weight = weights[term]
        dot += often[term] * a.often[term]
        if term in b_title:
            if term in a.title:
                tt += weight
            else:
                lt += weight
        elif term in a.title:
            tl += weight
        else:
            ll += weight
    shared = tt + tl + lt + ll
    top = sorted(map(weights.__getitem__, common), reverse=True)[:4]
    return (
        2 * tt / ((a.title_sum + title_sum) or 1.0),
        shared / (min(a.title_sum + a.lead_sum, title_sum + lead_sum) or 1.0),
        math.log1p(shared),
        2 * ll / ((a.lead_sum + lead_sum) or 1.0),
        dot / ((a.norm * math.sqrt(norm)) or 1.0),
        sum(top) / 4,
        min(tt + lt, tt + tl),
    )


def _names(a: Asked, b: Profile, weights: dict[str, float]) -> tuple[float, ...]:
    """Say how much of the names of each the other knows, by their letters or their sound."""
    mine, every = a.profile, a.all
    heard = frozenset(b.sounds)
    known_a = _sum(
        [
            name
            for name, sound in zip(mine.names, mine.sounds, strict=True)
            if name in weights or sound in heard
        ],
        every,
    )
    known_b = _sum(
        [name for name, sound in zip(b.names, b.sounds, strict=True) if name in every or sound in a.sounds],
        weights,
    )
    longer_a = _sum([name for name in mine.longer if name in weights], every)
    longer_b = _sum([name for name in b.longer if name in every], weights)
    longer_sum = _sum(b.longer, weights)
    salient_a = _sum([name for name in mine.salient if name in weights], every)
    salient_b = _sum([name for name in b.salient if name in every], weights)
    return (
        (_share(known_a, a.names_sum) + _share(known_b, _sum(b.names, weights))) / 2,
        min(a.longer_sum - longer_a, longer_sum - longer_b, _MOST_LOST),
        (_share(longer_a, a.longer_sum) + _share(longer_b, longer_sum)) / 2,
        min(len(frozenset(mine.longer).intersection(b.longer)), _MOST_LOST),
        (_share(salient_a, a.salient_sum) + _share(salient_b, _sum(b.salient, weights))) / 2,
    )


def _sum(names: Iterable[str], weights: dict[str, float]) -> float:
    return sum(map(weights.get, names, repeat(1.0)))


def _share(part: float, whole: float) -> float:
    """Give a share; a half where there is nothing to share."""
    return part / whole if whole else 0.5


def _who(
    a: Asked,
    weights: dict[str, float],
    mine: tuple[frozenset[str], frozenset[str]],
    theirs: tuple[Sequence[str], Sequence[str]],
) -> tuple[float, ...]:
    """Compare persons, or places: those that both have, and those said early that the other lacks."""
    if not mine[0] and not theirs[0]:
        return _NOBODY
    both = {name for name in theirs[0] if name in a.all}
    both.update(name for name in mine[0] if name in weights)
    lost = sum(name not in weights for name in mine[1])
    lost_theirs = sum(name not in a.all for name in theirs[1])
    other_first = 0 < lost == len(mine[1]) and 0 < lost_theirs == len(theirs[1])
    sided = bool(mine[0]) and bool(theirs[0])
    return (
        min(_MOST, math.fsum(weights.get(name, 1.0) for name in both)),
        float(bool(both)),
        float(sided and not both),
        float(min(lost, lost_theirs, 2)),
        float(sided),
        float(other_first),
    )


def _days_near(one: Profile, other: Profile) -> float:
    """Say whether dates agree; of texts that share no name of a headline they say when each was printed."""
    if not any(abs(day - then) < 3 for day in one.days for then in other.days):
        return 0.0
    mine, theirs = frozenset(one.terms), frozenset(other.terms)
    named = any(name in theirs for name in one.salient) or any(name in mine for name in other.salient)
    return float(named)


def _weekdays(one: Profile, other: Profile) -> tuple[float, float]:
    if not one.weekdays or not other.weekdays:
        return 0.0, 0.0
    shared = not set(one.weekdays).isdisjoint(other.weekdays)
    return float(shared), float(not shared)


def by_unit(counts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Give the numbers of each thing that is counted."""
    found: dict[str, set[str]] = {}
    for unit, number in counts:
        found.setdefault(unit, set()).add(number)
    return found


def size(number: str) -> float:
    """Say how much it means that two articles hold a number: 6.1 or 14000 more than 5."""
    return 0.3 if len(number) == 1 else 0.6 if len(number) == 2 else 1.0


def clash(one: dict[str, set[str]], other: Iterable[tuple[str, str]]) -> float:
    """Count the things of which two articles give numbers that do not agree."""
    theirs = by_unit(other)
    return float(sum(unit in one and numbers.isdisjoint(one[unit]) for unit, numbers in theirs.items()))
