"""`watchword stories assign` and `similarity`: any articles, told apart by the stories that they tell."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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

    None for a broken line, of which it is said what is wrong. Each line is an article of its own, whatever
    ids are given, so the memory knows them by the numbers of their lines.
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
        found = memory.assign(replace(article, id=str(number)), at, lambda: next(numbers))
        shown = {"id": article.id, "story": found.story, "relation": found.relation.value}
        yield json.dumps(shown, ensure_ascii=False)


def similarity_lines(lines: Iterable[bytes], say: Callable[[str], None]) -> Iterator[float | None]:
    """Give how alike the headlines of each pair are, 0 to 1.

    None for a broken line, of which it is said what is wrong. Raises Malformed where the first line does not
    name the columns.
    """
    numbered = enumerate(lines, 1)
    columns = _columns(next((raw for _, raw in numbered), b""))
    for number, raw in numbered:
        try:
            cells = _cells(raw)
            if len(cells) <= max(columns):
                wanted = max(columns) + 1
                raise Malformed(f"needs {wanted} columns, tabs between, and has {len(cells)}")
        except Malformed as error:
            say(f"line {number}: {error}")
            yield None
            continue
        left, right = (cells[column] for column in columns)
        yield similarity(left, right)


def _columns(first: bytes) -> list[int]:
    """Find the columns of the headlines in the line that names them all."""
    try:
        names = _cells(first.removeprefix(BOM_UTF8))
    except Malformed as error:
        raise Malformed(f"line 1: {error}") from None
    if missing := [name for name in _COLUMNS if name not in names]:
        said = f"there is no column {' and none '.join(map(repr, missing))}"
        raise Malformed(f"{said}; the first line must name the columns, among them left and right")
    return [names.index(name) for name in _COLUMNS]


def _cells(raw: bytes) -> list[str]:
    try:
        return raw.decode("utf-8").rstrip("\r\n").split("\t")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
