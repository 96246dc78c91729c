"""An article as rules see it: its fields cut into tokens, its time and its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import unquote

from monitor.model import TEXT_FIELDS, Article
from monitor.text.folded_text import FoldedText
from monitor.text.language import detect
from monitor.text.sentences import sentence_of, sentences
from monitor.text.tokens import Tokens, paragraphs

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
    _folded: FoldedText | None = None
    _sentences: list[tuple[int, int]] | None = None
    _paragraphs: list[tuple[int, int]] | None = None

    def folded(self) -> FoldedText:
        """Give the zone as regular expressions see it."""
        if self._folded is None:
            self._folded = FoldedText(self.tokens)
        return self._folded

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


class View:
    """An article prepared for one evaluation.

    Of the fields beyond title, summary and body only `fields` are cut; `text_zones` counts those three.
    """

    def __init__(self, article: Article, fields: frozenset[str]) -> None:
        self.article = article
        self.zones = [Zone(name, Tokens(text)) for name in TEXT_FIELDS if (text := getattr(article, name))]
        self.text_zones = len(self.zones)
        if fields:
            self.zones += _further_zones(article, fields)
        self.at, self.at_from = time_of(article)
        self._language: Language | None = None

    @property
    def language(self) -> Language:
        """Give the language the article says it has, else the one detected."""
        if self._language is None:
            self._language = language_of(self.article)
        return self._language

    @property
    def lang(self) -> str:
        """Give the code of the language, empty where it is unknown."""
        return self.language.lang

    def repeated_zone(self) -> int | None:
        """Give the number of the summary's zone where the summary is but the beginning of the body."""
        found = {zone.field: number for number, zone in enumerate(self.zones[: self.text_zones])}
        if "summary" not in found or "body" not in found:
            return None
        summary, body = (self.zones[found[name]].tokens.folded for name in ("summary", "body"))
        return found["summary"] if body[: len(summary)] == summary else None


def _further_zones(article: Article, fields: frozenset[str]) -> Iterator[Zone]:
    if "author" in fields and article.author:
        yield Zone("author", Tokens(article.author))
    if "url" in fields and article.url:
        yield Zone("url", Tokens(unquote(article.url)))
    if "tag" in fields:
        base = 0
        for tag in article.tags:
            yield Zone("tag", Tokens(tag), base)
            base += len(tag) + len(TAG_BREAK)


@dataclass(frozen=True, slots=True)
class Language:
    """The language an article is read in, empty where unknown; `confidence` (0 to 1) where detected."""

    lang: str
    confidence: float | None = None


def language_of(article: Article) -> Language:
    """Give the language that an article says it has, else detect it."""
    if said := primary_language(article.lang):
        return Language(said)
    found = detect("\n".join(text for text in (article.title, article.summary, article.body) if text))
    return Language(found.lang, found.confidence) if found else Language("")


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
