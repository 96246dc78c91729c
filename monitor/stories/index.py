"""Which of the articles held share rare terms with one: an inverted index, and how rare each term is.

All of it follows from the articles that are held, in the order they came and with the stories they are in:
whoever remembers the same articles gets the same index, whatever was forgotten before.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable

from monitor.stories.vocabulary import BASIS, common_terms


class Index:
    """Articles by their terms, the newest last; an article is a number that grows.

    Stories, not articles, make a term common: the words of an event that everybody tells stay its own.
    """

    def __init__(self) -> None:
        self._postings: dict[str, list[int]] = {}
        self._stories: dict[str, int] = {}
        self._open = 0
        self._share = 1.0 / math.log(BASIS)
        self._prior = common_terms()
        self._logs = {term: math.log(held) for term, held in self._prior.items()}

    def add(self, number: int, terms: Iterable[str]) -> None:
        """Put an article under its terms."""
        postings = self._postings
        for term in terms:
            found = postings.get(term)
            if found is None:
                postings[term] = [number]
            else:
                found.append(number)

    def remove(self, number: int, terms: Iterable[str]) -> None:
        """Take an article away."""
        for term in terms:
            found = self._postings[term]
            # Whoever goes is mostly the oldest.
            del found[0 if found[0] == number else bisect_left(found, number)]
            if not found:
                del self._postings[term]

    def story_tells(self, terms: Iterable[str]) -> None:
        """Count a story under terms that no other article of it has."""
        for term in terms:
            self._stories[term] = held = self._stories.get(term, 0) + 1
            self._logs[term] = self._log(term, held)

    def story_tells_no_more(self, terms: Iterable[str]) -> None:
        """Count a story no more under terms that its last article with them took along."""
        for term in terms:
            self._stories[term] = held = self._stories[term] - 1
            if held:
                self._logs[term] = self._log(term, held)
                continue
            del self._stories[term], self._logs[term]
            if term in self._prior:
                self._logs[term] = math.log(self._prior[term])

    def _log(self, term: str, held: int) -> float:
        if term in self._prior:
            return math.log(self._prior[term] + held)
        if term[0] > _LAST_WITH_SPACES:
            return math.log(PAIR + held)
        return _LOGS[held] if held < _LOGS_KNOWN else math.log(1.0 + held)

    def story_opened(self, number: int = 1) -> None:
        """Count a story, or one less."""
        self._open += number
        self._share = 1.0 / math.log(BASIS + self._open)

    def weights(self, terms: Iterable[str]) -> list[float]:
        """Give how rare each term is: 1 where nobody tells it, 0 where everybody does."""
        logs, share = self._logs.get, self._share
        return [1.0 - logs(term, 0.0) * share for term in terms]

    def newest(self, term: str, most: int) -> list[int]:
        """Give the newest articles that hold a term, the newest last."""
        return self._postings.get(term, _NONE)[-most:]

    def held(self, term: str) -> int:
        """Give how many articles hold a term."""
        return len(self._postings.get(term, _NONE))


_NONE: list[int] = []
# Two neighbouring characters of a script without spaces say less than a word: a name of four has three pairs.
PAIR = 30.0  # stories that are taken to have told a pair before
_LAST_WITH_SPACES = "\u2e7f"
# Most terms are told by few stories; one number serves all of these.
_LOGS_KNOWN = 64
_LOGS = [math.log(1.0 + held) for held in range(_LOGS_KNOWN)]
