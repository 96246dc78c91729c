"""Telling stories apart, measured: each way of doing it in a process of its own, over the same articles."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.measuring import MEGABYTE, machine
from benchmarks.output import progress
from benchmarks.story_stream import made_up, put_together
from benchmarks.wanted import Wanted, at_least, at_most
from tests.proof.story_figures import Figures, Told, figures, mean, read_articles

OURS, PEERS = "Watchword", ("TF-IDF", "MinHash")
PRECISION, SHUFFLES = 0.95, 3
BOUNDS = [round(0.1 + step * 0.05, 2) for step in range(17)]
_HERE = Path(__file__).resolve().parent
_PATHS = [str(_HERE), str(_HERE.parent)]
_RUN = f"import sys; sys.path[:0] = {_PATHS!r}; import peer_stories; peer_stories.main()"


@dataclass
class Speed:
    """What one way took for the articles of a stream: articles a CPU second, and what it held in memory."""

    teller: str
    stream: str
    held: int
    asked: int
    per_second: float
    megabytes: float


@dataclass
class Quality:
    """How well one way tells events apart; `bound` is what was found best for it, None for its own."""

    teller: str
    articles: int
    bound: float | None
    precision: float
    recall: float
    f1: float
    siblings: float


@dataclass
class Run:
    """All figures of a run."""

    machine: dict[str, Any]
    speeds: list[Speed] = field(default_factory=list)
    qualities: list[Quality] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Give everything for JSON."""
        return asdict(self) | {"wanted": [figure.plain() for figure in wanted(self)]}


def wanted(run: Run) -> Sequence[Wanted]:
    """Give what is wanted of stories."""
    ours = [row.per_second for row in run.speeds if row.teller == OURS]
    held = max((row.held for row in run.speeds), default=0)
    precision, f1, siblings = next(
        ((row.precision, row.f1, row.siblings) for row in run.qualities if row.teller == OURS),
        (None, None, None),
    )
    return [
        at_least("must", f"articles/s of one core, {held:,} held", 1_000, min(ours, default=None)),
        at_least("must", "B-cubed precision", 0.95, precision, "{:.3f}"),
        at_least("must", "B-cubed F1", 0.80, f1, "{:.3f}"),
        at_least("aim", "B-cubed F1", 0.88, f1, "{:.3f}"),
        at_most("must", "siblings merged", 0.03, siblings, "{:.3f}"),
    ]


def measure(options: argparse.Namespace, console: Console) -> Run:
    """Run the benchmark."""
    run = Run(machine())
    tellers = {OURS: sys.executable}
    if options.peers:
        tellers |= dict.fromkeys(PEERS, str(options.peers))
    else:
        run.left_out.append(f"{' and '.join(PEERS)}: no interpreter that has them was named")
    number = options.held + options.asked
    streams = {"made up": made_up(number, options.seed)}
    if options.data:
        streams["given, put together"] = put_together(options.data / "articles", number, options.seed)
    else:
        run.left_out.append("quality, and given texts: no folder was named")
    run.speeds = list(_speeds(streams, tellers, options.held, console))
    if options.data:
        told = read_articles(options.data / "stories" / "ecbplus_dev.jsonl")
        run.qualities = [_quality(told, name, python, console) for name, python in tellers.items()]
    return run


def _speeds(
    streams: dict[str, list[Any]], tellers: dict[str, str], held: int, console: Console
) -> Iterator[Speed]:
    with tempfile.TemporaryDirectory() as folder, progress(console) as bar:
        task = bar.add_task("speed", total=len(streams) * len(tellers))
        for stream, news in streams.items():
            files = [Path(folder) / part for part in ("held", "asked")]
            for file, part in zip(files, (news[:held], news[held:]), strict=True):
                file.write_text(json.dumps(part), encoding="utf-8")
            for name, python in tellers.items():
                (found,) = _ask(python, name, "speed", *map(str, files))
                asked = len(news) - held
                rate = asked / max(found["asking"], 1e-9)
                yield Speed(name, stream, held, asked, rate, found["memory"] / MEGABYTE)
                bar.advance(task)


def _quality(told: Sequence[Told], name: str, python: str, console: Console) -> Quality:
    """Measure a way at its best: peers at the bound that gives the highest F1 at the wanted precision."""
    bounds = BOUNDS if name in PEERS else [0.0]
    found: dict[float, list[Figures]] = {bound: [] for bound in bounds}
    with tempfile.TemporaryDirectory() as folder, progress(console) as bar:
        for seed in bar.track(range(SHUFFLES), description=f"quality of {name}"):
            order = list(told)
            random.Random(seed).shuffle(order)
            file = Path(folder) / "told"
            news = [(one.article.title, one.article.summary, one.article.lang) for one in order]
            file.write_text(json.dumps(news), encoding="utf-8")
            for bound, stories in zip(bounds, _ask(python, name, "tell", str(file), *bounds), strict=True):
                found[bound].append(figures(order, stories))
    means = {bound: mean(several) for bound, several in found.items()}
    precise = {bound: one for bound, one in means.items() if one.precision >= PRECISION} or means
    bound, best = max(precise.items(), key=lambda pair: pair[1].f1)
    shown = bound if name in PEERS else None
    return Quality(name, len(told), shown, best.precision, best.recall, best.f1, best.siblings)


def _ask(python: str, *asked: object) -> list[Any]:
    command = [python, "-c", _RUN, *map(str, asked)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
