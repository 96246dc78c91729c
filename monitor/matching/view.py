"""An article as rules see it: its fields cut into tokens, its time and its language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import unquote

from monitor.model import TEXT_FIELDS, Article
from monitor.text.sentences import sentence_of, sentences
from monitor.text.tokens import Tokens, paragraphs, tokenise

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
TAG_BREAK = "\n\n"


@dataclass(slots=True)
class Zone:
    """A stretch of a field within which words may stand together; each tag is a zone of its own.

    `base` is where the zone begins in the field's text.
    """

    field: str
    tokens: Tokens
    base: int = 0
    _sentences: list[tuple[int, int]] | None = None
    _paragraphs: list[tuple[int, int]] | None = None

    def sentences(self, lang: str) -> list[tuple[int, int]]:
        """Give the sentences of the zone as spans of characters."""
        if self._sentences is None:
            self._sentences = sentences(self.tokens.text, lang)
        return self._sentences

    def paragraphs(self) -> list[tuple[int, int]]:
        """Give the paragraphs of the zone as spans of characters."""
        if self._paragraphs is None:
            self._paragraphs = list(paragraphs(self.tokens.text))
        return self._paragraphs

    def sentence(self, token: int, lang: str) -> int:
        """Give the number of the sentence that a token stands in."""
        return sentence_of(self.sentences(lang), self.tokens.starts[token])


@dataclass(slots=True)
class View:
    """An article prepared for one evaluation."""

    article: Article
    zones: list[Zone]
    at: datetime
    at_from: Literal["published", "first seen"]
    lang: str
    text_zones: frozenset[int] = field(default_factory=frozenset)

    def repeated_zone(self) -> int | None:
        """Give the number of the summary's zone where the summary is but the beginning of the body."""
        found = {zone.field: number for number, zone in enumerate(self.zones) if number in self.text_zones}
        if "summary" not in found or "body" not in found:
            return None
        summary, body = (self.zones[found[name]].tokens.folded for name in ("summary", "body"))
        return found["summary"] if body[: len(summary)] == summary else None


def view(article: Article, fields: frozenset[str]) -> View:
    """Prepare an article; of the fields beyond title, summary and body only `fields` are cut."""
    zones = [Zone(name, tokenise(text)) for name in TEXT_FIELDS if (text := getattr(article, name))]
    text_zones = frozenset(range(len(zones)))
    if "author" in fields and article.author:
        zones.append(Zone("author", tokenise(article.author)))
    if "url" in fields and article.url:
        zones.append(Zone("url", tokenise(unquote(article.url))))
    if "tag" in fields:
        base = 0
        for tag in article.tags:
            zones.append(Zone("tag", tokenise(tag), base))
            base += len(tag) + len(TAG_BREAK)
    at, at_from = time_of(article)
    return View(article, zones, at, at_from, primary_language(article.lang), text_zones)


def primary_language(tag: str) -> str:
    """Give the first subtag of a language tag in small letters, empty where nothing is known."""
    return tag.replace("_", "-").split("-", maxsplit=1)[0].lower()


def time_of(article: Article) -> tuple[datetime, Literal["published", "first seen"]]:
    """Give the time an article is judged by, and where it is from.

    The published time serves if it is not before 1990 and not more than a day after the article was seen.
    """
    published = article.published
    if published is not None and published >= _EARLIEST and published - article.first_seen <= _AHEAD:
        return published.astimezone(UTC), "published"
    return article.first_seen.astimezone(UTC), "first seen"
