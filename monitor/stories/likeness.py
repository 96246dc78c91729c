"""How alike two articles are: what they share of what is rare, and what of them contradicts. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from monitor.stories.profile import Profile
from monitor.stories.vocabulary import against

Weigh = Callable[[str], float]


class Asked:
    """An article that others are compared with: its terms weighed once."""

    __slots__ = (
        "all",
        "counts",
        "grams",
        "lead",
        "lead_sum",
        "names",
        "names_sum",
        "numbers",
        "pairs",
        "profile",
        "sounds",
        "title",
        "title_counts",
        "title_numbers",
        "title_sum",
        "weigh",
        "years",
        "against",
    )

    def __init__(self, profile: Profile, weigh: Weigh) -> None:
        self.profile = profile
        self.weigh = weigh
        self.title = {word: weigh(word) for word in profile.title}
        self.lead = {word: weigh(word) for word in profile.lead}
        self.all = {**self.title, **self.lead}
        self.title_sum = sum(self.title.values())
        self.lead_sum = sum(self.lead.values())
        self.names = set(profile.names)
        self.names_sum = sum(self.all.get(name, 1.0) for name in profile.names)
        self.sounds = frozenset(profile.sounds)
        self.numbers = frozenset(profile.numbers)
        self.title_numbers = frozenset(profile.title_numbers)
        self.years = frozenset(profile.years)
        self.counts = _by_unit(profile.counts)
        self.title_counts = _by_unit(profile.title_counts)
        self.pairs = frozenset(zip(profile.run, profile.run[1:]))
        self.grams = _grams(profile.headline)
        sides = against(profile.lang)
        self.against = {other for word in profile.title for other in sides.get(word, ())}


def _by_unit(counts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for unit, number in counts:
        found.setdefault(unit, set()).add(number)
    return found


def _grams(text: str) -> set[str]:
    return {text[at : at + 4] for at in range(len(text) - 3)}


NAMES = (
    "tt",
    "cover_low",
    "cover_high",
    "dice",
    "contain",
    "info",
    "ll",
    "name_cover",
    "name_clash",
    "numbers",
    "clash_title",
    "clash",
    "years_clash",
    "pairs",
    "grams",
    "denied",
    "against",
    "top",
    "few",
    "namesboth",
    "numagree_t",
    "numdiff_t",
    "lead_missing",
    "title_in_all",
)


def traits(a: Asked, b: Profile) -> list[float]:
    """Measure what two articles share; the order is that of `NAMES`."""
    weigh = a.weigh
    b_title = sum(map(weigh, b.title))
    b_lead = sum(map(weigh, b.lead))
    title, lead = a.title, a.lead
    tt = sorted((title[w] for w in b.title if w in title), reverse=True)
    lt = sorted((lead[w] for w in b.title if w in lead), reverse=True)
    tl = [title[w] for w in b.lead if w in title]
    ll = [lead[w] for w in b.lead if w in lead]
    s_tt, s_lt, s_tl, s_ll = sum(tt), sum(lt), sum(tl), sum(ll)
    shared = s_tt + s_lt + s_tl + s_ll
    wa, wb = a.title_sum + a.lead_sum, b_title + b_lead
    cover_a = (s_tt + s_tl) / (a.title_sum or 1)
    cover_b = (s_tt + s_lt) / (b_title or 1)
    top = sorted(tt + lt + tl + ll, reverse=True)[:4]
    # names
    every = a.all
    b_terms = set(b.title)
    b_terms.update(b.lead)
    b_sounds = set(b.sounds)
    known = lost = lost_title = 0.0
    for index, (name, heard) in enumerate(zip(a.profile.names, a.profile.sounds)):
        w = every.get(name) or weigh(name)
        if name in b_terms or heard in b_sounds:
            known += w
        else:
            lost += w
            if index < a.profile.named:
                lost_title += w
    known_b = lost_b = lost_title_b = 0.0
    for index, (name, heard) in enumerate(zip(b.names, b.sounds)):
        w = weigh(name)
        if name in every or heard in a.sounds:
            known_b += w
        else:
            lost_b += w
            if index < b.named:
                lost_title_b += w
    na, nb = known + lost, known_b + lost_b
    cover = ((known / na if na else 0.5) + (known_b / nb if nb else 0.5)) / 2
    name_clash = min(lost_title, lost_title_b)
    # numbers
    agree = sum(_size(n) for n in b.numbers if n in a.numbers)
    clash = _clash(a.counts, b.counts)
    clash_title = _clash(a.title_counts, b.title_counts)
    years = 1.0 if a.years and b.years and a.years.isdisjoint(b.years) else 0.0
    tn = set(b.title_numbers)
    numagree_t = sum(_size(n) for n in tn if n in a.title_numbers)
    numdiff_t = 1.0 if tn and a.title_numbers and tn.isdisjoint(a.title_numbers) else 0.0
    pairs = set(zip(b.run, b.run[1:]))
    both = len(pairs & a.pairs)
    grams = _grams(b.headline)
    jac = len(grams & a.grams) / (len(grams | a.grams) or 1)
    return [
        2 * s_tt / ((a.title_sum + b_title) or 1),
        min(cover_a, cover_b),
        max(cover_a, cover_b),
        2 * shared / ((wa + wb) or 1),
        shared / (min(wa, wb) or 1),
        math.log1p(shared),
        2 * s_ll / ((a.lead_sum + b_lead) or 1),
        cover,
        min(name_clash, 2.0),
        math.log1p(agree),
        clash_title,
        math.log1p(clash),
        years,
        math.log1p(both),
        jac,
        float(a.profile.denied != b.denied),
        float(not a.against.isdisjoint(b.title)),
        sum(top) / 4,
        1.0 / (1 + min(len(b.title), len(a.profile.title))),
        float(bool(na and nb)),
        numagree_t,
        numdiff_t,
        float(not b.lead or not a.profile.lead),
        min(s_tt + s_lt, s_tt + s_tl),
    ]


def _size(number: str) -> float:
    """Say how much it means that two articles hold a number: 6.1 or 14000 more than 5."""
    return 0.3 if len(number) == 1 else 0.6 if len(number) == 2 else 1.0


def _clash(one: dict[str, set[str]], other: Iterable[tuple[str, str]]) -> float:
    """Count the units of which two articles give numbers that do not agree."""
    theirs = _by_unit(other)
    return float(sum(1 for unit, numbers in theirs.items() if unit in one and numbers.isdisjoint(one[unit])))


_WEIGHTS = (
    -0.913,
    -0.103,
    0.433,
    3.933,
    -1.681,
    -2.098,
    1.165,
    4.875,
    -0.435,
    1.781,
    -0.006,
    -0.296,
    -1.046,
    0.699,
    0.432,
    0.204,
    -0.739,
    7.450,
    0.723,
    0.000,
    0.707,
    -0.376,
    -0.395,
    0.584,
)
_BASE = -5.544
_TITLE_WEIGHTS = (
    0.347,
    -0.334,
    1.662,
    0.347,
    1.662,
    1.565,
    0.000,
    1.222,
    0.488,
    2.787,
    -0.526,
    -1.034,
    0.000,
    -1.042,
    5.135,
    -0.445,
    -2.211,
    2.390,
    -7.349,
    -0.939,
    -0.809,
    -2.833,
    0.000,
    0.691,
)
_TITLE_BASE = -6.353


def likeness(a: Asked, b: Profile) -> float:
    """Give the log odds that two articles tell one event."""
    return _BASE + sum(weight * value for weight, value in zip(_WEIGHTS, traits(a, b), strict=True))


def title_likeness(a: Asked, b: Profile) -> float:
    """Give the log odds that two headlines say the same."""
    return _TITLE_BASE + sum(
        weight * value for weight, value in zip(_TITLE_WEIGHTS, traits(a, b), strict=True)
    )
