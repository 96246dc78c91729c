"""Print how many ways in, bombs, tarpits and scripts of servers came to what they should.

`python -m tests.proof.safety` runs all; `--costs` also prints what each bomb and tarpit cost.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from tests.proof import bombs, door, http_behaviour
from tests.proof.tally import Tally


async def prove(report: bombs.Report = bombs.unheard) -> AsyncIterator[Tally]:
    """Give the tallies, one as soon as it is counted."""
    yield await http_behaviour.http_behaviour()
    yield await bombs.exchanges(report=report)
    yield await bombs.documents(report=report)
    yield await door.door()


async def main(*arguments: str) -> int:
    """Print the tallies, and each case that went wrong; gives the exit code."""
    wrong = 0
    async for found in prove(print if "--costs" in arguments else bombs.unheard):
        print(found, *found.wrong, sep="\n  ")
        wrong += len(found.wrong)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
