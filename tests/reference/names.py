"""Names of actors: what cancels them, what frees the weak ones, and which of two that overlap is the name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from monitor.rules.book import Rulebook
from monitor.rules.definitions import Actor
from tests.reference.passages import Hit, Passage
from tests.reference.terms import find

NO_BODY = ("person", "office")
Owned = tuple[Hit, str]
Frees = Callable[[Actor, list[Hit]], bool]


@dataclass
class Names:
    """The names that stand in the title, summary and body of an article."""

    book: Rulebook
    passages: list[Passage]
    lang: str
    _settled: dict[str, list[Owned]] = field(default_factory=dict)

    def found(self, terms: Iterable[object], cancels: Iterable[object] = ()) -> list[Hit]:
        """Find terms, each place once, without what lies inside a hit of `cancels`."""
        over = [hit for term in cancels for hit in find(term, self.passages, self.lang)]
        hits = {hit for term in terms for hit in find(term, self.passages, self.lang)}
        return sorted(
            (hit for hit in hits if not any(hit.lies_in(cancel) for cancel in over)),
            key=lambda hit: (hit.passage, hit.first, hit.last),
        )

    def full(self, actor: str | None) -> list[Hit]:
        """Give the full names of an actor that are no part of a longer full name."""
        kind = self.book.actors[actor].kind if actor in self.book.actors else ""
        owned = [(hit, name) for name in self._of_kind(kind) for hit in self._names(name)]
        return [hit for hit, owner in self.longest(owned) if owner == actor]

    def settle(self, kind: str, frees: Frees) -> None:
        """Decide on all names of a kind; `frees` tells what else than names makes a weak one certain."""
        owned: list[Owned] = []
        for name in self._of_kind(kind):
            actor = self.book.actors[name]
            owned += [(hit, name) for hit in self._names(name)]
            weak = self.found(actor.weak, actor.cancels)
            if weak and (self._is_certain(actor) or frees(actor, weak)):
                owned += [(hit, name) for hit in weak]
        self._settled[kind] = self.longest(owned)

    def hits(self, actor: str | None) -> list[Hit]:
        """Give the names of an actor that count, once its kind is settled."""
        if actor not in self.book.actors:
            return []
        return [hit for hit, owner in self._settled[self.book.actors[actor].kind] if owner == actor]

    def bodies(self) -> list[Owned]:
        """Give every name of whatever may have an office."""
        kinds = (kind for kind in self._settled if kind not in NO_BODY)
        return [owned for kind in kinds for owned in self._settled[kind]]

    def longest(self, owned: Iterable[Owned]) -> list[Owned]:
        """Keep the leftmost and longest of what overlaps; equal places stay, as does a whole in its part."""
        kept: list[Owned] = []
        for hit, owner in sorted(
            set(owned), key=lambda one: (one[0].passage, one[0].first, -one[0].last, one[1])
        ):
            if not any(
                other.shares_token(hit) and not other.same_place(hit) and not self.is_part(longer, owner)
                for other, longer in kept
            ):
                kept.append((hit, owner))
        return kept

    def is_part(self, part: str, whole: str) -> bool:
        """Tell whether an actor is, over any number of steps, part of another one."""
        above = self.book.actors[part].part_of if part in self.book.actors else None
        return above is not None and (above == whole or self.is_part(above, whole))

    def _of_kind(self, kind: str) -> list[str]:
        return [name for name, actor in self.book.actors.items() if actor.kind == kind]

    def _names(self, name: str) -> list[Hit]:
        actor = self.book.actors[name]
        return self.found(actor.names, actor.cancels)

    def _is_certain(self, actor: Actor) -> bool:
        """Tell whether a full name, one of what it is part of, or a word of its context stands there."""
        return bool(
            self.full(actor.id) or self.full(actor.part_of) or self.found(actor.context, actor.cancels)
        )
