"""How rare a term is: the stories held that tell it, on top of what is common in all news."""

from __future__ import annotations

import math
from collections.abc import Iterable

from monitor.stories.vocabulary import prior

BASIS = 4_000  # articles that the prior weighs as much as


class Background:
    """Counts of articles by term, and the weight from 0 to 1 that follows."""

    def __init__(self, power: float = 1.0) -> None:
        self.known: dict[str, int] = {}
        self.articles = 0
        self.power = power
        self._prior = {
            t: s * BASIS
            for lang in ("en", "de", "fr", "es", "it", "pt", "ru", "ar", "fa")
            for t, s in prior(lang).items()
        }

    def add(self, terms: Iterable[str]) -> None:
        """Count an article."""
        known = self.known
        for term in terms:
            known[term] = known.get(term, 0) + 1
        self.articles += 1

    def weigh(self, term: str) -> float:
        """Give the weight of a term."""
        total = BASIS + self.articles
        held = self._prior.get(term, 1.0) + self.known.get(term, 0)
        return max(0.0, math.log(total / held) / math.log(total)) ** self.power
