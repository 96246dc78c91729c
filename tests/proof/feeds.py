"""What is promised of feeds, counted: encodings, dates, identity, the door, bombs, HTTP, lateness, parsing.

    python -m tests.proof.feeds [--quick] [PART …]

prints a line for each count, and below it each case that is not as promised; exit code 1 if there is one.
`--quick` goes through a tenth of it. With `$WATCHWORD_DATA` the feeds below it are parsed both ways, too.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import structlog
from rich.console import Console

from benchmarks.parsing_run import short_ratio
from tests.feeds import dates_of_the_web, news_in_encodings
from tests.pipeline.test_identity_model import histories
from tests.proof import identity, lateness, parsing, safety
from tests.proof.tally import Tally

SEED = 20260226
ENCODINGS_MUST, LATE_MUST = 235 / 240, 10.0
RATIO_WANTED = 25.0
Part = Callable[[float], AsyncIterator[Tally | str]]


async def encodings(share: float) -> AsyncIterator[Tally | str]:
    """The matrix of encodings and labels, and documents with one bad byte; feedparser beside it."""
    found = await asyncio.to_thread(news_in_encodings.documents_read)
    yield "\n  ".join((str(found), *found.wrong))
    yield f"feedparser alone: {(await asyncio.to_thread(news_in_encodings.documents_feedparser_reads)).right}"
    few = (f"{found.right} are too few",) if found.right < ENCODINGS_MUST * found.total else ()
    yield Tally("at least 235 in 240 of them", 1, few)
    for one in await asyncio.to_thread(news_in_encodings.bad_bytes):
        yield one


async def dates(share: float) -> AsyncIterator[Tally | str]:
    """Dates in every shape that feeds use."""
    for one in await asyncio.to_thread(dates_of_the_web.dates_read):
        yield one


async def identities(share: float) -> AsyncIterator[Tally | str]:
    """Feeds that disguise their articles, and made-up histories of a feed."""
    yield await identity.play_all(max(10, round(identity.POLLS * share)))
    number = round(10_000 * share)
    said = await asyncio.to_thread(_history_that_fails, number)
    yield Tally("histories of feeds in which each story was news once", number, (said,) if said else ())


def _history_that_fails(number: int) -> str:
    try:
        histories(number)
    except AssertionError as error:
        return "\n  ".join(("shortest history that fails:", *getattr(error, "__notes__", ())))
    return ""


async def hostile(share: float) -> AsyncIterator[Tally | str]:
    """HTTP behaviour, bombs and tarpits, the outbound door."""
    async for one in safety.prove():
        yield one


async def punctual(share: float) -> AsyncIterator[Tally | str]:
    """A hundred tarpits among a thousand feeds."""
    found = await lateness.measure(seconds=max(70.0, 150.0 * share))
    late = (f"late by {found.p99:.1f} s",) if found.p99 > LATE_MUST else ()
    yield f"{found}"
    yield Tally("lateness in bounds", 1, late)


async def parsed(share: float) -> AsyncIterator[Tally | str]:
    """The fast path of parsing beside feedparser: equal, and how much faster."""
    yield (await asyncio.to_thread(parsing.generated_agreement, round(2000 * share), SEED)).tally
    if data := os.environ.get("WATCHWORD_DATA"):
        yield (await asyncio.to_thread(parsing.agreement, Path(data) / "feeds")).tally
    ratio, documents = await asyncio.to_thread(short_ratio)
    yield (
        f"parsed {ratio:.1f} times as fast as by feedparser alone ({documents} documents; wanted: "
        f"{RATIO_WANTED:.0f}; how fast a busy machine is, is no mistake)"
    )


PARTS: dict[str, Part] = {
    "encodings": encodings,
    "dates": dates,
    "identity": identities,
    "hostile": hostile,
    "lateness": punctual,
    "parsing": parsed,
}


async def prove(names: list[str], share: float, console: Console) -> int:
    """Print every tally as soon as it is there; gives the exit code."""
    number = 0
    for name in names:
        began = time.monotonic()
        with console.status(f"{name} …"):
            async for found in PARTS[name](share):
                wrong = found.wrong if isinstance(found, Tally) else ()
                console.print(f"{found}", highlight=False, markup=False, soft_wrap=True)
                for case in wrong:
                    console.print(f"  {case}", style="red", highlight=False, markup=False, soft_wrap=True)
                number += len(wrong)
        console.print(f"  {name}: {time.monotonic() - began:.0f} s", style="dim")
    return min(number, 1)


def main() -> int:
    """Go through what is asked for."""
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=shape)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="a tenth of the long parts")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - PARTS.keys():
        parser.error(f"there is no part {min(unknown)!r}; there are: {', '.join(PARTS)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return asyncio.run(prove(asked.parts or list(PARTS), 0.1 if asked.quick else 1.0, Console()))


if __name__ == "__main__":
    sys.exit(main())
