"""What is promised of stories, counted: events told apart, headlines ranked, and a month of made-up news.

    python -m tests.proof.stories [--data FOLDER] [--days N] [--seed N]

`--data` (or `$WATCHWORD_DATA`) names a folder whose `stories/` holds `ecbplus_dev.jsonl` and
`headline_pairs_dev.tsv`; without one only the month is played. Exit code 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from rich.console import Console

from benchmarks.output import progress
from monitor.stories.similarity import similarity
from tests.proof.month import simulate
from tests.proof.month_report import invariants, show_month
from tests.proof.story_figures import (
    area,
    clear_pairs,
    clusters,
    figures,
    mean,
    read_articles,
    read_pairs,
    recall_at,
)
from tests.proof.tally import Tally

SHUFFLES = 5
PRECISION_MUST, F1_MUST, SIBLINGS_MUST = 0.95, 0.80, 0.03
AREA_MUST, RECALL_MUST = 0.94, 0.55
SEED = 1


def events(folder: Path) -> Iterator[Tally | str]:
    """Articles of events that are alike in pairs, in several shuffled orders."""
    articles = read_articles(folder / "ecbplus_dev.jsonl")
    found = [figures(articles, clusters(articles, seed)) for seed in range(SHUFFLES)]
    for number, one in enumerate(found, 1):
        yield f"  shuffle {number}: {one}"
    middle = mean(found)
    yield f"  mean: {middle}"
    wrong = [
        f"{name} {value:.3f}, must {must}"
        for name, value, must, is_met in (
            ("B-cubed precision", middle.precision, PRECISION_MUST, middle.precision >= PRECISION_MUST),
            ("B-cubed F1", middle.f1, F1_MUST, middle.f1 >= F1_MUST),
            ("siblings merged", middle.siblings, SIBLINGS_MUST, middle.siblings <= SIBLINGS_MUST),
        )
        if not is_met
    ]
    yield Tally(f"musts of {len(articles):,} articles told apart by their events", 3, tuple(wrong))


def headlines(folder: Path) -> Iterator[Tally | str]:
    """Pairs of headlines of which people were sure."""
    pairs = clear_pairs(read_pairs(folder / "headline_pairs_dev.tsv"))
    scored = [(similarity(left, right), alike) for left, right, alike in pairs]
    ranked, recall = area(scored), recall_at(scored, 0.95)
    yield f"  AUC {ranked:.3f}, recall at 95 % precision {recall:.3f}"
    wrong = [f"AUC {ranked:.3f}, must {AREA_MUST}"] if ranked < AREA_MUST else []
    wrong += [f"recall {recall:.3f}, must {RECALL_MUST}"] if recall < RECALL_MUST else []
    yield Tally(f"musts of {len(pairs):,} pairs of headlines", 2, tuple(wrong))


def measure(folder: Path, console: Console) -> int:
    """Print the figures of a folder; gives how many musts are missed."""
    missed = 0
    parts: tuple[tuple[str, Callable[[Path], Iterator[Tally | str]]], ...] = (
        ("events told apart", events),
        ("headlines", headlines),
    )
    for name, part in parts:
        with console.status(f"{name} …"):
            for found in part(folder):
                missed += _said(found, console)
    return missed


def _said(found: Tally | str, console: Console) -> int:
    console.print(f"{found}", highlight=False, markup=False, soft_wrap=True)
    wrong = found.wrong if isinstance(found, Tally) else ()
    for case in wrong:
        console.print(f"  {case}", style="red", highlight=False, markup=False, soft_wrap=True)
    return len(wrong)


def play(days: int, seed: int, console: Console) -> int:
    """Play a month through the real pipeline and print its funnel; gives how much was not as promised."""
    with progress(console) as bar:
        task = bar.add_task("pieces of news", total=None)
        found = asyncio.run(simulate(days, seed, lambda number: bar.advance(task, number)))
    show_month(found, days, console)
    return _said(invariants(found), console)


def main() -> int:
    """Measure what is there to be measured, and play a month."""
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=shape)
    parser.add_argument("--data", type=Path, default=os.environ.get("WATCHWORD_DATA"))
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    console = Console()
    missed = 0
    if asked.data is None:
        console.print("Left out: events and headlines; name a folder with --data or $WATCHWORD_DATA.")
    else:
        missed += measure(Path(asked.data) / "stories", console)
    missed += play(asked.days, asked.seed, console)
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
