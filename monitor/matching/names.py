"""Names in an article: which actor each belongs to, after cancelling and the longest match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from monitor.matching.index import Hit, Hits, LiteralIndex
from monitor.matching.view import View
from monitor.rules.definitions import Actor
from monitor.rules.terms import Term

Part = Literal["names", "weak", "context", "cancels", "titles"]
PARTS: tuple[Part, ...] = ("names", "weak", "context", "cancels", "titles")


class NameHit(NamedTuple):
    """A name of an actor where it stands; `term` is the number of the literal."""

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
    wholes: Mapping[str, frozenset[str]]
    """For each actor all that it is part of, over any number of steps."""
    offices_of: Mapping[str, tuple[str, ...]]
    """For each person the offices that the person holds, held or will hold."""


def directory(actors: Mapping[str, Actor], index: LiteralIndex) -> Directory:
    """Build the directory of a rulebook's actors."""
    by_term: dict[int, list[tuple[str, Part]]] = defaultdict(list)
    offices: dict[str, list[str]] = defaultdict(list)
    for name, actor in actors.items():
        for part in PARTS:
            terms: tuple[Term, ...] = getattr(actor, part)
            for term in terms:
                by_term[index.numbers[term]].append((name, part))
        for person in dict.fromkeys(holder.person for holder in actor.holders if holder.person):
            offices[person].append(name)
    return Directory(
        actors,
        {term: tuple(found) for term, found in by_term.items()},
        {name: _wholes(name, actors) for name in actors},
        {person: tuple(held) for person, held in offices.items()},
    )


def _wholes(name: str, actors: Mapping[str, Actor]) -> frozenset[str]:
    found: list[str] = []
    above = actors[name].part_of
    while above is not None and above in actors and above not in found:
        found.append(above)
        above = actors[above].part_of
    return frozenset(found)


Mentions = dict[str, dict[Part, list[NameHit]]]
"""Raw hits by actor and by the part of the actor that they belong to, cancelled ones taken out."""


def mentions(hits: Hits, view: View, directory: Directory) -> Mentions:
    """Sort the literal hits by actor; a hit inside one of the actor's `not:` phrases is taken out."""
    found: Mentions = {}
    for term, places in hits.items():
        for name, part in directory.by_term.get(term, ()):
            mine = found.setdefault(name, {part: [] for part in PARTS})
            mine[part] += [NameHit(*place, name, term) for place in places if place[0] in view.text_zones]
    for mine in found.values():
        if mine["cancels"]:
            for part in ("names", "weak", "titles"):
                mine[part] = _uncovered(mine[part], mine["cancels"])
    return found


def _uncovered(hits: list[NameHit], phrases: list[NameHit]) -> list[NameHit]:
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
    kept: list[NameHit] = []
    winners: list[NameHit] = []
    for hit in sorted(set(hits), key=lambda hit: (hit.zone, hit.first, -hit.end)):
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


def places(hits: Iterable[NameHit]) -> list[Hit]:
    """Give where hits stand."""
    return [(hit.zone, hit.first, hit.end) for hit in hits]
