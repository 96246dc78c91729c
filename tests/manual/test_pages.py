"""Every command that the pages show is typed, in the pages' order, and shows what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.manual.page import Step, Typed, steps
from tests.manual.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]

# What is not typed, and why.
LEFT_OUT = {
    "make setup": "it has made what this test runs in",
    "source .venv/bin/activate": "it has made what this test runs in",
    "make demo": "tests/stories/test_demo.py runs it",
    "make test": "it runs this test",
}


def read(page: str) -> list[Step]:
    found = steps(ROOT / page)
    return [step for step in found if not (isinstance(step, Typed) and step.command in LEFT_OUT)]


def follow(terminal: Terminal, *pages: str) -> None:
    try:
        for step in [step for page in pages for step in read(page)]:
            terminal.do(step)
        terminal.end()
    finally:
        terminal.abandon()


def test_the_first_alert_comes_in_and_the_promises_are_seen(
    tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    """Who follows the tutorial sees the alert, and then each promise kept as the page on them shows."""
    web, console = str(unused_tcp_port_factory()), str(unused_tcp_port_factory())
    swaps = {
        ":8321": f":{console}",
        "8765": web,
        "state: state": f'state: state\nlisten: {{bind: "127.0.0.1:{console}"}}',
        "every: 5s": "every: 1s",
    }
    follow(Terminal(tmp_path, swaps), "docs/first-alert.md", "docs/guarantees.md")


def test_what_keeps_a_promise_is_there() -> None:
    """Every test that the page on the promises names exists, and every promise names some."""
    page = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w./]+)`", page)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert page.count("*Kept by*") == page.count("\n## ")
