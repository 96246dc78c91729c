"""The tree of a match expression. `place` is the half-open span of the node in its source text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as member
from datetime import datetime
from typing import Literal

from monitor.rules.terms import AnyTerm

Place = tuple[int, int]
FIELDS = ("title", "summary", "body", "author", "url", "tag")
FILTERS = ("feed", "source", "lang", "country")
Unit = Literal["token", "sentence", "paragraph"]


@dataclass(frozen=True, slots=True)
class Word:
    """A term, phrase, prefix or regular expression."""

    term: AnyTerm
    source: str
    place: Place = member(default=(0, 0), compare=False)

    def __hash__(self) -> int:
        return hash(self.source)


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Any name of an actor; `ever` is `office.any:`."""

    id: str
    ever: bool = False
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class MemberRef:
    """Any member of a group at the article's time; `ever` is `member.any:`."""

    id: str
    ever: bool = False
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class TopicRef:
    """Any term of a topic."""

    id: str
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """The whole value of a field, one of `values` (folded)."""

    field: str
    values: tuple[str, ...]
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Published:
    """The article's time within `[start, end)`; None is open."""

    source: str
    start: datetime | None
    end: datetime | None
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """What stands below, in one field."""

    field: str
    below: Node
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple[Node, ...]
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Node, ...]
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """None of what stands below."""

    below: Node
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides near each other in one field: `distance` tokens apart, or in one sentence or paragraph.

    `ordered` wants left before right. `negated` keeps the hits of the left side that have no right one near.
    """

    left: Node
    right: Node
    distance: int
    ordered: bool = False
    unit: Unit = "token"
    negated: bool = False
    place: Place = member(default=(0, 0), compare=False)

    @property
    def operator(self) -> str:
        """Give the operator as written."""
        name = self.unit.upper() if self.unit != "token" else "ONEAR" if self.ordered else "NEAR"
        distance = f"/{self.distance}" if self.unit == "token" else ""
        return f"{'NOT ' * self.negated}{name}{distance}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `number` hits of what stands below."""

    number: int
    below: Node
    place: Place = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least `number` different ones of the parts."""

    number: int
    parts: tuple[Node, ...]
    place: Place = member(default=(0, 0), compare=False)


Node = (
    Word | ActorRef | MemberRef | TopicRef | Filter | Published | In | And | Or | Not | Near | AtLeast | AnyOf
)


Reference = ActorRef | MemberRef | TopicRef


def reference(kind: str, name: str, place: Place) -> Reference:
    """Make the node of what is written `KIND:NAME`."""
    if kind == "topic":
        return TopicRef(name, place)
    if kind.startswith("member"):
        return MemberRef(name, kind == "member.any", place)
    return ActorRef(name, kind == "office.any", place)


def below(node: Node) -> tuple[Node, ...]:
    """Give the nodes directly below a node."""
    match node:
        case And() | Or() | AnyOf():
            return node.parts
        case In() | Not() | AtLeast():
            return (node.below,)
        case Near():
            return (node.left, node.right)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, in the order of the text."""
    ahead = [node]
    while ahead:
        following = ahead.pop()
        yield following
        ahead.extend(reversed(below(following)))


def show(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of node
    """Write a tree as an expression that parses to the same tree."""
    match node:
        case Word():
            return node.source
        case ActorRef():
            return f"{'office.any' if node.ever else 'actor'}:{node.id}"
        case MemberRef():
            return f"{'member.any' if node.ever else 'member'}:{node.id}"
        case TopicRef():
            return f"topic:{node.id}"
        case Filter():
            return f"{node.field}:({' OR '.join(_quoted(value) for value in node.values)})"
        case Published():
            return node.source
        case In():
            return f"{node.field}:{_bracketed(node.below)}"
        case And():
            return " AND ".join(_bracketed(part) for part in node.parts)
        case Or():
            return " OR ".join(_bracketed(part) for part in node.parts)
        case Not():
            return f"NOT {_bracketed(node.below)}"
        case Near():
            return f"{_bracketed(node.left)} {node.operator} {_bracketed(node.right)}"
        case AtLeast():
            return f"ATLEAST/{node.number} ({show(node.below)})"
        case AnyOf():
            return f"ANY/{node.number} ({', '.join(show(part) for part in node.parts)})"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bracketed(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, And | Or | Not | Near) else show(node)
