"""How fast articles are matched, how fast rules are loaded, and what else would do it how fast.

`make bench-matching`, or `python benchmarks/matching.py --help`; docs/benchmarks.md says how to read it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.output import OUT, tell
from benchmarks.rule_sets import FEWEST


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rules", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N", help="how many rules")
    add("--articles", type=int, default=14_000, metavar="N", help="how many different articles")
    add(
        "--items",
        type=int,
        default=1_000_000,
        metavar="N",
        help="items for `watchword match`; 0 leaves it out",
    )
    add("--budget", type=float, default=10, metavar="S", help="seconds for each peer and number of rules")
    add(
        "--data",
        type=Path,
        default=os.environ.get("WATCHWORD_DATA"),
        help="folder whose articles/*.jsonl serve",
    )
    add("--seed", type=int, default=19, help="what rules and generated articles are made from")
    add("--quick", action="store_true", help="few articles and items: to see that it runs, not how fast")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--out", type=Path, default=OUT, help="folder for the figures and the chart")
    options = parser.parse_args(given)
    if min(options.rules) < FEWEST:
        parser.error(f"a set has at least {FEWEST} rules")
    if options.data and not any((options.data / "articles").glob("*.jsonl")):
        parser.error(f"there are no articles/*.jsonl in {options.data}")
    if options.quick:
        options.articles, options.items = min(options.articles, 600), min(options.items, 500)
        options.budget = min(options.budget, 0.3)
    return options


def main(given: Sequence[str] | None = None) -> int:
    """Run the benchmark; gives 0 also where figures are not reached, for a busy machine is no mistake."""
    from rich.console import Console

    from benchmarks.matching_report import draw, show
    from benchmarks.matching_run import measure

    options = arguments(given)
    tell(measure(options, Console(stderr=True)), "matching", options, show, draw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
