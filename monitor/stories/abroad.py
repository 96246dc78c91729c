"""Whether articles in two languages tell one event: by who is in them, when, and their numbers. Pure.

No word is compared. Actors that rules found are the same in every language, but two presidents are together
in a dozen stories a day, so whatever is not certain stays apart.
"""

from __future__ import annotations

import re
from datetime import timedelta

from monitor.stories.profile import Profile

WITHIN, WITHIN_FOR_TWO = timedelta(days=1), timedelta(hours=6)
_SHARED = 2  # actors; two alone meet more than once a day
_OF_ALL = 0.5  # of the actors of both
_RARE = 1.3  # weights of the shared actors together: those that stand in every second story are no evidence
_YEAR = re.compile(r"(?:19|20)\d\d")


def same_abroad(
    one: Profile,
    actors: frozenset[str],
    other: Profile,
    others: frozenset[str],
    rareness: float,
    apart: timedelta,
) -> bool:
    """Tell whether actors, times and numbers agree; `rareness` is the sum of the weights of shared actors."""
    shared = actors & others
    if apart > (WITHIN if len(shared) > _SHARED else WITHIN_FOR_TWO):
        return False
    if len(shared) < _SHARED or len(shared) < _OF_ALL * len(actors | others) or rareness < _RARE:
        return False
    mine, theirs = _figures(one), _figures(other)
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _figures(profile: Profile) -> frozenset[str]:
    """Give the numbers that say something about an event: no years."""
    return frozenset(number for number in profile.numbers if not _YEAR.fullmatch(number))
