"""What receivers hear of stories that were split and joined by hand, and in which thread."""

from __future__ import annotations

from tests.pipeline.desk import RESERVE, RESERVE_TOLD_ANEW, Desk


async def two_told(desk: Desk) -> tuple[int, int]:
    """Two stories that were told by the same rule."""
    return await desk.article("q1", "Wire"), await desk.article("q2", "Courier")


async def one_told(desk: Desk) -> tuple[int, int]:
    """A story whose second article was told in a line about more sources."""
    first = await desk.article("k1", "Wire", reads=RESERVE)
    second = await desk.article("k2", "Courier", reads=RESERVE_TOLD_ANEW)
    assert await desk.told() == [("a1", 1, "first", first), ("a1", 2, "more-sources", second)]
    await desk.deliver()
    return first, second


async def test_of_joined_stories_a_correction_goes_where_its_article_was_told(desk: Desk) -> None:
    """In the thread that told of it, though the other one stays; and what is new in the one that stays."""
    first, second = await two_told(desk)
    await desk.join(await desk.story(second), await desk.story(first))
    await desk.correct(first)
    await desk.correct(second)
    assert (await desk.told())[2:] == [("a1", 2, "correction", first), ("a2", 2, "correction", second)]


async def test_corrections_at_once_are_each_told(desk: Desk) -> None:
    """Of two articles that one thread told of before it was parted, and again of one of them."""
    first, second = await one_told(desk)
    done = await desk.split(second)
    await desk.dispatch_waiting()
    told = len(await desk.told())
    await desk.correct(first)
    await desk.correct(second)
    await desk.correct(second, "Corrected: it was so")
    assert (await desk.told())[told:] == [
        ("a1", 3, "correction", first),
        ("a2", 2, "correction", second),
        ("a2", 3, "correction", second),
    ]
    assert done.other == await desk.story(second)
