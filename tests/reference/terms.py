"""Terms, read again from what was written and tried at every token."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.rules.patterns import Pattern
from monitor.rules.terms import ARTICLE_LANGUAGE, AnyTerm, Term
from monitor.text.characters import ZWNJ
from monitor.text.folding import fold
from monitor.text.stems import LANGUAGES, stem, stems
from tests.reference.letters import Cut, cut, ends_paragraph, folded, is_ignorable, pieces, symbols
from tests.reference.passages import Hit, Passage
from tests.reference.patterns import find_pattern

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
DOUBLE_LAM = {first + "لل" for first in ("", "و", "ف")}
PARTICLES = {
    "ar": DOUBLE_LAM
    | {
        first + second + article
        for first in ("", "و", "ف")
        for second in ("", "ب", "ک", "ل")  # kaf as it is folded
        for article in ("", "ال")
        if first + second + article and (second, article) != ("ل", "ال")
    },
    "he": {
        first + second + third + article
        for first in ("", "ו")
        for second in ("", "ש")
        for third in ("", *"בלמכ")
        for article in ("", "ה")
        if first + second + third + article
    },
}


@dataclass(frozen=True)
class Reading:
    """A written term taken apart: its tokens, which of them end in a star, and the gaps around them."""

    tokens: list[Cut]
    stars: list[bool]
    gaps: list[str]


def read(text: str) -> Reading:
    """Take a written term apart; `gaps` has one more item than there are tokens."""
    tokens = cut(text)
    edges = [0, *(edge for token in tokens for edge in (token.start, token.end)), len(text)]
    gaps = [text[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2)]
    stars = [gap.startswith("*") for gap in gaps[1:]]
    return Reading(tokens, stars, [gaps[0], *(gap.removeprefix("*") for gap in gaps[1:])])


def find(term: AnyTerm, passages: Iterable[Passage], lang: str) -> list[Hit]:
    """Find a term wherever it stands."""
    if term.langs and lang not in term.langs:
        return []
    if isinstance(term, Pattern):
        return [hit for passage in passages for hit in find_pattern(term.text, passage)]
    reading = read(term.text)
    hits: list[Hit] = []
    for passage in passages:
        for first in range(len(passage.tokens) - len(reading.tokens) + 1):
            hit = _at(term, reading, passage, first, lang)
            if hit is not None:
                hits.append(hit)
    return hits


def _at(term: Term, reading: Reading, passage: Passage, first: int, lang: str) -> Hit | None:
    last = first + len(reading.tokens) - 1
    for number, token in enumerate(reading.tokens):
        there = passage.tokens[first + number]
        readings = without_particles(there.written, term.affixes) if number == 0 else [there.written]
        if not any(_same(term, token, reading.stars[number], seen, lang) for seen in readings):
            return None
    for number, gap in enumerate(reading.gaps[1:-1]):
        if not _same_gap(gap, passage, first + number):
            return None
    here_before, here_after = (_BLANK_LINE.split(passage.gap(after)) for after in (first - 1, last))
    before = _edge(_squeezed(pieces(reading.gaps[0])).lstrip(), pieces(here_before[-1])[::-1], True)
    after = _edge(_squeezed(pieces(reading.gaps[-1])).rstrip(), pieces(here_after[0]), False)
    return None if before is None or after is None else passage.hit(first, last, before, after)


def _same(term: Term, wanted: Cut, star: bool, there: str, lang: str) -> bool:
    if star:
        return folded(there).startswith(wanted.folded)
    if term.exact_case or term.exact_accents:
        keep = {"keep_case": term.exact_case, "keep_accents": term.exact_accents}
        return fold(there, **keep) == fold(wanted.written, **keep)
    stemmer = lang if term.stem == ARTICLE_LANGUAGE else term.stem
    if stemmer in LANGUAGES:
        return _stemmed(there, stemmer) in stems(wanted.written, stemmer)
    return folded(there) == wanted.folded


def _stemmed(written: str, lang: str) -> str:
    """The stem of a word without what leaves no trace."""
    seen = "".join(char for char in written if not is_ignorable(char) and char != ZWNJ)
    return stem(seen, lang)


def without_particles(written: str, affixes: str) -> list[str]:
    """Give a word as it stands, and what is left of it without particles attached before it."""
    readings = [written]
    for end in range(1, len(written)):
        head, rest = folded(written[:end]), written[end:]
        if head in PARTICLES.get(affixes, ()):
            readings.append(rest)
        if affixes == "ar" and head in DOUBLE_LAM:  # of a name that begins with the article, its alef is lost
            readings.append("ال" + rest)
    return readings


def _same_gap(wanted: str, passage: Passage, after: int) -> bool:
    if not symbols(wanted):
        return passage.runs_on(after)
    there = passage.gap(after)
    return symbols(there) == symbols(wanted) and not ends_paragraph(there)


def _squeezed(parts: list[str]) -> str:
    return " ".join(" ".join(f"|{''.join(parts)}|".split(" ")).split())[1:-1]


def _edge(wanted: str, there: list[str], backwards: bool) -> int | None:
    """Count the characters of a gap, from the token outwards, that hold the symbols at a term's edge.

    None where they are not there. A symbol at an edge touches its token as it does in the term: white space
    counts, a run of it as one space; what is never compared may stand between.
    """
    if not wanted.strip():
        return 0
    so_far: list[str] = []
    for count, piece in enumerate(there, 1):
        so_far.append(piece)
        seen = _squeezed(so_far[::-1] if backwards else so_far)
        if len(seen) >= len(wanted) and piece:
            return count if (seen.endswith(wanted) if backwards else seen.startswith(wanted)) else None
    return None
