"""A stream of items through the command itself: `watchword match`, with all that it does beside matching."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

from benchmarks.matching_figures import Stream
from benchmarks.rule_sets import RuleSet

_BLOCK = 200
_CORES = 2
_MATCH = (sys.executable, "-m", "monitor", "match")


def stream(
    rules: RuleSet, lines: list[str], items: int, out: Path, cache: Path, told: Callable[[int], None]
) -> Stream:
    """Send so many items, the same articles again and again; `told` is called with how many were sent.

    Raises where not each of them is answered.
    """
    jobs = _CORES if _has_jobs() else 1
    environment = os.environ | {"WATCHWORD_CACHE": str(cache)}
    command = [*_MATCH, "--rules", str(rules.folder), *(["--jobs", str(jobs)] if jobs > 1 else [])]
    with out.open("wb") as answers:
        start = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answers, env=environment) as process:
            assert process.stdin is not None
            sent = 0
            for block, size in _blocks(lines, items):
                process.stdin.write(block)
                sent += size
                told(sent)
            process.stdin.close()
        seconds = time.perf_counter() - start
    with out.open("rb") as answers:
        answered = sum(1 for _ in answers)
    if process.returncode or answered != sent:
        raise RuntimeError(f"watchword match ended with {process.returncode}: {answered} of {sent} answered")
    return Stream(rules.rules, sent, jobs, seconds)


def _has_jobs() -> bool:
    helped = subprocess.run([*_MATCH, "--help"], capture_output=True, text=True, check=True)
    return "--jobs" in helped.stdout


def _blocks(lines: list[str], items: int) -> Iterator[tuple[bytes, int]]:
    """Give blocks of lines, ready to be written, and how many lines each has."""
    cut = [lines[start : start + _BLOCK] for start in range(0, len(lines), _BLOCK)]
    ready = [("".join(f"{line}\n" for line in block).encode(), len(block)) for block in cut]
    left = items
    for block, size in cycle(ready):
        if left < size:
            yield "".join(f"{line}\n" for line in lines[:left]).encode(), left
            return
        yield block, size
        left -= size
