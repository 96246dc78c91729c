"""What an article must hold before a rule is worth evaluating: groups of leaves, and a true one of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.rules.patterns import Pattern
from monitor.rules.tree import ActorRef, And, AnyOf, AtLeast, In, MemberRef, Near, Node, Or, TopicRef, Word

Leaf = int | str
"""The number of a literal, or an actor, group or topic as an expression names it."""
Group = tuple[Leaf, ...]


def groups(  # noqa: PLR0911 - one line for each kind of node
    node: Node, number: Callable[[Word], Leaf]
) -> list[Group]:
    """Give groups of leaves; where the tree is true, one of each stands in the article, in whatever field."""
    match node:
        case Word(term):
            if isinstance(term, Pattern) and not term.literals:
                return []  # it is run only where a rule asks for it
            return [(number(node),)]
        case TopicRef(name):
            return [(f"topic:{name}",)]
        case ActorRef(name, ever):
            return [(f"{'office.any' if ever else 'actor'}:{name}",)]
        case MemberRef(name):
            return [(f"member:{name}",)]
        case In(_, below) | AtLeast(_, below):
            return groups(below, number)
        case Near():
            sides = (node.left,) if node.negated else (node.left, node.right)
            return [group for side in sides for group in groups(side, number)]
        case And(parts):
            return [group for part in parts for group in groups(part, number)]
        case Or(parts) | AnyOf(_, parts):
            return _any_of([groups(part, number) for part in parts])
    return []


def _any_of(parts: Iterable[list[Group]]) -> list[Group]:
    """Give the one group that stands for an OR: the narrowest of each part; none if one promises nothing."""
    merged: dict[Leaf, None] = {}
    for part in parts:
        if not part:
            return []
        narrowest: Group = min(part, key=len)
        merged.update(dict.fromkeys(narrowest))
    return [tuple(merged)]
