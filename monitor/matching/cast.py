"""The cast of an article: which actors it names and which offices it speaks of, at the article's time.

Names are judged over the whole rulebook, not rule by rule, so that the longest match means the same
everywhere. The order is: full names → weak names of bodies → titles with their bodies → weak names of people.
Nothing here grows with the number of offices that share a title: a title leads to an office only through a
body that the article names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from monitor.matching.index import Hits
from monitor.matching.markers import markers_of
from monitor.matching.names import (
    Directory,
    NameHit,
    Part,
    TitlePart,
    by_actor,
    longest,
    mentions,
    uncovered,
)
from monitor.matching.titles import Bodies, Bound, TitleReader, phrase
from monitor.matching.view import View
from monitor.rules.definitions import Actor, Holder
from monitor.rules.document import ActorKind

Place = tuple[int, int, int]
"""A zone, the first token in it, and the one after the last."""


class TitleReading(NamedTuple):
    """The bodies that a title is bound to; `left_over` where these are but countries without such a title."""

    bodies: frozenset[str]
    left_over: bool


@dataclass(slots=True)
class OfficeFinding:
    """How an office was found: by its title (with former ones apart) and by names of its holders."""

    titles: list[Bound] = field(default_factory=list)
    former: list[Bound] = field(default_factory=list)
    holders: dict[Holder, list[NameHit]] = field(default_factory=dict)


class Cast:
    """The actors of one article. Built once per article, whatever the number of rules that ask."""

    def __init__(self, directory: Directory, hits: Hits, view: View) -> None:
        self._directory = directory
        self._hits = hits
        self._view = view
        self._found = mentions(hits, view, directory)
        self._names: dict[str, list[NameHit]] = {}
        self._full: dict[str, list[NameHit]] = {}
        self._bound: dict[str, list[Bound]] = defaultdict(list)
        self._readings: dict[Place, TitleReading] = {}
        self._former_ends: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._former_titles: dict[tuple[int, int], set[tuple[int, bool]]] = defaultdict(set)
        self._resolve()

    def names(self, actor: str) -> list[NameHit]:
        """Give the hits of an actor's names that stand."""
        return self._names.get(actor, [])

    def named(self) -> Iterable[str]:
        """Give the actors that are named."""
        return self._names.keys()

    def offices(self) -> set[str]:
        """Give offices that may have been found: by a title, or by a name of one who holds or held them."""
        held = self._directory.offices_of
        return {*self._bound, *(office for name in self._names for office in held.get(name, ()))}

    def passed_over(self, actor: str, part: Part) -> list[str]:
        """Give the words of an actor's names that stand in the article and do not count."""
        counted = {hit[:3] for hit in self.names(actor)}
        return [self._words(hit) for hit in self._raw(actor, part) if hit[:3] not in counted]

    def titles_passed_over(self, office: str) -> list[str]:
        """Give the words of an office's titles, informal ones too, that stand there and do not count."""
        counted = {bound.title[:3] for bound in self._bound.get(office, ())}
        titles = (*self._titles_of(office, "titles"), *self._titles_of(office, "informal"))
        return [self._words(hit) for hit in titles if hit[:3] not in counted]

    def cancelling(self, actor: str) -> list[str]:
        """Give the words of an actor's `not:` phrases that stand in the article."""
        return [self._words(hit) for hit in self._raw(actor, "cancels")]

    def weak_words(self, actor: str) -> list[str]:
        """Give the words of those standing names of an actor that are weak."""
        weak = set(self._raw(actor, "weak")).difference(self._raw(actor, "names"))
        return [self._words(hit) for hit in self.names(actor) if hit in weak]

    def grounds(self, actor: str) -> Iterator[str]:
        """Say what makes the weak names of an actor certain; where nothing does, they do not count."""
        for full in self._full.get(actor, ())[:1]:
            yield f"{self._words(full)!r} is a full name of it"
        for context in self._raw(actor, "context")[:1]:
            yield f"{self._words(context)!r} is among its context"
        whole = self._directory.actors[actor].part_of
        if whole in self._full:
            yield f"{whole}, which it is part of, is named in full"
        if self.kind(actor) == "person":
            yield from self._grounds_in_offices(actor)

    def _raw(self, actor: str, part: Part) -> list[NameHit]:
        return self._found[actor][part] if actor in self._found else []

    def _words(self, hit: NameHit) -> str:
        tokens = self._view.zones[hit.zone].tokens
        return tokens.text[tokens.starts[hit.first] : tokens.ends[hit.end - 1]]

    @property
    def actors(self) -> Mapping[str, Actor]:
        """Give the actors of the rulebook."""
        return self._directory.actors

    @property
    def at(self) -> datetime:
        """Give the time by which offices are judged."""
        return self._view.at

    def kind(self, name: str) -> ActorKind:
        """Give the kind of an actor."""
        return self._directory.actors[name].kind

    def office(self, name: str, *, ever: bool = False) -> OfficeFinding:
        """Tell how an office was found; `ever` counts every past and future holder too."""
        office = self._directory.actors[name]
        bound = self._bound.get(office.id, ())
        finding = OfficeFinding(
            [found for found in bound if found.standing != "former"],
            [found for found in bound if found.standing == "former"],
        )
        for holder in office.holders:
            if holder.person in self._names and (ever or holder.holds(self._view.at, grace=True)):
                named = self._names[holder.person]
                hits = [hit for hit in named if ever or not self._is_marked(office, hit)]
                if hits:
                    finding.holders[holder] = hits
        return finding

    def _is_marked(self, office: Actor, name: NameHit) -> bool:
        """Tell whether a title of the office that is marked as former stands directly before a name."""
        place = (name.zone, name.first)
        if office.id in self._former_ends.get(place, ()):
            return True
        of_country = office.of is not None and self.kind(office.of) == "country"
        titles = self._directory.titles_of.get(office.id, frozenset())
        return any(
            title in titles and country == of_country for title, country in self._former_titles.get(place, ())
        )

    # Resolving

    def _resolve(self) -> None:
        self._keep(hit for mine in self._found.values() for hit in mine["names"])
        self._full = dict(self._names)
        weak = [name for name, mine in self._found.items() if mine["weak"]]
        self._free(name for name in weak if self.kind(name) not in ("person", "office"))
        if self._names or weak:
            self._read_titles()
        self._free(name for name in weak if self.kind(name) == "person")

    def _keep(self, hits: Iterable[NameHit]) -> None:
        """Let the names of each kind compete and keep those that stand."""
        kinds: dict[str, list[NameHit]] = defaultdict(list)
        for hit in hits:
            kinds[self.kind(hit.actor)].append(hit)
        for kind_hits in kinds.values():
            for name in {hit.actor for hit in kind_hits}:
                self._names.pop(name, None)
            self._names |= by_actor(longest(kind_hits, self._directory.wholes))

    def _free(self, candidates: Iterable[str]) -> None:
        """Let the weak names of actors that the article makes known compete with the full ones."""
        known = [name for name in candidates if any(True for _ in self.grounds(name))]
        freed = [hit for name in known for hit in self._found[name]["weak"]]
        if freed:
            kinds = {self.kind(hit.actor) for hit in freed}
            full = [
                hit for name, mine in self._found.items() if self.kind(name) in kinds for hit in mine["names"]
            ]
            self._keep(full + freed)

    def _grounds_in_offices(self, person: str) -> Iterator[str]:
        held = (self._directory.actors[office] for office in self._directory.offices_of.get(person, ()))
        offices = [office for office in held if self._has_held(person, office)]
        for office in offices:
            if office.id in self._bound:
                yield f"the article speaks of the office {office.id}"
            if office.of in self._full:
                yield f"{office.of}, the body of the office {office.id}, is named in full"
        if self._title_beside(offices, self._raw(person, "weak")):
            yield "a title of its office stands beside it"

    def _has_held(self, person: str, office: Actor) -> bool:
        """Tell whether a person holds or held an office; one who will hold it is not known by it yet."""
        return any(
            holder.person == person and (holder.start is None or holder.start - self.at <= holder.grace)
            for holder in office.holders
        )

    def _title_beside(self, offices: list[Actor], weak: list[NameHit]) -> bool:
        """Tell whether a title of one of the offices stands directly before or after a weak name."""
        titles = [
            hit
            for office in offices
            for hit in self._titles_of(office.id, "titles")
            if self._may_speak_of(office, hit)
        ]
        starts = {(hit.zone, hit.first) for hit in titles}
        ends = {(hit.zone, hit.end) for hit in titles}
        for name in weak:
            tokens = self._view.zones[name.zone].tokens
            if (name.zone, name.first) in ends and tokens.joined(name.first - 1):
                return True
            if (name.zone, name.end) in starts and tokens.joined(name.end - 1):
                return True
        return False

    def _may_speak_of(self, office: Actor, title: NameHit) -> bool:
        """Tell whether a title of an office is not bound to the body of another one."""
        reading = self._readings.get(title[:3])
        if reading is None or office.of is None:
            return False  # it stands inside a longer title
        if not reading.bodies or office.of in reading.bodies:
            return True
        return reading.left_over and self.kind(office.of) != "country"

    # Titles

    def _titles_of(self, office: str, part: TitlePart) -> list[NameHit]:
        """Give the titles of one office that stand in the article and are not cancelled."""
        owners = self._directory.titles if part == "titles" else self._directory.informal
        body = self._directory.actors[office].of or ""
        found = [
            hit
            for term in self._hits.keys() & owners.keys()
            if office in owners[term].get(body, ())
            for hit in self._title_hits(term)
        ]
        return sorted(uncovered(found, self._raw(office, "cancels")))

    def _title_hits(self, term: int) -> list[NameHit]:
        zones = self._view.text_zones
        return [NameHit(*hit[:3], "", term) for hit in self._hits.get(term, ()) if hit[0] < zones]

    def _read_titles(self) -> None:
        directory = self._directory
        terms = self._hits.keys() & (directory.titles.keys() | directory.informal.keys())
        named_offices = [name for name in self._names if self.kind(name) == "office"]
        if not (terms or named_offices):
            return
        bodies = [
            hit
            for name, hits in self._names.items()
            if self.kind(name) not in ("person", "office")
            for hit in hits
        ]
        countries = frozenset(name for name in self._names if self.kind(name) == "country")
        reader = TitleReader(self._view, Bodies(bodies, countries), markers_of(self._view.lang))
        titles = [hit for term in terms for hit in self._title_hits(term) if self._is_anybodys(hit)]
        at_place: dict[Place, list[NameHit]] = defaultdict(list)
        for title in longest(titles, {}):
            at_place[title[:3]].append(title)
        for together in at_place.values():
            self._read_titles_of_place(together, reader)
        for name in named_offices:
            for hit in self.names(name):
                self._note(name, hit, None, reader)

    def _is_anybodys(self, title: NameHit) -> bool:
        """Tell whether a title is left to any office that bears it; `not:` phrases take it from some."""
        if not any(mine["cancels"] for mine in self._found.values()):
            return True
        owners = (
            office
            for owned in (self._directory.titles, self._directory.informal)
            for offices in owned.get(title.term, {}).values()
            for office in offices
        )
        return any(not self._is_cancelled(office, title) for office in owners)

    def _is_cancelled(self, office: str, title: NameHit) -> bool:
        phrases = self._raw(office, "cancels")
        return bool(phrases) and not uncovered([title], phrases)

    def _read_titles_of_place(self, titles: list[NameHit], reader: TitleReader) -> None:
        """Read titles that are written alike: which bodies they are bound to, they have in common."""
        bodies = reader.bodies_of(titles[0])
        # "secretary of Russia's powerful Security Council": a country binds only titles of its own.
        left_over = all(self.kind(hit.actor) == "country" for hit in bodies) and not any(
            self._bears(hit.actor, title) for hit in bodies for title in titles
        )
        self._readings[titles[0][:3]] = TitleReading(frozenset(hit.actor for hit in bodies), left_over)
        for title in titles:
            self._read_title(title, bodies, reader, left_over=left_over)

    def _bears(self, body: str, title: NameHit) -> bool:
        """Tell whether a body has an office of a title, and the article's words do not take it away."""
        offices = self._directory.titles.get(title.term, {}).get(body, ())
        return not all(self._is_cancelled(office, title) for office in offices)

    def _read_title(
        self, title: NameHit, bodies: list[NameHit], reader: TitleReader, *, left_over: bool
    ) -> None:
        titles = self._directory.titles.get(title.term, {})
        informal = self._directory.informal.get(title.term, {})
        found: dict[str, NameHit | None] = {}
        for body in bodies:
            for office in (*titles.get(body.actor, ()), *informal.get(body.actor, ())):
                found.setdefault(office, body)
        if left_over and titles:
            for name, body in reader.nearby(title).items():
                if not bodies or self.kind(name) != "country":
                    found |= {office: body for office in titles.get(name, ()) if office not in found}
        if not bodies and informal:
            offices = (office for name in reader.in_sentence(title) for office in informal.get(name, ()))
            found |= {office: None for office in offices if office not in found}
        for office, named in found.items():
            if not self._is_cancelled(office, title):
                self._note(office, title, named, reader)
        if titles and left_over and reader.standing(title, title.first, title.end) == "former":
            self._mark_end(title, {(title.term, of_country) for of_country in {False, not bodies}})

    def _note(self, office: str, title: NameHit, body: NameHit | None, reader: TitleReader) -> None:
        first, end = phrase(title, body)
        standing = reader.standing(title, first, end)
        if standing is None:
            return
        self._bound[office].append(Bound(office, title, body, title.zone, first, end, standing))
        if standing == "former":
            for place in (end, title.end):
                if self._leads_to_name(title.zone, place):
                    self._former_ends[title.zone, place].add(office)

    def _mark_end(self, title: NameHit, marks: set[tuple[int, bool]]) -> None:
        """Note that a name which begins after a title that no body claims is that of a former holder."""
        if self._leads_to_name(title.zone, title.end):
            self._former_titles[title.zone, title.end] |= marks

    def _leads_to_name(self, zone: int, end: int) -> bool:
        """Tell whether a name that begins here goes with what stands before it: no sentence ends between."""
        tokens = self._view.zones[zone].tokens
        return end < len(tokens) and tokens.joined(end - 1)
