"""Stories split and joined by hand, with the alerts about them.

What was told stays told and is not told again; what nobody was told of because of a wrong merge is dispatched
once more. Both are for transactions of their own, beside a daemon that runs or not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import SetupError
from monitor.model import Article, Corroboration, Relation
from monitor.stores import alerts, regrouped, stories
from monitor.stores.archive import Connection
from monitor.stores.stories import Member
from monitor.stories.corroboration import corroboration_of, report_of
from monitor.stories.keys import story_keys


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What came of it: the story that was there, the one that was opened or joined to it, and its articles.

    `judged_again` counts the matches that are dispatched once more, `threads` the alerts that went along.
    """

    story: int
    other: int
    articles: int
    judged_again: int = 0
    threads: int = 0


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
    opened = stories.open_story(c, now)
    regrouped.move_articles(c, list(found), opened, now)
    regrouped.move_keys(c, _keys(apart) - _keys(left), opened)
    for part in (apart, left):
        regrouped.set_relation(c, part[0][0].article, Relation.NEW)
    dropped, threads = _part_alerts(c, story, opened, list(found), apart[0][0].article, new_alert_id, now)
    again = regrouped.judge_again(c, opened, articles=list(found))
    again += regrouped.judge_again(c, story, rules=dropped)
    stories.save_told_by(c, {story: _told_by(left), opened: _told_by(apart)}, now)
    return Regrouped(story, opened, len(found), again, threads)


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
    regrouped.move_articles(c, [member.article for member, _ in moved], story, now)
    if moved:
        regrouped.set_relation(c, moved[0][0].article, Relation.SAME)
    threads = _join_alerts(c, story, joined)
    regrouped.join_rows(c, joined, story)
    stories.save_told_by(c, {story: _told_by(stories.members_of(c, story))}, now)
    return Regrouped(story, joined, len(moved), threads=threads)


def _part_alerts(
    c: Connection,
    story: int,
    opened: int,
    numbers: Collection[int],
    first: int,
    new_alert_id: Callable[[], str],
    now: datetime,
) -> tuple[set[str], int]:
    """Let alerts go along with the articles that they told of; gives the rules that are untold in `story`."""
    told = regrouped.alerts_told_of(c, story, numbers)
    for one in told:
        if one.only:
            regrouped.move_alert(c, one.alert, opened)
        elif one.rules:
            regrouped.part_alert(c, one, new_alert_id(), opened, first, now)
    return {rule for one in told for rule in one.rules}, len(told)


def _join_alerts(c: Connection, story: int, joined: int) -> int:
    """Let a receiver who was told of both stories hear more in the thread of the one that stays."""
    here = {one.receiver: one.id for one in alerts.alerts_of(c, [story])[story]}
    others = alerts.alerts_of(c, [joined])[joined]
    for one in others:
        if one.receiver in here:
            regrouped.add_rules(c, here[one.receiver], one.id)
        else:
            regrouped.move_alert(c, one.id, story)
    return len(others)


def _keys(of: Iterable[tuple[Member, Article]]) -> set[str]:
    return {key for _, article in of for key in story_keys(article)}


def _told_by(of: Iterable[tuple[Member, Article]]) -> Corroboration:
    return corroboration_of(
        report_of(article, member.voice, member.tier, member.at) for member, article in of
    )
