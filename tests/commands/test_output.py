"""A full disk or a reader that went away: whatever a command prints, it says that not all of it arrived."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RULES = "rules:\n  - {id: r, match: foo, tests: [{match: foo}]}\n"
PRINTING = (
    "match --rules rules",
    "match --jobs 2 --rules rules",
    "explain r - --rules rules",
    "explain r - --json --rules rules",
    "check --rules rules",
    "test --rules rules",
    "rules list --rules rules",
    "rules cost - --rules rules",
    "schema rules",
    "check --help",
    "--version",
)


def run_into(folder: Path, words: str, output: int) -> subprocess.CompletedProcess[str]:
    (folder / "rules").mkdir()
    (folder / "rules" / "r.yaml").write_text(RULES)
    return subprocess.run(
        [sys.executable, "-m", "monitor", *words.split()],
        check=False,
        cwd=folder,
        input='{"title": "foo"}\n',
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        env=os.environ | {"NO_COLOR": "1"},
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("words", PRINTING)
def test_a_full_disk_is_said_in_one_line(tmp_path: Path, words: str) -> None:
    """No traceback, and exit code 2: what was printed is not all there is."""
    output = os.open("/dev/full", os.O_WRONLY)
    try:
        done = run_into(tmp_path, words, output)
    finally:
        os.close(output)
    said = "watchword: the output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)


@pytest.mark.parametrize("words", PRINTING)
def test_a_closed_pipe_is_said_in_one_line(tmp_path: Path, words: str) -> None:
    """Exit code 1 would say that something was found."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run_into(tmp_path, words, writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (2, "watchword: the output cannot be written: Broken pipe\n")


@pytest.mark.parametrize("words", ["match --rules rules", "check --rules rules"])
def test_an_output_that_is_closed_is_said_at_once(tmp_path: Path, words: str) -> None:
    """Nothing is done for nobody, and no file that is opened gets the number of standard output."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(RULES)
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m monitor {words} >&-', sys.executable],
        check=False,
        cwd=tmp_path,
        input='{"title": "foo"}\n',
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = "watchword: the output cannot be written: it is closed; send it to a file, or to /dev/null\n"
    assert (done.returncode, done.stderr) == (2, said)
