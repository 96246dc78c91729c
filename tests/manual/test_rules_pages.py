"""Every example of the rule manual is loaded and run, page by page, as its reader would."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.matching.examples import run_examples
from monitor.rules.book import load_rulebook
from monitor.rules.expression import parse
from tests.manual.rules_page import RulesPage
from tests.manual.terminal import Terminal
from tests.manual.test_pages import follow

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "rules"
PAGES = {path.stem: RulesPage(path) for path in sorted(FOLDER.glob("*.md"))}
WITHOUT_EXAMPLES = {"markers"}  # a list of words, which tests/house holds against the program's
TYPED = (
    "checking",
    "machine-interface",
    "tutorial",
)  # their commands are typed, their files may be wrong at first
NOW = datetime(2026, 11, 1, tzinfo=UTC)
REFUSED = [(name, row) for name, page in PAGES.items() for row in page.refused]


@pytest.mark.parametrize("name", [name for name in PAGES if name not in WITHOUT_EXAMPLES | set(TYPED)])
def test_the_examples_of_a_page_do_what_it_says(name: str, tmp_path: Path) -> None:
    """The page's rule files load without errors or findings, and all texts are found or not as shown."""
    page = PAGES[name]
    assert len(page.files) == page.text.count("```yaml"), "every yaml block names its file"
    assert page.files or page.examples
    page.write(tmp_path)
    book = load_rulebook([tmp_path], now=NOW)
    assert [str(problem) for problem in book.problems] == []
    results = list(run_examples(book, now=NOW))
    assert [result for result in results if result.ok is False] == []
    assert {result.rule for result in results} == set(book.rules)


@pytest.mark.parametrize(("name", "row"), REFUSED, ids=lambda value: getattr(value, "expression", value))
def test_what_a_page_calls_refused_is_refused(name: str, row) -> None:
    """An expression of a table of refusals cannot be used, and is answered as the page says."""
    said = " ".join(fault.message.replace("`", "") for fault in parse(row.expression).faults)
    assert row.said in said


@pytest.mark.parametrize("name", [name for name in PAGES if name in TYPED])
def test_the_commands_of_a_page_show_what_it_says(name: str, tmp_path: Path) -> None:
    """Who writes the page's files and types its commands, in the page's order, sees what it shows."""
    terminal = Terminal(tmp_path)
    terminal.fine = frozenset({0, 1, 2})  # what a command's code is stands beside it on the page
    follow(terminal, f"docs/rules/{name}.md")


def test_every_page_is_reached_from_the_map() -> None:
    """The first page of the manual links to every other one."""
    linked = set(re.findall(r"\]\((?:\./)?([\w-]+)\.md[)#]", PAGES["index"].text))
    assert linked == PAGES.keys() - {"index"}
