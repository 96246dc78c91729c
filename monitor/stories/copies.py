"""Whether two articles are the same text, as when an agency's report stands in many papers. Pure."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from monitor.stories.profile import Profile

SAME_TEXT, SAME_SHORT_TEXT = 0.85, 0.95  # of the neighbouring pairs of words of the longer one
SHORT = 48  # terms; what is shorter may agree that far by chance
_TOO_SHORT = 4


def is_copy(one: Profile, other: Profile, *, one_publisher: bool = False) -> bool:
    """Tell whether most of the longer text stands in the other, in order, with the same numbers.

    What one publisher says in all its articles makes none a copy: then the headlines must be alike, too.
    """
    longer = max(len(one.run), len(other.run))
    least = SAME_TEXT if longer >= SHORT else SAME_SHORT_TEXT
    if longer < _TOO_SHORT or min(len(one.run), len(other.run)) < least * (longer - 1):
        return False
    if set(one.numbers) != set(other.numbers):
        return False
    if one_publisher and not _headlines_alike(one, other):
        return False
    shared = (Counter(pairwise(one.run)) & Counter(pairwise(other.run))).total()
    return shared >= least * (longer - 1)


def _headlines_alike(one: Profile, other: Profile) -> bool:
    mine, theirs = set(one.headline.split()), set(other.headline.split())
    return 2 * len(mine & theirs) >= min(len(mine), len(theirs))
