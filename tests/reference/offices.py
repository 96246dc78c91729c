"""Offices: titles with the bodies that they are bound to, markers around them, and holders at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.matching.markers import KINDS, LINKS, Marker, markers_of
from monitor.rules.definitions import Actor
from monitor.text.characters import COMMAS, HYPHENS, SLASHES
from tests.reference.letters import ends_paragraph, symbols
from tests.reference.names import Names, Owned
from tests.reference.passages import Hit, Passage

LEFT_OVER = 5
POSSESSIVE = "s"
HYPHEN = HYPHENS.removeprefix("\\")
_PARTS = re.compile(f"[{COMMAS}{SLASHES}]")


@dataclass(frozen=True)
class Title:
    """A title as it stands: its offices, the bodies it is bound to, and the whole phrase."""

    hit: Hit
    offices: tuple[str, ...]
    bodies: tuple[Owned, ...]
    phrase: Hit


class Offices:
    """The offices that an article names, at its time."""

    def __init__(self, names: Names, at: datetime) -> None:
        self.names, self.at = names, at
        self._offices = {name: actor for name, actor in names.book.actors.items() if actor.kind == "office"}
        self._passages = {passage.number: passage for passage in names.passages}
        markers = markers_of(names.lang)
        self._markers = {
            step: [marker for listed in side.values() for marker in listed]
            for step, side in ((-1, markers.before), (1, markers.after))
        }
        for kind in {actor.kind for actor in names.book.actors.values()} - {"person"}:
            names.settle(kind, lambda actor, weak: False)
        self.titles = list(self._read_titles())
        names.settle("person", self._frees)

    # Titles

    def _read_titles(self) -> Iterator[Title]:
        owned = [
            (hit, name)
            for name, office in self._offices.items()
            for hit in self.names.found((*office.titles, *office.informal), office.cancels)
        ]
        kept = self._longest_titles(owned)
        for hit in sorted({hit for hit, _ in kept}, key=lambda hit: (hit.passage, hit.first)):
            yield self._read_title(hit, tuple(owner for other, owner in kept if other == hit))

    @staticmethod
    def _longest_titles(owned: list[Owned]) -> list[Owned]:
        kept: list[Owned] = []
        for hit, owner in sorted(owned, key=lambda one: (one[0].passage, one[0].first, -one[0].last)):
            if not any(hit.shares_token(other) and not hit.same_place(other) for other, _ in kept):
                kept.append((hit, owner))
        return kept

    def _read_title(self, hit: Hit, offices: tuple[str, ...]) -> Title:
        bodies, phrase = self._bound(hit)
        return Title(hit, offices, bodies, phrase)

    def _is(self, mark: str, title: Hit, phrase: Hit) -> bool:
        """Tell whether a title is marked: beside itself, or beside the whole phrase of title and body."""
        return any(
            kind == mark
            for stretch in (title, self._with_adjectives(phrase))
            for step in (-1, 1)
            for kind, _ in self._row(stretch, step)
        )

    # Markers

    def _row(self, stretch: Hit, step: int) -> list[tuple[str, int]]:
        """Give the markers in a row at a stretch, going outwards: the kind of each and the token beyond."""
        passage = self._passages[stretch.passage]
        row: list[tuple[str, int]] = []
        at = stretch.first - 1 if step < 0 else stretch.last + 1
        while found := [marker for marker in self._markers[step] if _stands(marker, passage, at, step)]:
            marker = min(found, key=lambda one: (-len(one.words), KINDS.index(one.kind)))
            if marker.kind == "look-alike":
                break
            at += step * len(marker.words)
            row.append((marker.kind, at))
        return row

    def _beyond(self, stretch: Hit, step: int) -> list[int]:
        """Give the tokens beside a stretch and beside each of its markers."""
        beside = stretch.first - 1 if step < 0 else stretch.last + 1
        return [beside, *(at for _, at in self._row(stretch, step))]

    # Bodies

    def _bound(self, title: Hit) -> tuple[tuple[Owned, ...], Hit]:
        """Find the bodies that a title is bound to, and the phrase of title and body: a country at last."""
        walks = [self._walk(title, at, step) for step in (1, -1) for at in self._beyond(title, step)]
        for found in (*(others for others, _ in walks), *(country for _, country in walks)):
            if found:
                return found, title.with_(found[0][0])
        return (), title

    def _walk(self, title: Hit, at: int, step: int) -> tuple[tuple[Owned, ...], tuple[Owned, ...]]:
        """Walk from a title over links and a country's adjective to a body; give the body and the country."""
        passage = self._passages[title.passage]
        country: tuple[Owned, ...] = ()
        while 0 <= at < len(passage.tokens) and _directly(passage, at - 1 if step > 0 else at):
            here = [
                (hit, owner)
                for hit, owner in self.names.bodies()
                if hit.passage == title.passage and at == (hit.first if step > 0 else hit.last)
            ]
            others = [(hit, owner) for hit, owner in here if self.names.book.actors[owner].kind != "country"]
            if others:
                return _widest(others), country
            if here and not country:
                country = _widest(here)
                passed = country[0][0]
                at = passed.last + 1 if step > 0 else passed.first - 1
            elif passage.tokens[at].folded in (LINKS if step > 0 and not country else {POSSESSIVE}):
                at += step
            else:
                break
        return (), country

    def _with_adjectives(self, phrase: Hit) -> Hit:
        """Give a phrase with the adjectives of countries before it: a marker stands before the whole."""
        passage = self._passages[phrase.passage]
        at = phrase.first - 1
        while _directly(passage, at):
            if passage.tokens[at].folded == POSSESSIVE and self._country_before(phrase.passage, at - 1):
                at -= 1
            country = self._country_before(phrase.passage, at)
            if country is None:
                break
            phrase, at = phrase.with_(country), country.first - 1
        return phrase

    def _country_before(self, passage: int, last: int) -> Hit | None:
        return next(
            (
                hit
                for hit, owner in self.names.bodies()
                if (hit.passage, hit.last) == (passage, last)
                and self.names.book.actors[owner].kind == "country"
            ),
            None,
        )

    # What counts

    def title_hits(self, office: Actor, *, former: bool) -> list[Hit]:
        """Give the titles of an office with its body; `former` takes marked ones in."""
        return [
            phrase
            for title in self.titles
            if (phrase := self._phrase(title, office)) is not None
            and not self._is("rank", title.hit, phrase)
            and (former or not self._is("former", title.hit, phrase))
        ]

    def _phrase(self, title: Title, office: Actor) -> Hit | None:
        """Give title and body together, if it is the office's: bound to its body, or left over near it."""
        if not self._may_be(title, office):
            return None
        bodies = self._bodies(title, office)
        if bodies & {owner for _, owner in title.bodies}:
            return title.phrase
        passage = self._passages[title.hit.passage]
        near = [
            name
            for body in bodies
            for name in self.names.hits(body)
            if name.passage == passage.number
            and not name.shares_token(title.hit)
            and (name.between(title.hit) <= LEFT_OVER or self._is_informal(title, office))
            and passage.one_sentence(name, title.hit)
        ]
        # Of two that are as near, the one that follows.
        nearest = min(
            near, key=lambda name: (name.between(title.hit), name.first < title.hit.first), default=None
        )
        if nearest is None or self._is_informal(title, office):  # an informal one may stand far from the name
            return nearest and title.hit
        return title.hit.with_(nearest)

    def _may_be(self, title: Title, office: Actor) -> bool:
        """Tell whether a title is one of an office, and bound to no body but the office's."""
        if office.id not in title.offices:
            return False
        owners = {owner for _, owner in title.bodies}
        if not owners or owners & self._bodies(title, office):
            return True
        # "secretary of Russia's powerful Security Council": a country binds only titles of its own.
        formal = {other for other in title.offices if not self._is_informal(title, self._offices[other])}
        kinds = {self.names.book.actors[owner].kind for owner in owners}
        left_over = kinds == {"country"} and not owners & {self._offices[other].of for other in formal}
        return left_over and office.id in formal and self._kind_of_body(office) != "country"

    def _kind_of_body(self, office: Actor) -> str:
        assert office.of is not None
        return self.names.book.actors[office.of].kind

    def _bodies(self, title: Title, office: Actor) -> set[str]:
        """Give the bodies whose names make a title the office's: of an informal one also the country's."""
        assert office.of is not None
        bodies, above = {office.of}, office.of
        while self._is_informal(title, office) and (above := self.names.book.actors[above].part_of or ""):
            if self.names.book.actors[above].kind == "country":
                bodies.add(above)
        return bodies

    def _is_informal(self, title: Title, office: Actor) -> bool:
        return title.hit not in self.names.found(office.titles, office.cancels)

    def hits(self, office: Actor, *, ever: bool = False) -> list[Hit]:
        """Give the hits of an office: its titles and the names of whoever held it then, or ever."""
        hits = self.names.hits(office.id) + self.title_hits(office, former=ever)
        for person in {
            holder.person for holder in office.holders if ever or holder.holds(self.at, grace=True)
        }:
            hits += [hit for hit in self.names.hits(person) if ever or not self._is_marked(hit, office)]
        return hits

    def _is_marked(self, name: Hit, office: Actor) -> bool:
        """Tell whether a former title of the office, with its body or not, stands directly before a name."""
        passage = self._passages[name.passage]
        if not passage.runs_on(name.first - 1):
            return False
        for title in self.titles:
            if title.hit.passage != name.passage or not self._may_be(title, office):
                continue
            phrase = self._phrase(title, office) or title.hit
            if self._is("rank", title.hit, phrase) or not self._is("former", title.hit, phrase):
                continue
            if name.first in {at for stretch in (title.hit, phrase) for at in self._beyond(stretch, 1)}:
                return True
        return False

    def _frees(self, person: Actor, weak: list[Hit]) -> bool:
        """Tell whether an office that a person holds or held makes the weak names certain."""
        for office in self._offices.values():
            if not any(
                holder.person == person.id
                and (holder.start is None or holder.start - self.at <= holder.grace)
                for holder in office.holders
            ):
                continue
            if self.names.full(office.of) or self.title_hits(office, former=True):
                return True
            formal = (title for title in self.titles if not self._is_informal(title, office))
            titles = [title for title in formal if self._may_be(title, office)]
            if any(self._beside(title, hit) for title in titles for hit in weak):
                return True
        return False

    def _beside(self, title: Title, name: Hit) -> bool:
        if title.hit.passage != name.passage or title.hit.shares_token(name) or title.hit.between(name):
            return False
        return self._passages[name.passage].runs_on(min(title.hit.last, name.last))


