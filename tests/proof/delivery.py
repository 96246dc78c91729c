"""Kills and faults by a seed, and the check that nothing was lost, nor told twice without saying so.

    python -m tests.proof.delivery --seed 7 --kills 80 --items 10000

Two grounds go through it at the same time: `watchword run` with SQLite and the queue server that it keeps;
two pollers and two notifiers over PostgreSQL and Debian's redis-server. `source .ci/servers` starts these.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import sqlalchemy as sa

from monitor.failpoints import POINTS
from tests.proof.checker import Verdict, judge
from tests.proof.ground import Ground, Kind
from tests.proof.schedule import Schedule, draw
from tests.proof.servers import KILLS
from tests.proof.trouble import ANY_MOMENT, Toll, Trouble

KINDS: tuple[Kind, ...] = ("embedded", "servers")
POSTGRESQL = "WATCHWORD_TEST_POSTGRESQL"
# So many messages may wait while more is published: enough that every point is passed all the time.
_MOST_WAITING = 500
_QUIET_SECONDS = 240.0
_FIRST_POLLS_SECONDS = 120.0
_TELL_EVERY = 20.0
_LOOK_EVERY = 5.0


@dataclass(frozen=True)
class Result:
    """What one ground went through, and what was found at the end."""

    kind: Kind
    schedule: Schedule
    toll: Toll
    verdict: Verdict
    seconds: float
    quiet_after: float
    refused_starts: int
    tried_by_hand: int


async def prove(
    kind: Kind, folder: Path, seed: int, *, kills: int, items: int, postgresql: str | None
) -> Result:
    """Put one ground through its schedule, wait until it is quiet, and judge."""
    began = time.monotonic()
    schedule = draw(kind, seed, kills)
    rng = Random(f"items of {kind} {seed}")
    ground = await Ground.begin(kind, folder / kind, rng, postgresql)
    trouble = Trouble(ground, schedule)
    beside = [asyncio.create_task(_tell(ground, trouble)), asyncio.create_task(_operate(ground))]
    try:
        await _first_polls(ground)
        publishing = asyncio.create_task(_publish(ground, items))
        await trouble.run()
        while len(ground.ledger.items) < items and not publishing.done():  # noqa: ASYNC110 - a count, no event
            await asyncio.sleep(0.1)
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
        healed = time.monotonic()
        await _quiet(ground)
        quiet_after = time.monotonic() - healed
        verdict = await asyncio.to_thread(judge, ground)
    finally:
        for task in beside:
            task.cancel()
        ended = await asyncio.gather(*beside, return_exceptions=True)
        await trouble.close()
        await ground.end()
    assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended
    refused = sum(slot.refused for slot in ground.slots)
    seconds = time.monotonic() - began
    return Result(kind, schedule, trouble.toll, verdict, seconds, quiet_after, refused, ground.tried_by_hand)


async def _first_polls(ground: Ground) -> None:
    """Let every feed be polled once, which tells nobody; what comes after that is news."""
    for slot in ground.slots:
        slot.start()
    deadline = time.monotonic() + _FIRST_POLLS_SECONDS
    asked = "SELECT count(*) FROM feeds WHERE first_success_at IS NOT NULL"
    while await asyncio.to_thread(ground.query, asked) != [(len(ground.ledger.feeds),)]:
        assert time.monotonic() < deadline, f"the feeds were not polled; see {ground.folder}"
        await asyncio.sleep(0.1)


async def _publish(ground: Ground, items: int) -> None:
    """Publish as fast as it is told, then a little for as long as it is wanted."""
    trimmed = time.monotonic()
    while True:
        waiting = ground.untold()
        if waiting < _MOST_WAITING:
            ground.ledger.publish_some(20 if len(ground.ledger.items) < items else 3)
        if time.monotonic() - trimmed > 1:
            ground.ledger.trim(await asyncio.to_thread(ground.archived))
            trimmed = time.monotonic()
        await asyncio.sleep(0.1)


async def _tell(ground: Ground, trouble: Trouble) -> None:
    """Say now and then how far it is."""
    began = time.monotonic()
    while True:
        await asyncio.sleep(_TELL_EVERY)
        print(
            f"  {time.monotonic() - began:4.0f} s {ground.kind}: {trouble.toll.deaths.total()} kills of "
            f"{trouble.schedule.kills}, {len(ground.ledger.items)} items, {ground.untold()} to be told",
            file=sys.stderr,
            flush=True,
        )


async def _operate(ground: Ground) -> None:
    """Look after destinations that are left alone for long, as an operator would who has all day."""
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        await ground.try_the_paused()


async def _quiet(ground: Ground) -> None:
    """Wait until everything served is told and nothing waits, or it takes too long."""
    pending = (
        "SELECT (SELECT count(*) FROM matches WHERE state = 'pending')"
        " + (SELECT count(*) FROM notifications WHERE state = 'pending')"
    )
    deadline = time.monotonic() + _QUIET_SECONDS
    while time.monotonic() < deadline:
        quiet = await asyncio.to_thread(ground.query, pending) == [(0,)]
        if quiet and not await ground.take_up_again() and not ground.untold():
            await asyncio.sleep(3)  # what would come twice now would be a fault
            return
        await asyncio.sleep(0.2)
    ground.problems.append(f"not quiet within {_QUIET_SECONDS:.0f} s")


@contextmanager
def database() -> Iterator[str]:
    """Make a database of this run's own on the server for tests."""
    server = sa.make_url(os.environ[POSTGRESQL]).set(drivername="postgresql+psycopg")
    name = f"watchword_proof_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


