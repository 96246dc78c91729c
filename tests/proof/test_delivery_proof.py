"""The proof of delivery in short; `make proof-delivery` is the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import server_url
from tests.proof.delivery import database, problems_of, prove_all, report
from tests.proof.schedule import draw

SEED = 5


async def test_kills_and_faults_lose_nothing_and_repeat_nothing_without_saying_so(tmp_path: Path) -> None:
    """A few kills and outages on both grounds: nothing lost, and what came twice says that it may have."""
    server_url("WATCHWORD_TEST_POSTGRESQL", "PostgreSQL")
    with database() as url:
        results = await prove_all(tmp_path, SEED, kills=6, items=160, postgresql=url)
    shown = "\n".join(report(results))
    assert not problems_of(results, every_point=False), shown
    assert sum(result.toll.deaths.total() for result in results) >= 6, shown
    assert all(result.verdict.told > 40 for result in results), shown


def test_the_same_seed_draws_the_same_schedule() -> None:
    """A failing seed can be run again, and another one brings something else."""
    assert draw("servers", 1, 40) == draw("servers", 1, 40)
    assert draw("servers", 1, 40) != draw("servers", 2, 40)


@pytest.mark.parametrize("seed", range(20))
def test_the_usual_number_of_kills_covers_every_point(seed: int) -> None:
    """Whatever the seed, a process dies at each named point, and the queue server goes through everything."""
    from monitor.failpoints import POINTS
    from tests.proof.servers import OUTAGES

    drawn = draw("embedded", seed, 40), draw("servers", seed, 40)
    deaths = [death for one in drawn for process in one.deaths.values() for death in process]
    assert len(deaths) == 80
    assert {death.point for death in deaths} >= POINTS.keys()
    assert {fault.what for fault in drawn[1].outages} == OUTAGES.keys()
