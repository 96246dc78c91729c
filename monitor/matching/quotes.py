"""Quotes: the sentences that best show why a rule matched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from monitor.matching.view import View, Zone
from monitor.model import TEXT_FIELDS, Quote, Span
from monitor.text.sentences import sentence_of, trimmed

MOST = 3
Key = tuple[str, int, int]
"""A field, and the span of a sentence in it."""


def quotes(view: View, spans: Iterable[Span]) -> tuple[Quote, ...]:
    """Choose up to three sentences by the number of distinct terms that they add, in the order of the text.

    The title counts as one sentence.
    """
    found = _by_sentence(view, spans)
    terms = {key: {span.term for span in mine} for key, mine in found.items()}
    chosen: list[Key] = []
    shown: set[str] = set()
    while len(chosen) < min(MOST, len(found)):
        rest = (key for key in found if key not in chosen)
        best = max(rest, key=lambda key: _worth(key, terms[key], len(found[key]), shown))
        if chosen and terms[best] <= shown:
            break
        chosen.append(best)
        shown |= terms[best]
    chosen.sort(key=lambda key: (TEXT_FIELDS.index(key[0]), key[1]))
    return tuple(_quote(view, key, found[key]) for key in chosen)


def _worth(key: Key, terms: set[str], hits: int, shown: set[str]) -> tuple[int, int, int, int, int]:
    return len(terms - shown), len(terms), hits, -TEXT_FIELDS.index(key[0]), -key[1]


def _by_sentence(view: View, spans: Iterable[Span]) -> dict[Key, list[Span]]:
    """Sort spans by the sentence, or the sentences in a row, that they stand in."""
    zones: dict[str, Zone] = {zone.field: zone for zone in view.zones if zone.field in TEXT_FIELDS}
    found: dict[Key, list[Span]] = defaultdict(list)
    for span in spans:
        if span.field in zones:
            found[span.field, *_sentence(zones[span.field], span, view.lang)].append(span)
    return {
        (field, *trimmed(zones[field].tokens.text, start, end)): mine
        for (field, start, end), mine in found.items()
    }


def _sentence(zone: Zone, span: Span, lang: str) -> tuple[int, int]:
    if zone.field == "title":
        return 0, len(zone.tokens.text)
    sentences = zone.sentences(lang)
    first = sentences[sentence_of(sentences, span.start)]
    last = sentences[sentence_of(sentences, span.end - 1)]
    return first[0], last[1]


def _quote(view: View, key: Key, spans: list[Span]) -> Quote:
    field, start, end = key
    text = next(zone.tokens.text for zone in view.zones if zone.field == field)[start:end]
    marks: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        mark = (span.start - start, span.end - start)
        if marks and mark[0] < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], mark[1]))
        else:
            marks.append(mark)
    return Quote(field, text, tuple(marks))
