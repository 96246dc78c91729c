"""What an expression asks for that no article can have, or asks for twice: allowed, and surely a slip."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from monitor.model import TEXT_FIELDS
from monitor.rules.faults import Fault
from monitor.rules.scalars import EARLIEST
from monitor.rules.terms import Term
from monitor.rules.tree import And, AnyOf, In, Node, Not, Or, Published, Word, show, walk


def contradictions(tree: Node) -> Iterator[Fault]:
    """Find what can never be true of an article, and what is counted twice."""
    for node in walk(tree):
        if isinstance(node, And):
            parts = list(_all_of(node))
            yield from _denied(parts)
            yield from _apart(parts)
        elif isinstance(node, Published) and node.end is not None and node.end <= EARLIEST:
            said = f"no article's time is before {EARLIEST.year}: an older `published` is not believed"
            yield Fault(*node.place, said, "impossible-date", "finding")
        elif isinstance(node, AnyOf):
            yield from _twice(node)


def _all_of(node: Node) -> Iterator[Node]:
    """Give what must be true together, through brackets."""
    if isinstance(node, And):
        for part in node.parts:
            yield from _all_of(part)
    else:
        yield node


def _any_of(node: Node) -> Iterator[Node]:
    """Give what each alone makes a part true, the whole of it first."""
    yield node
    if isinstance(node, Or):
        for part in node.parts:
            yield from _any_of(part)


def _denied(parts: list[Node]) -> Iterator[Fault]:
    denials = [part for part in parts if isinstance(part, Not)]
    asked = {_meaning(part) for part in parts} if denials else set()
    # What NOT keeps out of all the text is kept out of each field of it.
    asked |= {
        _meaning(part.below)
        for part in parts
        if denials and isinstance(part, In) and part.field in TEXT_FIELDS
    }
    for denial in denials:
        for refused in _any_of(denial.below):
            if _meaning(refused) in asked:
                said = f"`{show(refused)}` must be there and must not: no article can do both"
                yield Fault(*denial.place, said, "never-true", "finding")
                break


def _apart(parts: list[Node]) -> Iterator[Fault]:
    spans = [part for part in parts if isinstance(part, Published)]
    begun = [(span.start, span) for span in spans if span.start is not None]
    ended = [(span.end, span) for span in spans if span.end is not None]
    if not begun or not ended:
        return
    start, late = max(begun, key=lambda span: span[0])
    end, early = min(ended, key=lambda span: span[0])
    if start >= end:
        said = f"no day is in `{show(early)}` and in `{show(late)}`"
        yield Fault(*max(early.place, late.place), said, "impossible-date", "finding")


def _twice(node: AnyOf) -> Iterator[Fault]:
    seen: set[Hashable] = set()
    for part in node.parts:
        meaning = _meaning(part)
        if meaning in seen:
            said = f"`{show(part)}` stands twice among those that ANY counts; each counts for itself"
            yield Fault(*part.place, said, "same-operand", "finding")
        seen.add(meaning)


def _meaning(node: Node) -> Hashable:
    """Give what tells a part from others, however it is written."""
    match node:
        case Word(Term() as term):
            written = term.text if term.exact_case or term.exact_accents else ""
            return term.folded, term.tail, written, term.exact_case, term.stem, term.langs
        case And(parts) | Or(parts):
            return type(node).__name__, frozenset(map(_meaning, parts))
        case Not(below):
            return "not", _meaning(below)
        case In(field, below):
            return field, _meaning(below)
    return node
