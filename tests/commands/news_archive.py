"""A small archive as a day of news leaves it: made by the real dispatch, for those who ask why."""

from __future__ import annotations

import asyncio
import io
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from monitor.alerting.route import RootRoute
from monitor.cli.main import main
from monitor.errors import Deferred
from monitor.model import (
    Article,
    ArticleState,
    Evidence,
    Match,
    MatchState,
    Receipt,
    Relation,
    RuleStatus,
    Severity,
)
from monitor.pipeline import outcomes
from monitor.pipeline.dispatch import Dispatcher, Surroundings
from monitor.pipeline.joining import StoryRules
from monitor.stores import articles, claims, corrections, edits, feed_states, leases, stories
from monitor.stores.archive import Archive, open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.leases import DISPATCH
from monitor.stores.notifications import notifications_due
from monitor.stores.queue import Entry, Queue
from monitor.stores.stories import Member
from monitor.stories.agencies import voice_of
from monitor.stories.corroboration import Report, with_report
from monitor.stories.keys import story_keys
from monitor.text.keys import link_key
from tests.conftest import NOON

CONFIG = """\
rules: [rules]
receivers: {desk: {channels: [{kind: terminal}]}, operators: {channels: [{kind: terminal}]}}
routes: {receiver: desk}
"""
TERMINAL = "terminal:stderr"
MINUTE = timedelta(minutes=1)


def a_match(rule: str, severity: Severity = "high", status: RuleStatus = "live") -> Match:
    return Match(rule, rule.capitalize(), severity, status, "sum", Evidence(NOON, "published"))


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        """The lines as words in a row."""
        return " ".join(self.stdout.split())


