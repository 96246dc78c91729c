"""Rulebooks written in tests, and what they find in a text."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from monitor.matching.engine import Matcher
from monitor.model import Article, Match
from monitor.rules.book import load_rulebook

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def article(body: str = "", **fields: object) -> Article:
    """Make an article that was first seen now."""
    return Article(**{"id": "1", "title": "", "first_seen": NOW, "body": body} | fields)  # type: ignore[arg-type]


@pytest.fixture
def matcher(tmp_path: Path) -> Callable[[str], Matcher]:
    """Make a matcher of a rule file's text; the file must be without errors."""

    def make(text: str) -> Matcher:
        (tmp_path / "rules.yaml").write_text(dedent(text), encoding="utf-8")
        book = load_rulebook([tmp_path], now=NOW)
        assert not book.unusable, [str(problem) for problem in book.problems]
        return Matcher(book)

    return make


@pytest.fixture
def find(matcher: Callable[[str], Matcher]) -> Callable[..., Match | None]:
    """Judge one expression over an article, with the actors and topics of `context`."""

    def judge(match: str, body: str = "", context: str = "", **fields: object) -> Match | None:
        indented = dedent(match).strip().replace("\n", "\n      ")
        made = matcher(f"{dedent(context)}\nrules:\n  - id: r\n    match: |\n      {indented}\n")
        return next(iter(made.match(article(body, **fields))), None)

    return judge