async def prove_all(folder: Path, seed: int, *, kills: int, items: int, postgresql: str) -> list[Result]:
    """Put both grounds through it, side by side, each with half of the kills and items."""
    halves = [(kills + 1) // 2, kills // 2]
    runs = [
        prove(kind, folder, seed, kills=half, items=items // 2, postgresql=postgresql)
        for kind, half in zip(KINDS, halves, strict=True)
    ]
    return list(await asyncio.gather(*runs))


def report(results: list[Result]) -> Iterator[str]:
    """Write down what happened and what was found, line by line."""
    toll = sum((result.toll.deaths for result in results), Counter[str]())
    yield "killed at               " + "".join(f"{result.kind:>10}" for result in results)
    for point in (*POINTS, ANY_MOMENT):
        yield f"  {point:<22}" + "".join(f"{result.toll.deaths[point]:>10}" for result in results)
    queue_kills = [sum(result.toll.outages[kill] for kill in KILLS) for result in results]
    yield "  of the queue server   " + "".join(f"{number:>10}" for number in queue_kills)
    in_all = toll.total() + sum(queue_kills)
    yield f"kills in all            {in_all:>10}, at {_points(toll)} of {len(POINTS)} named points"
    yield "befallen"
    befallen = sum((result.toll.outages for result in results), Counter[str]())
    for what, number in sorted(befallen.items()):
        yield f"  {what:<34}{number:>4}"
    yield "found                   " + "".join(f"{result.kind:>10}" for result in results)
    for name, figure in _figures(results).items():
        yield f"  {name:<34}" + "".join(f"{number:>10}" for number in figure)
    for result in results:
        for name, times in (
            ("all that was due queued", result.toll.rebuilt),
            ("dispatch and delivery went on", result.toll.told),
        ):
            if times:
                what, worst = max(times, key=lambda one: one[1])
                yield f"  {result.kind}: after {len(times)} outages {name} within {worst:.1f} s ({what})"


def _points(toll: Counter[str]) -> int:
    return len([point for point in POINTS if toll[point]])


def _figures(results: list[Result]) -> dict[str, list[object]]:
    verdicts = [result.verdict for result in results]
    kills = [result.toll.deaths.total() for result in results]
    return {
        "items published": [verdict.items for verdict in verdicts],
        "articles in the archive": [verdict.articles for verdict in verdicts],
        "alerts told": [verdict.told for verdict in verdicts],
        "in messages": [verdict.messages for verdict in verdicts],
        "articles lost": [verdict.lost_articles for verdict in verdicts],
        "matches lost": [verdict.lost_matches for verdict in verdicts],
        "alerts lost": [verdict.lost_alerts for verdict in verdicts],
        "sent again though in the ledger": [verdict.resent for verdict in verdicts],
        "repeats that do not say so": [verdict.unmarked for verdict in verdicts],
        "attempts broken off by a kill": [verdict.killed_sends for verdict in verdicts],
        "attempts with unknown outcome": [verdict.unknown_sends for verdict in verdicts],
        "alerts told again, and saying so": [verdict.repeats - verdict.unmarked for verdict in verdicts],
        "  in messages": [verdict.repeated_messages for verdict in verdicts],
        "  messages for each kill": [
            f"{verdict.repeated_messages / max(1, number):.2f}"
            for verdict, number in zip(verdicts, kills, strict=True)
        ],
        "put aside after 5 kills, replayed": [verdict.put_aside for verdict in verdicts],
        "breakers closed by hand": [result.tried_by_hand for result in results],
        "points not reached in time": [result.toll.unreached.total() for result in results],
        "ends in good order": [result.toll.rolled for result in results],
        "starts refused: queue away": [result.refused_starts for result in results],
        "seconds": [f"{result.seconds:.0f}" for result in results],
        "seconds until quiet at the end": [f"{result.quiet_after:.1f}" for result in results],
    }


def problems_of(results: list[Result], *, every_point: bool) -> list[str]:
    """List everything that is not as promised."""
    found = [f"{result.kind}: {problem}" for result in results for problem in result.verdict.problems]
    toll = sum((result.toll.deaths for result in results), Counter[str]())
    if every_point:
        found += [f"no process died at {point}" for point in POINTS if not toll[point]]
    return found


def _processor_seconds() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def main() -> int:
    """Run the proof; the exit code is 1 where something promised is not so."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.delivery", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=None, help="draws kills, faults and items; chance's own by default"
    )
    parser.add_argument(
        "--kills", type=int, default=80, help="of processes; those of the queue server come on top"
    )
    parser.add_argument("--items", type=int, default=10_000, help="entries to be published at least")
    asked = parser.parse_args()
    if POSTGRESQL not in os.environ:
        sys.exit(f"{POSTGRESQL} names no PostgreSQL server: `source .ci/servers` starts one")
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    again = f"python -m tests.proof.delivery --seed {seed} --kills {asked.kills} --items {asked.items}"
    print(f"seed {seed}; the same again: {again}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="watchword-proof-"))
    os.environ["WATCHWORD_CACHE"] = str(folder / "cache")
    with database() as url:
        results = asyncio.run(prove_all(folder, seed, kills=asked.kills, items=asked.items, postgresql=url))
    print("\n".join(report(results)))
    print(f"  processor seconds of all processes {_processor_seconds():>10.0f}")
    if problems := problems_of(results, every_point=asked.kills >= 2 * len(POINTS)):
        print("\nNOT AS PROMISED", *problems, f"logs: {folder}", f"the same again: {again}", sep="\n  ")
        return 1
    shutil.rmtree(folder)
    print("\nnothing lost, nothing repeated without saying so")
    return 0


if __name__ == "__main__":
    sys.exit(main())