def ask(folder: Path, *words: str) -> Said:
    """Run `watchword WORDS…` as in `folder`, in this process: a new one takes two seconds to start."""
    out, err = io.StringIO(), io.StringIO()
    shown = {"NO_COLOR": "1", "COLUMNS": "140"}
    with (
        _inside(folder),
        patch.object(sys, "argv", ["watchword", *words]),
        patch.dict(os.environ, shown),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class NewsArchive:
    """An archive in a folder with its configuration, and the time, which the tests let go on."""

    def __init__(self, folder: Path, queue_url: str) -> None:
        self.folder, self.now = folder, NOON
        self.status: dict[str, RuleStatus | None] = {}
        self.destinations: Sequence[str] = (TERMINAL,)
        self.routes: dict[str, object] = {"receiver": "desk"}
        self._queue_url = queue_url
        self._alerts = map("alert{}".format, count(1))
        (folder / "rules").mkdir()
        (folder / "watchword.yaml").write_text(CONFIG, encoding="utf-8")
        self.archive: Archive = open_archive(sqlite_url(folder / "state" / "archive.sqlite"))
        asyncio.run(self.archive.write(self._feeds))

    def _feeds(self, c: sa.Connection) -> None:
        addresses = {name: f"https://{name}.example/feed" for name in ("irna", "wire", "paper")}
        feed_states.register_feeds(c, addresses, NOON)
        c.execute(sa.text("UPDATE feeds SET title = 'The wire' WHERE feed = 'wire'"))

    def comes(
        self,
        title: str,
        *found: Match,
        feed: str = "wire",
        url: str = "",
        state: ArticleState | None = None,
        summary: str = "",
    ) -> int:
        """Store an article as a poll does; gives its number."""
        article = Article(
            "", title, self.now, feed=feed, url=url, source=feed.capitalize(), summary=summary,
            published=self.now - 10 * MINUTE, lang="en",
        )  # fmt: skip
        ended = state or (ArticleState.MATCHED if found else ArticleState.NO_RULE)

        def store(c: sa.Connection) -> int:
            number = articles.store_article(c, article, "", ended)
            if found:
                wait = MatchState.PENDING if ended is ArticleState.MATCHED else MatchState(ended.value)
                articles.store_matches(c, number, found, wait, self.now)
            if key := link_key(url):
                articles.remember_keys(c, feed, {key: number}, self.now)
            return number

        return asyncio.run(self.archive.write(store))

    def joins(self, number: int, story: int, relation: Relation, like: int, likeness: float) -> None:
        """Put an article into a story, as whoever knows likeness does before it is dispatched."""

        def store(c: sa.Connection) -> None:
            article = articles.load_article(c, number)
            assert article is not None
            voice = voice_of(article)
            at = article.published or article.first_seen
            member = Member(number, story, relation, at, voice, None, likeness, like)
            stories.store_members(c, [member], self.now)
            report = Report(voice, article.source, article.lang, "", None, at)
            known = with_report(stories.told_by(c, [story])[story], report)
            stories.save_told_by(c, {story: known}, self.now)

        asyncio.run(self.archive.write(store))

    def is_edited(self, number: int, title: str, kind: corrections.Kind | None = None) -> None:
        """Let an article have another headline, which may correct it."""

        def store(c: sa.Connection) -> None:
            held = edits.held_articles(c, [number])[number]
            new = Article(**{**_fields(held.article), "title": title})
            edits.store_edit(c, number, held, new, self.now)
            if kind:
                corrections.note_correction(c, number, kind, self.now)

        asyncio.run(self.archive.write(store))

    def dispatch(self, *numbers: int) -> None:
        """Dispatch articles, as a notifier does."""
        around = Surroundings(
            rule_status=lambda rule: self.status.get(rule, "live"),
            routes=RootRoute.model_validate(self.routes),
            destinations={"desk": self.destinations, "other": ("slack:x",)},
            stories=StoryRules(story_keys, timedelta(hours=72), lambda article: None),
            clock=lambda: self.now,
            new_alert_id=lambda: next(self._alerts),
        )

        async def work() -> None:
            queue = Queue(self._queue_url, f"t{secrets.token_hex(6)}", block=0.2)
            lease = await self.archive.write(
                lambda c: leases.take_lease(c, DISPATCH, "me", self.now, timedelta(hours=1))
            )
            assert lease is not None
            dispatcher = Dispatcher(self.archive, queue, around, lease)
            await dispatcher.dispatch([Entry(queue.keys.matches, f"{n}-0", n) for n in numbers])
            await queue.close()

        asyncio.run(work())

    def deliver(self, fault: Deferred | None = None) -> None:
        """Send whatever is due; every destination takes it, or puts it off with `fault`."""

        def send(c: sa.Connection) -> None:
            due = [one.id for one in notifications_due(c, self.now, 100)]
            for claimed in claims.claim(c, due, "me", self.now, timedelta(minutes=1)).values():
                if fault:
                    outcomes.deferred(c, [claimed], fault, self.now + MINUTE, self.now)
                else:
                    outcomes.delivered(c, [([claimed], Receipt("shown", self.now))], self.now)

        asyncio.run(self.archive.write(send))

    def later(self, minutes: int = 5) -> datetime:
        """Let time go on; gives what it is then."""
        self.now += minutes * MINUTE
        return self.now


def _fields(article: Article) -> dict[str, object]:
    return {name: getattr(article, name) for name in Article.__slots__}


def a_day_of_news(folder: Path, queue_url: str) -> NewsArchive:
    """Make the archive that most of the questions are asked of.

    1 opened story 1 and was told; 2 is a copy of it by another feed; 3 tells the same, so that two sources
    have it; 4 matched nothing; 5 was there before; 6 is 1, edited to a correction, so it has no number.
    """
    news = NewsArchive(folder, queue_url)
    news.status = {"energy": "shadow", "gone": None}
    moscow = "Iran's top security official travels to Moscow"
    found = [a_match("secretary"), a_match("energy", "low", "shadow"), a_match("gone", "info")]
    first = news.comes(moscow, *found, feed="irna", url="https://irna.example/moscow?utm_source=feed")
    news.dispatch(first)
    news.deliver(Deferred("503 Service Unavailable"))
    news.later(2)
    news.deliver()
    news.later()
    copy = news.comes(moscow, a_match("secretary"), url="https://wire.example/77")
    news.dispatch(copy)
    news.later()
    same = news.comes("Larijani meets Shoigu", a_match("secretary"), a_match("talks"), feed="paper")
    news.joins(same, 1, Relation.SAME, first, 0.81)
    news.dispatch(same)
    news.deliver()
    news.comes("Football results", url="https://wire.example/football")
    news.comes("An old story", a_match("secretary"), state=ArticleState.BACKLOG)
    news.later()
    news.is_edited(first, f"Correction: {moscow}, not Minsk", "correction")
    news.dispatch(first)
    news.deliver()
    return news
