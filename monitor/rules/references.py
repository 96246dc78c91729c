"""What rule files say of each other: references, duplicates, cycles, and rules that select nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from monitor.errors import ProblemLevel, in_one_line
from monitor.rules.definitions import Actor
from monitor.rules.digest import sum_of
from monitor.rules.selectivity import is_selective
from monitor.rules.sheet import Key, Sheet
from monitor.rules.tree import ActorRef, MemberRef, Reference, TopicRef
from monitor.strict_yaml import MAX_PROBLEMS, Loc, nearest

_COMPARISONS = 300_000  # of an unknown id with known ones, for the hint; some seconds at most
_SHOWN_WAY = 12


def check_duplicates(sheets: Iterable[Sheet]) -> None:
    """Report ids that stand in two files, at the second with the place of the first."""
    seen: dict[Key, Sheet] = {}
    for sheet in sheets:
        for (kind, name), loc in sheet.declared.items():
            if not loc:  # guessed from a file that cannot be read
                continue
            first = seen.setdefault((kind, name), sheet)
            if first is not sheet:
                line, column = first.source.place((*first.declared[kind, name], "id"))
                place = f"{in_one_line(first.path)}:{line}:{column}"
                said = f"the id {name!r} stands twice in {kind}, first at {place}"
                sheet.report((*loc, "id"), said, code="duplicate-id")


def extend(sheets: list[Sheet]) -> None:
    """Add the names that files hold for actors of others; those of an unusable file are left out."""
    homes = {name: sheet for sheet in sheets for name in sheet.actors}
    for sheet in sheets:
        for extension in () if sheet.broken else sheet.extensions:
            home = homes.get(extension.actor)
            if home is None:
                continue  # told as an unknown reference
            actor = home.actors[extension.actor]
            if actor.kind != "office" and (extension.terms["titles"] or extension.terms["informal"]):
                said = f"titles belong to offices only, and {actor.id} is of kind {actor.kind}"
                sheet.report(extension.loc, said, code="wrong-kind")
                continue
            extended = home.actors[actor.id] = extension.extended(actor)
            home.sums["actors", actor.id] = sum_of(extended)


def check_references(sheets: list[Sheet]) -> None:
    """Report references to what no file declares, and to what is of the wrong kind."""
    known = _Known(sheets)
    actors = {name: actor for sheet in sheets for name, actor in sheet.actors.items()}
    for sheet in sheets:
        for (kind, name), loc in sheet.written:
            if (kind, name) not in known.ids and not sheet.is_full():
                sheet.report(loc, *known.nearest(kind, name), code="unknown-reference")
        for name, actor in sheet.actors.items():
            _check_kinds(sheet, sheet.declared["actors", name], actor, actors)
        for name, expression in sheet.expressions.items():
            for node in expression.references:
                if not sheet.is_full():
                    _check_node(sheet, name, node, known, actors)


class _Known:
    """The ids that files declare, and which of them is nearest to one that none does."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self.ids: dict[Key, Loc] = {key: loc for sheet in sheets for key, loc in sheet.declared.items()}
        self._valid: dict[str, list[str]] = {}
        self._comparisons = 0

    def nearest(self, kind: str, name: str) -> tuple[str, str]:
        """Say that there is no such id, and where looking is still affordable, which one is near."""
        if kind not in self._valid:
            self._valid[kind] = sorted(other for (its, other), loc in self.ids.items() if its == kind and loc)
        valid = self._valid[kind]
        self._comparisons += len(valid)
        hint = nearest(name, valid, listed=len(valid) <= 12) if self._comparisons <= _COMPARISONS else ""
        return f"there is no {kind[:-1]} {name!r}", hint


def _check_kinds(sheet: Sheet, loc: Loc, actor: Actor, actors: Mapping[str, Actor]) -> None:
    body = actors.get(actor.of or "")
    if body and body.kind in ("person", "office"):
        said = f"an office belongs to a body, and {body.id} is of kind {body.kind}"
        sheet.report((*loc, "of"), said, code="wrong-kind")
    for number, holder in enumerate(actor.holders):
        found = actors.get(holder.person or "")
        if found and found.kind != "person":
            said = f"a holder is a person, and {found.id} is of kind {found.kind}"
            sheet.report((*loc, "holders", number, "person"), said, code="wrong-kind")
    for number, member in enumerate(actor.members):
        if member.actor in actors and actors[member.actor].kind == "group" and member.actor == actor.id:
            said = f"{actor.id} cannot be a member of itself"
            sheet.report((*loc, "members", number, "actor"), said, code="wrong-kind")


