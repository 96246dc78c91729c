"""Whether two articles only stand under one headline, as briefings, forecasts and closing prices do. Pure.

They use the same words each day. What tells the days apart are numbers, days and the text below, and where
these do not agree, the words that agree say nothing.
"""

from __future__ import annotations

from datetime import timedelta

from monitor.stories.profile import Profile

_SAME_TITLE = 0.8  # of the words of both
_LEADS_AGREE, _LEADS_DIFFER = 0.35, 0.08  # of the terms of both
_ENOUGH = 8  # terms of a lead that can be judged
_ANOTHER_DAY = timedelta(hours=12)
_FIGURES = 2  # numbers in a text from which on it lives of them
_SAME_FIGURES = 1 / 3


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
