"""Offices: titles with the bodies that they are bound to, markers around them, and holders at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.matching.markers import LINKS, Sequence, markers_of
from monitor.rules.definitions import Actor
from monitor.text.characters import COMMAS
from tests.reference.letters import ends_paragraph, symbols
from tests.reference.names import Names, Owned
from tests.reference.passages import Hit, Passage

LEFT_OVER = 5
POSSESSIVE = "s"


@dataclass(frozen=True)
class Title:
    """A title as it stands: its offices, the bodies it is bound to, and the whole phrase."""

    hit: Hit
    offices: tuple[str, ...]
    bodies: tuple[Owned, ...]
    phrase: Hit

    def may_be(self, office: Actor, bodies: set[str]) -> bool:
        """Tell whether the title is one of an office and bound to no body but `bodies`."""
        owners = {owner for _, owner in self.bodies}
        return office.id in self.offices and (not owners or bool(owners & bodies))


class Offices:
    """The offices that an article names, at its time."""

    def __init__(self, names: Names, at: datetime) -> None:
        self.names, self.at = names, at
        self._offices = {name: actor for name, actor in names.book.actors.items() if actor.kind == "office"}
        self._passages = {passage.number: passage for passage in names.passages}
        self._markers = markers_of(names.lang)
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
        before, after = (getattr(self._markers, f"{mark}_{side}") for side in ("before", "after"))
        return any(self._marked(stretch, before, after) for stretch in {title, self._with_adjectives(phrase)})

    # Markers

    def _every(self, side: str) -> frozenset[Sequence]:
        return frozenset().union(
            *(getattr(self._markers, f"{name}_{side}") for name in ("rank", "former", "acting"))
        )

    def _marked(self, stretch: Hit, before: frozenset[Sequence], after: frozenset[Sequence]) -> bool:
        """Tell whether one of these markers stands at a stretch, or in a row of markers there."""
        passage = self._passages[stretch.passage]
        return any(
            self._sequence(passage, at, wanted, -1) for at in self._row(stretch, -1) for wanted in before
        ) or any(self._sequence(passage, at, wanted, 1) for at in self._row(stretch, 1) for wanted in after)

    def _row(self, stretch: Hit, step: int) -> list[int]:
        """Give the tokens that a marker may begin at, going outwards: beside the stretch, and in a row."""
        passage = self._passages[stretch.passage]
        edges = [stretch.first - 1 if step < 0 else stretch.last + 1]
        for at in edges:
            for wanted in self._every("before" if step < 0 else "after"):
                beyond = at + step * len(wanted)
                if self._sequence(passage, at, wanted, step) and beyond not in edges:
                    edges.append(beyond)
        return edges

    def _sequence(self, passage: Passage, at: int, wanted: Sequence, step: int) -> bool:
        first = at if step > 0 else at - len(wanted) + 1
        last = first + len(wanted) - 1
        if first < 0 or last >= len(passage.tokens):
            return False
        if [token.folded for token in passage.tokens[first : last + 1]] != list(wanted):
            return False
        gaps = range(first - (step > 0), last + (step < 0))
        return all(self._directly(passage, at) for at in gaps)

    @staticmethod
    def _directly(passage: Passage, after: int) -> bool:
        """Tell whether nothing parts a token from the next: no comma, no symbol but an initial's stop."""
        if not 0 <= after < len(passage.tokens) - 1:
            return False
        gap, token = passage.gap(after), passage.tokens[after]
        if symbols(gap) == "." and len(token.folded) == 1 and not token.is_cluster:
            return not ends_paragraph(gap)
        return passage.runs_on(after) and not any(char in COMMAS for char in gap)

    # Bodies

    def _bound(self, title: Hit) -> tuple[tuple[Owned, ...], Hit]:
        """Find the bodies that a title is bound to, and the phrase of title and body."""
        for step in (1, -1):
            for at in self._row(title, step):
                found = self._body(title, at, step)
                if found:
                    return found, title.with_(found[0][0])
        return (), title

    def _body(self, title: Hit, at: int, step: int) -> tuple[Owned, ...]:
        """Walk from a title over links and countries' adjectives to the body; else the country is it."""
        passage = self._passages[title.passage]
        country: tuple[Owned, ...] = ()
        while 0 <= at < len(passage.tokens) and self._directly(passage, at - 1 if step > 0 else at):
            here = [
                (hit, owner)
                for hit, owner in self.names.bodies()
                if hit.passage == title.passage and at == (hit.first if step > 0 else hit.last)
            ]
            others = [(hit, owner) for hit, owner in here if self.names.book.actors[owner].kind != "country"]
            if others:  # a name that is both, a country's and a body's, is both
                widest = _widest(others)
                return tuple((hit, owner) for hit, owner in here if hit.same_place(widest[0][0]))
            if here:
                country = country or _widest(here)
                passed = _widest(here)[0][0]
                at = passed.last + 1 if step > 0 else passed.first - 1
            elif passage.tokens[at].folded in (LINKS if step > 0 else {POSSESSIVE}):
                at += step
            else:
                break
        return country

    def _with_adjectives(self, phrase: Hit) -> Hit:
        """Give a phrase with the adjectives of countries before it: a marker stands before the whole."""
        passage = self._passages[phrase.passage]
        at = phrase.first - 1
        while self._directly(passage, at):
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
        bodies = self._bodies(title, office)
        if not title.may_be(office, bodies):
            return None
        if title.bodies:
            return title.phrase
        passage = self._passages[title.hit.passage]
        near = [
            name
            for body in bodies
            for name in self.names.hits(body)
            if name.passage == passage.number
            and not name.shares_token(title.hit)
            and (name.between(title.hit) <= LEFT_OVER or self._is_informal(title, office))
            and passage.one_sentence(name.with_(title.hit))
        ]
        # Of two that are as near, the one that follows.
        nearest = min(
            near, key=lambda name: (name.between(title.hit), name.first < title.hit.first), default=None
        )
        if nearest is None or self._is_informal(title, office):  # an informal one may stand far from the name
            return nearest and title.hit
        return title.hit.with_(nearest)

    def _may_be(self, title: Title, office: Actor) -> bool:
        return title.may_be(office, self._bodies(title, office))

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
            if name.first in {at for stretch in (title.hit, phrase) for at in self._row(stretch, 1)}:
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
            titles = [title for title in self.titles if self._may_be(title, office)]
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
