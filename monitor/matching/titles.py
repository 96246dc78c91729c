"""Titles of offices in an article: the body each belongs to, and the markers around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.matching.markers import LINKS, Kind, Marker, Markers
from monitor.matching.names import NameHit
from monitor.matching.view import View
from monitor.text.characters import APOSTROPHES, HYPHENS, IGNORABLE, QUOTES, ZWNJ
from monitor.text.tokens import Tokens

NEARBY = 5
_MOST_LINKS = 6
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

    def at(self, found: Iterable[NameHit], *, country: bool) -> list[NameHit]:
        """Give the longest of the names at one place, of countries or of all others."""
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

        `T of (the) O` goes before `O T` and `O's T`, and a body of any kind before a country.
        """
        after, country_after = self._after(title)
        before, country_before = self._before(title)
        return after or before or country_after or country_before

    def _after(self, title: NameHit) -> tuple[list[NameHit], list[NameHit]]:
        tokens = self._view.zones[title.zone].tokens
        country: list[NameHit] = []
        index = title.end + self._marker_length(tokens, title.end)
        for _ in range(_MOST_LINKS):
            if index >= len(tokens) or not _binds(tokens, index - 1):
                break
            starting = self._bodies.starting.get((title.zone, index), ())
            if others := self._bodies.at(starting, country=False):
                return others, country
            if not country and (found := self._bodies.at(starting, country=True)):
                country, index = found, found[0].end
            elif tokens.folded[index] in (("s",) if country else LINKS):
                index += 1
            else:
                break
        return [], country

    def _marker_length(self, tokens: Tokens, index: int) -> int:
        """Give the length of a marker that stands between a title and its body, which it does not part."""
        marker = _marker_after(tokens, index, self._markers)
        return len(marker.words) if marker and marker.kind in ("former", "acting") else 0

    def _before(self, title: NameHit) -> tuple[list[NameHit], list[NameHit]]:
        tokens = self._view.zones[title.zone].tokens
        index = title.first
        if index and tokens.folded[index - 1] == "s" and _binds(tokens, index - 1):
            index -= 1
        if not index or not _binds(tokens, index - 1):
            return [], []
        ending = self._bodies.ending.get((title.zone, index), ())
        countries = self._bodies.at(ending, country=True)
        others = self._bodies.at(ending, country=False)
        if countries and not others:  # "the Security Council's Russian secretary"
            others = self._before_country(title.zone, countries[0].first)
        return others, countries

    def _before_country(self, zone: int, first: int) -> list[NameHit]:
        """Give the bodies that end before the adjective of a country that stands before a title."""
        tokens = self._view.zones[zone].tokens
        index = first - 1 if first and tokens.folded[first - 1] == "s" else first
        if not index or not _binds(tokens, index - 1):
            return []
        return self._bodies.at(self._bodies.ending.get((zone, index), ()), country=False)

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
        tokens = self._view.zones[title.zone].tokens
        first = self._with_countries_before(title.zone, first)
        kinds = {kind for start in {title.first, first} for kind in self._kinds_before(title.zone, start)}
        for place in {title.end, end}:
            if marker := _marker_after(tokens, place, self._markers):
                kinds.add(marker.kind)
        if "rank" in kinds:
            return None
        if "former" in kinds:
            return "former"
        return "acting" if "acting" in kinds else ""

    def _kinds_before(self, zone: int, start: int) -> Iterator[Kind]:
        """Give what the markers in a row before a token say: a former acting secretary is a former one."""
        for _ in range(_MOST_LINKS):
            marker = self._marker_before(zone, start)
            if marker is None:
                break
            yield marker.kind
            if marker.kind == "look-alike":
                break
            start -= len(marker.words)

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


def _marker_after(tokens: Tokens, end: int, markers: Markers) -> Marker | None:
    """Give the longest marker that begins with a token."""
    if end < len(tokens):
        for marker in markers.after.get(tokens.folded[end], ()):
            if _binds(tokens, end - 1) and _stands_at(tokens, end, marker):
                return marker
    return None


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
