"""What would have made a rule match: the smallest sets of changes, found by the evaluator itself.

The literals of a tree are its leaves and what is judged by places (NEAR and its kin, ATLEAST); the rest only
counts how many of its parts are true. A *way* is a set of literals, each with the value it must have, that
makes the tree true whatever the others are; what differs in it from the article are the changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from monitor.matching.evaluate import TEXT, Evaluator, Fields
from monitor.matching.nearness import missing_sides
from monitor.rules.tree import And, AnyOf, AtLeast, In, Near, Node, Not, Or

MOST_SETS = 24
_MOST_WAYS = 40  # kept of one node, the cheapest: a tree has more ways than anybody reads
_TRIED_WHOLLY = 8

Way = frozenset[int]
"""Numbers of literals from 1, negative where the literal must be false."""


@dataclass(frozen=True, slots=True)
class Change:
    """A literal that must come out the other way: be there (`wanted`) or not be there."""

    node: Node
    fields: Fields
    wanted: bool


Literal = tuple[Node, Fields]


def literals(node: Node, fields: Fields = TEXT) -> Iterator[Literal]:
    """Give the literals of a tree, each with the fields it is looked for in."""
    match node:
        case And(parts) | Or(parts) | AnyOf(_, parts):
            for part in parts:
                yield from literals(part, fields)
        case Not(below):
            yield from literals(below, fields)
        case In(name, below):
            yield from literals(below, frozenset((name,)))
        case _:
            yield node, fields


class Supposing(Evaluator):
    """The evaluator over literals whose values are given, as if some article had just these."""

    def __init__(self, values: dict[Literal, bool]) -> None:  # there is no article, so nothing to call above
        self._values = values

    def holds(self, node: Node, fields: Fields = TEXT) -> bool:
        """Tell whether a tree is true under these values."""
        if isinstance(node, And | Or | AnyOf | Not | In):
            return super().holds(node, fields)
        return self._values[node, fields]


@dataclass(frozen=True, slots=True)
class Changes:
    """Minimal sets of changes that make a tree true, the cheapest first: no part of a set would do alone.

    There are none where the tree is true. `all_tried` is false where a tree has so many ways that only the
    cheapest were followed: then no set at all does not yet mean that the tree contradicts itself.
    """

    sets: tuple[tuple[Change, ...], ...] = ()
    all_tried: bool = True


def smallest_changes(tree: Node, evaluator: Evaluator) -> Changes:
    """Find what would have made a tree true of the article that the evaluator judges."""
    search = _Search(tree, evaluator)
    if search.makes_true(()):
        return Changes()
    found = tuple(search.sets())
    return Changes(found, search.all_tried)


class _Search:
    """The search for one tree over one article; literals are numbered in the order of the text."""

    def __init__(self, tree: Node, evaluator: Evaluator) -> None:
        self._tree = tree
        self._literals = list(dict.fromkeys(literals(tree)))
        self._numbers = {literal: number for number, literal in enumerate(self._literals, 1)}
        self._values = {literal: evaluator.holds(*literal) for literal in self._literals}
        self._as_it_is = frozenset(
            number if self._values[literal] else -number for literal, number in self._numbers.items()
        )
        self.all_tried = True
        self._costs = {number: cost(*literal, evaluator) for number, literal in enumerate(self._literals, 1)}

    def sets(self) -> Iterator[tuple[Change, ...]]:
        given: list[frozenset[int]] = []
        for way in self._ways(self._tree, TEXT, wanted=True, forced=frozenset()):
            changed = frozenset(abs(number) for number in self._changed(way))
            if not any(known <= changed for known in given):
                given.append(frozenset(self._smallest_within(sorted(changed))))
        for numbers in sorted(set(given), key=self._rank_of_changes)[:MOST_SETS]:
            chosen = [self._literals[number - 1] for number in sorted(numbers)]
            yield tuple(Change(*literal, not self._values[literal]) for literal in chosen)

    def makes_true(self, numbers: Iterable[int]) -> bool:
        turned = {self._literals[number - 1] for number in numbers}
        values = {literal: value != (literal in turned) for literal, value in self._values.items()}
        return Supposing(values).holds(self._tree)

    def _ways(self, node: Node, fields: Fields, *, wanted: bool, forced: Way) -> list[Way]:
        """Give the ways in which a node comes out as wanted; what contradicts `forced` leads nowhere."""
        match node:
            case And(parts) | Or(parts) | AnyOf(_, parts):
                needed = _needed(node, wanted=wanted)
                if needed == len(parts):
                    forced |= self._forced(node, fields, wanted=wanted)
                ways = [self._ways(part, fields, wanted=wanted, forced=forced) for part in parts]
                return self._that_many(ways, needed)
            case Not(below):
                return self._ways(below, fields, wanted=not wanted, forced=forced)
            case In(name, below):
                return self._ways(below, frozenset((name,)), wanted=wanted, forced=forced)
        number = self._number(node, fields, wanted=wanted)
        return [] if -number in forced else [frozenset((number,))]

    def _forced(self, node: Node, fields: Fields, *, wanted: bool) -> Way:
        """Give the literals that every way holds, as far as they are plain to see."""
        match node:
            case And(parts) | Or(parts) | AnyOf(_, parts):
                if _needed(node, wanted=wanted) < len(parts):
                    return frozenset()
                return frozenset().union(*(self._forced(part, fields, wanted=wanted) for part in parts))
            case Not(below):
                return self._forced(below, fields, wanted=not wanted)
            case In(name, below):
                return self._forced(below, frozenset((name,)), wanted=wanted)
        return frozenset((self._number(node, fields, wanted=wanted),))

    def _number(self, node: Node, fields: Fields, *, wanted: bool) -> int:
        number = self._numbers[node, fields]
        return number if wanted else -number

    def _that_many(self, parts: Sequence[list[Way]], needed: int) -> list[Way]:
        """Give the ways in which at least `needed` of the parts come out as wanted."""
        by_count: list[list[Way]] = [[frozenset()], *([] for _ in range(needed))]
        for left, ways in zip(range(len(parts), 0, -1), parts, strict=True):
            # With `left` parts to come, a count from which `needed` is out of reach is not followed.
            for count in range(needed - 1, max(needed - left, 0) - 1, -1):
                joined = _joined(by_count[count], ways)
                by_count[count + 1] = self._cheapest((*by_count[count + 1], *joined))
        return by_count[needed]

    def _cheapest(self, ways: Iterable[Way]) -> list[Way]:
        ranked = sorted(set(ways), key=self._rank)
        self.all_tried = self.all_tried and len(ranked) <= _MOST_WAYS
        return ranked[:_MOST_WAYS]

    def _rank(self, way: Way) -> tuple[int, int, list[int]]:
        changed = self._changed(way)
        return sum(self._costs[abs(number)] for number in changed), len(way), sorted(map(abs, way))

    def _rank_of_changes(self, changed: Iterable[int]) -> tuple[int, list[int]]:
        return sum(self._costs[number] for number in changed), sorted(changed)

    def _changed(self, way: Way) -> list[int]:
        return [number for number in way if number not in self._as_it_is]

    def _smallest_within(self, changed: Sequence[int]) -> Sequence[int]:
        """Leave out what is not needed; a literal that stands in the tree twice can make that possible."""
        if len(changed) <= _TRIED_WHOLLY:
            subsets = (part for size in range(1, len(changed)) for part in combinations(changed, size))
            return next((part for part in subsets if self.makes_true(part)), changed)
        for number in changed:
            fewer = [kept for kept in changed if kept != number]
            if self.makes_true(fewer):
                return self._smallest_within(fewer)
        return changed


def _needed(node: And | Or | AnyOf, *, wanted: bool) -> int:
    """Say how many parts must come out as wanted for the whole to do so."""
    most = len(node.parts)
    least = most if isinstance(node, And) else node.number if isinstance(node, AnyOf) else 1
    return least if wanted else most - least + 1


def _joined(first: list[Way], second: list[Way]) -> Iterator[Way]:
    """Join each way with each that does not contradict it."""
    for one in first:
        for other in second:
            if not any(-number in one for number in other):
                yield one | other


def cost(node: Node, fields: Fields, evaluator: Evaluator) -> int:
    """Say how much an article would have to change for a literal to come out the other way."""
    if evaluator.holds(node, fields):
        return 1
    if isinstance(node, Near):
        return 1 + len(missing_sides(node, evaluator, fields))
    if isinstance(node, AtLeast):
        return node.number - evaluator.counted(evaluator.found(node.below, fields))
    return 1


Choice = tuple[tuple[Change, ...], tuple[Change, ...]]
"""Changes that are all needed, and changes of which one is."""


def choices(sets: Iterable[tuple[Change, ...]]) -> Iterator[Choice]:
    """Tell sets that differ in one change as one: all of these, and one of those."""
    waiting = [frozenset(changes) for changes in sets]
    while waiting:
        first = waiting[0]
        shared, alike = max(
            ((first - {change}, _with_one_more(first - {change}, waiting)) for change in _in_order(first)),
            key=lambda found: len(found[1]),
        )
        if len(alike) == 1:
            yield tuple(_in_order(first)), ()
        else:
            yield tuple(_in_order(shared)), tuple(next(iter(one - shared)) for one in alike)
        waiting = [one for one in waiting if one not in alike]


def _with_one_more(shared: frozenset[Change], waiting: list[frozenset[Change]]) -> list[frozenset[Change]]:
    return [one for one in waiting if shared < one and len(one) == len(shared) + 1]


def _in_order(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: change.node.place)
