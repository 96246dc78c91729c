"""The check at the end of the proof finds whatever is planted: it is no check that cannot fail."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.proof.checker import judge
from tests.proof.ground import Ground
from tests.proof.sinks import Arrival, Told
from tests.proof.within import ground_with_daemon
from tests.stories.world import eventually

_QUIET = (
    "SELECT (SELECT count(*) FROM matches WHERE state = 'pending')"
    " + (SELECT count(*) FROM notifications WHERE state = 'pending')"
)


@contextmanager
def planted(ground: Ground, *statements: str) -> Iterator[None]:
    """Change the archive for the length of the block."""
    path = ground.folder / "run-state" / "archive.sqlite"
    with closing(sqlite3.connect(path)) as archive, closing(sqlite3.connect(":memory:")) as before:
        archive.backup(before)
        for statement in statements:
            assert archive.execute(statement).rowcount > 0, statement
        archive.commit()
        yield
        before.backup(archive)


def found(ground: Ground) -> str:
    return "\n".join(judge(ground).problems)


async def test_what_is_planted_is_found(tmp_path: Path) -> None:
    """A run without kills is found well; each defect that is planted then is named."""
    async with ground_with_daemon(tmp_path) as ground:
        ground.ledger.publish_some(40)
        await eventually(lambda: not ground.untold() and ground.query(_QUIET) == [(0,)], "all is told")
        verdict = judge(ground)
        assert verdict.problems == []
        assert verdict.told > 30
        assert (verdict.lost_alerts, verdict.repeats, verdict.resent) == (0, 0, 0)
        _in_the_archive(ground)
        _at_the_sinks(ground)
        assert found(ground) == ""


def _in_the_archive(ground: Ground) -> None:
    last = "(SELECT max(id) FROM notifications)"
    for said, statement in {
        "served, and not in the archive": "UPDATE articles SET title = 'x' WHERE id = 9",
        "in the archive more than once": "UPDATE articles SET (feed, title) = "
        "(SELECT feed, title FROM articles WHERE id = 10) WHERE id = 11",
        "not matched": "DELETE FROM matches WHERE id = (SELECT max(id) FROM matches)",
        "matches at no end": "UPDATE matches SET state = 'pending' WHERE state = 'told' AND rule = 'echo'",
        "were not delivered": f"UPDATE notifications SET state = 'dead' WHERE id = {last}",
        "without a receipt": "DELETE FROM receipts WHERE key = "
        f"(SELECT key FROM notifications WHERE id = {last})",
        "although the ledger knew": "UPDATE attempts SET started_at = '2100-01-01 00:00:00.000000' "
        f"WHERE notification = {last}",
        "not delivered exactly once": f"UPDATE attempts SET outcome = 'unknown' WHERE notification = {last}",
        "after its receipt was written": "UPDATE receipts SET sent_at = '2000-01-01 00:00:00.000000'",
    }.items():
        with planted(ground, statement):
            assert said in found(ground), statement


def _at_the_sinks(ground: Ground) -> None:
    sink = ground.slack.steady
    taken = list(sink.arrivals)
    first = taken[0]
    told = first.told[0]

    def with_also(arrival: Arrival) -> str:
        sink.arrivals[:] = [*taken, arrival]
        said = found(ground)
        sink.arrivals[:] = taken
        return said

    again = replace(first, at=time.time())
    marked = replace(again, told=tuple(replace(one, marked=True) for one in first.told))
    assert "repeats that do not say so" in with_also(again)
    assert "more than 0 kills and faults" in with_also(marked)
    assert "2 times, by ['delivered']" in with_also(marked)
    assert "after its receipt was written" in with_also(marked)
    assert "with more or less in it" in with_also(replace(marked, told=(*marked.told, Told("x/1", 0, False))))
    assert "under several ids" in with_also(replace(marked, id="<another@id>"))
    assert "under two keys" in with_also(replace(first, told=(replace(told, key="x/1"),)))
    sink.told.discard(told.item)
    assert f"{sink.name} was not told of" in found(ground)
    sink.told |= {told.item, 0}
    assert f"{sink.name} was wrongly told of" in found(ground)
    sink.told.discard(0)