def _check_node(
    sheet: Sheet,
    rule: str,
    node: Reference,
    known: _Known,
    actors: Mapping[str, Actor],
) -> None:
    kind = "topics" if isinstance(node, TopicRef) else "actors"
    if (kind, node.id) not in known.ids:
        sheet.report_in(rule, node, *known.nearest(kind, node.id), code="unknown-reference")
    elif isinstance(node, ActorRef) and node.ever and node.id in actors and actors[node.id].kind != "office":
        said = f"office.any: takes an office, and {node.id} is of kind {actors[node.id].kind}"
        sheet.report_in(rule, node, said, f"write actor:{node.id}", code="wrong-kind")
    elif isinstance(node, MemberRef) and node.id in actors and actors[node.id].kind != "group":
        said = f"member: takes a group, and {node.id} is of kind {actors[node.id].kind}"
        sheet.report_in(rule, node, said, f"write actor:{node.id}", code="wrong-kind")
    elif isinstance(node, MemberRef) and node.id in actors and not actors[node.id].members:
        said = f"the group {node.id} has no members"
        sheet.report_in(rule, node, said, "list them under members:", code="no-members")


def check_cycles(sheets: list[Sheet]) -> None:
    """Report topics that include themselves, actors that are part of themselves and groups that are members
    of each other, each cycle once.
    """
    topics = {name: (sheet, topic.includes) for sheet in sheets for name, topic in sheet.topics.items()}
    _check_cycles("topics", topics, "terms", "includes itself")
    parts = {
        name: (sheet, (actor.part_of,) if actor.part_of else ())
        for sheet in sheets
        for name, actor in sheet.actors.items()
    }
    _check_cycles("actors", parts, "part_of", "is part of itself")
    members = {
        name: (sheet, tuple(member.actor for member in actor.members if member.actor != name))
        for sheet in sheets
        for name, actor in sheet.actors.items()
        if "member-circle" not in actor.allowed
    }
    said = "is a member of itself over others"
    _check_cycles("actors", members, "members", said, "member-circle", "finding")


def _check_cycles(
    kind: str,
    graph: Mapping[str, tuple[Sheet, tuple[str, ...]]],
    key: str,
    said: str,
    code: str = "cycle",
    level: ProblemLevel = "error",
) -> None:
    def onward(name: str) -> tuple[str, ...]:
        return graph[name][1] if name in graph else ()

    done: set[str] = set()
    found = (cycle for start in sorted(graph) for cycle in _cycles_from(start, onward, done))
    for cycle in islice(found, MAX_PROBLEMS):
        sheet = graph[cycle[0]][0]
        shown = cycle if len(cycle) <= _SHOWN_WAY else (*cycle[: _SHOWN_WAY - 2], "…", cycle[-1])
        way = " → ".join(shown)
        loc = (*sheet.declared[kind, cycle[0]], key)
        sheet.report(loc, f"{cycle[0]} {said}: {way}", code=code, level=level)


def _cycles_from(
    start: str, onward: Callable[[str], tuple[str, ...]], done: set[str]
) -> Iterator[tuple[str, ...]]:
    path: dict[str, int] = {}  # where each name stands in it
    stack: list[tuple[str, bool]] = [(start, True)]
    while stack:
        name, entering = stack.pop()
        if not entering:
            done.add(path.popitem()[0])
        elif name in path:
            yield (*islice(path, path[name], None), name)
        elif name not in done:
            path[name] = len(path)
            stack.append((name, False))
            stack.extend((other, True) for other in onward(name))


def check_selective(sheets: list[Sheet]) -> None:
    """Report rules without a clause that must be found and selects."""
    topics = {name: topic for sheet in sheets for name, topic in sheet.topics.items()}
    for sheet in sheets:
        for name in sheet.unsettled:
            expression = sheet.expressions[name]
            if expression.tree and not is_selective(expression.tree, topics):
                sheet.report_in(
                    name,
                    expression.tree,
                    "the rule selects nothing by itself: a lone prefix, NOT and filters are not enough",
                    "add a term, phrase or actor that must be there",
                    code="not-selective",
                )
