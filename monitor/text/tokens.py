"""Tokens: the words of a text, cut on its own characters and folded one by one.

A run of letters, marks and digits is a token in scripts that use spaces; in Han, kana, Thai, Lao, Khmer and
Burmese each grapheme cluster is one. What stands between two tokens decides whether a phrase may run on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import regex

from monitor.text.characters import (
    APOSTROPHES,
    COMMAS,
    HYPHENS,
    IGNORABLE,
    QUOTES,
    SLASHES,
    SUPERSCRIPT_LETTERS,
    ZWNJ,
)
from monitor.text.folding import fold, fold_token

_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefe"
_SPACELESS = (
    r"[[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々ヶｰ]"
    r"&&[\p{L}\p{M}\p{Nl}\uff9e\uff9f]]"
)
_LETTERLIKE = rf"[{APOSTROPHES}{SUPERSCRIPT_LETTERS}{IGNORABLE}]"  # letters or marks to Unicode, not to us
_WORD = rf"[[\p{{L}}\p{{M}}\p{{Nd}}]--{_SPACELESS}--{_LETTERLIKE}]"
_JOINER = rf"(?:[{IGNORABLE}]|(?<![{_ARABIC}{ZWNJ}]){ZWNJ}++|{ZWNJ}++(?![{_ARABIC}]))"
_TOKEN = regex.compile(rf"(?V1){_WORD}++(?:{_JOINER}++{_WORD}++)*+|(?={_SPACELESS})\X")
_ASCII_TOKEN = re.compile(r"[A-Za-z0-9]+")
_CLUSTER = regex.compile(rf"(?V1){_SPACELESS}")
_MARK_LIST = f"{APOSTROPHES}{QUOTES}{HYPHENS}{COMMAS}{SLASHES}{IGNORABLE}{ZWNJ}"
_MARKS = re.compile(f"[{_MARK_LIST}]+")
_NEVER_COMPARED = re.compile(rf"[\s{_MARK_LIST}]+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(slots=True)
class Tokens:
    """The tokens of one text: where each starts and ends, and its folded form."""

    text: str
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts)

    def original(self, index: int) -> str:
        """Give a token as it stands in the text."""
        return self.text[self.starts[index] : self.ends[index]]

    def gap(self, index: int) -> str:
        """Give what stands between token `index` (-1: the text's start) and the next one (or the end)."""
        start = self.ends[index] if index >= 0 else 0
        return self.text[start : self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)]

    def joined(self, index: int, symbols: str = "") -> bool:
        """Tell whether a phrase may run from token `index` to the next with just `symbols` between them."""
        gap = self.gap(index)
        if gap == " " and not symbols:
            return True
        if _BLANK_LINE.search(gap) or symbols_in(gap) != symbols:
            return False
        both_clusters = self._is_cluster(index) and self._is_cluster(index + 1)
        return bool(symbols) or not both_clusters or not gap.strip()

    def _is_cluster(self, index: int) -> bool:
        first = self.text[self.starts[index]]
        return first > "\u0dff" and is_cluster(first)

    def between(self, start: int, end: int) -> range:
        """Give the indexes of the tokens that begin within the characters `start:end`."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))


def is_cluster(char: str) -> bool:
    """Tell whether a character belongs to a script that is written without spaces."""
    return _CLUSTER.match(char) is not None


def symbols_in(gap: str) -> str:
    """Give what of a gap must stand verbatim in a term: all that is not a separator, folded."""
    return fold(_NEVER_COMPARED.sub("", gap))


def edge_symbols(gap: str) -> str:
    """Give the symbols of a gap at the edge of a term, where white space counts and marks do not."""
    return fold(_MARKS.sub("", gap))


def reach(gap: Iterable[str], wanted: int) -> int:
    """Give how many characters of a gap, counted from the word, make `wanted` symbols."""
    size = length = 0
    for char in gap:
        if length >= wanted:
            break
        size += 1
        length += len(edge_symbols(char))
    return size


def tokenise(text: str) -> Tokens:
    """Cut a text into tokens."""
    if text.isascii():
        spans = [found.span() for found in _ASCII_TOKEN.finditer(text)]
        lowered = text.lower()
        folded = [lowered[start:end] for start, end in spans]
    else:
        spans = [found.span() for found in _TOKEN.finditer(text)]
        folded = [fold_token(text[start:end]) for start, end in spans]
    return Tokens(text, [start for start, _ in spans], [end for _, end in spans], folded)


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Give the paragraphs of a visible text as half-open spans of characters."""
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)
