"""Stories split and joined by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from monitor.app.parts import new_alert_id, utc_now
from monitor.config import Settings
from monitor.errors import SetupError
from monitor.pipeline import regroup
from monitor.pipeline.regroup import Regrouped
from monitor.stores import articles
from monitor.stores.archive import Connection, open_archive

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for and what came of it, in words and for programs."""

    said: str
    done: Regrouped


def split_story(settings: Settings, references: Sequence[str]) -> Asked:
    """Make a story of its own of articles, by number or URL. Raises SetupError where that cannot be."""

    def work(c: Connection) -> Regrouped:
        numbers = [_number(c, reference) for reference in references]
        return regroup.split(c, numbers, new_alert_id, utc_now())

    done = _in_archive(settings, work)
    said = (
        f"{_counted(done.articles, 'article')} of story {done.story} "
        f"{'is' if done.articles == 1 else 'are'} story {done.other} now."
    )
    told = (
        f" {_counted(done.parted, 'receiver')} had been told of both stories in one thread, and "
        f"{'is' if done.parted == 1 else 'are'} not told again."
        if done.parted
        else ""
    )
    return Asked(said + _threads(done) + told + _again(done), done)


def join_stories(settings: Settings, into: int, others: Sequence[int]) -> list[Asked]:
    """Put all articles of stories into one. Raises SetupError where that cannot be; then nothing is done."""

    def work(c: Connection) -> list[Regrouped]:
        return [regroup.join(c, into, other, utc_now()) for other in others]

    return [
        Asked(
            f"Story {done.other} is part of story {done.story} now, with "
            f"{_counted(done.articles, 'article')}.{_threads(done)}{_one_of_two(done)}{_again(done)}",
            done,
        )
        for done in _in_archive(settings, work)
    ]


def _in_archive(settings: Settings, work: Callable[[Connection], T]) -> T:
    async def done() -> T:
        with open_archive(settings.archive_url) as archive:
            return await archive.write(work)

    return asyncio.run(done())


def _number(c: Connection, reference: str) -> int:
    found = articles.find_article(c, reference)
    if found is None:
        raise SetupError(f"there is no article {reference}; name one by its number or URL")
    return int(found.id)


def _threads(done: Regrouped) -> str:
    return f" {_counted(done.threads, 'alert')} went along." if done.threads else ""


def _one_of_two(done: Regrouped) -> str:
    if not done.parted:
        return ""
    hears = "hears" if done.parted == 1 else "hear"
    return f" {_counted(done.parted, 'receiver')} of both {hears} what is new in one thread."


def _again(done: Regrouped) -> str:
    again = done.judged_again
    return f" {_counted(again, 'match', 'matches')} will be dispatched again." if again else ""


def _counted(number: int, noun: str, several: str = "") -> str:
    return f"{number} {noun if number == 1 else several or noun + 's'}"
