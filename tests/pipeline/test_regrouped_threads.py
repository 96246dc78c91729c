"""What receivers hear of stories that were split and joined by hand, and in which thread."""

from __future__ import annotations

from monitor.alerting.route import RootRoute
from monitor.stores.archive import Archive
from monitor.stores.queue import Queue
from tests.pipeline.desk import RESERVE, RESERVE_TOLD_ANEW, Desk

# Both are told of everything, and those at night hear no more of a story than its first alert.
TWO = RootRoute.model_validate(
    {"receiver": "desk", "routes": [{"continue": True}, {"receiver": "night", "update": "none"}]}
)


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
    await desk.correct(second, title="Corrected: it was so")
    assert (await desk.told())[told:] == [
        ("a1", 3, "correction", first),
        ("a2", 2, "correction", second),
        ("a2", 3, "correction", second),
    ]
    assert done.other == await desk.story(second)


async def test_an_article_that_is_split_off_again_takes_its_thread_along(desk: Desk) -> None:
    """Its alert was left behind by the join; nobody is told again, and corrections come where it was told."""
    first, second = await two_told(desk)
    await desk.join(await desk.story(second), await desk.story(first))
    done = await desk.split(first)
    await desk.dispatch_waiting()
    assert len(await desk.told()) == 2
    assert (done.threads, done.judged_again) == (1, 0)
    assert (done.other, "a1", 1, "first") in await desk.revisions()
    await desk.correct(first)
    await desk.correct(second)
    assert (await desk.told())[2:] == [("a1", 2, "correction", first), ("a2", 2, "correction", second)]


async def test_the_thread_that_was_left_behind_by_a_join_takes_over(desk: Desk) -> None:
    """Where the article of the thread that stayed is split off, the other one goes on with what is left."""
    first, second = await two_told(desk)
    joined = await desk.join(await desk.story(second), await desk.story(first))
    done = await desk.split(second)
    await desk.dispatch_waiting()
    assert len(await desk.told()) == 2
    revisions = await desk.revisions()
    assert (done.other, "a2", 1, "first") in revisions
    assert (joined.story, "a1", 1, "first") in revisions


async def test_a_thread_goes_along_with_the_article_that_it_began_with(desk: Desk) -> None:
    """What is left behind was told by it too, in a line, and counts as told."""
    first, second = await one_told(desk)
    done = await desk.split(first)
    assert (done.threads, done.parted, done.judged_again) == (1, 1, 0)
    await desk.dispatch_waiting()
    assert len(await desk.told()) == 2
    assert await desk.revisions() == [
        (done.other, "a1", 1, "first"),
        (done.other, "a1", 2, "more-sources"),
        (done.story, "a2", 1, "split"),
    ]
    assert await desk.ask("SELECT alert, rule FROM alert_rules ORDER BY alert") == [("a1", "r"), ("a2", "r")]
    await desk.correct(first, second)
    assert (await desk.told())[2:] == [("a1", 3, "correction", first), ("a1", 4, "correction", second)]


async def test_what_is_split_by_mistake_is_joined_again_with_its_thread(desk: Desk) -> None:
    """The thread that told of all goes on, and what was opened in silence is gone."""
    first, _ = await one_told(desk)
    done = await desk.split(first)
    await desk.join(done.story, done.other)
    await desk.article("k1", "Herald", ["r", "new"], reads=RESERVE)
    assert await desk.ask("SELECT id, story FROM alerts") == [("a1", done.story)]
    assert (await desk.told())[2:] == [("a1", 3, "new-rule", 3)]


async def test_a_line_that_waits_is_not_sent_after_a_split(desk: Desk) -> None:
    """It would claim a source that the story does not have."""
    first = await desk.article("k1", "Wire", reads=RESERVE)
    await desk.deliver()
    second = await desk.article("k2", "Courier", reads=RESERVE_TOLD_ANEW)
    await desk.split(second)
    await desk.dispatch_waiting()
    assert await desk.told() == [("a1", 1, "first", first), ("a2", 1, "first", second)]
    assert await desk.ask("SELECT id, passed FROM alerts ORDER BY id") == [("a1", 1), ("a2", 1)]


async def test_a_line_that_waits_is_reckoned_anew(desk: Desk) -> None:
    """After a split with the sources that are left, after a join with those that came."""
    await desk.article("k1", "Wire", reads=RESERVE)
    await desk.deliver()
    second = await desk.article("k2", "Courier", reads=RESERVE_TOLD_ANEW)
    third = await desk.article("k2", "Herald", ["r"], reads=RESERVE_TOLD_ANEW)
    joined = await desk.join(await desk.story(second), await desk.story(await desk.article("z", "Post")))
    assert joined.articles == 1
    assert await desk.story(third) == joined.story
    await desk.dispatch_waiting()
    [line] = [one for one in await desk.told() if one[2] == "more-sources"]
    assert line[:2] == ("a1", 3)
    counts = "SELECT told_by FROM revisions WHERE alert = 'a1' AND revision = 3"
    assert "Post" in str(await desk.ask(counts))


async def test_what_one_receiver_was_told_of_is_told_to_the_other(archive: Archive, queue: Queue) -> None:
    """Those at night had no word of the second article, whose story has no alert of theirs any more."""
    desk = await Desk(archive, queue, TWO).open()
    first = await desk.article("k1", "Wire", reads=RESERVE)
    second = await desk.article("k2", "Courier", reads=RESERVE_TOLD_ANEW)
    await desk.deliver()
    told = await desk.told()
    assert told[2:] == [("a1", 2, "more-sources", second)]
    done = await desk.split(first)
    assert (done.threads, done.parted, done.judged_again) == (2, 1, 1)
    await desk.dispatch_waiting()
    assert (await desk.told())[3:] == [("a4", 1, "first", second)]
    assert await desk.ask("SELECT receiver FROM alerts WHERE id = 'a4'") == [("night",)]


async def test_who_was_told_of_one_story_only_hears_of_no_other_correction(
    archive: Archive, queue: Queue
) -> None:
    """After a join, a correction goes to those who were told of its article and to nobody else."""
    routes = {"receiver": "night", "when": {"rule": ["q"]}}
    asked = {"receiver": "desk", "routes": [routes]}
    desk = await Desk(archive, queue, RootRoute.model_validate(asked)).open()
    first, second = await desk.article("q1", "Wire", ["r"]), await desk.article("q2", "Courier", ["q"])
    await desk.join(await desk.story(second), await desk.story(first))
    await desk.correct(second)
    corrected = [one for one in await desk.told() if one[2] == "correction"]
    assert corrected == [("a2", 2, "correction", second)]
