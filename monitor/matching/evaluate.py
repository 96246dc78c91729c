"""The one evaluator: a rule's tree over the hits of one article."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from monitor.matching.cast import Cast
from monitor.matching.index import Hits, LiteralIndex, span
from monitor.matching.names import Directory
from monitor.matching.titles import Bound
from monitor.matching.view import View
from monitor.model import TEXT_FIELDS, Span
from monitor.rules.tree import (
    ActorRef,
    And,
    AnyOf,
    AtLeast,
    Filter,
    In,
    MemberRef,
    Near,
    Node,
    Not,
    Or,
    Published,
    TopicRef,
    Unit,
    Word,
)
from monitor.text.folding import fold
from monitor.text.sentences import sentence_of

TEXT: frozenset[str] = frozenset(TEXT_FIELDS)
Fields = frozenset[str]
Room = tuple[int, int]


class Found(NamedTuple):
    """A hit of a leaf: where it stands, its literal's number (-1 for offices), and how the rule calls it.

    A regular expression and an office have the characters `start:stop` too; a literal's follow from it.
    """

    zone: int
    first: int
    end: int
    literal: int
    label: str
    start: int = -1
    stop: int = -1


TopicTerms = Mapping[str, Mapping[int, str]]
"""For each topic the numbers of its terms, those of included topics among them, with the terms as written."""


class Evaluator:
    """Judges trees over one article; what leaves have found is remembered from rule to rule."""

    def __init__(
        self, view: View, hits: Hits, index: LiteralIndex, directory: Directory, topics: TopicTerms
    ) -> None:
        self.view = view
        self.hits = hits
        self._index = index
        self._directory = directory
        self._topics = topics
        self._cast: Cast | None = None
        self._leaves: dict[Node, list[Found]] = {}

    @property
    def cast(self) -> Cast:
        """Give the actors of the article, found when they are first asked for."""
        if self._cast is None:
            self._cast = Cast(self._directory, self.hits, self.view)
        return self._cast

    def holds(self, node: Node, fields: Fields = TEXT) -> bool:  # noqa: PLR0911 - one line a kind
        """Tell whether a tree is true of the article."""
        match node:
            case And(parts):
                return all(self.holds(part, fields) for part in parts)
            case Or(parts):
                return any(self.holds(part, fields) for part in parts)
            case Not(below):
                return not self.holds(below, fields)
            case In(name, below):
                return self.holds(below, frozenset((name,)))
            case Filter() | Published():
                return self._passes(node)
            case AnyOf(number, parts):
                return sum(self.holds(part, fields) for part in parts) >= number
        return bool(self.found(node, fields))

    def found(  # noqa: PLR0911 - one line a kind
        self, node: Node, fields: Fields = TEXT, *, holds: bool | None = None
    ) -> list[Found]:
        """Give the hits of the true positive nodes of a tree; `holds` tells what is known of its truth."""
        match node:
            case And(parts):
                if not (self.holds(node, fields) if holds is None else holds):
                    return []
                return _joined(self.found(part, fields, holds=True) for part in parts)
            case Or(parts):
                return _joined(self.found(part, fields) for part in parts)
            case In(name, below):
                return self.found(below, frozenset((name,)), holds=holds)
            case Near():
                return self._near(node, fields)
            case AtLeast():
                return self._at_least(node, fields)
            case AnyOf(_, parts):
                return _joined(self.found(part, fields) for part in parts) if self.holds(node, fields) else []
            case Not() | Filter() | Published():
                return []
        return [hit for hit in self._leaf(node) if self.view.zones[hit.zone].field in fields]

    # Leaves

    def _leaf(self, node: Word | ActorRef | MemberRef | TopicRef) -> list[Found]:
        known = self._leaves.get(node)
        if known is None:
            known = self._leaves[node] = list(self._look(node))
        return known

    def _look(self, node: Word | ActorRef | MemberRef | TopicRef) -> Iterator[Found]:
        match node:
            case Word(term):
                yield from self._hits_of(self._index.numbers[term], term.text)
            case TopicRef(name):
                terms = self._topics[name]
                for number in self.hits.keys() & terms.keys():
                    yield from self._hits_of(number, terms[number])
                for number in terms.keys() & self._index.unannounced:
                    yield from self._hits_of(number, terms[number])
            case ActorRef(name, ever):
                label = f"{'office.any' if ever else 'actor'}:{name}"
                yield from self._look_for_actor(name, label, ever=ever)
            case MemberRef(name, ever):
                label = f"{'member.any' if ever else 'member'}:{name}"
                for member in self.members(node):
                    yield from self._look_for_actor(member, label)

    def _hits_of(self, number: int, label: str) -> Iterator[Found]:
        for hit in self._index.look_for(number, self.view, self.hits):
            yield Found(hit.zone, hit.first, hit.end, number, label, hit.start, hit.stop)

    def members(self, node: MemberRef) -> list[str]:
        """Give the members of a group at the article's time, or ever, each once."""
        members = self._directory.actors[node.id].members
        belonging = (member.actor for member in members if node.ever or member.holds(self.view.at))
        return list(dict.fromkeys(belonging))

    def _look_for_actor(self, name: str, label: str, *, ever: bool = False) -> Iterator[Found]:
        if self.cast.kind(name) != "office":
            for hit in self.cast.names(name):
                yield Found(hit.zone, hit.first, hit.end, hit.term, label)
            return
        finding = self.cast.office(name, ever=ever)
        for bound in (*finding.titles, *(finding.former if ever else ())):
            yield Found(bound.zone, bound.first, bound.end, -1, label, *self._edges(bound))
        for named in finding.holders.values():
            for hit in named:
                yield Found(hit.zone, hit.first, hit.end, hit.term, label)

    def _edges(self, bound: Bound) -> tuple[int, int]:
        """Give the characters that a title and its body span together, with their symbols."""
        tokens = self.view.zones[bound.zone].tokens
        names = [name for name in (bound.title, bound.body) if name is not None]
        spans = [span(self._index.terms[name.term], tokens, name.first, name.end) for name in names]
        return min(start for start, _ in spans), max(stop for _, stop in spans)

    # Filters

    def _passes(self, node: Filter | Published) -> bool:
        if isinstance(node, Published):
            at = self.view.at
            return (node.start is None or node.start <= at) and (node.end is None or at < node.end)
        if node.field == "lang":
            return bool(self.view.lang) and self.view.lang in node.values
        value = getattr(self.view.article, node.field)
        return bool(value) and fold(value) in node.values

    # NEAR

    def _near(self, node: Near, fields: Fields) -> list[Found]:
        left = self.found(node.left, fields)
        right = self.found(node.right, fields) if left else []
        kept = self._pairs(node, left, right) if right else set()
        if node.negated:
            return [hit for hit in left if hit not in kept]
        return sorted(kept)

    def _pairs(self, node: Near, left: list[Found], right: list[Found]) -> set[Found]:
        """Give the hits of all pairs that hold; of a negated NEAR only those of the left side."""
        if node.unit != "token":
            rooms = [self._room(hit, node.unit) for hit in (*left, *right)]
            pairs = _in_one_room(left, right, rooms[: len(left)], rooms[len(left) :])
        else:
            pairs = _near_pairs(left, right, node.distance)
            if not node.ordered:
                after, before = _near_pairs(right, left, node.distance)
                pairs = (pairs[0] | before, pairs[1] | after)
        return pairs[0] if node.negated else pairs[0] | pairs[1]

    def _room(self, hit: Found, unit: Unit) -> tuple[int, int]:
        """Give the sentence or paragraph that a hit begins in."""
        zone = self.view.zones[hit.zone]
        start = zone.tokens.starts[hit.first]
        if unit == "sentence":
            return hit.zone, sentence_of(zone.sentences(self.view.lang), start)
        return hit.zone, sentence_of(zone.paragraphs(), start)

    # Counts

    def _at_least(self, node: AtLeast, fields: Fields) -> list[Found]:
        found = self.found(node.below, fields)
        return found if self.counted(found) >= node.number else []

    def counted(self, found: Iterable[Found]) -> int:
        """Count the places of hits; a summary that is but the body's beginning is not counted twice."""
        repeated = self.view.repeated_zone()
        return len({(hit.zone, hit.first) for hit in found if hit.zone != repeated})

    def spans(self, found: Iterable[Found]) -> list[Span]:
        """Give hits as characters of the fields' texts, sorted, no doubles."""
        spans = {self._span(hit) for hit in set(found)}
        return sorted(spans, key=_place) if len(spans) > 1 else list(spans)

    def _span(self, hit: Found) -> Span:
        zone = self.view.zones[hit.zone]
        tokens = zone.tokens
        if hit.start >= 0:
            start, end = hit.start, hit.stop
        else:
            start, end = span(self._index.terms[hit.literal], tokens, hit.first, hit.end)
        return Span(zone.field, zone.base + start, zone.base + end, tokens.text[start:end], hit.label)


