"""A stream of news to be told apart by stories: made up from a seed, or given texts put together anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.made_up import LATIN

_WORDS = 50_000
_FILLERS = (
    "the",
    "of",
    "and",
    "in",
    "to",
    "a",
    "on",
    "for",
    "with",
    "that",
    "after",
    "by",
    "said",
    "has",
    "its",
)
_FILLING = 0.4  # of the words of a text
_TITLE, _TEXT = 8, 32  # words
_RETOLD = 0.3  # of the articles tell again what one of the newest told
_KEPT, _NEWEST = 0.6, 2_000


class News(NamedTuple):
    """A title, the first sentences and their language."""

    title: str
    text: str
    lang: str = "en"


def made_up(number: int, seed: int) -> list[News]:
    """Make up so many: words as frequent as words are, every third a retelling of a recent one."""
    random = Random(seed)
    words = [_word(random) for _ in range(_WORDS)]
    frequent = list(accumulate(1 / (rank + 10) for rank in range(_WORDS)))

    def text(length: int) -> list[str]:
        drawn = random.choices(words, cum_weights=frequent, k=length)
        return [random.choice(_FILLERS) if random.random() < _FILLING else word for word in drawn]

    found: list[tuple[list[str], list[str]]] = []
    for _ in range(number):
        if found and random.random() < _RETOLD:
            told = random.choice(found[-_NEWEST:])
            one, other = (
                [
                    old if random.random() < _KEPT else new
                    for old, new in zip(part, text(len(part)), strict=True)
                ]
                for part in told
            )
        else:
            one, other = text(_TITLE), text(_TEXT)
        found.append((one, other))
    return [News(_sentence(title), _sentence(rest) + ".") for title, rest in found]


def put_together(folder: Path, number: int, seed: int) -> list[News]:
    """Put titles of given articles and texts of others together, by files: real words, and endless news."""
    random = Random(seed)
    given = [list(_read(path)) for path in sorted(folder.glob("*.jsonl"))]
    given = [file for file in given if file]
    sizes = [len(file) for file in given]
    found = []
    for file in random.choices(given, sizes, k=number) if given else []:
        one, other = random.choice(file), random.choice(file)
        text = f"{one.text[: len(one.text) // 2]} {other.text[len(other.text) // 2 :]}"
        found.append(one._replace(text=text))
    return found


def _read(path: Path) -> Iterator[News]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            read = json.loads(line)
            text = read.get("summary") or (read.get("body") or "")[:300]
            yield News(read["title"], text, read.get("lang", ""))


def _word(random: Random) -> str:
    middle = random.choice(LATIN.middles) if random.random() < 0.5 else ""
    word = random.choice(LATIN.starts) + middle + random.choice(LATIN.ends)
    return word.capitalize() if random.random() < 0.2 else word


def _sentence(words: list[str]) -> str:
    return " ".join([words[0].capitalize(), *words[1:]])
