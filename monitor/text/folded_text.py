"""The folded text of a field, for regular expressions, with the way back to the characters as written."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right

from monitor.text.characters import ARABIC, ZWNJ
from monitor.text.folding import fold
from monitor.text.tokens import Tokens

_IS_ARABIC = re.compile(f"[{ARABIC}]{{2}}")


class FoldedText:
    """A text folded token by token and gap by gap.

    White space stays as it is written (a no-break space is a space); a ZWNJ between two Arabic words is one.
    """

    __slots__ = ("_pieces", "_tokens", "text")

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._pieces: list[tuple[int, int, str]] | None = None
        self.text = tokens.text.lower() if tokens.text.isascii() else self._folded()

    def _folded(self) -> str:
        return "".join(folded for _, _, folded in self._places())

    def _places(self) -> list[tuple[int, int, str]]:
        """Give each token and gap that is not empty: where it begins as written and folded, and its form."""
        if self._pieces is None:
            self._pieces = []
            at = length = 0
            tokens = self._tokens
            for index, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)):
                length = self._add(at, length, _folded_gap(tokens.text[at:start], tokens, index))
                length = self._add(start, length, tokens.folded[index])
                at = end
            self._add(at, length, _folded_gap(tokens.text[at:], tokens, len(tokens)))
        return self._pieces

    def _add(self, start: int, length: int, folded: str) -> int:
        assert self._pieces is not None
        if folded:
            self._pieces.append((start, length, folded))
        return length + len(folded)

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Give the characters as written that a half-open span of the folded text came from."""
        text = self._tokens.text
        if text.isascii():
            return start, end
        first = self._place(start)
        last = self._place(end - 1) + 1 if end > start else first
        while first < last < len(text) and unicodedata.combining(text[last]):
            last += 1  # a mark that folding dropped belongs to its letter
        return first, last

    def _place(self, offset: int) -> int:
        """Give the written character that a folded one came from."""
        pieces = self._places()
        index = bisect_right(pieces, offset, key=lambda piece: piece[1]) - 1
        if index < 0:
            return 0
        start, before, folded = pieces[index]
        following = pieces[index + 1][0] if index + 1 < len(pieces) else len(self._tokens.text)
        written = self._tokens.text[start:following]
        if len(written) == len(folded):
            return start + offset - before
        # Folding makes words longer and shorter: the shortest beginning that folds to as much is where it is.
        reached = bisect_left(
            range(1, len(written)), offset - before + 1, key=lambda n: len(fold(written[:n]))
        )
        return start + reached

    def tokens(self, start: int, end: int) -> tuple[int, int]:
        """Give the tokens that a half-open span of written characters touches, at least the one before it."""
        first = bisect_right(self._tokens.ends, start)
        last = bisect_left(self._tokens.starts, end)
        if first < last:
            return first, last
        before = max(0, min(first, len(self._tokens)) - 1)
        return before, before + 1


def _folded_gap(gap: str, tokens: Tokens, index: int) -> str:
    if gap in (" ", ""):
        return gap
    if not gap.strip(ZWNJ):
        return " " if _parts_arabic(tokens, index) else ""
    return "".join(char if char.isspace() and char != "\u00a0" else fold(char) for char in gap)


def _parts_arabic(tokens: Tokens, index: int) -> bool:
    """Tell whether Arabic letters stand on both sides of the gap before a token."""
    if not 0 < index < len(tokens):
        return False
    return bool(_IS_ARABIC.match(tokens.text[tokens.ends[index - 1] - 1] + tokens.text[tokens.starts[index]]))
