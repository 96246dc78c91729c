"""The route tree: who is told of a match.

As in Alertmanager: a match enters at the root and goes to the first child whose `when` fits, and so on down;
where no child fits, the node itself receives it. `continue: true` lets the following siblings have it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from monitor.model import Article, Match, Severity, Update
from monitor.values import Strict


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _none_or_listed(value: object) -> object:
    return () if value == "none" else _listed(value)


Words = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])]
Severities = Annotated[
    tuple[Severity, ...], BeforeValidator(_listed, json_schema_input_type=Severity | tuple[Severity, ...])
]


Updates = Annotated[
    tuple[Update, ...], BeforeValidator(_none_or_listed, json_schema_input_type=Update | tuple[Update, ...])
]
EVERY_UPDATE = tuple(Update)
_UPDATE_HINT = (
    "Which changes of a story that was told are told, too: rule (another rule matches), severity (it rises), "
    "sources (2, 3, 5, 10 independent ones have it), tier (one of the first tier has it), correction (it is "
    "corrected or retracted); none for no more than the first alert."
)


class When(Strict):
    """What a match must be like; every line that is given must hold, one of the words listed on it."""

    severity: Severities = Field(default=(), description="The severity of the rule is one of these.")
    labels: dict[str, Words] = Field(
        default_factory=dict, description="Each label of the rule is one of the words beside it."
    )
    rule: Words = Field(default=(), description="The rule's id is one of these.")
    owner: Words = Field(default=(), description="The rule's owner is one of these.")
    feed: Words = Field(default=(), description="The feed's id is one of these.")
    source: Words = Field(default=(), description="The publisher is one of these.")
    country: Words = Field(default=(), description="The publisher's country is one of these, such as IR.")
    lang: Words = Field(default=(), description="The article's language is one of these, such as fa.")

    def holds(self, match: Match, article: Article) -> bool:
        """Tell whether this match of this article is meant."""
        return all(wanted.lower() in _lower(words) for words, wanted in self._asked(match, article))

    def _asked(self, match: Match, article: Article) -> Iterator[tuple[tuple[str, ...], str]]:
        lines = (
            (self.severity, match.severity),
            (self.rule, match.rule),
            (self.owner, match.owner),
            (self.feed, article.feed),
            (self.source, article.source),
            (self.country, article.country),
            (self.lang, article.lang.partition("-")[0]),
            *((words, match.labels.get(label, "")) for label, words in self.labels.items()),
        )
        return ((words, value) for words, value in lines if words)

    def __str__(self) -> str:
        lines = {name: getattr(self, name) for name in type(self).model_fields if name != "labels"}
        lines |= {f"label {name}": words for name, words in self.labels.items()}
        return " and ".join(f"{name} is {' or '.join(words)}" for name, words in lines.items() if words)


class Route(Strict):
    """A node of the tree below the root. Without `receiver` its parent's is meant."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    receiver: str | None = Field(
        default=None, description="Who is told; left out: the receiver of the route above."
    )
    when: When = Field(default=When(), description="Which matches take this route; left out: all.")
    update: Updates | None = Field(
        default=None, description=f"{_UPDATE_HINT} Left out: as the route above has it."
    )
    go_on: bool = Field(
        default=False, alias="continue", description="Let the routes that follow have the match too."
    )
    routes: tuple[Route, ...] = Field(
        default=(), description="Routes below this one; the first that fits is taken."
    )


class RootRoute(Strict):
    """The root of the tree: it takes what no other route takes."""

    receiver: str = Field(description="Who is told of what no route below takes.")
    update: Updates = Field(default=EVERY_UPDATE, description=f"{_UPDATE_HINT} Left out: all of them.")
    routes: tuple[Route, ...] = Field(default=(), description="The routes, tried in this order.")


@dataclass(frozen=True, slots=True)
class Routed:
    """A receiver of a match, the way that led there, for people to read, and the updates it wants."""

    receiver: str
    way: tuple[str, ...]
    updates: frozenset[Update] = frozenset(EVERY_UPDATE)


def route(root: RootRoute, match: Match, article: Article) -> tuple[Routed, ...]:
    """Find every receiver of a match, each once, in the order of the tree."""
    found: dict[str, Routed] = {}
    for routed in _descend(root, root.receiver, root.update, ("root",), match, article):
        before = found.setdefault(routed.receiver, routed)
        if before.updates != routed.updates:  # whoever is reached by several ways is told what any asks for
            found[routed.receiver] = replace(before, updates=before.updates | routed.updates)
    return tuple(found.values())


def _descend(
    at: RootRoute | Route,
    receiver: str,
    update: tuple[Update, ...],
    way: tuple[str, ...],
    match: Match,
    article: Article,
) -> Iterator[Routed]:
    taken = False
    for child in at.routes:
        if child.when.holds(match, article):
            taken = True
            below = (*way, str(child.when) or "always")
            wanted = update if child.update is None else child.update
            yield from _descend(child, child.receiver or receiver, wanted, below, match, article)
            if not child.go_on:
                return
    if not taken:
        yield Routed(receiver, way, frozenset(update))


def _lower(words: tuple[str, ...]) -> set[str]:
    return {word.lower() for word in words}
