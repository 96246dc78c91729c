"""Where the names of actors stand in the files, so that what is said of a name points at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from monitor.rules.definitions import Actor
from monitor.rules.sheet import Sheet
from monitor.rules.terms import AnyTerm
from monitor.strict_yaml import Loc
from monitor.yaml_tree import Mapped, Node, Scalar, Sequence

Spot = tuple[Sheet, tuple[int, int]]
_LISTS = ("names", "weak", "titles", "informal")


class NamePlaces:
    """Finds names as the files write them: with their actor, or where another file adds them to it."""

    def __init__(self, sheets: list[Sheet]) -> None:
        self._added: dict[str, list[tuple[Sheet, Loc]]] = defaultdict(list)
        for sheet in sheets:
            for extension in sheet.extensions:
                self._added[extension.actor].append((sheet, extension.loc))
        self._known: dict[str, dict[str, Spot]] = {}

    def of(self, sheet: Sheet, actor: Actor, name: AnyTerm) -> Spot:
        """Give the file and the place of a name of an actor that `sheet` declares."""
        if actor.id not in self._known:
            self._known[actor.id] = self._names(sheet, actor)
        return self._known[actor.id].get(name.text, (sheet, (actor.place.line, actor.place.column)))

    def _names(self, sheet: Sheet, actor: Actor) -> dict[str, Spot]:
        spots: dict[str, Spot] = {}
        for home, loc in ((sheet, sheet.declared["actors", actor.id]), *self._added[actor.id]):
            for text in _texts_of(home.source.node(loc)):
                spots.setdefault(text.text or "", (home, (text.line, text.column)))
        return spots


def _texts_of(entry: Node | None) -> Iterator[Scalar]:
    """Give the texts of all names of an entry, in the order of its lists."""
    for key in _LISTS:
        listed = _at(entry, key)
        by_language = [node for _, node in listed.items.values()] if isinstance(listed, Mapped) else [listed]
        for written in by_language:
            terms = _at(written, "terms") if isinstance(written, Mapped) else written
            for item in terms.items if isinstance(terms, Sequence) else ():
                text = (_at(item, "term") or _at(item, "regex")) if isinstance(item, Mapped) else item
                if isinstance(text, Scalar):
                    yield text


def _at(node: Node | None, key: str) -> Node | None:
    found = node.items.get(key) if isinstance(node, Mapped) else None
    return found[1] if found else None
