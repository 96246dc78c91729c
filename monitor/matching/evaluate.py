"""The one evaluator: a rule's tree over the hits of one article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from monitor.matching.cast import Cast
from monitor.matching.index import Hits, LiteralIndex, span
from monitor.matching.view import View
from monitor.model import TEXT_FIELDS, Span
from monitor.rules.definitions import Topic
from monitor.rules.references import closure
from monitor.rules.tree import ActorRef, And, Filter, In, Near, Node, Not, Or, Published, TopicRef, Word
from monitor.text.folding import fold

_TEXT: frozenset[str] = frozenset(TEXT_FIELDS)
Fields = frozenset[str]


class Found(NamedTuple):
    """A hit of a leaf: where it stands, its literal's number (-1 for offices), and how the rule calls it."""

    zone: int
    first: int
    end: int
    literal: int
    label: str


class Evaluator:
    """Judges trees over one article; what leaves have found is remembered from rule to rule."""

    def __init__(
        self, view: View, hits: Hits, cast: Cast, index: LiteralIndex, topics: Mapping[str, Topic]
    ) -> None:
        self._view = view
        self._hits = hits
        self.cast = cast
        self._index = index
        self._topics = topics
        self._leaves: dict[Node, list[Found]] = {}

    def holds(self, node: Node, fields: Fields = _TEXT) -> bool:
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
        return bool(self.found(node, fields))

    def found(self, node: Node, fields: Fields = _TEXT) -> list[Found]:
        """Give the hits of the true positive nodes of a tree."""
        match node:
            case And(parts):
                return _joined(self.found(part, fields) for part in parts) if self.holds(node, fields) else []
            case Or(parts):
                return _joined(self.found(part, fields) for part in parts)
            case In(name, below):
                return self.found(below, frozenset((name,)))
            case Near():
                return self._near(node, fields)
            case Not() | Filter() | Published():
                return []
        return [hit for hit in self._leaf(node) if self._view.zones[hit.zone].field in fields]

    # Leaves

    def _leaf(self, node: Word | ActorRef | TopicRef) -> list[Found]:
        known = self._leaves.get(node)
        if known is None:
            known = self._leaves[node] = list(self._look(node))
        return known

    def _look(self, node: Word | ActorRef | TopicRef) -> Iterator[Found]:
        match node:
            case Word(term):
                number = self._index.numbers[term]
                for hit in self._hits.get(number, ()):
                    yield Found(*hit, number, term.text)
            case TopicRef(name):
                for topic in closure(name, self._topics):
                    for term in topic.terms:
                        number = self._index.numbers[term]
                        for hit in self._hits.get(number, ()):
                            yield Found(*hit, number, term.text)
            case ActorRef():
                yield from self._look_for_actor(node)

    def _look_for_actor(self, node: ActorRef) -> Iterator[Found]:
        if self.cast.kind(node.id) != "office":
            for hit in self.cast.names(node.id):
                yield Found(hit.zone, hit.first, hit.end, hit.term, f"actor:{node.id}")
            return
        label = f"{'office.any' if node.ever else 'actor'}:{node.id}"
        finding = self.cast.office(node.id, ever=node.ever)
        for bound in (*finding.titles, *(finding.former if node.ever else ())):
            yield Found(bound.zone, bound.first, bound.end, -1, label)
        for named in finding.holders.values():
            for place in named:
                yield Found(*place, -1, label)

    # Filters

    def _passes(self, node: Filter | Published) -> bool:
        if isinstance(node, Published):
            at = self._view.at
            return (node.start is None or node.start <= at) and (node.end is None or at < node.end)
        if node.field == "lang":
            return bool(self._view.lang) and self._view.lang in node.values
        value = getattr(self._view.article, node.field)
        return bool(value) and fold(value) in node.values

    # NEAR

    def _near(self, node: Near, fields: Fields) -> list[Found]:
        left = self.found(node.left, fields)
        right = self.found(node.right, fields) if left else []
        if not right:
            return []
        kept = _pairs(left, right, node.distance)
        if not node.ordered:
            kept |= _pairs(right, left, node.distance)
        return sorted(kept)

    def spans(self, found: Iterable[Found]) -> list[Span]:
        """Give hits as characters of the fields' texts, sorted, no doubles."""
        spans = {self._span(hit) for hit in found}
        order = {name: number for number, name in enumerate((*TEXT_FIELDS, "author", "url", "tag"))}
        return sorted(spans, key=lambda span: (order[span.field], span.start, span.end, span.term))

    def _span(self, hit: Found) -> Span:
        zone = self._view.zones[hit.zone]
        tokens = zone.tokens
        if hit.literal >= 0:
            start, end = span(self._index.terms[hit.literal], tokens, hit.first, hit.end)
        else:
            start, end = tokens.starts[hit.first], tokens.ends[hit.end - 1]
        return Span(zone.field, zone.base + start, zone.base + end, tokens.text[start:end], hit.label)


def _joined(found: Iterable[list[Found]]) -> list[Found]:
    return [hit for part in found for hit in part]


def _pairs(left: list[Found], right: list[Found], distance: int) -> set[Found]:
    """Give the hits of all pairs in which the left one ends before the right one begins, near enough.

    Linear in hits × distance: the right ones are looked up by where they begin.
    """
    begins: dict[tuple[int, int], list[Found]] = {}
    for hit in right:
        begins.setdefault((hit.zone, hit.first), []).append(hit)
    kept: set[Found] = set()
    for hit in left:
        for first in range(hit.end, hit.end + distance + 1):
            near = begins.get((hit.zone, first))
            if near:
                kept.add(hit)
                kept.update(near)
    return kept
