"""What is wrong with an expression, in an analyst's words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from monitor.errors import ProblemLevel
from monitor.model import TEXT_FIELDS
from monitor.rules.slips import operator_meant, slip_at, slip_in_quotes
from monitor.rules.tree import ActorRef, And, AnyOf, AtLeast, Filter, Node, Not, Published, TopicRef, walk

MAX_FAULTS = 100
_PICTURE = 100  # characters of a line, around the fault


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in an expression: `start:end` is the span it is about."""

    start: int
    end: int
    message: str
    code: str = "expression"
    level: ProblemLevel = "error"


def picture(source: str, fault: Fault) -> str:
    """Give what stands around a fault in its line, with a caret below."""
    start = source.rfind("\n", 0, fault.start) + 1
    end = source.find("\n", start)
    end = len(source) if end < 0 else end
    left = max(start, min(fault.start - _PICTURE // 2, end - _PICTURE))
    right = min(end, left + _PICTURE)
    before, after = "…" * (left > start), "…" * (right < end)
    width = max(1, min(fault.end, right) - fault.start)
    indent = " " * (len(before) + fault.start - left)
    return f"    {before}{source[left:right]}{after}\n    {indent}{'^' * width}"


def first_faults(faults: list[Fault]) -> tuple[Fault, ...]:
    """Give as many faults of one expression as anybody will read, remarks last where some must go."""
    if len(faults) <= MAX_FAULTS:
        return tuple(faults)
    kept = sorted(faults, key=lambda fault: fault.level != "error")[:MAX_FAULTS]
    said = f"{len(faults) - MAX_FAULTS:,} more mistakes in this expression; mend the first ones first"
    return (*kept, Fault(kept[-1].start, kept[-1].end, said, "many-problems", kept[-1].level))


def syntax_fault(source: str, error: UnexpectedInput) -> Fault:
    """Say where and why a text stopped being an expression."""
    start = error.pos_in_stream if error.pos_in_stream is not None else len(source)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        token = error.token
        return Fault(token.start_pos or 0, token.end_pos or start + 1, _unexpected(token, source[:start]))
    if isinstance(error, UnexpectedCharacters):
        said, length = slip_at(source, start) or (_strange(source, start), 1)
        return Fault(start, start + length, said)
    assert isinstance(error, UnexpectedEOF | UnexpectedToken)
    opened = _unclosed_bracket(source)
    if opened is not None:
        return Fault(opened, opened + 1, "this bracket is not closed")
    end = len(source.rstrip())
    return Fault(max(end - 1, 0), max(end, 1), "the expression breaks off here; a term is missing after it")


def _unexpected(token: Token, before: str) -> str:
    if token.type == "RPAR" and before.rstrip().endswith("("):
        return "nothing stands in these brackets"
    if form := re.search(r"\b(exact|stem(?:\.\w+)?):\s*$", before):
        return f"{form[1]}: takes one word or one phrase; write it before each"
    if token.type == "RPAR":
        return "a closing bracket without an opening one, or nothing before it"
    if token.type in ("JOIN", "NEAR"):
        return f'{token} has no term before it; to look for the word itself write "{token}"'
    return f"{str(token)!r} cannot stand here"


def _strange(source: str, start: int) -> str:
    char = source[start]
    if char in '"“„«':
        aside = slip_in_quotes(source, start)
        return f"this quotation mark is not closed{f': {aside}' if aside else ''}"
    if char == "/":
        return _strange_slash(source[:start], source[start + 1 :])
    if char == "*":
        return "a star stands only at the end of a word"
    if char == "#":
        return "a comment begins at a line's start or after a space; quote a term that holds #"
    return f"{char!r} needs quotation marks: unquoted words hold letters, digits and - ' . _ + &"


_COUNTING = ("NEAR", "ONEAR", "ATLEAST", "ANY")  # the operators that a number follows
_DISTANCE = re.compile(r"(?:o?near|adj|pre|within|w|n)\d*", re.IGNORECASE)


def is_distance(word: str) -> bool:
    """Tell whether a word is how other languages, or small letters, write NEAR."""
    return _DISTANCE.fullmatch(word) is not None and word not in ("w", "W", "n", "N", "pre", "within")


def _strange_slash(before: str, after: str) -> str:
    found, number = re.search(r"[^\W\d]+$", before), re.match(r"\d{1,4}\b", after)
    word = found[0] if found else ""
    if word in ("ATLEAST", "ANY"):
        return f"{word} takes brackets: {word}/2 {'(a OR b)' if word == 'ATLEAST' else '(a, b)'}"
    if operator := operator_meant(word):
        said = f"{word!r} has letters that only look like Latin ones"
        return f"{said}; write {operator}/{number[0] if number else 5} in Latin letters"
    near = difflib.get_close_matches(word.upper(), _COUNTING, n=1, cutoff=0.7) if number else []
    if near or word.upper() in _COUNTING or _DISTANCE.fullmatch(word):
        name = near[0] if near else word.upper() if word.upper() in _COUNTING else "NEAR"
        return f"{word!r} is a word here; write {name}/{number[0] if number else 5}"
    return "a pattern is not closed; write /…/"


def _unclosed_bracket(source: str) -> int | None:
    opened: list[int] = []
    for found in re.finditer(r'"(?:\\.|[^"\\])*"|\(|\)', source):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None


def near_faults(node: Node, where: str) -> Iterator[Fault]:
    """Find what may not stand inside NEAR or ATLEAST."""
    for inner in walk(node):
        if isinstance(inner, Filter | Published):
            yield Fault(*inner.place, f"a filter cannot stand inside {where}", "near-operand")
        elif isinstance(inner, And | Not):
            name = type(inner).__name__.upper()
            said = f"{name} cannot stand inside {where}; it takes terms and groups of OR"
            yield Fault(*inner.place, said, "near-operand")
        elif isinstance(inner, AtLeast | AnyOf):
            yield Fault(*inner.place, f"a count cannot stand inside {where}", "near-operand")


def filter_faults(name: str, value: str, written: Token) -> Iterator[Fault]:
    """Find values of a filter that no article can have; `value` is the folded one."""
    place = written.start_pos or 0, written.end_pos or 0
    if written.type == "WORD" and "*" in written:
        yield Fault(*place, f"{name}: takes the whole value, without a star", "filter-star")
    elif name == "lang" and not re.fullmatch(r"[a-z]{2,3}(-.*)?", value):
        yield Fault(*place, f"{written} is no language code; write two letters such as en, fa or ru")
    elif name == "country" and not re.fullmatch(r"[a-z]{2}", value):
        said = f"{written} is no country code; publishers' countries are two letters such as IR"
        yield Fault(*place, said, "country-name", "remark")


def field_faults(node: Node, field: str) -> Iterator[Fault]:
    """Find what may not stand inside a field."""
    for inner in walk(node):
        if isinstance(inner, Filter | Published):
            said = f"a filter cannot stand inside the field {field}"
            yield Fault(*inner.place, said, "filter-in-field")
        elif isinstance(inner, ActorRef | TopicRef) and field not in TEXT_FIELDS:
            said = f"actors and topics are looked for in title, summary and body, not in {field}"
            yield Fault(*inner.place, said, "field")
