"""Rows of `articles`, `seen_keys` and `matches`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from monitor.model import Article, ArticleState, Evidence, Match, MatchState
from monitor.stores.portions import portions
from monitor.stores.tables import articles, matches, seen_keys
from monitor.stores.upsert import upsert


@cache
def _evidence() -> TypeAdapter[Evidence]:
    return TypeAdapter(Evidence)


def known_keys(c: sa.Connection, feed: str, keys: Collection[str]) -> dict[str, int | None]:
    """Tell which of `keys` the feed has brought before, each with the article that it names."""
    found: dict[str, int | None] = {}
    for part in portions(keys):
        mine = sa.and_(seen_keys.c.feed == feed, seen_keys.c.key.in_(part))
        found.update(c.execute(sa.select(seen_keys.c.key, seen_keys.c.article).where(mine)).all())
    return found


def has_keys(c: sa.Connection, feed: str) -> bool:
    """Tell whether the feed has ever brought something that is still known."""
    return c.scalar(sa.select(seen_keys.c.key).where(seen_keys.c.feed == feed).limit(1)) is not None


def remember_keys(c: sa.Connection, feed: str, keys: Mapping[str, int | None], now: datetime) -> None:
    """Note that the feed carries these keys now, and which articles they name, where that is known."""
    rows = [{"feed": feed, "key": key, "last_seen_at": now, "article": keys[key]} for key in sorted(keys)]
    if rows:
        row = upsert(c, seen_keys)
        named = sa.func.coalesce(row.excluded.article, seen_keys.c.article)
        again = row.on_conflict_do_update(
            index_elements=["feed", "key"],
            set_={"last_seen_at": row.excluded.last_seen_at, "article": named},
        )
        c.execute(again, rows)


def store_article(
    c: sa.Connection, article: Article, entry_id: str, state: ArticleState, *, digest: str = ""
) -> int:
    """Store an article; gives its number. `digest` names what it is told together with."""
    values = {name: getattr(article, name) for name in _ARTICLE_FIELDS} | {"tags": list(article.tags)}
    values |= {"text_hash": text_hash(article), "digest": digest}
    result = c.execute(sa.insert(articles), values | {"entry_id": entry_id, "state": state.value})
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def text_hash(article: Article) -> str:
    """Give the hash by which an edit of an article's text is noticed."""
    text = "\0".join((article.title, article.summary, article.body))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


_ARTICLE_FIELDS = [
    "feed",
    "url",
    "title",
    "summary",
    "body",
    "author",
    "source",
    "lang",
    "country",
    "published",
    "updated",
    "first_seen",
]


def store_matches(
    c: sa.Connection, article: int, found: Sequence[Match], state: MatchState, now: datetime
) -> None:
    """Store an article's matches, all in `state`."""
    ended = None if state is MatchState.PENDING else now
    rows = [
        {
            "article": article,
            "rule": match.rule,
            "title": match.title,
            "why": match.why,
            "severity": match.severity,
            "owner": match.owner,
            "labels": match.labels,
            "status": match.status,
            "checksum": match.checksum,
            "evidence": evidence_as_json(match.evidence),
            "state": state.value,
            "created_at": now,
            "ended_at": ended,
        }
        for match in found
    ]
    if rows:
        c.execute(sa.insert(matches), rows)


def evidence_as_json(evidence: Evidence) -> Any:
    """Write evidence as it is kept."""
    return _evidence().dump_python(evidence, mode="json")


def article_from_row(row: Any) -> Article:
    """Make an Article of a row of `articles`."""
    values = {name: row[name] for name in _ARTICLE_FIELDS}
    return Article(**values, id=str(row["id"]), tags=tuple(row["tags"]))


def match_from_row(row: Any) -> Match:
    """Make a Match of a row of `matches`."""
    return Match(
        rule=row["rule"],
        title=row["title"],
        why=row["why"],
        severity=row["severity"],
        owner=row["owner"],
        labels=row["labels"],
        status=row["status"],
        checksum=row["checksum"],
        evidence=_evidence().validate_python(row["evidence"]),
    )


def load_article(c: sa.Connection, article: int) -> Article | None:
    """Load one article by number."""
    row = c.execute(_ARTICLE, {"number": article}).mappings().one_or_none()
    return article_from_row(row) if row else None


