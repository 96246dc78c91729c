"""Feed text made safe and readable for people: no controls, no direction tricks, cut between graphemes."""

from __future__ import annotations

import re

import regex

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
ELLIPSIS = "…"
_SPACE = re.compile(r"[\s\x1c-\x1f\x85]+")
# Control, bidi control, interlinear and tag characters, lone surrogates; ZWNJ and ZWJ belong to words.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0001-\U000e007f\ud800-\udfff]"
)
_GRAPHEME = regex.compile(r"\X")


def displayable(text: str) -> str:
    """Remove control and bidi control characters and make white space single spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACE.sub(" ", _UNSEEN.sub("", _SPACE.sub(" ", text))).strip()


def isolate(text: str) -> str:
    """Wrap a text in isolates, so that its direction cannot disturb the message around it."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` graphemes, the ellipsis at the end included."""
    if len(text) <= limit:
        return text
    kept: list[str] = []
    for grapheme in _GRAPHEME.finditer(text):
        if len(kept) == limit:
            return "".join(kept[:-1]).rstrip() + ELLIPSIS
        kept.append(grapheme[0])
    return text
