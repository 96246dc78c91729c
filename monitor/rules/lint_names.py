"""Lint of the names of actors: each finding points at the name that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from monitor.errors import ProblemLevel
from monitor.rules.definitions import Actor
from monitor.rules.name_places import NamePlaces
from monitor.rules.sheet import Sheet
from monitor.rules.terms import AnyTerm, Term

Named = tuple[Sheet, Actor]


def lint_names(actors: Mapping[str, Named], places: NamePlaces) -> None:
    """Add findings and remarks on names to the files in which they stand."""
    names = _Names(actors, places)
    for name in actors:
        names.acronyms(name)
        names.cancelled(name)
    names.shared()
    names.contained()


class _Names:
    def __init__(self, actors: Mapping[str, Named], places: NamePlaces) -> None:
        self._actors = actors
        self._places = places

    def _report(
        self,
        name: str,
        term: AnyTerm,
        message: str,
        code: str,
        hint: str = "",
        level: ProblemLevel = "finding",
    ) -> None:
        sheet, actor = self._actors[name]
        if code not in actor.allowed and not sheet.is_full(level):
            home, place = self._places.of(sheet, actor, term)
            home.report_at(place, message, hint, code, level)

    def acronyms(self, name: str) -> None:
        for term in _all_names(self._actors[name][1]):
            if isinstance(term, Term) and _is_acronym(term) and not term.exact_case:
                said = f"the name {term.text} is all capitals and is found in any case"
                hint = f"write {{term: {term.text}, case: exact}}"
                self._report(name, term, said, "acronym-case", hint)

    def cancelled(self, name: str) -> None:
        actor = self._actors[name][1]
        phrases = [phrase for phrase in actor.cancels if isinstance(phrase, Term)]
        for term in _all_names(actor) if phrases else ():
            if isinstance(term, Term) and any(_is_all_of(phrase, term) for phrase in phrases):
                said = f"the name {term.text!r} is a `not:` phrase of its actor too, and so never counts"
                self._report(name, term, said, "cancelled-name", "remove one of them, or write more words")

    def shared(self) -> None:
        owners: dict[tuple[str, tuple[str, ...]], dict[str, AnyTerm]] = defaultdict(dict)
        for name, (_, actor) in self._actors.items():
            for term in _all_names(actor):
                owners[actor.kind, term.folded].setdefault(name, term)
        for (kind, _), known in owners.items():
            first, *others = known
            if others and "shared-name" in self._actors[first][1].allowed:
                continue
            for name in others:
                term = known[name]
                said = f"the name {term.text!r} is shared by two of kind {kind}: {first} and {name}"
                self._report(name, term, said, "shared-name", "make it weak, or add what tells them apart")

    def contained(self) -> None:
        whole: dict[tuple[str, tuple[str, ...]], str] = {}
        for name, (_, actor) in self._actors.items():
            for term in actor.names:
                whole.setdefault((actor.kind, term.folded), name)
        told: set[tuple[str, str]] = set()
        for name, (_, actor) in self._actors.items():
            for term in actor.names:
                for inner in _inner(term.folded):
                    other = whole.get((actor.kind, inner))
                    if other and other != name and (name, other) not in told:
                        told.add((name, other))
                        said = f"the name {term.text!r} contains a name of {other}; the longer one wins"
                        self._report(name, term, said, "contained-name", level="remark")


def _all_names(actor: Actor) -> Iterator[AnyTerm]:
    yield from actor.names
    yield from actor.weak


def _is_acronym(term: Term) -> bool:
    written = term.text
    return len(term.parts) == 1 and written.isalpha() and len(written) <= 5 and written.isupper()


def _is_all_of(phrase: Term, name: Term) -> bool:
    """Tell whether every hit of a name lies inside a hit of a phrase that is written the same."""
    if phrase.folded != name.folded or phrase.tail != name.tail or phrase.langs or name.affixes or name.stem:
        return False
    exact = phrase.exact_case or phrase.exact_accents
    return not exact or (phrase.text == name.text and phrase.exact_case <= name.exact_case)


def _inner(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    limit = min(len(tokens), 24)
    for start, end in combinations(range(limit + 1), 2):
        if end - start < len(tokens):
            yield tokens[start:end]
