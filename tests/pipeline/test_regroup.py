"""Stories split and joined by hand: the alerts go along, what was hidden is told, nothing is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import SetupError
from monitor.pipeline.housekeeping import prune
from monitor.stores import stories
from tests.conftest import NOON
from tests.pipeline.desk import Desk


async def test_what_a_wrong_merge_hid_is_told(desk: Desk) -> None:
    """The second article was taken for the first one's story; split off, it raises an alert of its own."""
    first, hidden = await desk.article("a", "Wire"), await desk.article("a", "Courier")
    assert await desk.story(first) == await desk.story(hidden)
    assert await desk.messages() == 1
    done = await desk.split(hidden)
    assert (done.articles, done.judged_again) == (1, 1)
    await desk.dispatch(hidden)
    assert await desk.story(hidden) == done.other != await desk.story(first)
    assert await desk.revisions() == [(done.story, "a1", 1, "first"), (done.other, "a2", 1, "first")]
    assert await desk.messages() == 2


async def test_what_was_told_is_not_told_again_after_a_split(desk: Desk) -> None:
    """The thread goes along with the article it told of; the one left behind is told now."""
    told, hidden = await desk.article("a", "Wire"), await desk.article("a", "Courier")
    done = await desk.split(told)
    await desk.dispatch(told, hidden)
    assert await desk.revisions() == [(done.other, "a1", 1, "first"), (done.story, "a2", 1, "first")]


async def test_an_alert_that_told_of_both_is_parted_in_silence(desk: Desk) -> None:
    """Its rules are shared out, so that neither story tells them again, and nobody gets a message of it."""
    await desk.article("a", "Wire", ["r"])
    second = await desk.article("a", "Courier", ["q"])
    before = await desk.messages()
    done = await desk.split(second)
    await desk.dispatch(second)
    assert await desk.messages() == before
    assert await desk.ask("SELECT alert, rule, revision FROM alert_rules ORDER BY alert") == [
        ("a1", "r", 1),
        ("a2", "q", 1),
    ]
    assert (done.other, "a2", 1, "split") in await desk.revisions()


async def test_who_has_a_story_is_counted_anew(desk: Desk) -> None:
    """After a split each part has its own sources, after a join both."""
    await desk.article("a", "Wire")
    second = await desk.article("a", "Courier")
    third = await desk.article("c", "Herald")
    done = await desk.split(second)
    told_by = await desk.archive.read(lambda c: stories.told_by(c, [done.story, done.other]))
    assert told_by[done.story].sources == ("Wire",)
    assert told_by[done.other].sources == ("Courier",)
    joined = await desk.join(done.story, await desk.story(third))
    told_by = await desk.archive.read(lambda c: stories.told_by(c, [joined.story]))
    assert told_by[joined.story].sources == ("Wire", "Herald")
    assert told_by[joined.story].articles == 2


async def test_joined_stories_go_on_in_one_thread(desk: Desk) -> None:
    """Whoever was told of both hears what is new in the thread of the one that stays, and no rule twice."""
    first, second = await desk.article("a", "Wire", ["r"]), await desk.article("b", "Courier", ["r", "q"])
    done = await desk.join(await desk.story(first), await desk.story(second))
    assert await desk.story(second) == done.story
    await desk.article("b", "Herald", ["q", "new"])
    assert (done.story, "a1", 2, "new-rule") in await desk.revisions()
    told = await desk.ask("SELECT rule FROM alert_rules WHERE alert = 'a1' ORDER BY rule")
    assert told == [("new",), ("q",), ("r",)]


async def test_moves_are_forgotten_once_all_have_followed(desk: Desk) -> None:
    """Who dispatches on, and who starts anew, knows the stories as they were put together by hand."""
    first, hidden = await desk.article("a", "Wire"), await desk.article("a", "Courier")
    done = await desk.split(hidden)
    await desk.dispatch(hidden)
    for later, left in ((timedelta(hours=23), 1), (timedelta(hours=25), 0)):
        await prune(desk.archive, timedelta(days=90), NOON + later)
        assert len(await desk.ask("SELECT id FROM story_moves")) == left
    await desk.open()
    joined = await desk.story(await desk.article("a", "Mirror"))
    assert joined in (done.story, done.other)
    assert {await desk.story(first), await desk.story(hidden)} == {done.story, done.other}
    await desk.join(done.story, done.other)
    assert await desk.story(await desk.article("a", "Late Mirror")) == await desk.story(first)


async def test_what_cannot_be_split_or_joined_is_said(desk: Desk) -> None:
    """Articles of no story, all articles of one, articles of several; stories that are not there, or one."""
    first, second = await desk.article("a", "Wire"), await desk.article("b", "Courier")
    for numbers, said in (
        ((99,), "in no story"),
        ((first,), "all the articles"),
        ((first, second), "several"),
    ):
        with pytest.raises(SetupError, match=said):
            await desk.split(*numbers)
    story, other = await desk.story(first), await desk.story(second)
    with pytest.raises(SetupError, match="no story 77"):
        await desk.join(story, 77)
    await desk.join(story, other)
    with pytest.raises(SetupError, match="one story already"):
        await desk.join(story, other)
