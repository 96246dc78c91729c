"""What is done in a process of its own for each rule set, as the daemon does it: load, build, match, edit."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measuring import Time, memory, timed
from monitor.collector import resting_collector
from monitor.errors import Problem
from monitor.matching.engine import Matcher
from monitor.matching.jsonl import read_article
from monitor.model import Article
from monitor.rules.book import Rulebook, load_rulebook
from monitor.rules.sheet_cache import SheetCache

NOW = datetime(2026, 11, 25, tzinfo=UTC)
_ADDED = "\n  - id: rule-added-by-an-edit\n    match: {phrase}\n"
_caches: list[SheetCache] = []
_loaded: dict[str, Rulebook] = {}
_built: dict[str, Matcher] = {}


def own_process(cache: Path) -> ProcessPoolExecutor:
    """Start a process that does the work below, with the folder in which it keeps compiled rule files."""
    return ProcessPoolExecutor(1, get_context("spawn"), _keep_in, (cache,))


def _keep_in(cache: Path) -> None:
    _caches.append(SheetCache(cache))


def load(folder: Path) -> Time:
    """Load the rules below a folder; raises where the files have errors, for then less was loaded."""
    with timed() as spent, resting_collector():
        book = load_rulebook([folder], now=NOW, cache=_caches[0])
    _refuse(book.problems)
    _loaded["book"] = book
    return spent


def build() -> Time:
    """Make the matcher of what was loaded."""
    with timed() as spent, resting_collector():
        _built["matcher"] = Matcher(_loaded["book"])
    return spent


def count_matches(lines: list[str]) -> list[int]:
    """Give how many rules match each article."""
    return [len(_built["matcher"].match(article)) for article in _articles(lines)]


def match(lines: list[str]) -> tuple[Time, int]:
    """Match articles; gives the time of matching alone and the number of matches."""
    articles, matcher = _articles(lines), _built["matcher"]
    with timed() as spent:
        found = [matcher.match(article) for article in articles]
    return spent, sum(map(len, found))


def edit(path: Path) -> Time:
    """Add a rule to a file, and give the time until a matcher stands that knows it."""
    before = path.read_text(encoding="utf-8")
    phrase = "an edit nobody waits for"
    path.write_text(before.rstrip("\n") + _ADDED.format(phrase=f"'\"{phrase}\"'"), encoding="utf-8")
    folder = next(above for above in path.parents if above.name.startswith("rules-"))
    with timed() as spent, resting_collector():
        book = load_rulebook([folder], now=NOW, last_good=_loaded["book"].texts, cache=_caches[0])
        matcher = Matcher(book, _built["matcher"])
    path.write_text(before, encoding="utf-8")
    article = Article("1", f"This is {phrase}", NOW)
    if [found.rule for found in matcher.match(article)] != ["rule-added-by-an-edit"]:
        raise RuntimeError("the edited rule is not the one that matches")
    return spent


def memory_used() -> dict[str, int]:
    """Give the memory of this process, see `memory`."""
    return memory()


def _articles(lines: list[str]) -> list[Article]:
    return [read_article(line, number, NOW) for number, line in enumerate(lines, 1)]


def _refuse(problems: tuple[Problem, ...]) -> None:
    counted = Counter(problem.level for problem in problems)
    if counted["error"] or counted["finding"]:
        first = next(str(problem) for problem in problems if problem.level in ("error", "finding"))
        raise RuntimeError(f"the generated rules are not in order: {dict(counted)}, first {first}")
