"""What the pages for analysts show can be typed and works."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
import typer.main

from monitor.cli.main import app
from monitor.matching.examples import run_examples
from monitor.rules.book import load_rulebook
from monitor.rules.document import LintCode
from tests.stories.world import run_command

ROOT = Path(__file__).resolve().parents[2]
RULES_PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
RULE_FILE = re.compile(r"```yaml\n# (rules/\S+\.yaml)\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
PAGES = (
    "CHANGELOG.md",
    "README.md",
    "deploy/README.md",
    "docs/benchmarks.md",
    "docs/editors.md",
    "docs/first-alert.md",
    "docs/guarantees.md",
    "docs/index.md",
    "docs/markers.md",
    "docs/reference/commands.md",
    "docs/reference/configuration.md",
    "docs/rules.md",
    "rules/README.md",
)


def commands() -> list[tuple[str, str]]:
    """Give every `watchword …` of the console blocks, with its page."""
    found = []
    for page in PAGES:
        for block in CONSOLE.findall((ROOT / page).read_text(encoding="utf-8")):
            lines = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ watchword")]
            found += [(page, re.split(" #", line)[0].strip()) for line in lines]
    return found


def test_the_rule_files_on_the_page_load_and_their_tests_pass(tmp_path: Path) -> None:
    """All rule files of docs/rules.md make one folder without errors or findings whose tests pass."""
    files = RULE_FILE.findall(RULES_PAGE)
    assert len(files) == RULES_PAGE.count("```yaml") > 3
    for name, text in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    book = load_rulebook([tmp_path], now=NOW)
    assert [str(problem) for problem in book.problems] == []
    results = list(run_examples(book, now=NOW))
    assert [result for result in results if not result.ok] == []
    assert {result.rule for result in results} == set(book.rules)


def test_the_explanation_on_the_page_is_what_is_printed(tmp_path: Path) -> None:
    """The command of docs/rules.md prints the tree shown below it, over the page's own rules and article."""
    for name, text in RULE_FILE.findall(RULES_PAGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    section = RULES_PAGE.split("## Why, and why not")[1]
    article = re.search(r"With\n`(\{.*?\})` in `article.json`", section)
    command = re.search(r"^\$ watchword (explain .*)$", section, re.MULTILINE)
    shown = re.search(r"```text\n(.*?)```", section, re.DOTALL)
    assert article is not None
    assert command is not None
    assert shown is not None
    (tmp_path / "article.json").write_text(article[1], encoding="utf-8")
    done = run_command(tmp_path, *command[1].split())
    assert done.stdout.translate({0x2068: None, 0x2069: None}) == shown[1]


@pytest.mark.parametrize(("page", "line"), commands())
def test_the_commands_on_the_pages_exist(page: str, line: str) -> None:
    """Each command of a console block names verbs and options that there are."""
    command = typer.main.get_command(app)
    _, *words = shlex.split(re.split("[<>]", line)[0])
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, (page, line)
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options, (page, line)


def test_the_page_lists_every_lint_code() -> None:
    """A code that `lint: allow` takes stands on the page, and no other one does."""
    table = RULES_PAGE.split("| code | found where |")[1].split("\n\n")[0]
    listed = {code for row in table.splitlines()[2:] for code in re.findall(r"`([a-z]+-[a-z-]+)`", row)}
    assert listed == set(get_args(LintCode))


def test_links_of_the_pages_lead_somewhere() -> None:
    """Each relative link of a page is a file, and each anchor a heading."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        headings = {
            re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith("#"):
                assert target[1:] in headings, (page, target)
            elif "://" not in target:
                assert (ROOT / page).parent.joinpath(target.partition("#")[0]).exists(), (page, target)
