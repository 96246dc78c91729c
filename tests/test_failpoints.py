"""The points at which a proof ends a process: all are on the way, and none acts unless it is armed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import failpoints
from tests.proof.within import ground_with_daemon
from tests.stories.world import eventually

ROOT = Path(__file__).resolve().parents[1]


async def test_every_point_is_passed_in_a_normal_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst to slow destinations, of which one message is refused at first, passes all of them."""
    passed: set[str] = set()
    monkeypatch.setattr(failpoints, "reach", passed.add)
    async with ground_with_daemon(tmp_path) as ground:
        ground.slack.bot.mode = "refusing"
        for _ in range(40):
            ground.ledger.publish(ground.ledger.feeds[:1], ("bravo", "charlie"))
        await eventually(lambda: "deliver.refused" in passed, "a message is refused")
        ground.slack.bot.mode = "fine"
        await eventually(lambda: not ground.untold(), "all is told")
        await eventually(lambda: passed >= failpoints.POINTS.keys(), f"all of them; so far {passed}")
    assert passed == failpoints.POINTS.keys()


def test_every_point_that_is_reached_is_listed_and_every_one_listed_is_reached() -> None:
    """The list is that of the code."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")]
    found = [point for source in sources for point in re.findall(r'failpoints\.reach\("([a-z.]+)"\)', source)]
    assert sorted(found) == sorted(failpoints.POINTS)


def test_the_page_lists_every_point() -> None:
    """In the order of the story, in the words of the code."""
    page = (ROOT / "docs" / "path-of-an-alert.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+\.[a-z]+)` \| (.+) \|$", page, re.MULTILINE)
    assert rows == list(failpoints.POINTS.items())


def test_nothing_is_armed_without_the_variable() -> None:
    """This process, which has no such variable, passes every point unharmed."""
    assert failpoints.VARIABLE not in os.environ
    for point in failpoints.POINTS:
        failpoints.reach(point)
    assert failpoints.armed_by(None) is None
    assert failpoints.armed_by("") is None


def run_with(setting: str, times: int) -> subprocess.CompletedProcess[str]:
    code = (
        "from monitor import failpoints\n"
        f"for number in range({times}):\n"
        "    failpoints.reach('deliver.sent')\n"
        "    print(number)\n"
    )
    environment = os.environ | {failpoints.VARIABLE: setting, "PYTHONUNBUFFERED": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment
    )


def test_an_armed_point_ends_the_process_as_kill_does_at_the_time_that_is_named() -> None:
    """The third time is the last."""
    done = run_with("deliver.sent:3", 5)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == ["0", "1"]
    assert "failpoint deliver.sent" in done.stderr
    assert run_with("deliver.claimed", 5).returncode == 0


@pytest.mark.parametrize("setting", ["deliver.snt", "deliver.sent:0", "deliver.sent:x", ":2"])
def test_what_names_no_point_is_refused(setting: str) -> None:
    """A slip would otherwise let a proof pass that killed nobody."""
    with pytest.raises(ValueError, match=failpoints.VARIABLE):
        failpoints.armed_by(setting)
