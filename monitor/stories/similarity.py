"""How alike two headlines are, as people would judge it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from monitor.stories.index import Index
from monitor.stories.likeness import Asked, Weigh, title_likeness
from monitor.stories.profile import language, profile


def similarity(left: str, right: str) -> float:
    """Give from 0 to 1 how much two headlines say the same, with what is common in all news as background."""
    return similarity_among(left, right, Index().weigh)


def similarity_among(left: str, right: str, weigh: Weigh) -> float:
    """Give the likeness of two headlines by the rareness of their words in a background."""
    lang = language(left, right, "")
    one, other = profile(left, "", lang), profile(right, "", lang)
    odds = (title_likeness(Asked(one, weigh), other) + title_likeness(Asked(other, weigh), one)) / 2
    return 1 / (1 + math.exp(-odds))


def background(headlines: Iterable[str]) -> Weigh:
    """Count how common words are among headlines."""
    index = Index()
    for headline in headlines:
        index.story_opened()
        index.story_tells(profile(headline).title)
    return index.weigh
