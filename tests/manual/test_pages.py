"""Every command that the pages show is typed, in the pages' order, and shows what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.fixture
def free_port(unused_tcp_port: int) -> str:
    return str(unused_tcp_port)


def follow(page: str, terminal: Terminal) -> None:
    try:
        for step in read(page):
            terminal.do(step)
        terminal.end()
    finally:
        terminal.abandon()


def test_the_first_alert_comes_in(tmp_path: Path, free_port: str) -> None:
    """Who follows the tutorial sees the alert, and the sums that the page shows."""
    follow("docs/first-alert.md", Terminal(tmp_path, {"8765": free_port, "every: 5s": "every: 1s"}))
