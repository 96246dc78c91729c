"""What a publisher says in one article after another: footers, series, standing additions to headlines. Pure.

It tells nothing of an event, and would make one of all that is published with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.model import Article
from monitor.stories.profile import text_of
from monitor.text.folding import fold
from monitor.text.keys import folded

_SENTENCES = re.compile(r"(?<=[.!?…؟۔।])\s+|[。！？\n|<>]+")
_PARTS = re.compile(r"\s*[丨｜|_：•·]+\s*|:\s+|\s+[–—-]+\s+|——")  # of a headline
_DIGITS = re.compile(r"\d+")
_DISTINCT = 12  # letters from which on a piece is known again; a character without spaces is worth three


def publisher(article: Article) -> str:
    """Give who publishes an article: its source, else its feed; empty where nobody knows."""
    return folded(article.source) or article.feed


def pieces(article: Article) -> tuple[int, ...]:
    """Give the sentences and parts of the headline of an article with who says them, as hashes."""
    who = publisher(article)
    if not who:
        return ()
    parts, sentences = _parts(article.title), _sentences(text_of(article))
    said = [*(parts if len(parts) > 1 else ()), *sentences]
    return tuple(dict.fromkeys(hash((who, piece)) for piece in map(_known_as, said) if piece))


def without(article: Article, repeated: frozenset[int]) -> tuple[str, str]:
    """Give headline and text of an article without what is repeated; some headline is always left."""
    who = publisher(article)

    def is_new(piece: str) -> bool:
        return hash((who, _known_as(piece))) not in repeated

    parts = _parts(article.title)
    kept = [part for part in parts if is_new(part)] if len(parts) > 1 else parts
    title = " | ".join(kept) if kept else article.title
    return title, " ".join(filter(is_new, _sentences(text_of(article))))


def _parts(title: str) -> list[str]:
    return [part for part in _PARTS.split(title) if part]


def _sentences(text: str) -> Iterator[str]:
    return (sentence for sentence in map(str.strip, _SENTENCES.split(text)) if sentence)


def _known_as(piece: str) -> str:
    """Give what a piece is known again by: dates and counts may differ; empty where it says too little."""
    says = len(piece) if piece.isascii() else sum(3 if char > "\u2e7f" else 1 for char in piece)
    return _DIGITS.sub("0", fold(piece)) if says >= _DISTINCT else ""
