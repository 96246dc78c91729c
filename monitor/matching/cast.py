"""The cast of an article: which actors it names and which offices it speaks of, at the article's time.

Names are judged over the whole rulebook, not rule by rule, so that the longest match means the same
everywhere. The order is: full names → weak names of bodies → titles with their bodies → weak names of people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.matching.index import Hit, Hits
from monitor.matching.markers import markers_of
from monitor.matching.names import Directory, NameHit, Part, by_actor, longest, mentions
from monitor.matching.titles import Bodies, Bound, TitleReader, phrase
from monitor.matching.view import View
from monitor.rules.definitions import Actor, Holder
from monitor.rules.document import ActorKind


@dataclass(slots=True)
class OfficeFinding:
    """How an office was found: by its title (with former ones apart) and by names of its holders."""

    titles: list[Bound] = field(default_factory=list)
    former: list[Bound] = field(default_factory=list)
    holders: dict[Holder, list[Hit]] = field(default_factory=dict)


class Cast:
    """The actors of one article. Built once per article, whatever the number of rules that ask."""

    def __init__(self, directory: Directory, hits: Hits, view: View) -> None:
        self._directory = directory
        self._view = view
        self._found = mentions(hits, view, directory)
        self._names: dict[str, list[NameHit]] = {}
        self._full: dict[str, list[NameHit]] = {}
        self._bound: dict[str, list[Bound]] = defaultdict(list)
        self._marked_ends: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._resolve()

    def names(self, actor: str) -> list[NameHit]:
        """Give the hits of an actor's names that stand."""
        return self._names.get(actor, [])

    def passed_over(self, actor: str, part: Part) -> list[str]:
        """Give the words of an actor's names or titles that stand in the article and do not count."""
        counted = {hit[:3] for hit in self.names(actor)}
        counted |= {bound.title[:3] for bound in self._bound.get(actor, ())}
        return [self._words(hit) for hit in self._raw(actor, part) if hit[:3] not in counted]

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
        for whole in sorted(self._directory.wholes[actor]):
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
            if holder.person and (ever or holder.holds(self._view.at, grace=True)):
                hits = [
                    (hit.zone, hit.first, hit.end)
                    for hit in self.names(holder.person)
                    if ever or office.id not in self._marked_ends.get((hit.zone, hit.first), ())
                ]
                if hits:
                    finding.holders[holder] = hits
        return finding

    # Resolving

    def _resolve(self) -> None:
        self._keep(self._of_part("names"))
        self._full = dict(self._names)
        bodies = {name for name in self._found if self.kind(name) not in ("person", "office")}
        self._free(name for name in bodies if self._is_known(name))
        self._read_titles()
        people = {name for name in self._found if self.kind(name) == "person"}
        self._free(name for name in people if self._is_known(name))

    def _of_part(self, part: str) -> list[NameHit]:
        return [hit for mine in self._found.values() for hit in mine[part]]  # type: ignore[index]

    def _keep(self, hits: Iterable[NameHit]) -> None:
        """Let the names of each kind compete and keep those that stand."""
        kinds: dict[str, list[NameHit]] = defaultdict(list)
        for hit in hits:
            kinds[self.kind(hit.actor)].append(hit)
        for kind_hits in kinds.values():
            for name in {hit.actor for hit in kind_hits}:
                self._names.pop(name, None)
            self._names |= by_actor(longest(kind_hits, self._directory.wholes))

    def _free(self, known: Iterable[str]) -> None:
        """Let the weak names of actors that the article makes known compete with the full ones."""
        freed = [hit for name in known for hit in self._found[name]["weak"]]
        if freed:
            kinds = {self.kind(hit.actor) for hit in freed}
            full = [
                hit for name, mine in self._found.items() if self.kind(name) in kinds for hit in mine["names"]
            ]
            self._keep(full + freed)

    def _is_known(self, name: str) -> bool:
        return bool(self._found[name]["weak"]) and any(True for _ in self.grounds(name))

    def _grounds_in_offices(self, person: str) -> Iterator[str]:
        offices = [self._directory.actors[office] for office in self._directory.offices_of.get(person, ())]
        for office in offices:
            if office.id in self._bound:
                yield f"the article speaks of the office {office.id}"
            if office.of in self._full:
                yield f"{office.of}, the body of the office {office.id}, is named in full"
        if self._title_beside(offices, self._raw(person, "weak")):
            yield "a title of its office stands beside it"

    def _title_beside(self, offices: list[Actor], weak: list[NameHit]) -> bool:
        """Tell whether a title of one of the offices stands directly before or after a weak name."""
        found = [self._found[office.id] for office in offices if office.id in self._found]
        titles = [hit for mine in found for hit in mine["titles"]]
        starts = {(hit.zone, hit.first) for hit in titles}
        ends = {(hit.zone, hit.end) for hit in titles}
        for name in weak:
            tokens = self._view.zones[name.zone].tokens
            if (name.zone, name.first) in ends and tokens.joined(name.first - 1):
                return True
            if (name.zone, name.end) in starts and tokens.joined(name.end - 1):
                return True
        return False

    # Titles

    def _read_titles(self) -> None:
        titles = self._of_part("titles")
        offices = {name for name in self._found if self.kind(name) == "office"}
        if not offices:
            return
        countries = frozenset(name for name in self._names if self.kind(name) == "country")
        body_hits = [
            hit
            for name, hits in self._names.items()
            if self.kind(name) not in ("person", "office")
            for hit in hits
        ]
        reader = TitleReader(self._view, Bodies(body_hits, countries), markers_of(self._view.lang))
        for title in longest(titles, {}):
            self._read_title(title, reader)
        for name in offices:
            for hit in self.names(name):
                self._note(name, hit, None, reader)

    def _read_title(self, title: NameHit, reader: TitleReader) -> None:
        office = self._directory.actors[title.actor]
        assert office.of is not None
        bodies = reader.bodies_of(title)
        if self.kind(office.of) != "country":
            # "secretary of Russia's powerful Security Council": a country binds only titles of countries.
            bodies = [hit for hit in bodies if self.kind(hit.actor) != "country"]
        if bodies:
            body = next((hit for hit in bodies if hit.actor == office.of), None)
        else:
            body = reader.nearby(title, office.of)
        if body is not None:
            self._note(office.id, title, body, reader)
        elif not bodies and reader.standing(title, title.first, title.end) == "former":
            self._mark_end(title.zone, title.end, office.id)

    def _note(self, office: str, title: NameHit, body: NameHit | None, reader: TitleReader) -> None:
        first, end = phrase(title, body)
        standing = reader.standing(title, first, end)
        if standing is None:
            return
        self._bound[office].append(Bound(office, title, title.zone, first, end, standing))
        if standing == "former":
            self._mark_end(title.zone, end, office)
            self._mark_end(title.zone, title.end, office)

    def _mark_end(self, zone: int, end: int, office: str) -> None:
        """Note that a name which begins here is that of a former holder; a sentence's end stands between."""
        tokens = self._view.zones[zone].tokens
        if end < len(tokens) and tokens.joined(end - 1):
            self._marked_ends[zone, end].add(office)
