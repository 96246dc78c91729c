"""A way of telling stories apart by itself, in a process of its own.

    python -c 'import peer_stories; peer_stories.main()' NAME speed HELD ASKED
    python -c 'import peer_stories; peer_stories.main()' NAME tell FILE BOUND…

Files hold a JSON array of articles, each a title, a text and a language. `speed` holds all of the first file
and then asks for the story of each of the second; it prints one JSON object with the CPU seconds of both and
the bytes of memory that came to be used. `tell` prints for each bound of likeness a JSON array
with the story of each.
"""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

News = tuple[str, str, str]
BOUND = 0.5
_WORD = re.compile(r"\w\w+")


class Teller(Protocol):
    """Whoever tells stories apart."""

    def assign(self, news: News) -> int:
        """Give the number of an article's story."""


class Watchword:
    """As the daemon does it; it has its own bound."""

    def __init__(self, stream: Sequence[News], bound: float) -> None:
        from datetime import UTC, datetime
        from itertools import count

        from monitor.stories.memory import StoryMemory

        del stream, bound
        self._memory, self._numbers, self._ids = StoryMemory(), count(1), count(1)
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def assign(self, news: News) -> int:
        """Give the number of an article's story."""
        from monitor.model import Article

        article = Article(str(next(self._ids)), news[0], self._now, summary=news[1], lang=news[2])
        return self._memory.assign(article, self._now, lambda: next(self._numbers)).story


class NearestByTfIdf:
    """The story of the nearest earlier article by TF-IDF and cosine: single-pass clustering as it is known.

    How frequent words are is known beforehand, from all articles, which no stream can.
    """

    _REBUILT = 64  # articles wait until they are put into the matrix

    def __init__(self, stream: Sequence[News], bound: float) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer: Any = TfidfVectorizer(sublinear_tf=True, stop_words="english")
        self._vectorizer.fit(map(_text, stream))
        self._bound = bound
        self._built: Any = None
        self._waiting: list[Any] = []
        self._stories: list[int] = []

    def hold(self, stream: Sequence[News]) -> None:
        """Hold many at once, each a story of its own."""
        self._built = self._vectorizer.transform(map(_text, stream)).T.tocsr()
        self._stories += range(len(stream))

    def assign(self, news: News) -> int:
        """Give the number of an article's story."""
        from scipy.sparse import hstack, vstack

        vector = self._vectorizer.transform([_text(news)])
        best, nearest = 0.0, -1
        before = 0
        for part in (self._built, vstack(self._waiting).T.tocsr() if self._waiting else None):
            if part is None:
                continue
            likeness = (vector @ part).tocoo()
            if likeness.nnz and likeness.data.max() > best:
                place = likeness.data.argmax()
                best, nearest = float(likeness.data[place]), before + int(likeness.col[place])
            before += part.shape[1]
        self._waiting.append(vector)
        if len(self._waiting) == self._REBUILT:
            new = vstack(self._waiting).T.tocsr()
            self._built = new if self._built is None else hstack([self._built, new]).tocsr()
            self._waiting = []
        self._stories.append(self._stories[nearest] if best >= self._bound else len(self._stories))
        return self._stories[-1]


class MinHashOfWords:
    """The story of an earlier article that MinHash with locality-sensitive hashing finds: near-duplicates."""

    _PERMUTATIONS = 128

    def __init__(self, stream: Sequence[News], bound: float) -> None:
        from datasketch import MinHashLSH

        del stream
        self._index: Any = MinHashLSH(threshold=bound, num_perm=self._PERMUTATIONS)
        self._stories: list[int] = []

    def assign(self, news: News) -> int:
        """Give the number of an article's story."""
        from datasketch import MinHash

        words = {word.encode() for word in _WORD.findall(_text(news).lower())}
        (hashed,) = MinHash.bulk([words], num_perm=self._PERMUTATIONS)
        found = self._index.query(hashed)
        self._index.insert(len(self._stories), hashed)
        self._stories.append(self._stories[min(found)] if found else len(self._stories))
        return self._stories[-1]


TELLERS: dict[str, Callable[[Sequence[News], float], Teller]] = {
    "Watchword": Watchword,
    "TF-IDF": NearestByTfIdf,
    "MinHash": MinHashOfWords,
}


def _speed(name: str, held: Sequence[News], asked: Sequence[News]) -> dict[str, float]:
    before = _resident()
    teller = TELLERS[name]([*held, *asked], BOUND)
    start = time.process_time()
    if isinstance(teller, NearestByTfIdf):
        teller.hold(held)
    else:
        for news in held:
            teller.assign(news)
    holding = time.process_time() - start
    gc.collect()
    start = time.process_time()
    for news in asked:
        teller.assign(news)
    return {"holding": holding, "asking": time.process_time() - start, "memory": _resident() - before}


def _resident() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) * 1024


def _text(news: News) -> str:
    return f"{news[0]} {news[1]}"


def _read(path: str) -> list[News]:
    return [(title, text, lang) for title, text, lang in json.loads(Path(path).read_text(encoding="utf-8"))]


def main() -> None:
    """Do what the command line asks for."""
    name, what, *given = sys.argv[1:]
    if what == "speed":
        print(json.dumps(_speed(name, _read(given[0]), _read(given[1]))), flush=True)
        return
    stream = _read(given[0])
    for bound in map(float, given[1:]):
        teller = TELLERS[name](stream, bound)
        print(json.dumps([teller.assign(news) for news in stream]), flush=True)
