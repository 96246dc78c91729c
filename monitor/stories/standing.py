"""Whether two articles only stand under one headline, as briefings, forecasts and closing prices do. Pure.

They use the same words each day. What tells the days apart are numbers, days and the text below, and where
these do not agree, the words that agree say nothing. So it is with events of one kind that are told in the
same words about somebody else, or elsewhere.
"""

from __future__ import annotations

from datetime import timedelta
from difflib import SequenceMatcher

from monitor.stories.named import months
from monitor.stories.profile import Profile

_SAME_TITLE = 0.8  # of the words of both
_LEADS_AGREE, _LEADS_DIFFER = 0.35, 0.08  # of the terms of both
_ENOUGH = 8  # terms of a lead that can be judged
_ANOTHER_DAY = timedelta(hours=12)
_FIGURES = 2  # numbers in a text from which on it lives of them
_SAME_FIGURES = 1 / 3
_TITLES_ALIKE, _TEXTS_ALIKE = 0.5, 0.75  # of the terms of both, in order
_FEW = 3  # terms of a name


def only_stand_alike(one: Profile, other: Profile, apart: timedelta) -> bool:
    """Tell whether two articles have nearly one title, and are about different days or cases all the same."""
    mine, theirs = frozenset(one.title), frozenset(other.title)
    if len(mine & theirs) < _SAME_TITLE * len(mine | theirs) or not mine:
        return False
    agree = _agreement(one.lead, other.lead)
    if _titles_differ(one, other):
        return agree is None or agree < _LEADS_AGREE
    if agree is not None and agree < _LEADS_DIFFER:
        return True
    return apart > _ANOTHER_DAY and _figures_differ(one, other)


def about_others(one: Profile, other: Profile) -> bool:
    """Tell whether two articles say the same of different names, of which neither knows the other's."""
    titles = one.run[: one.title_length], other.run[: other.title_length]
    named = frozenset(one.title_names), frozenset(other.title_names)
    if _names_replaced(titles, named, (one, other), _TITLES_ALIKE):
        return True
    every = _names(one), _names(other)
    return _names_replaced((one.run, other.run), every, (one, other), _TEXTS_ALIKE)


def _names(profile: Profile) -> frozenset[str]:
    """Give all names; a weekday is one, for the same words about another day tell another event."""
    return frozenset(profile.names + profile.title_names) - months()


def _names_replaced(
    words: tuple[tuple[str, ...], tuple[str, ...]],
    named: tuple[frozenset[str], frozenset[str]],
    articles: tuple[Profile, Profile],
    least: float,
) -> bool:
    if not named[0] or not named[1]:
        return False
    matcher = SequenceMatcher(None, *words, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least or matcher.ratio() < least:
        return False
    one, other = articles
    return any(
        what == "replace"
        and _unknown(words[0][a:b], named[0], one, other)
        and _unknown(words[1][c:d], named[1], other, one)
        for what, a, b, c, d in matcher.get_opcodes()
    )


def _unknown(words: tuple[str, ...], names: frozenset[str], one: Profile, other: Profile) -> bool:
    """Tell whether there is a name among some words of one article of which another one never heard."""
    sounds = dict(zip(one.names, one.sounds, strict=True))
    return len(words) <= _FEW and any(
        word in names and word not in other.run and sounds.get(word, word) not in other.sounds
        for word in words
    )


def _titles_differ(one: Profile, other: Profile) -> bool:
    """Tell whether numbers or weekdays make two titles of the same words two."""
    if frozenset(one.title_numbers) != frozenset(other.title_numbers):
        return bool(one.title_numbers) and bool(other.title_numbers)
    mine, theirs = frozenset(one.title_weekdays), frozenset(other.title_weekdays)
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)


def _agreement(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float | None:
    """Give the share of terms that both leads have; None where one is too short to be judged."""
    if min(len(mine), len(theirs)) < _ENOUGH:
        return None
    return 2 * len(frozenset(mine).intersection(theirs)) / (len(mine) + len(theirs))


def _figures_differ(one: Profile, other: Profile) -> bool:
    mine, theirs = frozenset(one.numbers), frozenset(other.numbers)
    if min(len(mine), len(theirs)) < _FIGURES:
        return False
    return len(mine & theirs) < _SAME_FIGURES * min(len(mine), len(theirs))
