"""Which expressions select: those that can only match where something telling is found."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.rules.definitions import Topic
from monitor.rules.tree import ActorRef, And, AnyOf, AtLeast, In, MemberRef, Near, Node, Or, TopicRef, Word


def closure(topic: str, topics: Mapping[str, Topic]) -> list[Topic]:
    """Give a topic and all that it includes, each once; what is missing or circular is passed over."""
    found: dict[str, Topic] = {}
    waiting = [topic]
    while waiting:
        name = waiting.pop()
        if name in topics and name not in found:
            found[name] = topics[name]
            waiting.extend(reversed(topics[name].includes))
    return list(found.values())


def is_selective(node: Node, topics: Mapping[str, Topic]) -> bool:  # noqa: PLR0911 - one line a kind
    """Tell whether a tree can only match where something telling is found."""
    match node:
        case Word(term):
            return term.is_selective
        case ActorRef() | MemberRef():
            return True
        case Near():
            return not node.negated or is_selective(node.left, topics)
        case AtLeast(_, below):
            return is_selective(below, topics)
        case TopicRef(name):
            return name in topics and all(
                term.is_selective for part in closure(name, topics) for term in part.terms
            )
        case In(_, below):
            return is_selective(below, topics)
        case And(parts):
            return any(is_selective(part, topics) for part in parts)
        case Or(parts) | AnyOf(_, parts):
            return all(is_selective(part, topics) for part in parts)
    return False
