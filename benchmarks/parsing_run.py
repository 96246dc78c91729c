"""Parsing, measured: every parser in a process of its own, in turns, over the same documents."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks.feed_documents import Groups, made_up, well_formed
from benchmarks.measuring import MEGABYTE, machine
from benchmarks.output import progress
from benchmarks.wanted import Wanted, at_least

OURS, ALONE = "Watchword", "feedparser"
PEERS = ("fastfeedparser", "feedparser-rs")
_HERE = Path(__file__).resolve().parent
_PATHS = [str(_HERE), str(_HERE.parent)]
_RUN = f"import sys; sys.path[:0] = {_PATHS!r}; import peer_parsers; peer_parsers.main()"


@dataclass
class Measured:
    """What one parser took for a group of documents: CPU seconds a round, of which half took less."""

    parser: str
    group: str
    documents: int
    megabytes: float
    seconds: float
    refused: int


@dataclass
class Run:
    """All figures of a run."""

    machine: dict[str, Any]
    rows: list[Measured] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def seconds(self, parser: str, *, given: bool) -> float | None:
        """Give a parser's CPU seconds for all documents that were made up, or that were given."""
        found = [
            row.seconds
            for row in self.rows
            if row.parser == parser and row.group.startswith("given") == given
        ]
        return sum(found) if found else None

    def ratio(self, *, given: bool) -> float | None:
        """Tell how many times as fast as feedparser alone Watchword is."""
        ours, alone = self.seconds(OURS, given=given), self.seconds(ALONE, given=given)
        return alone / ours if ours and alone else None

    def plain(self) -> dict[str, Any]:
        """Give everything for JSON."""
        return asdict(self) | {"wanted": [figure.plain() for figure in wanted(self)]}


def wanted(run: Run) -> Sequence[Wanted]:
    """Give what is wanted of parsing."""
    what = "times as fast as feedparser alone"
    return [
        at_least("must", f"made-up documents, {what}", 25, run.ratio(given=False), "{:,.1f}"),
        at_least("must", f"given documents, {what}", 25, run.ratio(given=True), "{:,.1f}"),
    ]


def measure(options: argparse.Namespace, console: Console) -> Run:
    """Run the benchmark."""
    run = Run(machine())
    groups = made_up(options.documents, options.seed)
    if options.data:
        groups |= well_formed(options.data / "feeds")
    parsers = {OURS: sys.executable, ALONE: sys.executable}
    if options.peers:
        parsers |= dict.fromkeys(PEERS, str(options.peers))
    else:
        run.left_out.append(f"{' and '.join(PEERS)}: no interpreter that has them was named")
    run.rows = _measure(groups, parsers, options.rounds, console)
    return run


def short_ratio(documents: int = 2, rounds: int = 5) -> tuple[float, int]:
    """Give how many times as fast as feedparser alone a short run is, and over how many documents."""
    groups = made_up(documents, seed=19)
    parsers = {OURS: sys.executable, ALONE: sys.executable}
    rows = _measure(groups, parsers, rounds, Console(quiet=True))
    return Run({}, rows).ratio(given=False) or 0.0, sum(map(len, groups.values()))


def _measure(groups: Groups, parsers: dict[str, str], rounds: int, console: Console) -> list[Measured]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack, progress(console) as bar:
        _write(groups, Path(folder))
        asked = {
            name: stack.enter_context(_process(python, name, folder)) for name, python in parsers.items()
        }
        task = bar.add_task("rounds", total=rounds * len(groups))
        took: dict[tuple[str, str], list[tuple[float, int]]] = {}
        for number, group in (
            (number, group) for _ in range(rounds + 1) for number, group in enumerate(groups)
        ):
            for name, process in asked.items():
                took.setdefault((name, group), []).append(_ask(process, number))
            bar.advance(task)
    return [
        Measured(
            parser=name,
            group=group,
            documents=len(groups[group]),
            megabytes=sum(map(len, groups[group])) / MEGABYTE,
            seconds=median(seconds for seconds, _ in times[1:]),  # the first round is for warming up
            refused=times[-1][1],
        )
        for (name, group), times in took.items()
    ]


def _write(groups: Groups, folder: Path) -> None:
    for number, bodies in enumerate(groups.values()):
        (folder / str(number)).mkdir()
        for place, body in enumerate(bodies):
            (folder / str(number) / f"{place:06}").write_bytes(body)


@contextmanager
def _process(python: str, name: str, folder: str) -> Iterator[subprocess.Popen[str]]:
    command = [python, "-c", _RUN, name, folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _ask(process: subprocess.Popen[str], group: int) -> tuple[float, int]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{group}\n")
    process.stdin.flush()
    seconds, refused = process.stdout.readline().split()
    return float(seconds), int(refused)
