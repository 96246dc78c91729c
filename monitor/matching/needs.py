"""What an article must hold before a rule is worth evaluating: the literals of which one must be hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.rules.definitions import Actor, Topic
from monitor.rules.references import closure
from monitor.rules.terms import Term
from monitor.rules.tree import ActorRef, And, AnyOf, AtLeast, In, Near, Node, Or, TopicRef, Word


def terms_of(  # noqa: PLR0911 - one line for each kind of node
    node: Node, actors: Mapping[str, Actor], topics: Mapping[str, Topic]
) -> frozenset[Term] | None:
    """Give terms of which one must stand in the article for the tree to be true; None promises nothing."""
    match node:
        case Word(term):
            return frozenset((term,))
        case TopicRef(name):
            return frozenset(term for topic in closure(name, topics) for term in topic.terms)
        case ActorRef(name):
            return frozenset(_names(actors[name], actors))
        case In(_, below):
            return terms_of(below, actors, topics)
        case AtLeast(_, below):
            return terms_of(below, actors, topics)
        case Near(left, right):
            sides = (left,) if node.negated else (left, right)
            return _least(sides, actors, topics)
        case And(parts):
            return _least(parts, actors, topics)
        case Or(parts) | AnyOf(_, parts):
            needed = [terms_of(part, actors, topics) for part in parts]
            return None if None in needed else frozenset().union(*(part for part in needed if part))
    return None


def _least(
    parts: tuple[Node, ...], actors: Mapping[str, Actor], topics: Mapping[str, Topic]
) -> frozenset[Term] | None:
    needed = [terms for part in parts if (terms := terms_of(part, actors, topics)) is not None]
    return min(needed, key=len) if needed else None


def _names(actor: Actor, actors: Mapping[str, Actor]) -> Iterator[Term]:
    yield from actor.names
    yield from actor.weak
    yield from actor.titles
    for holder in actor.holders:
        if holder.person and holder.person in actors:
            person = actors[holder.person]
            yield from person.names
            yield from person.weak
