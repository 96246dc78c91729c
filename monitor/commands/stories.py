"""Stories as people read them, and as programs do: the recent ones, and all about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from monitor.commands.endings import inline, quoted, story_in_words
from monitor.commands.plain import as_plain
from monitor.config import Settings
from monitor.model import Article, Relation
from monitor.stores import chain, stories
from monitor.stores.archive import Connection, open_archive
from monitor.stores.chain import StoryLine, StoryNow
from monitor.stores.stories import Member
from monitor.stores.tellings import AlertTold
from monitor.text.display import displayable

_MINUTE = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class StoryAnswer:
    """A story with its articles in the order in which they joined, and its alerts."""

    story: StoryNow
    articles: tuple[tuple[Member, Article], ...]
    alerts: tuple[AlertTold, ...]

    def as_json(self) -> dict[str, Any]:
        """Give it all for programs; times as RFC 3339."""
        plain: dict[str, Any] = as_plain(self.story)
        return plain | {
            "told_by": plain["told_by"] | {"independent": self.story.told_by.independent},
            "articles": [_article_as_json(member, article) for member, article in self.articles],
            "alerts": [_alert_as_json(alert) for alert in self.alerts],
        }


def read_stories(settings: Settings, limit: int) -> list[StoryLine]:
    """List the stories that went on last, the newest first."""
    with open_archive(settings.archive_url) as archive:
        return archive.read_now(lambda c: chain.recent_stories(c, limit))


def read_story(settings: Settings, number: int) -> StoryAnswer | None:
    """Load a story with its articles and alerts; None where the archive has none of that number."""
    with open_archive(settings.archive_url) as archive:
        return archive.read_now(lambda c: _load(c, number))


def _load(c: Connection, number: int) -> StoryAnswer | None:
    story = chain.load_story(c, number) if 0 < number < 2**63 else None
    if story is None:
        return None
    return StoryAnswer(story, tuple(stories.members_of(c, number)), chain.alerts_of_story(c, number))


def _article_as_json(member: Member, article: Article) -> dict[str, Any]:
    return {
        "id": member.article,
        "relation": member.relation.value,
        "likeness": member.likeness,
        "like": member.like or None,
        "voice": member.voice,
        "tier": member.tier,
        "at": member.at.isoformat(),
        "moved_at": member.moved_at.isoformat() if member.moved_at else None,
        "actors": list(member.actors),
        "title": article.title,
        "url": article.url,
        "feed": article.feed,
        "source": article.source,
        "lang": article.lang,
        "first_seen": article.first_seen.isoformat(),
    }


def _alert_as_json(alert: AlertTold) -> dict[str, Any]:
    revisions = [
        {"number": one.number, "reason": one.reason.value, "severity": one.severity, "at": one.at}
        | {"article": one.article.id, "rules": one.rules}
        for one in alert.revisions
    ]
    told = {"id": alert.id, "receiver": alert.receiver, "severity": alert.severity}
    plain: dict[str, Any] = as_plain(told | {"created_at": alert.created_at, "revisions": revisions})
    return plain


def show_stories(found: Sequence[StoryLine], console: Console) -> None:
    """Print stories as a table."""
    if not found:
        console.print("no stories yet")
        return
    table = Table(box=None, header_style="bold")
    for heading in ("story", "last (UTC)"):
        table.add_column(heading, no_wrap=True)
    for heading in ("articles", "sources", "alerts"):
        table.add_column(heading, justify="right")
    table.add_column("first article", overflow="fold")
    for one in found:
        table.add_row(
            str(one.id),
            f"{one.last_at:{_MINUTE}}",
            str(one.articles),
            str(one.independent),
            str(one.alerts),
            Text(inline(one.first.title) or "(no headline)"),
        )
    console.print(table)


def show_story(found: StoryAnswer, console: Console) -> None:
    """Print a story: who has it, its articles in order, its alerts."""
    story = found.story
    since = f"since {story.created_at:{_MINUTE}}, went on last {story.last_at:{_MINUTE}} (UTC)"
    console.print(Text.assemble((f"story {story.id}", "bold"), f"  {since}"))
    if story.joined_to:
        console.print(Text(f"joined by hand to story {story.joined_to}", "yellow"))
    console.print(Text(story_in_words(story)))
    console.print()
    console.print(_articles_table(found))
    console.print()
    if not found.alerts:
        console.print("nobody was told of it")
    for alert in found.alerts:
        console.print(_alert_tree(alert))


def _articles_table(found: StoryAnswer) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("article", "at (UTC)", "relation"):
        table.add_column(heading, no_wrap=True)
    table.add_column("like", justify="right")
    for heading in ("source", "headline"):
        table.add_column(heading, overflow="fold", ratio=2 if heading == "source" else 5)
    for member, article in found.articles:
        table.add_row(
            str(member.article),
            f"{member.at:{_MINUTE}}",
            _relation(member),
            "" if member.moved_at or member.relation is Relation.NEW else f"{member.likeness:.2f}",
            Text(_source(member, article)),
            Text(inline(article.title) or "(no headline)"),
        )
    return table


def _relation(member: Member) -> str:
    """Say how an article stands to its story, and since when where that was changed by hand."""
    if member.moved_at:
        return f"{member.relation.value}, by hand\n{member.moved_at:{_MINUTE}}"
    return member.relation.value + (f" {member.like}" if member.like else "")


def _source(member: Member, article: Article) -> str:
    """Name the publisher, and whose word it is where that is another's."""
    source = inline(article.source or article.feed)
    other = member.voice and member.voice.casefold() != displayable(article.source).casefold()
    tier = f", tier {member.tier}" if member.tier is not None else ""
    return source + (f" (voice: {inline(member.voice)})" if other else "") + tier


def _alert_tree(alert: AlertTold) -> Tree:
    said = f" for {inline(alert.receiver)}, {alert.severity} (watchword why {alert.id})"
    tree = Tree(Text.assemble("alert ", (alert.id, "bold"), said), guide_style="dim")
    for one in alert.revisions:
        about = f"article {one.article.id}, {quoted(one.article.title)}"
        tree.add(Text(f"{one.number} {one.at:{_MINUTE}} {one.reason.value}, {one.severity}: {about}"))
    return tree