_ORDER = {name: number for number, name in enumerate((*TEXT_FIELDS, "author", "url", "tag"))}


def _place(span: Span) -> tuple[int, int, int, str]:
    return _ORDER[span.field], span.start, span.end, span.term


def _joined(found: Iterable[list[Found]]) -> list[Found]:
    return [hit for part in found for hit in part]


def _near_pairs(left: list[Found], right: list[Found], distance: int) -> tuple[set[Found], set[Found]]:
    """Give, of each side, the hits of pairs in which the left one ends near before the right one begins."""
    begins = sorted((hit.zone, hit.first) for hit in right)
    ends = sorted((hit.zone, hit.end) for hit in left)
    return (
        {hit for hit in left if _any_within(begins, hit.zone, hit.end, hit.end + distance)},
        {hit for hit in right if _any_within(ends, hit.zone, hit.first - distance, hit.first)},
    )


def _in_one_room(
    left: list[Found], right: list[Found], left_rooms: list[Room], right_rooms: list[Room]
) -> tuple[set[Found], set[Found]]:
    """Give, of each side, the hits that share a room with one of the other side and no token with it."""
    return _sharing(left, left_rooms, right, right_rooms), _sharing(right, right_rooms, left, left_rooms)


def _sharing(
    mine: list[Found], rooms: list[Room], others: list[Found], their_rooms: list[Room]
) -> set[Found]:
    earliest: dict[Room, int] = {}
    latest: dict[Room, int] = {}
    for other, room in zip(others, their_rooms, strict=True):
        earliest[room] = min(other.end, earliest.get(room, other.end))
        latest[room] = max(other.first, latest.get(room, other.first))
    return {
        hit
        for hit, room in zip(mine, rooms, strict=True)
        if room in earliest and (earliest[room] <= hit.first or latest[room] >= hit.end)
    }


def _any_within(places: list[tuple[int, int]], zone: int, least: int, most: int) -> bool:
    index = bisect_left(places, (zone, least))
    return index < len(places) and places[index] <= (zone, most)
