"""Articles whose text changed after they came: the text that stands now, and those that stood before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Article, Match, MatchState
from monitor.stores.articles import article_from_row, evidence_as_json, load_articles, text_hash
from monitor.stores.portions import portions
from monitor.stores.tables import article_versions, articles, matches

MOST_VERSIONS = 20  # of one article; a text that changes at every poll is not kept for ever


@dataclass(frozen=True, slots=True)
class Held:
    """An article as the archive holds it: how many texts it has had, and the rules that it has matched.

    Of the rules in `waiting` nobody was told yet: their matches are not dispatched.
    """

    article: Article
    text_hash: str
    version: int
    rules: frozenset[str]
    waiting: frozenset[str]

    def reads_like(self, article: Article) -> bool:
        """Tell whether an article has the text that is held."""
        return text_hash(article) == (self.text_hash or text_hash(self.article))


@dataclass(frozen=True, slots=True)
class Text:
    """What tells an article's text from another: its hash (empty where none was kept), and its time."""

    hash: str
    published: datetime | None


def texts_of(c: sa.Connection, numbers: Collection[int]) -> dict[int, Text]:
    """Give the hashes of articles' texts and the times of their publication, by number."""
    found: dict[int, Text] = {}
    for part in portions(numbers):
        rows = sa.select(articles.c.id, articles.c.text_hash, articles.c.published)
        for row in c.execute(rows.where(articles.c.id.in_(part))):
            found[row.id] = Text(row.text_hash, row.published)
    return found


def held_articles(c: sa.Connection, numbers: Collection[int]) -> dict[int, Held]:
    """Load articles with what is needed to notice an edit, by number."""
    found: dict[int, Held] = {}
    for part in portions(numbers):
        matched = c.execute(
            sa.select(matches.c.article, matches.c.rule, matches.c.state).where(matches.c.article.in_(part))
        ).all()
        for row in c.execute(sa.select(articles).where(articles.c.id.in_(part))).mappings():
            mine = [one for one in matched if one.article == row["id"]]
            found[row["id"]] = Held(
                article=article_from_row(row),
                text_hash=row["text_hash"],
                version=row["version"],
                rules=frozenset(one.rule for one in mine),
                waiting=frozenset(one.rule for one in mine if one.state == MatchState.PENDING.value),
            )
    return found


def store_edit(c: sa.Connection, number: int, held: Held, new: Article, now: datetime) -> None:
    """Let an article read as `new`, and keep the text that it had."""
    before = held.article
    if held.version < MOST_VERSIONS:
        old = {"article": number, "version": held.version, "until": now}
        texts = {"title": before.title, "summary": before.summary, "body": before.body}
        c.execute(sa.insert(article_versions).values(**old, **texts))
    becomes = {
        "title": new.title,
        "summary": new.summary,
        "body": new.body,
        "url": new.url or before.url,
        "updated": new.updated,
        "text_hash": text_hash(new),
        "version": min(held.version + 1, MOST_VERSIONS),
    }
    c.execute(sa.update(articles).where(articles.c.id == number).values(**becomes))


def renew_evidence(c: sa.Connection, number: int, found: Sequence[Match]) -> None:
    """Let matches that wait for dispatch tell of the text that stands now."""
    for match in found:
        mine = sa.and_(
            matches.c.article == number,
            matches.c.rule == match.rule,
            matches.c.state == MatchState.PENDING.value,
        )
        c.execute(sa.update(matches).where(mine).values(evidence=evidence_as_json(match.evidence)))


def versions_of(c: sa.Connection, number: int) -> list[tuple[datetime, Article]]:
    """Give the texts that an article had before the one it has, each with the time until when it stood."""
    now = c.execute(sa.select(articles).where(articles.c.id == number)).mappings().one_or_none()
    rows = sa.select(article_versions).where(article_versions.c.article == number)
    return [
        (row.until, replace(article_from_row(now), title=row.title, summary=row.summary, body=row.body))
        for row in c.execute(rows.order_by(article_versions.c.version))
        if now is not None
    ]


def as_it_was(c: sa.Connection, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Article]:
    """Load articles as they read in a version, by number and version."""
    found: dict[tuple[int, int], Article] = {}
    current = load_articles(c, {number for number, _ in wanted})
    old = [number for number, version in wanted if number in current and version != current[number].version]
    texts = {}
    if old:
        texts = {(row.article, row.version): row for row in c.execute(_VERSIONS, {"numbers": old})}
    for number, version in wanted:
        if number in current:
            article, text = current[number].article, texts.get((number, version))
            as_then = {"title": text.title, "summary": text.summary, "body": text.body} if text else {}
            found[number, version] = replace(article, **as_then)
    return found


_VERSIONS = sa.select(article_versions).where(
    article_versions.c.article.in_(sa.bindparam("numbers", expanding=True))
)
