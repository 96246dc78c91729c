"""Writing rule files as desks keep them: the YAML of actors, topics and rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ByLanguage = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who held an office from which day; `until` is None for the one who holds it."""

    person: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class ActorText:
    """An actor to be written; `literals` are the texts by which its rules can match at all."""

    id: str
    kind: str
    name: str
    names: ByLanguage
    weak: ByLanguage
    titles: ByLanguage
    of: str = ""
    holders: tuple[Holder, ...] = ()
    literals: tuple[str, ...] = ()

    def yaml(self) -> Iterable[str]:
        """Give the lines of the entry."""
        yield f"  - id: {self.id}"
        yield f"    kind: {self.kind}"
        yield f"    name: {_quoted(self.name)}"
        if self.of:
            yield f"    of: {self.of}"
        for key in ("names", "weak", "titles"):
            yield from _languages(key, getattr(self, key))
        if self.holders:
            yield "    holders:"
        for holder in self.holders:
            ended = f", until: {holder.until}" if holder.until else ", checked: 2026-11-01"
            yield f"      - {{person: {holder.person}, from: {holder.since}{ended}}}"


@dataclass(frozen=True, slots=True)
class TopicText:
    """A topic to be written."""

    id: str
    terms: ByLanguage

    def yaml(self) -> Iterable[str]:
        """Give the lines of the entry."""
        yield f"  - id: {self.id}"
        yield from _languages("terms", self.terms)


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule to be written.

    `literals` are the texts, prefixes with their star, of which an article must hold one for the rule to
    match: what a search without Boolean operators is given instead of the rule.
    """

    id: str
    match: str
    literals: tuple[str, ...]
    severity: str = "medium"
    labels: tuple[str, ...] = ()
    owner: str = ""
    example: str = ""
    counterexample: str = ""

    def yaml(self) -> Iterable[str]:
        """Give the lines of the entry; a rule with tests is live."""
        yield f"  - id: {self.id}"
        yield f"    title: {_quoted(f'What is told of {self.literals[0]}')}"
        if self.example:
            yield f"    why: {_quoted(f'The desk follows {self.literals[0]} since it was founded.')}"
            yield "    status: live"
        yield f"    severity: {self.severity}"
        if self.owner:
            yield f"    owner: {self.owner}"
        yield "    match: |"
        yield from (f"      {line}" for line in self.match.splitlines())
        if self.labels:
            yield f"    alert: {{labels: {{{', '.join(self.labels)}}}}}"
        if self.example:
            yield "    tests:"
            yield f"      - {{match: {_quoted(self.example)}, published: 2026-03-02}}"
            yield f"      - {{no_match: {_quoted(self.counterexample)}, published: 2026-03-02}}"


def file_text(
    actors: Sequence[ActorText] = (), topics: Sequence[TopicText] = (), rules: Sequence[RuleText] = ()
) -> str:
    """Give the text of a rule file."""
    lines: list[str] = []
    lists: tuple[tuple[str, Sequence[ActorText | TopicText | RuleText]], ...] = (
        ("actors", actors),
        ("topics", topics),
        ("rules", rules),
    )
    for key, entries in lists:
        if entries:
            lines.append(f"{key}:")
            for entry in entries:
                lines.extend(entry.yaml())
    return "\n".join(lines) + "\n"


def _languages(key: str, by_language: ByLanguage) -> Iterable[str]:
    if by_language:
        yield f"    {key}:"
    for lang, terms in by_language.items():
        yield f"      {lang}: [{', '.join(_quoted(term) for term in terms)}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
