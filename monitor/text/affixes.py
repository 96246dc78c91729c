"""Particles that Arabic and Hebrew write together with the word that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from monitor.text.folding import fold

Affixes = Literal["", "ar", "he"]
_PARTICLES: dict[Literal["ar", "he"], re.Pattern[str]] = {
    "ar": re.compile(fold("[وف]?(?:ال|لل|[بكل](?:ال)?)?")),
    "he": re.compile("ו?ש?[בלמכ]?ה?"),
}
_LONGEST = 4
_FIRST_LETTER = "\u05d0"
_ARTICLE, _TO_THE = "ال", fold("لل")


def affix_language(lang: str) -> Affixes:
    """Give the language whose particles are attached to words, empty where there are none."""
    return "ar" if lang == "ar" else "he" if lang == "he" else ""


def without_particles(written: str) -> Iterator[tuple[Literal["ar", "he"], str]]:
    """Give what may be the word within a token, for every way to take particles off its beginning.

    Arabic has و or ف, then ب, ك or ل, then ال (ل and ال are written لل); Hebrew ו, then ש, then ב, ל, מ or כ,
    then ה; each may be missing, and something must be taken off.
    """
    if written < _FIRST_LETTER:
        return
    for size in range(1, len(written)):
        head, rest = fold(written[:size]), written[size:]
        if not head:
            continue
        if len(head) > _LONGEST:
            return
        for lang, particles in _PARTICLES.items():
            if particles.fullmatch(head):
                yield lang, rest
                if head.endswith(_TO_THE):  # to a name that begins with the article itself
                    yield lang, _ARTICLE + rest


def is_behind_particles(written: str, wanted: str) -> bool:
    """Tell whether a word that has particles before the wanted one, folded, has that one as it is written."""
    return written.endswith((wanted, wanted.removeprefix("ال")))
