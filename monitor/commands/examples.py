"""The tests inside rule files: how they went, and which known gaps are none any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.matching.examples import ExampleResult, run_examples
from monitor.rules.book import Rulebook
from monitor.rules.definitions import Example
from monitor.rules.document import TestKind

_COUNTED: dict[TestKind, TestKind] = {"todo_match": "match", "todo_no_match": "no_match"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test and how it went; `closed` is a `todo_` test that passes by now, and so need not wait longer."""

    result: ExampleResult
    closed: bool = False


def run_tests_of(book: Rulebook, only: Collection[str], now: datetime) -> list[Outcome]:
    """Run the tests of the rules named, of all where none is; `now` is as for `run_examples`."""
    rules = {name: rule for name, rule in book.rules.items() if not only or name in only}
    kinds = [example.kind for rule in rules.values() for example in rule.tests]
    # A test that waits is judged as one that counts: whether it passes is what its author wants to know.
    counted = {name: replace(rule, tests=tuple(map(_as_counted, rule.tests))) for name, rule in rules.items()}
    results = run_examples(replace(book, rules=counted), now=now)
    return [_outcome(kind, result) for kind, result in zip(kinds, results, strict=True)]


def _as_counted(example: Example) -> Example:
    return replace(example, kind=_COUNTED.get(example.kind, example.kind))


def _outcome(kind: TestKind, result: ExampleResult) -> Outcome:
    if kind == result.kind:
        return Outcome(result)
    return Outcome(replace(result, kind=kind, ok=None), closed=result.ok is True)