_ARTICLE = sa.select(articles).where(articles.c.id == sa.bindparam("number"))


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as it reads now, which of its texts that is, and what it is told together with."""

    article: Article
    version: int
    digest: str


def load_articles(c: sa.Connection, numbers: Collection[int]) -> dict[int, Stored]:
    """Load articles, by number."""
    rows = c.execute(_ARTICLES, {"numbers": list(numbers)}).mappings()
    return {row["id"]: Stored(article_from_row(row), row["version"], row["digest"]) for row in rows}


_ARTICLES = sa.select(articles).where(articles.c.id.in_(sa.bindparam("numbers", expanding=True)))


def find_article(c: sa.Connection, reference: str) -> Article | None:
    """Find an article by its number or its URL, the newest first."""
    if reference.isascii() and reference.isdigit() and len(reference) < 19:
        return load_article(c, int(reference))
    newest = sa.select(articles).where(articles.c.url == reference).order_by(articles.c.id.desc()).limit(1)
    row = c.execute(newest).mappings().one_or_none()
    return article_from_row(row) if row else None


def matches_of(c: sa.Connection, article: int) -> list[tuple[int, Match]]:
    """Load an article's matches with their numbers, in the order they were stored."""
    rows = sa.select(matches).where(matches.c.article == article).order_by(matches.c.id)
    return [(row["id"], match_from_row(row)) for row in c.execute(rows).mappings()]


def pending_matches(c: sa.Connection, numbers: Collection[int]) -> dict[int, list[tuple[int, Match]]]:
    """Load the waiting matches of articles, by article, with their numbers, in the order they were stored."""
    found: dict[int, list[tuple[int, Match]]] = defaultdict(list)
    for row in c.execute(_PENDING, {"numbers": list(numbers)}).mappings():
        found[row["article"]].append((row["id"], match_from_row(row)))
    return found


_PENDING = (
    sa.select(matches)
    .where(
        matches.c.article.in_(sa.bindparam("numbers", expanding=True)),
        matches.c.state == MatchState.PENDING.value,
    )
    .order_by(matches.c.id)
)


def ends_of(c: sa.Connection, article: int, rule: str) -> tuple[ArticleState, MatchState | None]:
    """Tell where a stored article ended, and where its match with a rule did; None where it has none."""
    state = c.scalars(sa.select(articles.c.state).where(articles.c.id == article)).one()
    mine = sa.select(matches.c.state).where(matches.c.article == article, matches.c.rule == rule)
    ended = c.scalars(mine).one_or_none()
    return ArticleState(state), MatchState(ended) if ended else None


def end_matches(
    c: sa.Connection, ends: Mapping[int, tuple[MatchState, str]], story_of: Mapping[int, int], now: datetime
) -> None:
    """Write where matches, by number, ended and why, and in which stories."""
    if ends:
        c.execute(
            _END_MATCH,
            [
                {
                    "number": match,
                    "became": state.value,
                    "in_story": story_of[match],
                    "now": now,
                    "cause": why,
                }
                for match, (state, why) in ends.items()
            ],
        )


_END_MATCH = (
    sa.update(matches)
    .where(matches.c.id == sa.bindparam("number"))
    .values(
        state=sa.bindparam("became"),
        reason=sa.bindparam("cause"),
        story=sa.bindparam("in_story"),
        ended_at=sa.bindparam("now"),
    )
)


def articles_waiting(c: sa.Connection, before: datetime, limit: int) -> list[int]:
    """List articles with matches that wait for dispatch since before `before`, the oldest first."""
    waiting = (
        sa.select(matches.c.article)
        .where(matches.c.state == MatchState.PENDING.value, matches.c.created_at <= before)
        .group_by(matches.c.article)
        .order_by(sa.func.min(matches.c.id))
        .limit(limit)
    )
    return list(c.scalars(waiting))


def newest(c: sa.Connection, limit: int) -> list[Article]:
    """Give the articles that came last, the newest first."""
    rows = c.execute(sa.select(articles).order_by(articles.c.id.desc()).limit(limit)).mappings()
    return [article_from_row(row) for row in rows]


def backlog_of(c: sa.Connection, feed: str, limit: int) -> list[tuple[Article, Match]]:
    """List what the silent first poll of a feed would have told, the newest first."""
    joined = (
        sa.select(matches, articles.c.id.label("article_id"))
        .join(articles, articles.c.id == matches.c.article)
        .where(articles.c.feed == feed, matches.c.state == MatchState.BACKLOG.value)
        .order_by(sa.func.coalesce(articles.c.published, articles.c.first_seen).desc(), matches.c.id)
        .limit(limit)
    )
    rows = c.execute(joined).mappings().all()
    numbers = {row["article_id"] for row in rows}
    found = {n: article for n in numbers if (article := load_article(c, n)) is not None}
    return [(found[row["article_id"]], match_from_row(row)) for row in rows]
