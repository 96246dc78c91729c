"""Tokens: the words of a text, cut on its own characters and folded one by one.

A run of letters, marks and digits is a token in scripts that use spaces; in Han, kana, Thai, Lao, Khmer and
Burmese each grapheme cluster is one. What stands between two tokens decides whether a phrase may run on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache

import regex

from monitor.text.characters import (
    APOSTROPHES,
    ARABIC,
    COMMAS,
    HYPHENS,
    IGNORABLE,
    QUOTES,
    SLASHES,
    SUPERSCRIPT_LETTERS,
    ZWNJ,
)
from monitor.text.folding import fold, folded_forms

_SPACELESS = (
    r"[[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々ヶｰ]"
    r"&&[\p{L}\p{M}\p{Nl}\uff9e\uff9f]]"
)
_LETTERLIKE = rf"[{APOSTROPHES}{SUPERSCRIPT_LETTERS}{IGNORABLE}]"  # letters or marks to Unicode, not to us
_WORD = rf"[[\p{{L}}\p{{M}}\p{{Nd}}]--{_SPACELESS}--{_LETTERLIKE}]"
# What leaves no trace within a word; a ZWNJ between two Arabic letters is a space, whatever else vanishes.
_VANISHING = f"[{IGNORABLE}{ZWNJ}]"
_JOINER = rf"(?:[{IGNORABLE}]++(?!{ZWNJ})|(?<![{ARABIC}]){_VANISHING}++|{_VANISHING}++(?![{ARABIC}]))"
# Thai and Lao write the vowel am as one character, or as a ring and a long a that to Unicode stands apart.
_SPLIT_AM = r"(?:(?<=\u0e4d[\u0e48-\u0e4b]*)(?=\u0e32)\X|(?<=\u0ecd[\u0ec8-\u0ecb]*)(?=\u0eb2)\X)"
_TOKEN = regex.compile(rf"(?V1){_WORD}++(?:{_JOINER}{_WORD}++)*+|(?={_SPACELESS})\X{_SPLIT_AM}?+")
_ASCII_TOKEN = re.compile(r"[A-Za-z0-9]+")
_HAN_OR_KANA = regex.compile(
    rf"(?V1)[{_SPACELESS}--[\p{{Thai}}\p{{Lao}}\p{{Khmer}}\p{{Myanmar}}\p{{M}}\uff9e\uff9f]]+"
)
_WORDS = regex.compile(rf"(?V1){_WORD}+")
_COMBINING = regex.compile(r"\p{M}+")
_ODD_ZWNJ = re.compile(f"(?<![{ARABIC}]){ZWNJ}|{ZWNJ}(?![{ARABIC}])")
_CLUSTER = regex.compile(rf"(?V1){_SPACELESS}")
_MARK_LIST = f"{APOSTROPHES}{QUOTES}{HYPHENS}{COMMAS}{SLASHES}{IGNORABLE}{ZWNJ}"
_MARKS = re.compile(f"[{_MARK_LIST}]+")
_NEVER_COMPARED = re.compile(rf"[\s{_MARK_LIST}]+")
_LEAVES_NO_TRACE = re.compile(rf"[\s{IGNORABLE}{ZWNJ}]*")
_SPACES = re.compile(r"[^\S\n]{2,}")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


class Tokens:
    """A text cut into tokens: their folded forms, and where each starts and ends.

    Most texts hold no word that a rule asks for, and then nobody asks where their tokens stand.
    """

    __slots__ = ("_ends", "_pattern", "_starts", "folded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] | None = None
        self._ends: list[int] = []
        if text.isascii():
            self._pattern: re.Pattern[str] | regex.Pattern[str] = _ASCII_TOKEN
            self.folded: list[str] = _ASCII_TOKEN.findall(text.lower())
        else:
            self._pattern = _pattern_for(text)
            self.folded = folded_forms(self._pattern.findall(text))

    def __len__(self) -> int:
        return len(self.folded)

    @property
    def starts(self) -> list[int]:
        """Give the character that each token begins at."""
        return self._starts if self._starts is not None else self._find_places()

    @property
    def ends(self) -> list[int]:
        """Give the character after each token."""
        if self._starts is None:
            self._find_places()
        return self._ends

    def words(self) -> list[str]:
        """Give the tokens as they stand in the text."""
        return self._pattern.findall(self.text)

    def _find_places(self) -> list[int]:
        spans = [found.span() for found in self._pattern.finditer(self.text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        return self._starts

    def original(self, index: int) -> str:
        """Give a token as it stands in the text."""
        return self.text[self.starts[index] : self.ends[index]]

    def gap(self, index: int) -> str:
        """Give what stands between token `index` (-1: the text's start) and the next one (or the end)."""
        starts = self.starts
        start = self._ends[index] if index >= 0 else 0
        return self.text[start : starts[index + 1] if index + 1 < len(starts) else len(self.text)]

    def joined(self, index: int, symbols: str = "") -> bool:
        """Tell whether a phrase may run from token `index` to the next with just `symbols` between them."""
        gap = self.gap(index)
        if gap == " " and not symbols:
            return True
        if _BLANK_LINE.search(gap) or symbols_in(gap) != symbols:
            return False
        both_clusters = self._is_cluster(index) and self._is_cluster(index + 1)
        return bool(symbols) or not both_clusters or _LEAVES_NO_TRACE.fullmatch(gap) is not None

    def _is_cluster(self, index: int) -> bool:
        first = self.text[self.starts[index]]
        return first > "\u0dff" and is_cluster(first)

    def between(self, start: int, end: int) -> range:
        """Give the indexes of the tokens that begin within the characters `start:end`."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))


def words_of(text: str) -> list[str]:
    """Cut a text into tokens as they stand there."""
    return (_ASCII_TOKEN if text.isascii() else _pattern_for(text)).findall(text)


def is_cluster(char: str) -> bool:
    """Tell whether a character belongs to a script that is written without spaces."""
    return _CLUSTER.match(char) is not None


def symbols_in(gap: str) -> str:
    """Give what of a gap must stand verbatim in a term: all that is not a separator, folded."""
    return fold(_NEVER_COMPARED.sub("", gap))


def edge_symbols(gap: str) -> str:
    """Give the symbols of a gap at the edge of a term, where white space counts and marks do not.

    White space is one space, however much of it there is, but a blank line stays.
    """
    if "\n" in gap and not _BLANK_LINE.search(gap):
        gap = gap.replace("\n", " ")
    return fold(_SPACES.sub(" ", _MARKS.sub("", gap)))


def reach(gap: Iterable[str], wanted: int) -> int:
    """Give how many characters of a gap, counted from the word, make `wanted` symbols."""
    size = length = 0
    before = ""
    for char in gap:
        if length >= wanted:
            break
        size += 1
        length += 0 if char.isspace() and before.isspace() else len(edge_symbols(char))
        before = char
    return size


def _pattern_for(text: str) -> re.Pattern[str] | regex.Pattern[str]:
    """Choose the quick pattern where it cuts the text as the whole one does, as it does nearly every text."""
    quick, beyond, marked = _quick()
    odd = beyond.search(text) or marked.search(text) or (ZWNJ in text and _ODD_ZWNJ.search(text))
    return _TOKEN if odd else quick


@cache
def _quick() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Give a pattern of plain classes of characters, and two for what it would cut differently.

    These are characters which leave no trace within words, clusters of several characters, and the planes
    beyond the first.
    """
    words = _as_class(_WORDS, 0x80, 0xD800) + _as_class(_WORDS, 0xE000, 0x10000)
    alone = _as_class(_HAN_OR_KANA, 0x2E80, 0xD7A4) + _as_class(_HAN_OR_KANA, 0xF900, 0x10000)
    marks = _as_class(_COMBINING, 0x300, 0xFE30)
    clusters = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f\uff9e\uff9f"
    beyond = f"[{IGNORABLE}{clusters}\U00010000-\U0001efff\U0001fb00-\U0010ffff]"
    return re.compile(f"[A-Za-z0-9{words}]+|[{alone}]"), re.compile(beyond), re.compile(f"[{alone}][{marks}]")


def _as_class(wanted: regex.Pattern[str], first: int, last: int) -> str:
    """Write those of the characters from `first` to below `last` that are wanted as the inside of a class."""
    runs = wanted.finditer("".join(map(chr, range(first, last))))
    return "".join(f"{run[0][0]}-{run[0][-1]}" for run in runs)


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Give the paragraphs of a visible text as half-open spans of characters."""
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)
