"""Titles of offices in an article: the body each belongs to, and the markers around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from monitor.matching.markers import LINKS, Marker, Markers
from monitor.matching.names import NameHit
from monitor.matching.view import View
from monitor.text.characters import APOSTROPHES, HYPHENS, IGNORABLE, QUOTES, ZWNJ
from monitor.text.tokens import Tokens

NEARBY = 5
_MOST_LINKS = 6
_POSSESSIVE = ("s",)
_BINDS = re.compile(rf"[\s{APOSTROPHES}{HYPHENS}{QUOTES}{IGNORABLE}{ZWNJ}]*")
_STOP = re.compile(
    rf"\.(?:[^\S\n]|[{IGNORABLE}])*\n?(?:[^\S\n]|[{IGNORABLE}])*"
)  # a blank line ends a phrase
_HYPHEN = re.compile(f"[{HYPHENS}{IGNORABLE}]+")
Standing = Literal["", "former", "acting"]


@dataclass(frozen=True, slots=True)
class Bound:
    """A title with the body it belongs to (None where it stands alone), and what a marker says of it.

    `first:end` are the tokens that both span together.
    """

    office: str
    title: NameHit
    body: NameHit | None
    zone: int
    first: int
    end: int
    standing: Standing


class Bodies:
    """The bodies that an article names, by where they begin and end; countries stand back behind others."""

    def __init__(self, hits: Iterable[NameHit], countries: frozenset[str]) -> None:
        self._countries = countries
        self.starting: dict[tuple[int, int], list[NameHit]] = defaultdict(list)
        self.ending: dict[tuple[int, int], list[NameHit]] = defaultdict(list)
        for hit in hits:
            self.starting[hit.zone, hit.first].append(hit)
            self.ending[hit.zone, hit.end].append(hit)

    def at(self, found: Sequence[NameHit], *, country: bool) -> list[NameHit]:
        """Give the longest of the names at one place, of countries or of all others."""
        if not found:
            return []
        wanted = [hit for hit in found if (hit.actor in self._countries) == country]
        length = max((hit.end - hit.first for hit in wanted), default=0)
        return [hit for hit in wanted if hit.end - hit.first == length]


class TitleReader:
    """Reads the titles of one article."""

    def __init__(self, view: View, bodies: Bodies, markers: Markers) -> None:
        self._view = view
        self._bodies = bodies
        self._markers = markers

    def bodies_of(self, title: NameHit) -> list[NameHit]:
        """Give the names of the body that a title is bound to, none where it is left over.

        `T of (the) O` goes before `O T` and `O's T`, and a body of any kind before a country. A marker does
        not part the two: "the Council's acting secretary".
        """
        countries: list[NameHit] = []
        for step in (1, -1):
            for at in self._beside(title, step):
                others, country = self._walk(title.zone, at, step)
                if others:
                    return others
                countries = countries or country
        return countries

    def _beside(self, title: NameHit, step: Literal[1, -1]) -> Iterator[int]:
        """Give the places on one side of a title: beside itself, and beside each marker in a row there."""
        at = title.end if step > 0 else title.first
        for marker in self._row(title.zone, at, step):
            yield at
            if marker.kind == "look-alike":
                return
            at += step * len(marker.words)
        yield at

    def _walk(self, zone: int, at: int, step: Literal[1, -1]) -> tuple[list[NameHit], list[NameHit]]:
        """Go from a title over links and the adjective of a country to a body; gives body and country."""
        tokens = self._view.zones[zone].tokens
        names = self._bodies.starting if step > 0 else self._bodies.ending
        country: list[NameHit] = []
        for _ in range(_MOST_LINKS):
            if not 0 < at < len(tokens):
                break
            here = names.get((zone, at), ())
            word = tokens.folded[at if step > 0 else at - 1]
            is_link = word in (LINKS if step > 0 and not country else _POSSESSIVE)
            if not (here or is_link) or not _binds(tokens, at - 1):
                break
            if others := self._bodies.at(here, country=False):
                return others, country
            if not country and (found := self._bodies.at(here, country=True)):
                country = found
                at = found[0].end if step > 0 else found[0].first
            elif is_link:
                at += step
            else:
                break
        return [], country

    def nearby(self, title: NameHit) -> dict[str, NameHit]:
        """Give the nearest name of each body at most 5 tokens from a left-over title in the same sentence."""
        found: dict[str, NameHit] = {}
        for distance in range(NEARBY + 1):
            hits = [
                *self._bodies.starting.get((title.zone, title.end + distance), ()),
                *self._bodies.ending.get((title.zone, title.first - distance), ()),
            ]
            for hit in hits:
                if hit.actor not in found and self._same_sentence(title, hit):
                    found[hit.actor] = hit
        return found

    def in_sentence(self, title: NameHit) -> list[str]:
        """Give the bodies and countries that are named in the sentence of a title."""
        hits = (hit for starting in self._bodies.starting.values() for hit in starting)
        near = (hit for hit in hits if hit.zone == title.zone and self._same_sentence(title, hit))
        return list(dict.fromkeys(hit.actor for hit in near))

    def _same_sentence(self, title: NameHit, name: NameHit) -> bool:
        zone, lang = self._view.zones[title.zone], self._view.lang
        return zone.sentence(name.first, lang) == zone.sentence(title.first, lang)

    def standing(self, title: NameHit, first: int, end: int) -> Standing | None:
        """Tell what markers make of a title whose phrase is `first:end`; None is another office."""
        first = self._with_countries_before(title.zone, first)
        kinds = {marker.kind for at in {title.first, first} for marker in self._row(title.zone, at, -1)}
        for at in {title.end, end}:
            kinds.update(marker.kind for marker in islice(self._row(title.zone, at, 1), 1))
        if "rank" in kinds:
            return None
        if "former" in kinds:
            return "former"
        return "acting" if "acting" in kinds else ""

    def _row(self, zone: int, at: int, step: Literal[1, -1]) -> Iterator[Marker]:
        """Give the markers in a row on one side of a place: a former acting secretary is a former one."""
        for _ in range(_MOST_LINKS):
            marker = self._marker_after(zone, at) if step > 0 else self._marker_before(zone, at)
            if marker is None:
                break
            yield marker
            if marker.kind == "look-alike":
                break
            at += step * len(marker.words)

    def _marker_before(self, zone: int, start: int) -> Marker | None:
        """Give the longest marker that stands directly before a token and takes nothing of a name."""
        tokens = self._view.zones[zone].tokens
        if start:
            for marker in self._markers.before.get(tokens.folded[start - 1], ()):
                first = start - len(marker.words)
                within = range(first + 1, start)
                if (
                    _stands_at(tokens, first, marker)
                    and _leads(tokens, start - 1, marker)
                    and not any((zone, place) in self._bodies.ending for place in within)
                ):
                    return marker
        return None

    def _marker_after(self, zone: int, end: int) -> Marker | None:
        """Give the longest marker that begins with a token."""
        tokens = self._view.zones[zone].tokens
        if end < len(tokens):
            for marker in self._markers.after.get(tokens.folded[end], ()):
                if _binds(tokens, end - 1) and _stands_at(tokens, end, marker):
                    return marker
        return None

    def _with_countries_before(self, zone: int, first: int) -> int:
        tokens = self._view.zones[zone].tokens
        for _ in range(_MOST_LINKS):
            index = first - 1 if first and tokens.folded[first - 1] == "s" else first
            if not index or not _binds(tokens, index - 1):
                break
            countries = self._bodies.at(self._bodies.ending.get((zone, index), ()), country=True)
            if not countries:
                break
            first = countries[0].first
        return first


def phrase(title: NameHit, body: NameHit | None) -> tuple[int, int]:
    """Give the tokens that a title and its body span together."""
    if body is None:
        return title.first, title.end
    return min(title.first, body.first), max(title.end, body.end)


def _binds(tokens: Tokens, index: int) -> bool:
    gap = tokens.gap(index)
    return gap == " " or (_BINDS.fullmatch(gap) is not None and tokens.joined(index))


def _stands_at(tokens: Tokens, index: int, marker: Marker) -> bool:
    end = index + len(marker.words)
    if index < 0 or tuple(tokens.folded[index:end]) != marker.words:
        return False
    return all(
        _stopped(tokens, number) if stop else _binds(tokens, number)
        for number, stop in zip(range(index, end - 1), marker.stops, strict=False)
    )


def _leads(tokens: Tokens, last: int, marker: Marker) -> bool:
    """Tell whether a marker that ends with a token is joined to the next one as its list has it."""
    if marker.hyphen:
        return _HYPHEN.fullmatch(tokens.gap(last)) is not None
    return _stopped(tokens, last) if marker.stops[-1] else _binds(tokens, last)


def _stopped(tokens: Tokens, index: int) -> bool:
    return _STOP.fullmatch(tokens.gap(index)) is not None
