"""Particles that Arabic and Hebrew write together with the word that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from monitor.text.folding import fold

Affixes = Literal["", "ar", "he"]
_ARABIC = re.compile(fold("[وف]?(?:ال|لل|[بكل](?:ال)?)?"))
_HEBREW = re.compile("ו?ש?[בלמכ]?ה?")
_ARTICLE, _TO_THE = fold("ال"), fold("لل")


def affix_language(lang: str) -> Affixes:
    """Give the language whose particles are attached to words, empty where there are none."""
    return "ar" if lang == "ar" else "he" if lang == "he" else ""


def without_particles(folded: str) -> Iterator[tuple[Affixes, str]]:
    """Give what may be the word within a folded token, for every way to take particles off its beginning.

    Arabic has و or ف, then ب, ك or ل, then ال (ل and ال are written لل); Hebrew ו, then ש, then ב, ל, מ or כ,
    then ה; each may be missing, and something must be taken off.
    """
    if not folded or folded[0] < "\u05d0" or folded[0] > "\u06cc":
        return
    if folded[0] <= "\u05ea":
        yield from (("he", folded[size:]) for size in _sizes(folded, _HEBREW))
        return
    for size in _sizes(folded, _ARABIC):
        yield "ar", folded[size:]
        if folded[:size].endswith(_TO_THE):  # to a name that begins with the article itself
            yield "ar", _ARTICLE + folded[size:]


def is_behind_particles(written: str, wanted: str) -> bool:
    """Tell whether a word that has particles before the wanted one, folded, has that one as it is written."""
    return written.endswith((wanted, wanted.removeprefix("ال")))


def _sizes(folded: str, particles: re.Pattern[str]) -> Iterator[int]:
    longest = 4 if len(folded) > 4 else len(folded) - 1
    return (size for size in range(1, longest + 1) if particles.fullmatch(folded, 0, size))
