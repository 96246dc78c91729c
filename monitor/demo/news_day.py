"""The news day as its file describes it: feeds, and articles that appear at given seconds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from monitor.errors import ConfigError
from monitor.strict_yaml import read_yaml
from monitor.values import Strict

NEWS_DAY = Path(__file__).with_name("news_day.yaml")

Format = Literal["rss", "rdf", "atom", "json"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class PlayedFeed(Strict):
    """A feed of the day, with the format, encoding and compression that it is served in."""

    id: Id
    format: Format
    title: str
    home: str
    lang: str = ""
    country: str = ""
    encoding: str = "utf-8"
    gzip: bool = False


class PlayedArticle(Strict):
    """An article of the day, which appears in its feed `at` seconds after the beginning.

    `title`, `summary` and `body` stand as a feed carries them, with HTML. Without `guid` the address is the
    entry's id; the word `none` leaves the id out, which only RSS allows. `replaces` names the article that
    leaves the feed when this one appears.
    """

    key: Id
    feed: str
    at: float = Field(ge=0, allow_inf_nan=False)
    title: str
    summary: str
    body: str = ""
    url: str
    guid: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    published: AwareDatetime | None = None
    replaces: str = ""

    @property
    def entry_id(self) -> str | None:
        """The id that the feed gives the entry, None where it gives none."""
        return None if self.guid == "none" else self.guid or self.url


class NewsDay(Strict):
    """The feeds of a day and their articles; `begins` is the day's time at second 0."""

    begins: AwareDatetime
    feeds: tuple[PlayedFeed, ...]
    articles: tuple[PlayedArticle, ...]

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        _refuse_repeats("feed", [feed.id for feed in self.feeds])
        _refuse_repeats("article", [article.key for article in self.articles])
        formats = {feed.id: feed.format for feed in self.feeds}
        keys = {article.key: article for article in self.articles}
        for article in self.articles:
            if article.feed not in formats:
                raise ValueError(f"{article.key}: there is no feed {article.feed!r}")
            if article.entry_id is None and formats[article.feed] != "rss":
                raise ValueError(f"{article.key}: only RSS allows entries without an id")
            _check_replaced(article, keys)
        return self

    @property
    def lasts(self) -> float:
        """The second at which the last article has appeared."""
        return max((article.at for article in self.articles), default=0.0)

    def feed(self, feed_id: str) -> PlayedFeed:
        """Give the feed of this id; KeyError where there is none."""
        for feed in self.feeds:
            if feed.id == feed_id:
                return feed
        raise KeyError(feed_id)

    def released(self, feed_id: str, elapsed: float) -> tuple[PlayedArticle, ...]:
        """Give what stands in a feed `elapsed` seconds after the beginning, newest first.

        What is there from the start stands there before the beginning, too.
        """
        out = [a for a in self.articles if a.feed == feed_id and a.at <= max(elapsed, 0.0)]
        gone = {article.replaces for article in out}
        there = [article for article in out if article.key not in gone]
        return tuple(sorted(there, key=lambda article: article.at, reverse=True))

    def changed_at(self, feed_id: str, elapsed: float) -> float:
        """Give the second at which the feed last changed."""
        return max((article.at for article in self.released(feed_id, elapsed)), default=0.0)


def load_news_day(path: Path = NEWS_DAY) -> NewsDay:
    """Read a news day; ConfigError lists every problem with its place."""
    day, problems = read_yaml(path).validate(NewsDay)
    if day is None:
        raise ConfigError(problems)
    return day


def time_of(article: PlayedArticle, day: NewsDay) -> datetime:
    """Give the article's published time, the beginning of the day where it has none."""
    return article.published or day.begins


def _refuse_repeats(noun: str, names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"the {noun} {repeated[0]!r} stands here twice")


def _check_replaced(article: PlayedArticle, keys: dict[str, PlayedArticle]) -> None:
    if not article.replaces:
        return
    replaced = keys.get(article.replaces)
    if replaced is None or replaced.feed != article.feed or replaced.at >= article.at:
        raise ValueError(f"{article.key}: no earlier article {article.replaces!r} in its feed to replace")
