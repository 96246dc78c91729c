"""How an expression that is no expression could be read: what is offered to its author."""

from __future__ import annotations

import re

from monitor.rules.faults import is_distance
from monitor.rules.slips import slip_between, slip_in_word

_QUOTED = 60  # characters


def quoted(source: str, start: int, end: int) -> str:
    """Quote a part of an expression in a message: in one line, and not more of it than is known again."""
    text = " ".join(source[start : min(end, start + 4 * _QUOTED)].split())
    return text if len(text) <= _QUOTED and end - start <= 4 * _QUOTED else f"{text[:_QUOTED]}…"


def grouped(operands: list[str], joins: list[str], tight: str) -> str:
    """Write a chain of AND and OR with the operands of one operator in brackets."""
    groups: list[list[str]] = [[operands[0]]]
    for join, operand in zip(joins, operands[1:], strict=False):
        if join == tight:
            groups[-1].append(operand)
        else:
            groups.append([operand])
    loose = "OR" if tight == "AND" else "AND"
    written = [f"({f' {tight} '.join(group)})" if len(group) > 1 else group[0] for group in groups]
    return f"`{f' {loose} '.join(written)}`"


def without_operator(left: str, right: str) -> tuple[str, str]:
    """Say what is amiss with two terms side by side, and which of the two it is about."""
    for word in (right, left):
        if said := slip_in_word(word):
            return said, word
        if is_distance(word):
            return f"{word!r} is a word here; write NEAR/5", word
    if said := slip_between(left, right):
        return said, right
    if right.startswith("NOT"):
        said = f"write `{left} AND {right}` or `{left} OR {right}`"
        return f"NOT needs AND or OR before it; {said}", right
    both = f"{left} {right}"
    phrase = f' or the phrase `"{both}"`' if re.fullmatch(r"[^\s:()\"]+ [^\s:()\"]+", both) else ""
    return f"no operator between two terms; write `{left} AND {right}`, `{left} OR {right}`{phrase}", right
