"""Words as the page cuts them: character by character, on the characters as they stand."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import regex

from monitor.text import characters
from monitor.text.folding import fold

_CLUSTER = regex.compile(r"\X")
_SPACELESS = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}"
    r"\p{Script=Khmer}\p{Script=Myanmar}\u30fc\uff70]"
)
_ARABIC = regex.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefe]")
_IGNORABLE = regex.compile(f"[{characters.IGNORABLE}]")
_NEVER_COMPARED = regex.compile(
    f"[{characters.APOSTROPHES}{characters.QUOTES}{characters.HYPHENS}{characters.COMMAS}{characters.SLASHES}]"
)
_SUPERSCRIPT = regex.compile(f"[{characters.SUPERSCRIPT_LETTERS}]")
_IDEOGRAPHIC_ZERO = "\u3007"  # a number by its class, and a character of Han to every reader


@dataclass(frozen=True)
class Cut:
    """One token: its place in the text, its own characters, and whether it is a cluster."""

    start: int
    end: int
    written: str
    is_cluster: bool

    @property
    def folded(self) -> str:
        return folded(self.written)


@cache
def folded(written: str) -> str:
    return fold(written)


@cache
def is_ignorable(char: str) -> bool:
    return _IGNORABLE.match(char) is not None


def is_arabic(char: str) -> bool:
    return _ARABIC.match(char) is not None


@cache
def is_never_compared(char: str) -> bool:
    return _NEVER_COMPARED.match(char) is not None


@cache
def is_word(char: str) -> bool:
    """Letters, marks and digits; apostrophes and superscripts are none, whatever their class."""
    if is_ignorable(char) or is_never_compared(char) or _SUPERSCRIPT.match(char):
        return False
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind == "Nd" or char == _IDEOGRAPHIC_ZERO


@cache
def is_spaceless(char: str) -> bool:
    """Tell whether a letter or mark is of a script in which every cluster is a token; digits never are."""
    return _SPACELESS.match(char) is not None and unicodedata.category(char) != "Nd"


def parts_arabic(text: str, at: int) -> bool:
    """Tell whether the ZWNJ at `at` is a space: Arabic letters on both sides, dropped characters aside."""

    def neighbour(step: int) -> str:
        place = at + step
        while 0 <= place < len(text) and (is_ignorable(text[place]) or text[place] == characters.ZWNJ):
            place += step
        return text[place] if 0 <= place < len(text) else ""

    return is_arabic(neighbour(-1)) and is_arabic(neighbour(1))


def cut(text: str) -> list[Cut]:
    """Cut a text into tokens."""
    found: list[Cut] = []
    at = 0
    while at < len(text):
        if not is_word(text[at]):
            at += 1
            continue
        cluster = is_spaceless(text[at])
        end = _CLUSTER.match(text, at).end() if cluster else _end_of_run(text, at)
        found.append(Cut(at, end, text[at:end], cluster))
        at = end
    return found


def _end_of_run(text: str, start: int) -> int:
    end = start + 1
    for at in range(start + 1, len(text)):
        char = text[at]
        if is_ignorable(char) or (char == characters.ZWNJ and not parts_arabic(text, at)):
            continue
        if not is_word(char) or is_spaceless(char):
            break
        end = at + 1
    return end


def symbols(gap: str) -> str:
    """What must stand verbatim of what lies between two tokens."""
    return "".join(piece for piece in pieces(gap) if piece != " ")


def pieces(gap: str) -> list[str]:
    """Give of each character of a gap what is compared: nothing, a space, or its folded form."""
    return [_piece(char) for char in gap]


def _piece(char: str) -> str:
    if is_ignorable(char) or char == characters.ZWNJ or is_never_compared(char):
        return ""
    return " " if char.isspace() else fold(char)


def ends_paragraph(gap: str) -> bool:
    """Tell whether a gap holds a blank line: two line breaks with nothing but white space between."""
    lines = gap.split("\n")
    return any(not line.strip() for line in lines[1:-1])


def runs_on(gap: str, left: Cut, right: Cut) -> bool:
    """Tell whether a phrase runs across a gap."""
    if ends_paragraph(gap) or symbols(gap):
        return False
    if left.is_cluster and right.is_cluster:
        return not any(is_never_compared(char) for char in gap)
    return True
