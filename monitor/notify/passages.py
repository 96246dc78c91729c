"""Passages: pieces of feed text made fit to be shown, with the words that matched marked in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from monitor.text.display import displayable, isolate, shorten

Marks = tuple[tuple[int, int], ...]

_RAW_LIMIT = 3000  # characters of a quote that are looked at; a sentence is far shorter
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:/|www\.|\S+@)\S+", re.IGNORECASE)
ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True, slots=True)
class Passage:
    """Displayable text; `marks` are half-open, sorted and do not overlap."""

    text: str
    marks: Marks = ()

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """Cut into texts that are marked (True) or not, in order."""
        at = 0
        for start, end in self.marks:
            if start > at:
                yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        if at < len(self.text):
            yield self.text[at:], False

    def starred(self) -> str:
        """Write it for plain text, the marked words between asterisks, set apart from the text around it."""
        return right_way("".join(f"*{piece}*" if marked else piece for piece, marked in self.pieces()))


def passage(text: str, marks: Iterable[tuple[int, int]] = (), limit: int = 320) -> Passage:
    """Make feed text a passage of at most `limit` graphemes that shows the first marked words."""
    return _excerpt(_cleaned(*_window(text, _merged(marks, len(text)))), limit)


def brief(text: str, limit: int) -> str:
    """Make any text displayable and short: `limit` graphemes, and never many times as many characters."""
    return shorten(displayable(text[: 8 * limit]), limit)[: 4 * limit]


def inline(text: str, limit: int = 200) -> str:
    """Make any text fit to stand within a composed line."""
    return right_way(brief(text, limit))


def headline(title: str, text: str, marks: Iterable[tuple[int, int]] = ()) -> Passage:
    """Give what an article is called: its title, or where it has none how its text begins."""
    shown = passage(title, marks, limit=240)
    return shown if shown.text else passage(text or "(untitled)", limit=120)


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0] if words else "(none)"


def right_way(text: str) -> str:
    """Isolate a text that holds right-to-left letters; any other text needs nothing."""
    return isolate(text) if _RIGHT_TO_LEFT.search(text) else text


def unlinked(text: str) -> str:
    """Break up what a mail or chat program would turn into a live link; it reads as before.

    A zero-width space after each dot, slash, colon and at-sign of an address is enough for that. Bare names
    such as `example.org` stay as they are: programs that link them show the very place they lead to.
    """
    return _ADDRESS.sub(lambda found: re.sub(r"([.:/@])", rf"\1{ZERO_WIDTH_SPACE}", found[0]), text)


def _merged(marks: Iterable[tuple[int, int]], length: int) -> Marks:
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in marks):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _window(text: str, marks: Marks) -> tuple[str, Marks]:
    if len(text) <= _RAW_LIMIT:
        return text, marks
    start = max(0, marks[0][0] - _RAW_LIMIT // 4) if marks else 0
    moved = ((first - start, last - start) for first, last in marks)
    return text[start : start + _RAW_LIMIT], _merged(moved, _RAW_LIMIT)


def _cleaned(text: str, marks: Marks) -> Passage:
    # Cleaning drops characters and joins white space, so each mark moves by what vanished before it. The
    # letter stands for the marked word: without it the space before the word would be stripped as trailing.
    shown = displayable(text)
    moved = ((len(displayable(text[:start] + "x")) - 1, len(displayable(text[:end]))) for start, end in marks)
    return Passage(shown, _merged(moved, len(shown)))


def _excerpt(whole: Passage, limit: int) -> Passage:
    if len(whole.text) <= limit:
        return whole
    skipped = _lead(whole, limit)
    rest = whole.text[skipped:]
    ahead = "…" if skipped else ""
    body = shorten(rest, limit - len(ahead))
    kept = len(rest) if body == rest else len(body) - 1  # the ellipsis is not ours to mark
    body, kept = body[: 4 * limit], min(kept, 4 * limit)  # marks piled on letters make no message huge
    moved = _merged(((start - skipped, end - skipped) for start, end in whole.marks), kept)
    return Passage(ahead + body, tuple((start + len(ahead), end + len(ahead)) for start, end in moved))


def _lead(whole: Passage, limit: int) -> int:
    """Count the characters to leave out ahead, so that the first marked words come into sight."""
    if not whole.marks or whole.marks[0][1] < limit:
        return 0
    wanted = whole.marks[0][0] - limit // 3
    space = whole.text.find(" ", wanted, whole.marks[0][0])
    if space >= 0:
        return space + 1
    borders = (found.start() for found in regex.finditer(r"\X", whole.text))
    return next(border for border in borders if border >= wanted)
