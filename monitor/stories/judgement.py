"""From what two articles share to how likely it is that they tell one event. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

from monitor.stories.headlines import headline_traits
from monitor.stories.likeness import Asked, Weights, traits
from monitor.stories.profile import Profile

WEIGHTS: tuple[float, ...] = (
    -1.13,  # title in title
    -1.00,  # shared of the shorter
    -1.39,  # shared
    4.16,  # lead in lead
    3.24,  # cosine
    4.11,  # rarest shared
    0.25,  # title in all
    4.66,  # names known
    -0.54,  # longer names lost
    -3.09,  # longer names known
    0.16,  # longer names shared
    0.96,  # salient names known
    2.68,  # persons shared
    -2.08,  # a person shared
    -2.04,  # persons differ
    -2.26,  # persons lost
    1.19,  # persons on both sides
    0.75,  # other persons first
    -0.05,  # places shared
    0.42,  # a place shared
    -0.43,  # places differ
    -0.27,  # places lost
    -0.05,  # places on both sides
    0.50,  # other places first
    0.98,  # numbers agree
    -0.41,  # numbers differ
    -1.91,  # years differ
    0.62,  # pairs of words
    -1.39,  # contrary
    4.01,  # days near
    0.88,  # a weekday shared
    -0.30,  # weekdays differ
)
BASE = -4.29
HEADLINE_WEIGHTS = (
    0.81,  # shared of both
    -0.47,  # shared of the one that has less
    3.10,  # shared of the one that has more
    1.78,  # shared
    2.73,  # rarest shared
    1.86,  # names known
    0.66,  # names lost
    -1.28,  # names on both sides
    1.89,  # numbers agree
    -2.98,  # numbers differ
    -1.59,  # counts differ
    -0.74,  # pairs of words
    5.94,  # runs of letters
    -0.31,  # one denies
    -2.24,  # contrary
    -10.95,  # shortness
)
HEADLINE_BASE = -6.06
JOINS = 1.3
PRIOR, PRIOR_MEMBERS = 1.5, 4
_CERTAIN = 6.0


def odds(asked: Asked, other: Profile) -> float:
    """Give the log odds that two articles tell one event."""
    found: float = BASE + sum(map(mul, WEIGHTS, traits(asked, other)))
    return max(-_CERTAIN, min(_CERTAIN, found))


def story_odds(found: Sequence[float]) -> float:
    """Give what the log odds with articles of a story come to; it joins where they reach `JOINS`."""
    return (sum(found) + PRIOR * PRIOR_MEMBERS) / (len(found) + PRIOR_MEMBERS)


def headline_odds(one: Profile, other: Profile, weights: Weights) -> float:
    """Give the log odds that people would call two headlines alike."""
    found: float = sum(map(mul, HEADLINE_WEIGHTS, headline_traits(one, other, weights)))
    return HEADLINE_BASE + found
