"""The rules in force: a rulebook and the matcher made of it, replaced as a whole when files change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from monitor import events
from monitor.collector import resting_collector
from monitor.errors import Problem
from monitor.matching.engine import Matcher
from monitor.model import RuleStatus
from monitor.rules.book import NO_TEXTS, Rulebook, RuleFiles, Texts, compile_rulebook, read_rule_files
from monitor.rules.sheet_cache import SheetCache, cache_folder


class RulesInForce:
    """The rulebook that matches are made by. A file that cannot be used keeps its last good text in force."""

    def __init__(self, files: RuleFiles, now: datetime) -> None:
        self._files = files
        self._cache = SheetCache(cache_folder())
        self.book, self.matcher = self._build(files, now, NO_TEXTS, None)
        self.loaded_at = now
        _report(self.book, ())

    @classmethod
    async def load(cls, folders: Sequence[Path], now: datetime) -> RulesInForce:
        """Read the rule files for the first time."""
        return await asyncio.to_thread(lambda: cls(read_rule_files(folders), now))

    async def reload(self, folders: Sequence[Path], now: datetime) -> bool:
        """Read the rule files again, beside what is in force, and replace it; tells whether they changed."""
        before = self.book
        files = await asyncio.to_thread(read_rule_files, folders, before.texts)
        if files == self._files:
            return False
        self.book, self.matcher = await asyncio.to_thread(self._build, files, now, before.texts, self.matcher)
        self._files, self.loaded_at = files, now
        _report(self.book, before.problems)
        return True

    def status_of(self, rule: str) -> RuleStatus | None:
        """Tell the status that a rule has now; None where it is gone."""
        found = self.book.rules.get(rule)
        return found.status if found else None

    def _build(
        self, files: RuleFiles, now: datetime, last_good: Texts, before: Matcher | None
    ) -> tuple[Rulebook, Matcher]:
        with resting_collector():
            book = compile_rulebook(files, now=now, last_good=last_good, cache=self._cache)
            return book, Matcher(book, before)


def _in_force(problem: Problem, book: Rulebook) -> bool:
    """Tell whether last good texts stand in for what a problem is about: a file, or a folder that is gone."""
    return any(Path(path).is_relative_to(problem.path) for path in book.old)


def _report(book: Rulebook, known: Sequence[Problem]) -> None:
    for problem in book.problems:
        if problem.level == "error" and problem not in known:
            events.rule_file_refused(problem=str(problem), in_force=_in_force(problem, book))
    events.rules_loaded(
        rules=len(book.rules), rulebook=book.checksum, old=len(book.old), left_out=len(book.left_out)
    )
