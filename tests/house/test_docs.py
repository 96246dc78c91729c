"""What the pages for analysts show can be typed and works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import get_args

import pytest
import typer.main

from monitor.cli.main import app
from monitor.rules.document import LintCode

ROOT = Path(__file__).resolve().parents[2]
RULE_PAGES = tuple(f"docs/rules/{path.name}" for path in sorted((ROOT / "docs" / "rules").glob("*.md")))
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
PAGES = (
    "CHANGELOG.md",
    "README.md",
    "deploy/README.md",
    "docs/benchmarks.md",
    "docs/editors.md",
    "docs/feeds.md",
    "docs/first-alert.md",
    "docs/guarantees.md",
    "docs/index.md",
    "docs/reference/commands.md",
    "docs/reference/configuration.md",
    "rules/README.md",
    *RULE_PAGES,
)


def commands() -> list[tuple[str, str]]:
    """Give every `watchword …` of the console blocks, with its page."""
    found = []
    for page in PAGES:
        for block in CONSOLE.findall((ROOT / page).read_text(encoding="utf-8")):
            lines = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ watchword")]
            found += [(page, re.split(" #", line)[0].strip()) for line in lines]
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_the_commands_on_the_pages_exist(page: str, line: str) -> None:
    """Each command of a console block names verbs and options that there are."""
    command = typer.main.get_command(app)
    _, *words = shlex.split(re.split("[<>|;]", line)[0])
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, (page, line)
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options, (page, line)


def test_every_step_of_an_alert_has_its_function_and_its_test() -> None:
    """The steps on the page are lettered without a gap, and what they name is there."""
    page = (ROOT / "docs" / "path-of-an-alert.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]) \| .* \| `(\S+)` `(\S+)` \| `(\S+)` `(\S+)` \|$", page, re.MULTILINE)
    assert [row[0] for row in rows] == [chr(ord("A") + number) for number in range(len(rows))]
    for _, module, function, test_file, test in rows:
        for name in function.split("."):
            assert re.search(rf"(?:def|class) {name}\b", (ROOT / module).read_text()), (module, function)
        assert f"def {test}(" in (ROOT / test_file).read_text(), (test_file, test)


def test_the_page_lists_every_lint_code() -> None:
    """A code that `lint: allow` takes stands on the page, and no other one does."""
    page = (ROOT / "docs" / "rules" / "checking.md").read_text(encoding="utf-8")
    table = page.split("| code | found where |")[1].split("\n\n")[0]
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
