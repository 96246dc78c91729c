"""Articles join stories the same way whoever dispatches, and whenever that one began."""

from __future__ import annotations

from dataclasses import replace

from tests.proof import month


async def test_who_takes_over_goes_on_as_if_nothing_had_happened() -> None:
    """With a new process for each piece, which knows the archive alone, a day comes to the very same."""
    kept = await month.simulate(1, 7, lambda _: None)
    taken_over = await month.simulate(1, 7, lambda _: None, restarts=True)
    assert kept.wrong == []
    assert kept.revisions["more-sources"] > 0
    assert replace(taken_over, seconds=0.0) == replace(kept, seconds=0.0)
