"""From what two articles share to how likely it is that they tell one event. Pure.

The weights are those of two logistic regressions over the traits of `likeness.py` and `headlines.py`, found
by `benchmarks/stories_fit.py`: from pairs of articles of the EventCorefBank+ events (Cybulska and Vossen
2014), each with those that came before it in a shuffled order, and from headline pairs that people judged
(SemEval STS). They are rounded, smoothed far more than the fit alone would ask for, and held against topics
that they do not know. `JOINS` is set by hand where a false merge is rare, for it claims corroboration that
is not there; a missed one only tells a thing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

from monitor.stories.headlines import headline_traits
from monitor.stories.likeness import Asked, Weights, traits
from monitor.stories.profile import Profile

WEIGHTS: tuple[float, ...] = (
    -0.70,  # title in title
    -1.77,  # shared of the shorter
    -1.21,  # shared
    4.76,  # lead in lead
    3.55,  # cosine
    3.16,  # rarest shared
    0.20,  # title in all
    3.14,  # names known
    -0.55,  # longer names lost
    -2.87,  # longer names known
    0.40,  # longer names shared
    0.76,  # salient names known
    1.39,  # persons shared
    -0.14,  # a person shared
    -0.53,  # persons differ
    -2.72,  # persons lost
    0.46,  # persons on both sides
    -0.09,  # other persons first
    -0.06,  # places shared
    0.08,  # a place shared
    -0.40,  # places differ
    -0.16,  # places lost
    -0.15,  # places on both sides
    -0.72,  # other places first
    1.26,  # numbers agree
    -0.35,  # numbers differ
    -1.59,  # years differ
    0.62,  # pairs of words
    -1.36,  # contrary
    3.91,  # days near
    1.19,  # a weekday shared
    -0.29,  # weekdays differ
)
BASE = -3.16
HEADLINE_WEIGHTS = (
    0.80,  # shared of both
    -0.50,  # shared of the one that has less
    3.02,  # shared of the one that has more
    1.77,  # shared
    2.76,  # rarest shared
    1.87,  # names known
    0.67,  # names lost
    -1.28,  # names on both sides
    1.94,  # numbers agree
    -2.95,  # numbers differ
    -1.59,  # counts differ
    -0.76,  # pairs of words
    6.08,  # runs of letters
    -0.30,  # one denies
    -2.23,  # contrary
    -11.04,  # shortness
)
HEADLINE_BASE = -6.02

JOINS = 1.38  # log odds from which on an article belongs to a story
# A story of one article knows little: its log odds are drawn towards what articles of one story mostly have.
PRIOR, PRIOR_WEIGHT = 1.5, 4
CERTAIN = 6.0  # log odds beyond which nothing is surer
JOINED_ABROAD = 0.75  # likeness of articles in two languages, of which no word was compared


def odds(asked: Asked, other: Profile) -> float:
    """Give the log odds that two articles tell one event."""
    found = traits(asked, other)
    if found is None:
        return -CERTAIN
    measured: float = sum(map(mul, WEIGHTS, found))
    return max(-CERTAIN, min(CERTAIN, BASE + measured))


def story_odds(found: Sequence[float]) -> float:
    """Give what the log odds with articles of a story come to; it joins where they reach `JOINS`."""
    return (sum(found) + PRIOR * PRIOR_WEIGHT) / (len(found) + PRIOR_WEIGHT)


def headline_odds(one: Profile, other: Profile, weights: Weights) -> float:
    """Give the log odds that people would call two headlines alike."""
    found: float = sum(map(mul, HEADLINE_WEIGHTS, headline_traits(one, other, weights)))
    return HEADLINE_BASE + found
