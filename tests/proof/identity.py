"""Feeds that disguise their articles: each script plays a hundred polls through the real poller and archive.

Every story has a label that no key is made of (a category). At the end each label that was ever in a polled
document must stand on exactly one article: none twice, none missing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from random import Random

import sqlalchemy as sa

from monitor.errors import Unreachable
from monitor.feeds.access import Access
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Document, hash_body
from monitor.feeds.state import FeedState
from monitor.feeds.worker import ParseWorkers
from monitor.matching.engine import Matcher
from monitor.pipeline.poll import Poller
from monitor.rules.book import load_rulebook
from monitor.stores import feed_states
from monitor.stores.archive import Archive, open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.tables import articles
from tests.conftest import NOON
from tests.proof.tally import Tally, tally

POLLS = 100
WINDOW = 10
EVERY = timedelta(minutes=10)
_WHO = (
    "The harbour council",
    "A court in the capital",
    "The ferry company",
    "The teachers' union",
    "Parliament",
)
_DOES = ("agrees on", "postpones", "rejects", "presents", "debates", "withdraws", "defends")
_WHAT = (
    "the new pilot fees",
    "a plan for the islands",
    "the budget of the school year",
    "its report on wells",
)


@dataclass(frozen=True)
class Item:
    """An entry as a script serves it; `label` is the story that it truly is."""

    label: str
    id: str
    link: str
    title: str
    published: datetime | None
    summary: str = ""
    source: str = ""

    def rss(self) -> str:
        parts = [f"<title>{escape(self.title)}</title>", f"<category>{self.label}</category>"]
        parts += [f'<guid isPermaLink="false">{escape(self.id)}</guid>'] if self.id else []
        parts += [f"<link>{escape(self.link)}</link>"] if self.link else []
        parts += [f"<description>{escape(self.summary)}</description>"] if self.summary else []
        parts += [f"<pubDate>{format_datetime(self.published)}</pubDate>"] if self.published else []
        parts += [f'<source url="https://x.example">{escape(self.source)}</source>'] if self.source else []
        return f"<item>{''.join(parts)}</item>"


def story(number: int) -> Item:
    """Give a story as a well-behaved feed would: an id, a link, a title and a time of its own."""
    who, does, what = _WHO[number % 5], _DOES[number // 5 % 7], _WHAT[number // 35 % 4]
    return Item(
        label=f"s{number}",
        id=f"tag:wire.example,2026:{number}",
        link=f"https://wire.example/news/{number}/story",
        title=f"{who} {does} {what}, part {number // 140 + 1}",
        published=NOON + number * EVERY - timedelta(minutes=3),
        summary=f"What happened on day {number} at quay {number * 7 % 31}.",
    )


def window(poll: int) -> list[Item]:
    """Give what the feed holds at a poll: ten stories, one of them new, the newest first."""
    return [story(number) for number in range(poll + WINDOW - 1, poll - 1, -1)]


Play = Callable[[int, Random], Sequence[Item]]
SCRIPTS: dict[str, Play] = {}


def script(name: str) -> Callable[[Play], Play]:
    def keep(play: Play) -> Play:
        SCRIPTS[name] = play
        return play

    return keep


def _each(name: str, change: Callable[[Item, int, Random], Item]) -> None:
    """Let a script change every item of the window by itself; `change` is told the number of the poll."""
    SCRIPTS[name] = lambda poll, random: [change(item, poll, random) for item in window(poll)]


def _number(item: Item) -> int:
    return int(item.label[1:])


_each("nothing odd", lambda item, poll, _: item)
_each("no ids", lambda item, poll, _: replace(item, id=""))
_each("no links", lambda item, poll, _: replace(item, link=""))
_each("no dates", lambda item, poll, _: replace(item, published=None))
_each("titles alone", lambda item, poll, _: replace(item, id="", link="", published=None))
_each("links alone", lambda item, poll, _: replace(item, id="", title="", published=None))
_each("texts alone", lambda item, poll, _: replace(item, id="", link="", title=""))
_each("dated anew at every poll", lambda item, poll, _: replace(item, published=NOON + poll * EVERY))
_each("a new id at every poll", lambda item, poll, random: replace(item, id=f"{random.random()}"))
_each("a new link at every poll", lambda item, poll, r: replace(item, link=f"https://w.example/{r.random()}"))
_each("one id for all", lambda item, poll, _: replace(item, id="wire"))
_each("one id for all, no dates", lambda item, poll, _: replace(item, id="wire", published=None))
_each("one link for all", lambda item, poll, _: replace(item, link="https://wire.example/live"))
_each("the front page for all", lambda item, poll, _: replace(item, link="https://wire.example/"))
_each(
    "ids by place in the document, dated by the day",
    lambda item, poll, _: replace(
        item, id=str(poll + WINDOW - 1 - _number(item)), published=NOON.replace(hour=0)
    ),
)
_each(
    "ids by place in the document",
    lambda item, poll, _: replace(item, id=str(poll + WINDOW - 1 - _number(item))),
)
_each("ids of today only", lambda item, poll, _: replace(item, id=str(_number(item) % WINDOW)))
_each("ids that come back", lambda item, poll, _: replace(item, id=str(_number(item) % (2 * WINDOW))))
_each(
    "ids that are missing every other time",
    lambda item, poll, _: replace(item, id=item.id if poll % 2 else ""),
)
_each(
    "links with trackers",
    lambda item, poll, r: replace(item, link=f"{item.link}?utm_source=f{poll}&at_x={r.random()}"),
)
_each(
    "links as ids with trackers",
    lambda i, poll, _: replace(i, id=f"{i.link}?utm_medium=rss{poll}", link=f"{i.link}?utm_medium=rss{poll}"),
)
_each(
    "schemes that flip",
    lambda item, poll, _: replace(
        item,
        id=item.link.replace("https", ("http", "https")[poll % 2]),
        link=item.link.replace("https", ("http", "https")[poll % 2]),
    ),
)
_each(
    "hosts that flip",
    lambda item, poll, _: replace(item, link=item.link.replace("//", ("//", "//www.")[poll % 2])),
)
_each(
    "slashes that come and go",
    lambda item, poll, _: replace(item, link=item.link + "/" * (poll % 2), id=item.link + "/" * (poll % 2)),
)
_each(
    "a new site at poll 50",
    lambda item, poll, _: (
        item
        if poll < 50
        else replace(item, id=f"uuid-{item.label}", link=item.link.replace("wire.", "new.wire."))
    ),
)
_each(
    "new ids at poll 50", lambda item, poll, _: item if poll < 50 else replace(item, id=f"urn:{item.label}")
)
_each(
    "ids that turn bad now and then",
    lambda item, poll, r: item if poll % 7 else replace(item, id=f"{r.random()}"),
)
_each(
    "titles in other letter case",
    lambda item, poll, _: replace(
        item, id=f"{item.id}-{poll}", title=item.title.upper() if poll % 2 else item.title
    ),
)
_each("texts that count comments", lambda item, poll, _: replace(item, summary=f"{poll} comments so far"))
_each(
    "headlines edited under one link",
    lambda item, poll, _: replace(item, title=f"{item.title} (version {poll})"),
)
_each(
    "headlines edited, no ids",
    lambda item, poll, _: replace(item, id="", title=f"{item.title} (version {poll})"),
)
_each(
    "headline and link edited under one id",
    lambda i, poll, _: replace(i, title=f"{i.title} ({poll})", link=f"{i.link}-{poll}"),
)
_each("one standing headline", lambda item, poll, _: replace(item, title="News in brief"))
_each(
    "one standing long headline",
    lambda item, poll, _: replace(item, title="The most important news of the hour in brief"),
)
_each(
    "one headline and one link",
    lambda i, poll, _: replace(i, title="News of the hour", link="https://wire.example/live"),
)
_each(
    "redirect tokens of an aggregator",
    lambda i, poll, r: replace(
        i, id=f"CB{r.random()}", link=f"https://agg.example/rss/articles/CB{r.random()}", source="The Wire"
    ),
)
_each(
    "two publishers, one headline, tokens",
    lambda i, poll, r: replace(
        i,
        id=f"CB{r.random()}",
        link=f"https://agg.example/CB{r.random()}",
        title=story(_number(i) // 2).title,
        source=("Wire", "Post")[_number(i) % 2],
    ),
)


@script("oldest first")
def oldest_first(poll: int, random: Random) -> Sequence[Item]:
    return window(poll)[::-1]


@script("in any order")
def in_any_order(poll: int, random: Random) -> Sequence[Item]:
    return random.sample(window(poll), WINDOW)


@script("every item twice")
def every_item_twice(poll: int, random: Random) -> Sequence[Item]:
    return [item for item in window(poll) for _ in range(2)]


@script("old items slide back")
def old_items_slide_back(poll: int, random: Random) -> Sequence[Item]:
    """When newer ones are deleted, the list is filled up with those that had left it."""
    return window(poll - poll % 5) if poll % 5 < 3 else window(poll)


@script("items leave and return")
def items_leave_and_return(poll: int, random: Random) -> Sequence[Item]:
    return [item for item in window(poll) if (_number(item) + poll) % 3]


@script("any part of it")
def any_part_of_it(poll: int, random: Random) -> Sequence[Item]:
    return random.sample(window(poll), random.randint(1, WINDOW))


@script("all of it at once")
def all_of_it_at_once(poll: int, random: Random) -> Sequence[Item]:
    return window(poll // 10 * WINDOW)


@script("items that return after months")
def items_that_return(poll: int, random: Random) -> Sequence[Item]:
    return [*window(poll), *([story(0)] if poll % 40 == 39 else [])]


@script("empty every tenth time")
def empty_every_tenth_time(poll: int, random: Random) -> Sequence[Item]:
    return [] if poll % 10 == 9 else window(poll)


@script("a hundred items at a time")
def many_items(poll: int, random: Random) -> Sequence[Item]:
    return [story(number) for number in range(poll, poll + 100)]


class Played:
    """Serves the documents of one script, one at each fetch, and knows what was in them."""

    def __init__(self, play: Play, seed: int) -> None:
        self._play = play
        self._random = Random(seed)
        self.poll = 0
        self.labels: set[str] = set()

    async def fetch(self, state: FeedState, access: Access) -> Document:
        """Give the next document."""
        items = self._play(self.poll, self._random)
        self.labels.update(item.label for item in items)
        self.poll += 1
        body = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Wire</title>'
            f"<link>https://wire.example/</link>{''.join(item.rss() for item in items)}</channel></rss>"
        ).encode()
        if not items and state.failures:
            raise Unreachable("asked again while it is empty")
        return Document("https://wire.example/feed", body, hash_body(body), NOON + self.poll * EVERY)


class _There:
    """A network that is never away."""

    def heard(self, address: str) -> bool:
        return False

    async def is_away(self, silent: str) -> bool:
        return False


@asynccontextmanager
async def _poller(archive: Archive, played: Played, workers: ParseWorkers) -> AsyncIterator[Poller]:
    feed = FeedConfig(id="wire", url="https://wire.example/feed", every=EVERY)
    book = load_rulebook([], now=NOON)
    yield Poller(
        archive,
        None,
        feeds={"wire": feed},
        fetcher=played,
        workers=workers,
        matcher=Matcher(book),
        network=_There(),
        clock=lambda: NOON + played.poll * EVERY,
    )


async def play(name: str, polls: int, workers: ParseWorkers, folder: Path) -> str:
    """Play one script; gives what was wrong, empty where nothing was."""
    played = Played(SCRIPTS[name], seed=len(name))
    number = list(SCRIPTS).index(name)
    with open_archive(sqlite_url(folder / f"{number}.sqlite")) as archive:
        await archive.write(
            lambda c: feed_states.register_feeds(c, {"wire": "https://wire.example/feed"}, NOON)
        )
        async with _poller(archive, played, workers) as poller:
            for _ in range(polls):
                await poller.poll(feed_states.FeedClaim("wire", 0))
        stored = await archive.read(_labels)
    return _wrong(played.labels, stored)


def _labels(c: sa.Connection) -> Counter[str]:
    return Counter(tags[0] for tags in c.scalars(sa.select(articles.c.tags)))


def _wrong(served: set[str], stored: Counter[str]) -> str:
    missing = sorted(served - stored.keys())
    twice = sorted(label for label, number in stored.items() if number > 1)
    said = [f"{len(missing)} missed ({', '.join(missing[:5])})"] if missing else []
    said += [f"{len(twice)} repeated ({', '.join(twice[:5])})"] if twice else []
    return "; ".join(said)


async def play_all(polls: int = POLLS, names: Sequence[str] = ()) -> Tally:
    """Play scripts; the tally says which of them missed or repeated a story."""
    with tempfile.TemporaryDirectory(prefix="wwi-") as folder:
        async with ParseWorkers(1) as workers:
            chosen = list(names or SCRIPTS)
            verdicts = [(name, await play(name, polls, workers, Path(folder))) for name in chosen]
    return tally(f"feeds that disguise their articles, {polls} polls each", verdicts)
