"""How alike two headlines are, as people would judge it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from monitor.stories.index import Index
from monitor.stories.judgement import headline_odds
from monitor.stories.likeness import Weights
from monitor.stories.profile import language, profile
from monitor.text.keys import folded


def similarity(left: str, right: str) -> float:
    """Give from 0 to 1 how much two headlines say the same, with what is common in all news as background."""
    return similarity_among(left, right, Index().weights)


def similarity_among(left: str, right: str, weights: Weights) -> float:
    """Give the likeness of two headlines by the rareness of their words in a background.

    One headline and itself are wholly alike, also where there is too little in it for any odds.
    """
    if (said := folded(left)) and said == folded(right):
        return 1.0
    lang = language(left, right, "")
    one, other = profile(left, "", lang), profile(right, "", lang)
    odds = headline_odds(one, other, weights)
    return 1 / (1 + math.exp(-odds))


def background(headlines: Iterable[str]) -> Weights:
    """Count how common words are among headlines."""
    index = Index()
    for headline in headlines:
        index.story_opened()
        index.story_tells(profile(headline).title)
    return index.weights
