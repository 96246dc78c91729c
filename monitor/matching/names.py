"""Names in an article: which actor each belongs to, after cancelling and the longest match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from monitor.matching.index import Hits, LiteralIndex
from monitor.matching.view import View
from monitor.rules.definitions import Actor
from monitor.rules.terms import AnyTerm

Part = Literal["names", "weak", "context", "cancels"]
PARTS: tuple[Part, ...] = ("names", "weak", "context", "cancels")
TitlePart = Literal["titles", "informal"]


class NameHit(NamedTuple):
    """A name of an actor, or a title of nobody's yet, where it stands; `term` is its literal's number."""

    zone: int
    first: int
    end: int
    actor: str
    term: int


@dataclass(frozen=True)
class Directory:
    """The actors of a rulebook by the literals that name them."""

    actors: Mapping[str, Actor]
    by_term: Mapping[int, tuple[tuple[str, Part], ...]]
    naming: frozenset[int]
    """The literals that can make an actor found: full and weak names. A title does so only beside one."""
    titles: Mapping[int, Mapping[str, tuple[str, ...]]]
    """For each title the offices that bear it, by their body."""
    informal: Mapping[int, Mapping[str, tuple[str, ...]]]
    """For each informal title the offices that bear it, by their body and by its country."""
    titles_of: Mapping[str, frozenset[int]]
    """For each office its titles, without the informal ones."""
    wholes: Mapping[str, frozenset[str]]
    """For each actor all that it is part of, over any number of steps."""
    offices_of: Mapping[str, tuple[str, ...]]
    """For each person the offices that the person holds, held or will hold."""
    groups_of: Mapping[str, tuple[str, ...]]
    """For each actor the groups that it belongs to, belonged to or will belong to."""


def directory(actors: Mapping[str, Actor], index: LiteralIndex) -> Directory:
    """Build the directory of a rulebook's actors."""
    by_term: dict[int, list[tuple[str, Part]]] = defaultdict(list)
    offices: dict[str, list[str]] = defaultdict(list)
    groups: dict[str, list[str]] = defaultdict(list)
    for name, actor in actors.items():
        for part in PARTS:
            terms: tuple[AnyTerm, ...] = getattr(actor, part)
            for term in terms:
                by_term[index.numbers[term]].append((name, part))
        for person in dict.fromkeys(holder.person for holder in actor.holders if holder.person):
            offices[person].append(name)
        for member in dict.fromkeys(member.actor for member in actor.members):
            groups[member].append(name)
    bearers = [actor for actor in actors.values() if actor.titles or actor.informal]
    return Directory(
        actors,
        {term: tuple(found) for term, found in by_term.items()},
        frozenset(
            term for term, found in by_term.items() if any(part in ("names", "weak") for _, part in found)
        ),
        _owners(bearers, "titles", index, actors),
        _owners(bearers, "informal", index, actors),
        {actor.id: frozenset(index.numbers[title] for title in actor.titles) for actor in bearers},
        {name: wholes for name in actors if (wholes := _wholes(name, actors))},
        {person: tuple(held) for person, held in offices.items()},
        {member: tuple(found) for member, found in groups.items()},
    )


def _owners(
    bearers: Iterable[Actor], part: TitlePart, index: LiteralIndex, actors: Mapping[str, Actor]
) -> dict[int, dict[str, tuple[str, ...]]]:
    owners: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for office in bearers:
        assert office.of is not None
        anchors = [office.of]
        if part == "informal":
            above = (name for name in _wholes(office.of, actors) if name in actors)
            anchors += sorted(name for name in above if actors[name].kind == "country")
        for title in getattr(office, part):
            for anchor in anchors:
                owners[index.numbers[title]][anchor].append(office.id)
    return {term: {anchor: tuple(found) for anchor, found in mine.items()} for term, mine in owners.items()}


def _wholes(name: str, actors: Mapping[str, Actor]) -> frozenset[str]:
    found: list[str] = []
    above = actors[name].part_of if name in actors else None
    while above is not None and above in actors and above not in found:
        found.append(above)
        above = actors[above].part_of
    return frozenset(found)


Mentions = dict[str, dict[Part, list[NameHit]]]
"""Raw hits by actor and by the part of the actor that they belong to, cancelled ones taken out."""


def mentions(hits: Hits, view: View, directory: Directory) -> Mentions:
    """Sort the literal hits by actor; a hit inside one of the actor's `not:` phrases is taken out."""
    found: Mentions = {}
    by_term, text_zones = directory.by_term, view.text_zones
    for term, places in hits.items():
        for name, part in by_term.get(term, ()):
            mine = found.setdefault(name, {part: [] for part in PARTS})
            mine[part] += [NameHit(*place[:3], name, term) for place in places if place[0] < text_zones]
    for mine in found.values():
        if mine["cancels"]:
            for part in ("names", "weak", "context"):
                mine[part] = uncovered(mine[part], mine["cancels"])
    return found


def uncovered(hits: Iterable[NameHit], phrases: Iterable[NameHit]) -> list[NameHit]:
    """Leave out the hits that lie inside a phrase."""
    reach: dict[tuple[int, int], int] = {}
    for phrase in phrases:
        for first in range(phrase.first, phrase.end):
            place = (phrase.zone, first)
            reach[place] = max(reach.get(place, 0), phrase.end)
    return [hit for hit in hits if hit.end > reach.get((hit.zone, hit.first), 0)]


def longest(hits: Iterable[NameHit], wholes: Mapping[str, frozenset[str]]) -> list[NameHit]:
    """Keep the leftmost-longest of overlapping names of one kind; equal spans stand side by side.

    A shorter one stays where the longer actor is part of it.
    """
    found = set(hits)
    if len(found) == 1:
        return list(found)
    kept: list[NameHit] = []
    winners: list[NameHit] = []
    for hit in sorted(found, key=lambda hit: (hit.zone, hit.first, -hit.end)):
        covered = winners and hit.zone == winners[0].zone and hit.first < winners[0].end
        if not covered:
            winners = [hit]
        elif hit[:3] == winners[0][:3]:
            winners.append(hit)
        elif not any(hit.actor in wholes.get(winner.actor, ()) for winner in winners):
            continue
        kept.append(hit)
    return kept


def by_actor(hits: Iterable[NameHit]) -> dict[str, list[NameHit]]:
    """Sort hits by their actor."""
    sorted_hits: dict[str, list[NameHit]] = defaultdict(list)
    for hit in hits:
        sorted_hits[hit.actor].append(hit)
    return dict(sorted_hits)
