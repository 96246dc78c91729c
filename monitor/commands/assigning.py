"""`watchword stories assign` and `similarity`: any articles, told apart by the stories that they tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count

from monitor.errors import Malformed
from monitor.matching.jsonl import read_line
from monitor.matching.view import time_of
from monitor.stories.memory import StoryMemory
from monitor.stories.similarity import similarity

_COLUMNS = ("left", "right")


def assign_lines(
    lines: Iterable[bytes], now: datetime, ends_after: timedelta, say: Callable[[str], None]
) -> Iterator[str | None]:
    """Give for each article, in order, its story and how it stands to it, as a line of JSON.

    None for a broken line, of which it is said what is wrong.
    """
    memory, numbers = StoryMemory(ends_after), count(1)
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            article = read_line(raw, number, now)
        except Malformed as error:
            say(f"line {number}: {error}")
            yield None
            continue
        at, _ = time_of(article)
        found = memory.assign(article, at, lambda: next(numbers))
        shown = {"id": article.id, "story": found.story, "relation": found.relation.value}
        yield json.dumps(shown, ensure_ascii=False)


def similarity_lines(lines: Iterable[bytes]) -> Iterator[float]:
    """Give how alike the headlines of each pair are, 0 to 1. Raises Malformed, naming the line."""
    columns: list[int] = []
    for number, raw in enumerate(lines, 1):
        try:
            cells = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n").split("\t")
        except UnicodeDecodeError:
            raise Malformed(f"line {number}: not UTF-8") from None
        if not columns:
            if missing := [name for name in _COLUMNS if name not in cells]:
                said = f"line 1: there is no column {missing[0]!r}"
                raise Malformed(f"{said}; the first line names the columns, among them left and right")
            columns = [cells.index(name) for name in _COLUMNS]
        elif len(cells) <= max(columns):
            raise Malformed(f"line {number}: {len(cells)} columns are too few")
        else:
            left, right = (cells[column] for column in columns)
            yield similarity(left, right)
