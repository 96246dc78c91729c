"""`watchword backtest`: what rules would have told of articles of the past, down to the notifications."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rich.bar import Bar
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.alerting.route import RootRoute
from monitor.collector import resting_collector
from monitor.errors import Malformed
from monitor.matching.engine import Matcher
from monitor.matching.jsonl import read_line
from monitor.matching.view import time_of
from monitor.model import Article
from monitor.pipeline.joining import StoryRules
from monitor.pipeline.replay import Funnel, Replay, Replayed
from monitor.rules.book import Rulebook
from monitor.stories.keys import story_keys
from monitor.text.display import displayable, shorten

EVERYBODY = "everybody"
_BAR = 30
_UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Ground:
    """Who would be told, and how stories are told apart: as configured, or one receiver of all.

    `publishers` names that of each feed, for articles that name none.
    """

    routes: RootRoute = field(default_factory=lambda: RootRoute(receiver=EVERYBODY))
    destinations: Mapping[str, int] = field(default_factory=lambda: {EVERYBODY: 1})
    stories: StoryRules = field(
        default_factory=lambda: StoryRules(story_keys, timedelta(hours=72), lambda article: None)
    )
    update_wait: timedelta = timedelta(minutes=1)
    publishers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Told:
    """A story of which somebody would have been told: its articles, and the reasons of the revisions."""

    number: int
    headline: str
    sources: int = 0
    articles: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass
class Backtest:
    """What came of it; `since` and `until` are the times of the first and the last article."""

    funnel: Funnel
    stories: list[Told]
    rules: int
    silent: int
    since: datetime | None = None
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it for programs."""
        ends: dict[str, dict[str, int]] = defaultdict(dict)
        for (state, reason), number in self.funnel.ends.items():
            ends[state][reason] = number
        funnel = vars(self.funnel) | {"ends": ends, "adds_up": self.funnel.adds_up()}
        return {
            "rules": self.rules,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "funnel": funnel,
            "stories": [vars(story) for story in self.stories],
        }


def read_articles(
    lines: Iterable[bytes], now: datetime, say: Callable[[str], None]
) -> Iterator[Article | None]:
    """Read articles, one a line; None for a broken line, of which it is said what is wrong.

    Each line is an article of its own: its number is the article's id, whatever ids are given.
    """
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            article = read_line(raw, number, now, partial(_say_of_line, say, number))
        except Malformed as error:
            say(f"{number}: {error}")
            yield None
        else:
            yield replace(article, id=str(number))


def _say_of_line(say: Callable[[str], None], number: int, text: str) -> None:
    say(f"{number}: {text}")


def backtest(
    book: Rulebook,
    articles: Sequence[Article],
    ground: Ground,
    *,
    as_live: bool,
    advance: Callable[[int], None],
) -> Backtest:
    """Take articles in the order of their times through all that decides; `advance` is told of each."""
    with resting_collector():
        replay = Replay(
            Matcher(book),
            ground.routes,
            ground.destinations,
            ground.stories,
            update_wait=ground.update_wait,
            as_live=as_live,
        )
        ordered = sorted(articles, key=lambda article: time_of(article)[0])
        told: dict[int, Told] = {}
        for article in ordered:
            if found := replay.take(_with_source(article, ground.publishers)):
                _add(told, found)
            advance(1)
    silent = sum(rule.status in ("draft", "shadow") for rule in book.rules.values())
    since, until = (time_of(ordered[0])[0], time_of(ordered[-1])[0]) if ordered else (None, None)
    stories = sorted(told.values(), key=lambda story: (-story.articles, story.number))
    return Backtest(replay.funnel, stories, len(book.rules), 0 if as_live else silent, since, until)


def _with_source(article: Article, publishers: Mapping[str, str]) -> Article:
    """Let an article have a publisher, as all have that come from feeds: else nobody would have its story."""
    if article.source:
        return article
    return replace(article, source=publishers.get(article.feed) or article.feed or _UNNAMED)


