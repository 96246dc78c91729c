"""How fast and how well stories are told apart, beside TF-IDF and MinHash.

`make bench-stories`, or `python benchmarks/stories.py --help`; docs/benchmarks.md says how to read it.
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
    add("--held", type=int, default=100_000, metavar="N", help="articles that are held before it is timed")
    add("--asked", type=int, default=5_000, metavar="N", help="articles that are timed")
    add(
        "--data",
        type=Path,
        default=os.environ.get("WATCHWORD_DATA"),
        help="folder with articles/ and stories/",
    )
    add("--peers", type=Path, metavar="PYTHON", help="an interpreter with the peers; without one none run")
    add("--seed", type=int, default=23, help="what articles are made from")
    add("--quick", action="store_true", help="few articles: to see that it runs, not how fast")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--out", type=Path, default=OUT, help="folder for the figures and the chart")
    options = parser.parse_args(given)
    for part in ("articles", "stories"):
        if options.data and not (Path(options.data) / part).is_dir():
            parser.error(f"there is no folder {part} in {options.data}")
    if min(options.held, options.asked) < 1:
        parser.error("nothing can be measured with less than one article held and one asked for")
    if options.quick:
        options.held, options.asked = 300, 50
    options.data = Path(options.data) if options.data else None
    return options


def main(given: Sequence[str] | None = None) -> int:
    """Run the benchmark; gives 0 also where figures are not reached, for a busy machine is no mistake."""
    from rich.console import Console

    from benchmarks.stories_report import draw, show
    from benchmarks.stories_run import measure

    options = arguments(given)
    tell(measure(options, Console(stderr=True)), "stories", options, show, draw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
