"""The rules that an article may match, found by what it holds and not by asking every rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.matching.needs import Group, Leaf
from monitor.rules.definitions import Rule
from monitor.rules.tree import ActorRef, And, Filter, MemberRef, Node, Or, Published, TopicRef, Word, walk


@dataclass(slots=True)
class ReadyRule:
    """A rule made ready: the fields it looks at beside the texts, and the groups of leaves it needs.

    One of the groups becomes its `door`; the `others` are asked for before the tree is evaluated. What only
    some rules are ever asked for is made when it is.
    """

    rule: Rule
    fields: frozenset[str]
    groups: Sequence[Group]
    door: Group | None = None
    others: tuple[Group, ...] = ()
    _quick: Node | None = None
    _actors: tuple[ActorRef | MemberRef, ...] | None = None

    @property
    def quick(self) -> Node:
        """Give the rule's tree with cheap parts first."""
        if self._quick is None:
            self._quick = filters_first(self.rule.expression)
        return self._quick

    @property
    def actors(self) -> tuple[ActorRef | MemberRef, ...]:
        """Give the actors and groups of actors that the rule names, each once."""
        if self._actors is None:
            self._actors = _actors_of(walk(self.rule.expression))
        return self._actors


class Candidates:
    """Rules by a leaf that each of them needs.

    Of the groups of leaves that a rule needs, that one is its door which the fewest rules lean on: what many
    rules ask for is common in the news too.
    """

    def __init__(self, rules: Iterable[ReadyRule], before: Candidates | None = None) -> None:
        mine = list(rules)
        fresh = [rule for rule in mine if rule.door is None and rule.groups]
        self._leaning: Counter[Leaf] = Counter() if before is None else before._leaning
        self._leaning.update(leaf for rule in fresh for group in rule.groups for leaf in group)
        for rule in fresh:
            rule.door = min(rule.groups, key=self._fewest_leaning)
            rule.others = tuple(dict.fromkeys(group for group in rule.groups if group != rule.door))
            rule.groups = ()
        self._doors: dict[Leaf, list[ReadyRule]] = {}
        self._always = [rule for rule in mine if rule.door is None]
        for rule in mine:
            for leaf in rule.door or ():
                self._doors.setdefault(leaf, []).append(rule)

    def _fewest_leaning(self, group: Group) -> int:
        return sum(self._leaning[leaf] for leaf in group)

    def among(self, found: set[Leaf]) -> list[ReadyRule]:
        """Give the rules worth evaluating for an article in which these leaves were found."""
        rules = {ready.rule.id: ready for ready in self._always}
        for leaf in found & self._doors.keys():
            for ready in self._doors[leaf]:
                if all(_one_of(group, found) for group in ready.others):
                    rules[ready.rule.id] = ready
        return list(rules.values())


def _one_of(group: Group, found: set[Leaf]) -> bool:
    return group[0] in found if len(group) == 1 else not found.isdisjoint(group)


def _actors_of(nodes: Iterable[Node]) -> tuple[ActorRef | MemberRef, ...]:
    """Give the actors and groups among the nodes of a tree, each once; `office.any:` goes before `actor:`."""
    found: dict[tuple[type, str], ActorRef | MemberRef] = {}
    for node in nodes:
        if isinstance(node, ActorRef | MemberRef) and (node.ever or (type(node), node.id) not in found):
            found[type(node), node.id] = node
    return tuple(found.values())


def filters_first(node: Node) -> Node:
    """Give a tree of the same truth that asks first what costs least: filters, then words, then the rest."""
    match node:
        case And(parts) | Or(parts):
            cheapest_first = tuple(sorted(map(filters_first, parts), key=_cost))
            same = all(part is other for part, other in zip(parts, cheapest_first, strict=True))
            return node if same else type(node)(cheapest_first, node.place)
    return node


def _cost(node: Node) -> int:
    if isinstance(node, Filter | Published):
        return 0
    return 1 if isinstance(node, Word | TopicRef) else 2
