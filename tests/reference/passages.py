"""The fields of an article as separate passages: nothing crosses them, nor from one tag to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from monitor.model import Article
from monitor.text.sentences import sentences
from tests.reference.letters import Cut, cut, ends_paragraph, runs_on

TEXTS = ("title", "summary", "body")


@dataclass(frozen=True)
class Hit:
    """Tokens `first` to `last` of a passage, and the characters `start:end` of its field that show them."""

    passage: int
    first: int
    last: int
    start: int
    end: int

    def shares_token(self, other: Hit) -> bool:
        return self.passage == other.passage and self.first <= other.last and other.first <= self.last

    def lies_in(self, other: Hit) -> bool:
        return self.passage == other.passage and other.first <= self.first and self.last <= other.last

    def same_place(self, other: Hit) -> bool:
        return self.lies_in(other) and other.lies_in(self)

    def between(self, other: Hit) -> int:
        """Count the tokens between the nearest edges of two hits that share none."""
        return max(self.first, other.first) - min(self.last, other.last) - 1

    def with_(self, other: Hit) -> Hit:
        """The stretch from the first to the last token of both."""
        return Hit(
            self.passage,
            min(self.first, other.first),
            max(self.last, other.last),
            min(self.start, other.start),
            max(self.end, other.end),
        )


@dataclass(frozen=True)
class Passage:
    """A text in which everything is looked for by itself; `offset` is where it stands in its field."""

    number: int
    field: str
    text: str
    lang: str
    offset: int = 0
    tokens: list[Cut] = field(default_factory=list)

    def gap(self, after: int) -> str:
        """The characters between token `after` and the next one, or the edge of the passage."""
        start = self.tokens[after].end if after >= 0 else 0
        end = self.tokens[after + 1].start if after + 1 < len(self.tokens) else len(self.text)
        return self.text[start:end]

    def runs_on(self, after: int) -> bool:
        """Tell whether a phrase runs from token `after` to the next one."""
        inside = 0 <= after < len(self.tokens) - 1
        return inside and runs_on(self.gap(after), self.tokens[after], self.tokens[after + 1])

    def hit(self, first: int, last: int, before: int = 0, after: int = 0) -> Hit:
        """Make a hit of tokens, with so many characters more on either side."""
        start = self.offset + self.tokens[first].start - before
        return Hit(self.number, first, last, start, self.offset + self.tokens[last].end + after)

    def one_sentence(self, one: Hit, other: Hit) -> bool:
        """Tell whether two hits begin in one sentence."""
        starts = [self.tokens[hit.first].start for hit in (one, other)]
        spans = sentences(self.text, self.lang)
        return any(all(begin <= start < stop for start in starts) for begin, stop in spans)

    def one_paragraph(self, stretch: Hit) -> bool:
        return not any(ends_paragraph(self.gap(at)) for at in range(stretch.first, stretch.last))


def passages_of(article: Article, lang: str) -> list[Passage]:
    """Give all that can be looked in; the tags' places count in all tags, parted by a blank line."""
    texts = [
        ("title", article.title, 0),
        ("summary", article.summary, 0),
        ("body", article.body, 0),
        ("author", article.author, 0),
        ("url", unquote(article.url), 0),
    ]
    offset = 0
    for tag in article.tags:
        texts.append(("tag", tag, offset))
        offset += len(tag) + 2
    return [
        Passage(number, name, text, lang, offset, cut(text))
        for number, (name, text, offset) in enumerate(texts)
    ]
