"""Log lines: a fault of our own is told with its place, and without a value that may be secret."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from monitor import events
from monitor.runtime.logs import configure_logs

configure_logs("debug", sys.argv[1])
import logging

def fails():
    token = "canary-" + "token"
    raise KeyError("what went wrong")

try:
    fails()
except KeyError:
    events.loop_crashed(loop="x", retry_in=0)
    logging.getLogger("library").exception("a library's word")
"""


@pytest.mark.parametrize("shape", ["json", "pretty"])
def test_tracebacks_hold_no_local_variables(shape: str) -> None:
    """Whatever a function held when it failed stays out of the log."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, shape], capture_output=True, text=True, check=True)
    assert done.stderr.count("what went wrong") >= 2
    assert "fails" in done.stderr
    assert "canary-token" not in done.stderr