def _add(told: dict[int, Told], found: Replayed) -> None:
    story = told.setdefault(found.story, Told(found.story, found.article.title or found.article.summary))
    story.articles += 1
    story.sources = found.told_by.independent
    story.reasons.update(revision.reason.value for revision in found.plan.revisions)
    story.rules.update(c.match.rule for revision in found.plan.revisions for c in revision.matches)


def show(found: Backtest, console: Console, samples: int) -> None:
    """Print the funnel, where matches ended, what each rule brought, and the largest stories."""
    funnel = found.funnel
    when = f", {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}" if found.since and found.until else ""
    console.print(f"{_counted(found.rules, 'rule')} over {_counted(funnel.articles, 'article')}{when}\n")
    parts = [_funnel(funnel)]
    if funnel.matches:
        parts += [_ends(funnel), _rules(funnel)]
    if samples and found.stories:
        parts.append(_stories(found.stories[:samples]))
    console.print(Group(*_spaced(parts)))
    if quiet := found.rules - len(funnel.rules):
        console.print(f"{_counted(quiet, 'rule')} of {found.rules:,} matched none of these articles.")
    if found.silent:
        console.print(
            f"{_counted(found.silent, 'rule')} on draft or shadow would tell nobody; --as-live reckons as if "
            "they were live."
        )
    if not funnel.adds_up():
        console.print("The sums do not add up: this is a defect; please report it.", style="bold red")


def _spaced(parts: Sequence[RenderableType]) -> Iterator[RenderableType]:
    for part in parts:
        yield part
        yield Text()


def _funnel(funnel: Funnel) -> Table:
    rows = (
        ("articles", funnel.articles, ""),
        ("with a match", funnel.matched, ""),
        ("matches", funnel.matches, ""),
        ("stories", funnel.stories, _listed(funnel.relations)),
        ("alerts", funnel.alerts, ""),
        ("revisions", funnel.revisions.total(), _listed(funnel.revisions)),
        ("notifications", funnel.notifications, _overtaken(funnel)),
    )
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(width=_BAR)
    table.add_column(style="dim")
    top = max(number for _, number, _ in rows) or 1
    for name, number, note in rows:
        table.add_row(name, f"{number:,}", Bar(top, 0, number, width=_BAR, color="cyan"), note)
    return table


def _overtaken(funnel: Funnel) -> str:
    said = f"{funnel.superseded:,} overtaken by later ones" if funnel.superseded else ""
    receivers = _listed(funnel.receivers) if len(funnel.receivers) > 1 else ""
    return "; ".join(filter(None, (receivers, said)))


def _ends(funnel: Funnel) -> Table:
    table = Table("matches ended as", "", "because", box=None, header_style="bold", pad_edge=False)
    table.columns[1].justify = "right"
    for (state, reason), number in sorted(funnel.ends.items(), key=lambda end: (-end[1], end[0])):
        table.add_row(state, f"{number:,}", reason)
    return table


def _rules(funnel: Funnel) -> Table:
    table = Table("rule", "matches", box=None, header_style="bold", pad_edge=False)
    table.columns[1].justify = "right"
    for rule, number in funnel.rules.most_common(20):
        table.add_row(displayable(rule), f"{number:,}")
    if len(funnel.rules) > 20:
        table.add_row(f"and {len(funnel.rules) - 20} more", "")
    return table


def _stories(stories: Sequence[Told]) -> Table:
    table = Table("largest stories", "articles", "sources", "told", box=None, header_style="bold")
    table.pad_edge = False
    for number in (1, 2):
        table.columns[number].justify = "right"
    for story in stories:
        headline = shorten(displayable(story.headline).replace("\n", " "), 70)
        table.add_row(
            headline, f"{story.articles:,}", f"{story.sources:,}", _listed(story.reasons) or "nobody"
        )
    return table


def _listed(counted: Mapping[str, int]) -> str:
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return " · ".join(f"{displayable(name)} {number:,}" for name, number in ordered)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
