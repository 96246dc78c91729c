"""Articles as JSON lines matched in their order, on one core or several."""

from __future__ import annotations

import json
import multiprocessing
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from monitor.collector import resting_collector
from monitor.errors import Malformed
from monitor.matching.engine import Matcher
from monitor.matching.jsonl import match_line, read_line
from monitor.model import Article
from monitor.rules.book import Rulebook

_BATCH = 500  # lines that a process takes at once
_NUMBER_AS_ID = re.compile(rb'"id"\s*:\s*-?\d')
_matcher: Matcher  # of a process of `match_lines`, which is a copy of the one that made it
_moment: datetime


@dataclass(slots=True)
class Matched:
    """What became of some lines: how many, the lines to print, and what is to be said of broken ones."""

    lines: int = 0
    printed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    broken: bool = False


Batch = list[tuple[int, bytes]]


def match_lines(lines: Iterable[bytes], book: Rulebook, now: datetime, jobs: int = 1) -> Iterator[Matched]:
    """Match articles in the order of their lines; with `jobs` above 1 in batches, by as many processes.

    `now` is when they were first seen. Empty lines are passed over.
    """
    global _matcher, _moment
    with resting_collector():
        _matcher, _moment = Matcher(book), now
    numbered = ((number, raw) for number, raw in enumerate(lines, 1) if raw.strip())
    if jobs == 1:
        yield from (_match_batch([line]) for line in numbered)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap(_match_batch, _batches(numbered))


def _batches(numbered: Iterator[tuple[int, bytes]]) -> Iterator[Batch]:
    while batch := list(islice(numbered, _BATCH)):
        yield batch


def _match_batch(batch: Batch) -> Matched:
    matched = Matched()
    for number, raw in batch:
        matched.lines += 1

        def say(text: str, number: int = number) -> None:
            matched.said.append(f"line {number}: {text}")

        try:
            article = read_line(raw, number, _moment, say)
        except Malformed as error:
            matched.broken = True
            say(str(error))
            continue
        found = match_line(article, _matcher.match(article)) | {"id": _id_as_given(raw, article)}
        matched.printed.append(json.dumps(found, ensure_ascii=False))
    return matched


class _Digits(str):
    """A whole number as it is written."""


def _id_as_given(raw: bytes, article: Article) -> str | int:
    """Give the id as the line has it: an article's own is a text, whoever asks may join by a number."""
    # Most ids are texts, and then the line is not read a second time.
    if not _NUMBER_AS_ID.search(raw):
        return article.id
    given = json.loads(raw.decode("utf-8-sig"), parse_int=_Digits).get("id")
    try:
        return int(article.id) if isinstance(given, _Digits) else article.id
    except ValueError:  # more digits than a number may have
        return article.id
