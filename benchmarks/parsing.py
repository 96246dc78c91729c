"""How fast feeds are parsed, beside feedparser alone and two fast parsers.

`make bench-parsing`, or `python benchmarks/parsing.py --help`; docs/benchmarks.md says how to read it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.output import OUT, tell


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--documents", type=int, default=6, metavar="N", help="how many of each kind are made up")
    add("--rounds", type=int, default=5, metavar="N", help="how often all are parsed")
    add("--data", type=Path, default=os.environ.get("WATCHWORD_DATA"), help="folder whose feeds/ serve too")
    add("--peers", type=Path, metavar="PYTHON", help="an interpreter with the peers; without one none run")
    add("--seed", type=int, default=19, help="what documents are made from")
    add("--quick", action="store_true", help="few documents: to see that it runs, not how fast")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--out", type=Path, default=OUT, help="folder for the figures and the chart")
    options = parser.parse_args(given)
    if options.data and not (options.data / "feeds").is_dir():
        parser.error(f"there is no folder feeds in {options.data}")
    if min(options.documents, options.rounds) < 1:
        parser.error("nothing can be measured with less than one document and one round")
    if options.quick:
        options.documents, options.rounds = 1, 1
    return options


def main(given: Sequence[str] | None = None) -> int:
    """Run the benchmark; gives 0 also where figures are not reached, for a busy machine is no mistake."""
    from rich.console import Console

    from benchmarks.parsing_report import draw, show
    from benchmarks.parsing_run import measure

    options = arguments(given)
    tell(measure(options, Console(stderr=True)), "parsing", options, show, draw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
