"""What a rulebook holds: actors with their names and holders, topics, rules and their tests."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from monitor.errors import in_one_line
from monitor.model import RuleStatus, Severity
from monitor.rules.document import ActorKind, ArticleEntry, TestKind
from monitor.rules.terms import AnyTerm
from monitor.rules.tree import Node

DEFAULT_GRACE_DAYS = 14


class Place(NamedTuple):
    """Where something stands in a rule file, from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{in_one_line(self.path)}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Holder:
    """An interval of an office: who held it, `person` None in a vacancy.

    `since` and `until` are as written; `start` and `end` bound the interval half-open, None where open.
    """

    person: str | None
    since: str | None
    until: str | None
    start: datetime | None
    end: datetime | None
    grace: timedelta
    acting: bool = False
    checked: str | None = None
    place: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)

    def holds(self, at: datetime, *, grace: bool = False) -> bool:
        """Tell whether `at` lies in the interval, widened by the days of grace if asked."""
        room = self.grace if grace and self.person else timedelta()
        # Differences, because a date moved by the days of grace may leave the calendar.
        begun = self.start is None or self.start - at <= room
        return begun and (self.end is None or at - self.end < room)


@dataclass(frozen=True, slots=True)
class Member:
    """An interval of a group: `actor` belonged to it; dates are as in `Holder`, without days of grace."""

    actor: str
    since: str | None
    until: str | None
    start: datetime | None
    end: datetime | None
    disputed: bool = False

    def holds(self, at: datetime) -> bool:
        """Tell whether `at` lies in the interval."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


NAME_LISTS = ("names", "weak", "context", "cancels", "titles", "informal")
"""The lists of an actor that hold terms; `cancels` is written `not:`."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, organisation, office, country, place or group, with its compiled names."""

    id: str
    kind: ActorKind
    name: str
    place: Place
    names: tuple[AnyTerm, ...] = ()
    weak: tuple[AnyTerm, ...] = ()
    context: tuple[AnyTerm, ...] = ()
    cancels: tuple[AnyTerm, ...] = ()
    titles: tuple[AnyTerm, ...] = ()
    informal: tuple[AnyTerm, ...] = ()
    of: str | None = None
    part_of: str | None = None
    holders: tuple[Holder, ...] = ()
    members: tuple[Member, ...] = ()
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Extension:
    """More terms for the lists of an actor of any file; `loc` is where it stands in its own."""

    actor: str
    loc: tuple[int | str, ...]
    terms: dict[str, tuple[AnyTerm, ...]]

    def extended(self, actor: Actor) -> Actor:
        """Give an actor with these terms added to its own."""
        more = {
            key: tuple(dict.fromkeys((*getattr(actor, key), *terms))) for key, terms in self.terms.items()
        }
        return replace(actor, **more)  # type: ignore[arg-type]  # the keys are names of lists


@dataclass(frozen=True, slots=True)
class Topic:
    """A shared list of terms; `includes` are other topics."""

    id: str
    name: str
    place: Place
    terms: tuple[AnyTerm, ...]
    includes: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """A test inside a rule file: an article with what the rule must make of it."""

    kind: TestKind
    article: ArticleEntry
    place: Place
    actors: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to be evaluated; `match` is its expression as written, `expression` the tree."""

    id: str
    title: str
    status: RuleStatus
    severity: Severity
    match: str
    expression: Node
    path: str
    line: int
    checksum: str = ""
    why: str = ""
    owner: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    tests: tuple[Example, ...] = ()
    column: int = 1
    allowed: frozenset[str] = frozenset()

    def with_checksum(self, checksum: str) -> Rule:
        """Give the rule with its checksum; `dataclasses.replace` takes four times as long."""
        before, after = _BESIDE_CHECKSUM
        values: Any = (*before(self), checksum, *after(self))
        return Rule(*values)


_NAMES = [field.name for field in fields(Rule)]
_PLACE = _NAMES.index("checksum")
_BESIDE_CHECKSUM = attrgetter(*_NAMES[:_PLACE]), attrgetter(*_NAMES[_PLACE + 1 :])
