"""Hypothesis strategies for match expressions, written as text."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from tests.reference.world import (
    OTHER_FIELDS,
    STEMMERS,
    TEXT_FIELDS,
    World,
    patterns,
    phrases,
    pick,
    prefixes,
)

_UNQUOTED = re.compile(r"[^\W_][\w\-'’.+&]*")
FILTERS = (
    "lang:en",
    "lang:(fa OR ru)",
    "country:ir",
    "feed:wire",
    'source:"Caspian Wire"',
    "published:>=2020-06",
    "published:<2021-01-15",
    "published:2020",
    "published:<=2020-06-28",
)


@st.composite
def expressions(  # noqa: PLR0911 - one line a kind
    draw: st.DrawFn, world: World, depth: int = 2, *, selective: bool = True
) -> str:
    """An expression; a selective one has a clause that must be found and selects."""
    if depth == 0:
        return draw(_operands(world, selective=selective))
    kind = pick(draw, (("and", "or", "or", "near", "near", "operand", "any", "atleast", "field", "not")))
    if kind == "and":
        return draw(_and(world, depth))
    if kind == "or":
        parts = [
            draw(expressions(world, depth - 1, selective=selective)) for _ in range(draw(st.integers(2, 3)))
        ]
        return f"({' OR '.join(parts)})"
    if kind == "near":
        return draw(_near(world, selective=selective))
    if kind == "any":
        parts = [draw(expressions(world, depth - 1, selective=selective)) for _ in range(3)]
        return f"ANY/{draw(st.integers(1, 3))} ({', '.join(parts)})"
    if kind == "atleast":
        return f"ATLEAST/{draw(st.integers(1, 3))} ({draw(_group(world, selective=selective))})"
    if kind == "field":
        name = pick(draw, (TEXT_FIELDS))
        return f"{name}:({draw(_inside_field(world, selective=selective))})"
    if kind == "not" and not selective:
        return f"(NOT {draw(expressions(world, depth - 1, selective=False))})"
    return draw(_operands(world, selective=selective))


@st.composite
def _and(draw: st.DrawFn, world: World, depth: int) -> str:
    first = draw(expressions(world, depth - 1, selective=True))
    second = pick(draw, (("any", "any", "not", "filter")))
    if second == "filter":
        negation = pick(draw, (("", "NOT ")))
        return f"({first} AND {negation}{pick(draw, (FILTERS))})"
    other = draw(expressions(world, depth - 1, selective=False))
    pair = [first, f"NOT {other}" if second == "not" else other]
    return f"({' AND '.join(draw(st.permutations(pair)))})"


@st.composite
def _near(draw: st.DrawFn, world: World, *, selective: bool) -> str:
    operator = pick(
        draw, (("NEAR/0", "NEAR/1", "NEAR/3", "NEAR", "ONEAR/0", "ONEAR/2", "SENTENCE", "PARAGRAPH"))
    )
    negation = pick(draw, (("", "", "NOT ")))
    left, right = (draw(_group(world, selective=selective)) for _ in range(2))
    return f"(({left}) {negation}{operator} ({right}))"


@st.composite
def _group(draw: st.DrawFn, world: World, *, selective: bool) -> str:
    return " OR ".join(draw(_operands(world, selective=selective)) for _ in range(draw(st.integers(1, 2))))


@st.composite
def _inside_field(draw: st.DrawFn, world: World, *, selective: bool) -> str:
    kind = pick(draw, (("one", "or", "near", "not")))
    one, other = draw(_references(world, selective=selective)), draw(_references(world, selective=False))
    if kind == "or":
        return f"{one} OR {draw(_references(world, selective=selective))}"
    if kind == "near":
        return f"{one} NEAR/2 {draw(_references(world, selective=selective))}"
    return f"{one} AND NOT {other}" if kind == "not" else one


@st.composite
def _operands(draw: st.DrawFn, world: World, *, selective: bool) -> str:
    if draw(st.integers(0, 9)) == 0:
        name = pick(draw, ((*TEXT_FIELDS, *OTHER_FIELDS)))
        return f"{name}:{draw(_terms(world, selective=selective))}"
    return draw(_references(world, selective=selective))


@st.composite
def _references(draw: st.DrawFn, world: World, *, selective: bool) -> str:
    offices = [name for name, kind in world.actors.items() if kind == "office"]
    choices = ["term", "term"] + ["actor"] * 2 * bool(world.actors) + ["office"] * 3 * bool(offices)
    groups = [name for name in world.actors if name in world.groups]
    choices += ["member"] * 2 * bool(groups)
    choices += ["topic"] * (bool(world.topics) and not selective)
    match pick(draw, (choices)):
        case "actor":
            return f"actor:{pick(draw, (sorted(world.actors)))}"
        case "office":
            return f"{pick(draw, (('actor', 'office.any')))}:{pick(draw, (offices))}"
        case "member":
            return f"{pick(draw, (('member', 'member.any')))}:{pick(draw, (groups))}"
        case "topic":
            return f"topic:{pick(draw, (world.topics))}"
    return draw(_terms(world, selective=selective))


@st.composite
def _terms(draw: st.DrawFn, world: World, *, selective: bool) -> str:
    form = pick(draw, (("", "", "", "exact:", "stem:", "stem.", "star", "pattern")))
    if form == "star" and not selective:
        return in_quotes(draw(prefixes(world.words)))
    if form == "pattern":
        return f"/{draw(patterns(world.words))}/"
    text = draw(phrases(world.words, 2))
    world.said.append(text)
    if form == "stem.":
        form = f"stem.{pick(draw, (STEMMERS))}:"
    written = text if _UNQUOTED.fullmatch(text) and text not in ("AND", "OR", "NOT") else in_quotes(text)
    return f"{'' if form == 'star' else form}{written}"


def in_quotes(text: str) -> str:
    """Write a phrase of an expression."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
