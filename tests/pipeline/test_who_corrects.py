"""Who may correct what was told: its publisher, and nobody else."""

from __future__ import annotations

from tests.pipeline.desk import RESERVE, RESERVE_TOLD_ANEW, Desk

ANEW = (f"Correction: {RESERVE_TOLD_ANEW[0]}", RESERVE_TOLD_ANEW[1])


async def test_a_stranger_corrects_nothing_and_is_no_source(desk: Desk) -> None:
    """What he calls false was told by another one; it tells nobody anything."""
    first = await desk.article("k1", "Wire", reads=RESERVE)
    await desk.deliver()
    denial = await desk.article("k2", "Spammer", reads=ANEW)
    assert await desk.story(denial) == await desk.story(first)
    assert await desk.told() == [("a1", 1, "first", first)]
    assert await desk.ask("SELECT told_by FROM stories") != []
    assert "Spammer" not in str(await desk.ask("SELECT told_by FROM stories"))


async def test_a_publisher_corrects_what_it_told_in_a_new_article(desk: Desk) -> None:
    """Those who were told of its article hear of it."""
    first = await desk.article("k1", "Wire", reads=RESERVE)
    await desk.deliver()
    second = await desk.article("k2", "Wire", reads=ANEW)
    assert await desk.told() == [("a1", 1, "first", first), ("a1", 2, "correction", second)]


async def test_a_correction_of_what_nobody_was_told_tells_nobody(desk: Desk) -> None:
    """The second paper corrects an article of its own that matched no rule."""
    first = await desk.article("k1", "Wire", reads=RESERVE)
    await desk.deliver()
    later = (f"Correction: {RESERVE[0]} at last", RESERVE[1])
    third = await desk.article("k3", "Courier", reads=later)
    assert await desk.story(third) == await desk.story(first)
    assert await desk.told() == [("a1", 1, "first", first)]
