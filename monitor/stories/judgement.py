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
    -0.63,  # title in title
    -1.33,  # shared of the shorter
    -0.80,  # shared
    3.55,  # lead in lead
    2.71,  # cosine
    2.96,  # rarest shared
    0.21,  # title in all
    3.89,  # names known
    -0.46,  # longer names lost
    -2.78,  # longer names known
    0.26,  # longer names shared
    1.11,  # salient names known
    1.24,  # persons shared
    -0.09,  # a person shared
    -0.80,  # persons differ
    -2.36,  # persons lost
    0.37,  # persons on both sides
    0.54,  # other persons first
    -0.18,  # places shared
    0.22,  # a place shared
    -0.37,  # places differ
    -0.21,  # places lost
    -0.21,  # places on both sides
    -0.36,  # other places first
    1.09,  # numbers agree
    -0.43,  # numbers differ
    -1.66,  # years differ
    0.66,  # pairs of words
    -1.19,  # contrary
    3.79,  # days near
    0.83,  # a weekday shared
    -0.38,  # weekdays differ
)
BASE = -3.94
HEADLINE_WEIGHTS = (
    0.79,  # shared of both
    -0.50,  # shared of the one that has less
    3.03,  # shared of the one that has more
    1.77,  # shared
    2.73,  # rarest shared
    1.87,  # names known
    0.66,  # names lost
    -1.27,  # names on both sides
    1.93,  # numbers agree
    -2.96,  # numbers differ
    -1.59,  # counts differ
    -0.76,  # pairs of words
    6.09,  # runs of letters
    -0.30,  # one denies
    -2.24,  # contrary
    -11.07,  # shortness
)
HEADLINE_BASE = -6.01

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
