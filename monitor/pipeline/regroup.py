"""Stories split and joined by hand, with the alerts about them.

What was told stays told and is not told again; what nobody was told of because of a wrong merge is dispatched
once more. Both are for transactions of their own, beside a daemon that runs or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import SetupError
from monitor.model import Article
from monitor.pipeline.threads import Part, Parting, hold, join_threads
from monitor.stores import regrouped, stories
from monitor.stores.archive import Connection
from monitor.stores.stories import Member
from monitor.stores.threads import judge_again
from monitor.stories.corroboration import corroboration_of, report_of
from monitor.stories.keys import story_keys


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What came of it: the story that was there, the one that was opened or joined to it, and its articles.

    `judged_again` counts the matches that are dispatched once more, `threads` the alerts that went along with
    their articles. `parted` counts receivers who had been told of both stories: before a split in one thread,
    which stays whole, before a join in two, of which one goes on.
    """

    story: int
    other: int
    articles: int
    judged_again: int = 0
    threads: int = 0
    parted: int = 0


def split(c: Connection, numbers: Sequence[int], new_alert_id: Callable[[], str], now: datetime) -> Regrouped:
    """Make a story of its own of some articles of a story. Raises SetupError where that cannot be."""
    found = stories.members(c, numbers)
    if missing := [number for number in numbers if number not in found]:
        raise SetupError(f"article {missing[0]} is in no story; see: watchword why ARTICLE")
    here = {member.story for member in found.values()}
    if len(here) > 1:
        listed = ", ".join(map(str, sorted(here)))
        raise SetupError(f"these articles are in several stories: {listed}; split one story at a time")
    [story] = here
    everything = stories.members_of(c, story)
    if len(everything) == len(found):
        raise SetupError(f"these are all the articles of story {story}; leave at least one in it")
    apart = [pair for pair in everything if pair[0].article in found]
    left = [pair for pair in everything if pair[0].article not in found]
    held = hold(c, story, now)
    opened = stories.open_story(c, now)
    regrouped.move_articles(c, list(found), opened, now)
    regrouped.move_keys(c, _keys(apart) - _keys(left), opened)
    parts = _part(story, left), _part(opened, apart)
    for part in parts:
        regrouped.say_who_opened(c, part.story, now)
    stories.save_told_by(c, {part.story: part.told_by for part in parts}, now)
    outcome = Parting(c, held, parts, new_alert_id, now).done()
    again = judge_again(c, outcome.again)
    return Regrouped(story, opened, len(found), again, outcome.moved, outcome.stayed)


def join(c: Connection, into: int, other: int, now: datetime) -> Regrouped:
    """Put all articles of a story into another one. Raises SetupError where that cannot be."""
    numbers = regrouped.story_of(c, into), regrouped.story_of(c, other)
    for asked, number in zip((into, other), numbers, strict=True):
        if number is None:
            raise SetupError(f"there is no story {asked}; see: watchword stories list")
    story, joined = numbers
    assert story is not None
    assert joined is not None
    if story == joined:
        raise SetupError(f"{into} and {other} are one story already; see: watchword stories show")
    moved = stories.members_of(c, joined)
    into_held, other_held = hold(c, story, now), hold(c, joined, now)
    regrouped.move_articles(c, [member.article for member, _ in moved], story, now)
    regrouped.join_rows(c, joined, story)
    regrouped.say_who_opened(c, story, now)
    whole = _part(story, stories.members_of(c, story))
    stories.save_told_by(c, {story: whole.told_by}, now)
    outcome = join_threads(c, into_held, other_held, joined, whole)
    again = judge_again(c, outcome.again)
    return Regrouped(story, joined, len(moved), again, outcome.moved, outcome.stayed)


def _keys(of: Iterable[tuple[Member, Article]]) -> set[str]:
    return {key for _, article in of for key in story_keys(article)}


def _part(story: int, of: Sequence[tuple[Member, Article]]) -> Part:
    """Give the articles of a story, and who has it."""
    told_by = corroboration_of(
        report_of(article, member.voice, member.tier, member.at) for member, article in of
    )
    return Part(story, frozenset(member.article for member, _ in of), told_by)