def _widest(owned: list[Owned]) -> tuple[Owned, ...]:
    """Keep the longest of the names that begin, or end, at one place."""
    length = max(hit.last - hit.first for hit, _ in owned)
    return tuple((hit, owner) for hit, owner in owned if hit.last - hit.first == length)


def _directly(passage: Passage, after: int) -> bool:
    """Tell whether nothing parts a token from the next one, neither a comma nor a slash."""
    return passage.runs_on(after) and not _PARTS.search(passage.gap(after))


def _stands(marker: Marker, passage: Passage, at: int, step: int) -> bool:
    """Tell whether a marker stands with its nearest word at a token, its stops and hyphen with it."""
    first = at if step > 0 else at - len(marker.words) + 1
    last = first + len(marker.words) - 1
    if first < 0 or last >= len(passage.tokens):
        return False
    if tuple(token.folded for token in passage.tokens[first : last + 1]) != marker.words:
        return False
    if step > 0 and not _directly(passage, first - 1):
        return False
    stops = dict(zip(range(first, last + (step < 0)), marker.stops, strict=False))
    if not all(
        _has_stop(passage, after) if stop else _directly(passage, after) for after, stop in stops.items()
    ):
        return False
    return not marker.hyphen or step > 0 or any(char in HYPHEN for char in passage.gap(last))


def _has_stop(passage: Passage, after: int) -> bool:
    gap = passage.gap(after)
    return symbols(gap) == "." and not ends_paragraph(gap)
