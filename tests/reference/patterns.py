"""Regular expressions over the folded text of a passage, by another library than the engine's."""

from __future__ import annotations

import unicodedata

import regex

from monitor.text.characters import ZWNJ
from monitor.text.folding import fold
from tests.reference.letters import folded, is_ignorable, parts_arabic
from tests.reference.passages import Hit, Passage

_WORD = r"[\p{L}\p{M}\p{N}_]"
_ESCAPES = {r"\w": _WORD, r"\b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"}
Piece = tuple[str, int, int]


def find_pattern(written: str, passage: Passage) -> list[Hit]:
    """Find what a pattern matches; a hit's tokens are those that it overlaps."""
    pieces = folded_pieces(passage)
    text = "".join(piece for piece, _, _ in pieces)
    places = [(start, end) for piece, start, end in pieces for _ in piece]
    hits: list[Hit] = []
    for found in regex.finditer(_folded_pattern(written), text, regex.VERSION1):
        if found.start() == found.end():
            continue
        start, end = places[found.start()][0], places[found.end() - 1][1]
        while end < len(passage.text) and unicodedata.combining(passage.text[end]):
            end += 1  # a mark belongs to its letter
        tokens = [n for n, token in enumerate(passage.tokens) if token.start < end and start < token.end]
        if tokens:
            hits.append(
                Hit(passage.number, tokens[0], tokens[-1], passage.offset + start, passage.offset + end)
            )
    return hits


def folded_pieces(passage: Passage) -> list[Piece]:
    """Give the folded text in the smallest pieces that come from whole characters, with their places."""
    pieces: list[Piece] = []
    at = 0
    for token in passage.tokens:
        pieces += _gap(passage.text, at, token.start)
        pieces += _token(token.written, token.start)
        at = token.end
    return pieces + _gap(passage.text, at, len(passage.text))


def _gap(text: str, start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    for at in range(start, end):
        char = text[at]
        if char == ZWNJ:
            pieces += [(" ", at, at + 1)] * parts_arabic(text, at)
        elif not is_ignorable(char):
            kept = char.isspace() and char != "\u00a0"  # a no-break space is a space
            pieces.append((char if kept else fold(char), at, at + 1))
    return pieces


def _token(written: str, offset: int) -> list[Piece]:
    """Cut a token where both sides, folded by themselves, give the whole folded: there characters end."""
    whole = folded(written)
    heads = {end: _head(written, end) for end in range(1, len(written) + 1)}
    ends = [end for end, head in heads.items() if head and head + folded(written[end:]) == whole]
    pieces: list[Piece] = []
    start, before = 0, ""
    for end in ends:
        here = heads[end]
        if here != before:  # what folding drops belongs to no piece
            pieces.append((here[len(before) :], offset + start, offset + end))
        start, before = end, here
    return pieces


def _head(written: str, end: int) -> str:
    """Fold the beginning of a token; what is folded at a word's end alone is not at its end here."""
    return folded(written) if end == len(written) else folded(written[:end] + "x")[:-1]


def _folded_pattern(written: str) -> str:
    """Fold the literals of a pattern; word characters are those of all scripts, other escapes stay."""
    parts = regex.findall(r"\\.|\[[^\]]*\]|[^\\\[]+", written)
    return "".join(_ESCAPES.get(part, part if part[0] in "\\[" else fold(part)) for part in parts)
