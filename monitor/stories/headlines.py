"""How alike two headlines are: what is measured of a pair that has nothing but its words. Pure."""

from __future__ import annotations

import math
from itertools import pairwise

from monitor.stories.likeness import Weights, by_unit, clash, size
from monitor.stories.profile import Profile
from monitor.stories.vocabulary import against

HEADLINE_TRAITS = (
    "shared of both",
    "shared of the one that has less",
    "shared of the one that has more",
    "shared",
    "rarest shared",
    "names known",
    "names lost",
    "names on both sides",
    "numbers agree",
    "numbers differ",
    "counts differ",
    "pairs of words",
    "runs of letters",
    "one denies",
    "contrary",
    "shortness",
)


def headline_traits(one: Profile, other: Profile, weights: Weights) -> list[float]:
    """Measure what two headlines share, whichever is first; the order is that of `HEADLINE_TRAITS`."""
    mine = dict(zip(one.title, weights(one.title), strict=True))
    theirs = dict(zip(other.title, weights(other.title), strict=True))
    left, right = sum(mine.values()), sum(theirs.values())
    found = sorted((weight for word, weight in mine.items() if word in theirs), reverse=True)
    shared = sum(found)
    covers = sorted((shared / (left or 1.0), shared / (right or 1.0)))
    contrary = against(one.lang)
    grams, others = _grams(one.headline), _grams(other.headline)
    numbers, other_numbers = set(one.title_numbers), set(other.title_numbers)
    return [
        2 * shared / ((left + right) or 1.0),
        *covers,
        math.log1p(shared),
        sum(found[:4]) / 4,
        *_names(one, other, mine, theirs),
        math.log1p(sum(map(size, numbers & other_numbers))),
        float(bool(numbers) and bool(other_numbers) and numbers.isdisjoint(other_numbers)),
        math.log1p(clash(by_unit(one.counts), other.counts)),
        math.log1p(len(set(pairwise(one.run)) & set(pairwise(other.run)))),
        len(grams & others) / (len(grams | others) or 1),
        float(one.denied != other.denied),
        float(any(not contrary.get(word, frozenset()).isdisjoint(theirs) for word in mine)),
        1.0 / (1 + min(len(mine), len(theirs))),
    ]


def _names(one: Profile, other: Profile, mine: dict[str, float], theirs: dict[str, float]) -> list[float]:
    known, lost = [], []
    for names, sounds, terms, heard, own in (
        (one.names, one.sounds, theirs, other.sounds, mine),
        (other.names, other.sounds, mine, one.sounds, theirs),
    ):
        total = sum(own.get(name, 1.0) for name in names)
        met = sum(
            own.get(name, 1.0)
            for name, sound in zip(names, sounds, strict=True)
            if name in terms or sound in heard
        )
        known.append(met / total if total else 0.5)
        lost.append(total - met)
    both = bool(one.names) and bool(other.names)
    return [sum(known) / 2, min(*lost, 2.0), float(both)]


def _grams(text: str) -> set[str]:
    return {text[at : at + 4] for at in range(len(text) - 3)}
