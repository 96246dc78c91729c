"""How alike two articles are: what they share of what is rare, and what of them contradicts. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from monitor.stories.profile import Profile
from monitor.stories.vocabulary import against

Weights = Callable[[Iterable[str]], list[float]]
_MOST = 2.0  # rare names beyond two say no more


class Asked:
    """An article that others are compared with: its terms weighed once."""

    __slots__ = (
        "all",
        "contrary",
        "counts",
        "early_persons",
        "early_places",
        "lead_sum",
        "longer",
        "norm",
        "numbers",
        "often",
        "pairs",
        "persons",
        "places",
        "profile",
        "salient",
        "sounds",
        "title",
        "title_sum",
        "weekdays",
        "weights",
        "years",
    )

    def __init__(self, profile: Profile, weights: Weights) -> None:
        self.profile = profile
        self.weights = weights
        terms = profile.terms
        self.all = dict(zip(terms, weights(terms), strict=True))
        self.title = frozenset(profile.title)
        self.title_sum = sum(map(self.all.__getitem__, profile.title))
        self.lead_sum = sum(map(self.all.__getitem__, profile.lead))
        self.often = {
            term: weight * (1 + math.log(often))
            for (term, weight), often in zip(self.all.items(), profile.often, strict=True)
        }
        self.norm = math.sqrt(sum(value * value for value in self.often.values()))
        self.sounds = frozenset(profile.sounds)
        self.numbers = frozenset(profile.numbers)
        self.years = frozenset(profile.years)
        self.weekdays = frozenset(profile.weekdays)
        self.counts = by_unit(profile.counts)
        self.pairs = frozenset(pairwise(profile.run))
        self.persons = frozenset(profile.persons)
        self.early_persons = frozenset(profile.early_persons)
        self.places = frozenset(profile.places)
        self.early_places = frozenset(profile.early_places)
        sides = against(profile.lang)
        self.contrary = frozenset(other for word in profile.title for other in sides.get(word, ()))

    def weight(self, term: str) -> float:
        """Give how rare a term is."""
        found = self.all.get(term)
        return self.weights((term,))[0] if found is None else found


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


def traits(a: Asked, b: Profile) -> list[float]:
    """Measure what two articles share; the order is that of `TRAITS`."""
    terms = b.terms
    b_set = frozenset(terms)
    b_words = _words(a, b, terms)
    return [
        *b_words,
        *_names(a, b, b_set),
        *_who(a, b_set, a.persons, a.early_persons, b.persons, b.early_persons),
        *_who(a, b_set, a.places, a.early_places, b.places, b.early_places),
        math.log1p(sum(map(size, a.numbers.intersection(b.numbers)))),
        math.log1p(clash(a.counts, b.counts)),
        float(bool(b.years) and bool(a.years) and a.years.isdisjoint(b.years)),
        math.log1p(len(a.pairs.intersection(pairwise(b.run)))),
        float(not a.contrary.isdisjoint(b.title)),
        float(any(abs(one - other) < 3 for one in a.profile.days for other in b.days)),
        *_weekdays(a, b),
    ]


def _words(a: Asked, b: Profile, terms: Sequence[str]) -> tuple[float, ...]:
    weights = a.weights(terms)
    titled = len(b.title)
    every, often, title = a.all, a.often, a.title
    title_sum = sum(weights[:titled])
    lead_sum = sum(weights) - title_sum
    tt = tl = lt = ll = dot = norm = 0.0
    top = []
    for index, (term, weight, times) in enumerate(zip(terms, weights, b.often, strict=True)):
        value = weight * _TIMES[times] if times < _MANY else weight * (1 + math.log(times))
        norm += value * value
        if term not in every:
            continue
        dot += value * often[term]
        top.append(weight)
        if index < titled:
            if term in title:
                tt += weight
            else:
                lt += weight
        elif term in title:
            tl += weight
        else:
            ll += weight
    shared = tt + tl + lt + ll
    top.sort(reverse=True)
    return (
        2 * tt / ((a.title_sum + title_sum) or 1.0),
        shared / (min(a.title_sum + a.lead_sum, title_sum + lead_sum) or 1.0),
        math.log1p(shared),
        2 * ll / ((a.lead_sum + lead_sum) or 1.0),
        dot / ((a.norm * math.sqrt(norm)) or 1.0),
        sum(top[:4]) / 4,
        min(tt + lt, tt + tl),
    )


_MANY = 16
_TIMES = (0.0, *(1 + math.log(times) for times in range(1, _MANY)))


def _names(a: Asked, b: Profile, b_set: frozenset[str]) -> tuple[float, ...]:
    """Say how much of the names of each the other knows, by their letters or their sound."""
    known_a, all_a = _known(a, a.profile.names, a.profile.sounds, b_set, frozenset(b.sounds))
    known_b, all_b = _known(a, b.names, b.sounds, a.all, a.sounds)
    cover = ((known_a / all_a if all_a else 0.5) + (known_b / all_b if all_b else 0.5)) / 2
    lost_a, cover_a = _lost(a, a.profile.longer, b_set)
    lost_b, cover_b = _lost(a, b.longer, a.all)
    salient = (_lost(a, a.profile.salient, b_set)[1] + _lost(a, b.salient, a.all)[1]) / 2
    shared = len(frozenset(a.profile.longer).intersection(b.longer))
    return cover, min(lost_a, lost_b, 4.0), (cover_a + cover_b) / 2, min(shared, 4.0), salient


def _known(
    a: Asked, names: Sequence[str], sounds: Sequence[str], terms: Iterable[str], heard: frozenset[str]
) -> tuple[float, float]:
    known = total = 0.0
    for name, sound in zip(names, sounds, strict=True):
        weight = a.weight(name)
        total += weight
        if name in terms or sound in heard:
            known += weight
    return known, total


def _lost(a: Asked, names: Sequence[str], terms: Iterable[str]) -> tuple[float, float]:
    """Give the weight of names that the other lacks, and the share of those it has (a half without any)."""
    if not names:
        return 0.0, 0.5
    weights = [(a.weight(name), name in terms) for name in names]
    total = sum(weight for weight, _ in weights)
    known = sum(weight for weight, there in weights if there)
    return total - known, known / total if total else 0.5


def _who(
    a: Asked,
    b_set: frozenset[str],
    mine: frozenset[str],
    mine_early: frozenset[str],
    theirs: Sequence[str],
    theirs_early: Sequence[str],
) -> tuple[float, ...]:
    """Compare persons, or places: those that both have, and those said early that the other lacks."""
    if not mine and not theirs:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    both = {name for name in mine if name in b_set}
    both.update(name for name in theirs if name in a.all)
    lost = sum(name not in b_set for name in mine_early)
    lost_theirs = sum(name not in a.all for name in theirs_early)
    other_first = 0 < lost == len(mine_early) and 0 < lost_theirs == len(theirs_early)
    sided = bool(mine) and bool(theirs)
    return (
        min(_MOST, sum(a.weight(name) for name in sorted(both))),
        float(bool(both)),
        float(sided and not both),
        float(min(lost, lost_theirs, 2)),
        float(sided),
        float(other_first),
    )


def _weekdays(a: Asked, b: Profile) -> tuple[float, float]:
    if not a.weekdays or not b.weekdays:
        return 0.0, 0.0
    shared = not a.weekdays.isdisjoint(b.weekdays)
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
