"""The demonstration is the newcomer's first minute: it must work, add up, and end when asked."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.stories.world import run_command

COMMAND = [sys.executable, "-m", "monitor", "demo"]


def test_the_day_ends_by_itself_and_the_sums_add_up(tmp_path: Path) -> None:
    """Articles flow, alerts arrive by mail and Slack, and every claim of the summary holds."""
    done = run_command(tmp_path, "demo", "--speed", "6", "--keep", "here")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✗" not in done.stdout
    assert done.stdout.count("✓") == 6
    assert "Nikolai Patrushev, from May 2008" in done.stdout
    assert "would have alerted; see: watchword rules preview" in done.stdout
    assert "notifications written = delivered + superseded" in done.stdout
    checked = run_command(tmp_path / "here", "check")
    assert checked.returncode == 0, checked.stdout


def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    """An interrupt in the middle of the day ends the daemon too, without a traceback."""
    process = subprocess.Popen(
        COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    deadline = time.monotonic() + 60
    seen = ""
    while "first poll" not in seen:
        assert time.monotonic() < deadline
        seen += process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0, seen + rest
    assert "Stopped." in rest
    assert "Traceback" not in seen + rest
