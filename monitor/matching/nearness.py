"""How near the two sides of a NEAR came to each other, for those who write rules."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from monitor.matching.evaluate import Evaluator, Fields, Found
from monitor.rules.tree import Near, Node, show


def missing_sides(node: Near, evaluator: Evaluator, fields: Fields) -> list[Node]:
    """Give the sides that were not found; a NOT NEAR needs only its left one."""
    sides = (node.left,) if node.negated else (node.left, node.right)
    return [side for side in sides if not evaluator.found(side, fields)]


def nearness(node: Near, evaluator: Evaluator, fields: Fields) -> str:
    """Say how near the sides stand at the nearest, or which of them is not there."""
    if missing := missing_sides(node, evaluator, fields):
        neither = len(missing) == 2
        side = "left" if missing[0] is node.left else "right"
        return "neither side is there" if neither else f"the {side} side is not there"
    left, right = evaluator.found(node.left, fields), evaluator.found(node.right, fields)
    if not right:
        return f"`{show(node.right)}` is nowhere"
    holds = evaluator.holds(node, fields)
    if node.negated:
        if holds:
            return f"`{show(node.left)}` stands somewhere without `{show(node.right)}` near"
        return f"`{show(node.right)}` is near wherever `{show(node.left)}` stands"
    if node.unit != "token":
        return f"both are there, {'' if holds else 'never '}in one {node.unit}"
    return _distance(node, left, right)


def _distance(node: Near, left: list[Found], right: list[Found]) -> str:
    forward, backward = _gap(left, right), _gap(right, left)
    if node.ordered:
        if forward is not None:
            return f"both are there, at the nearest {_tokens(forward)} apart in this order"
        return "both are there, never in one field in this order"
    gaps = [gap for gap in (forward, backward) if gap is not None]
    if not gaps:
        return "both are there, never apart in one field"
    return f"both are there, at the nearest {_tokens(min(gaps))} apart"


def _gap(before: Iterable[Found], after: Iterable[Found]) -> int | None:
    """Give the fewest tokens between the end of one hit and the beginning of a later one in its zone."""
    begins = sorted((hit.zone, hit.first) for hit in after)
    gaps = []
    for hit in before:
        index = bisect_left(begins, (hit.zone, hit.end))
        if index < len(begins) and begins[index][0] == hit.zone:
            gaps.append(begins[index][1] - hit.end)
    return min(gaps, default=None)


def _tokens(number: int) -> str:
    return f"{number} {'word' if number == 1 else 'words'}"
