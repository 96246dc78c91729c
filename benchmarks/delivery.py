"""How fast matches reach their receivers, beside what task queues need to move the same messages.

`make bench-delivery`, or `python benchmarks/delivery.py --help`; docs/benchmarks.md says how to read it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.delivery_items import WORDS
from benchmarks.output import OUT, tell


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--notifiers", type=int, nargs="+", default=[1, 2, 3, 4], metavar="N", help="how many workers")
    add("--messages", type=int, default=3_000, metavar="N", help="how many make a heap")
    add("--destinations", type=int, default=16, metavar="N", help=f"how many, {len(WORDS)} at most")
    add("--pace", type=float, default=10, metavar="N", help="items a second, where latency is measured")
    add("--seconds", type=float, default=60, metavar="S", help="how long items come at that pace")
    add(
        "--postgresql",
        default=os.environ.get("WATCHWORD_TEST_POSTGRESQL"),
        metavar="URL",
        help="a server where databases may be made; without one it is left out",
    )
    add(
        "--peers",
        type=Path,
        metavar="PYTHON",
        help="an interpreter with RQ and arq; without one they are left out",
    )
    add("--quick", action="store_true", help="few messages: to see that it runs, not how fast")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--out", type=Path, default=OUT, help="folder for the figures and the chart")
    options = parser.parse_args(given)
    if not 2 <= options.destinations <= len(WORDS):
        parser.error(f"there are 2 to {len(WORDS)} destinations")
    if min(options.notifiers) < 1 or options.messages < 1 or options.pace <= 0:
        parser.error("nothing can be measured with less than one notifier and one message")
    if options.quick:
        options.messages, options.seconds = min(options.messages, 60), min(options.seconds, 4)
        options.notifiers = options.notifiers[:1]
    return options


def main(given: Sequence[str] | None = None) -> int:
    """Run the benchmark; gives 0 also where figures are not reached, for a busy machine is no mistake."""
    from rich.console import Console

    from benchmarks.delivery_report import draw, show
    from benchmarks.delivery_run import measure

    options = arguments(given)
    tell(measure(options, Console(stderr=True)), "delivery", options, show, draw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
