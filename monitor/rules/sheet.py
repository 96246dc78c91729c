"""One rule file, compiled by itself: its entries, what they refer to, and all that is wrong inside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from monitor.errors import Problem, ProblemLevel
from monitor.rules import definitions as d
from monitor.rules.expression import Expression
from monitor.rules.tree import Node
from monitor.strict_yaml import MAX_PROBLEMS, Loc, Source, parse_yaml

Key = tuple[str, str]
"""A list (`actors`, `topics` or `rules`) and an id in it."""


@dataclass
class Sheet:
    """A rule file: entries by id, the ids it declares and where, and its problems.

    `written` are the ids that its entries refer to outside expressions; those with mistakes have theirs too.
    `needs` is what each sound entry refers to, `sums` are checksums of what it says by itself; only its
    topics tell whether an `unsettled` rule selects anything.
    """

    path: str
    text: bytes
    declared: dict[Key, Loc] = field(default_factory=dict)
    actors: dict[str, d.Actor] = field(default_factory=dict)
    extensions: list[d.Extension] = field(default_factory=list)
    topics: dict[str, d.Topic] = field(default_factory=dict)
    rules: dict[str, d.Rule] = field(default_factory=dict)
    expressions: dict[str, Expression] = field(default_factory=dict)
    written: list[tuple[Key, Loc]] = field(default_factory=list)
    needs: dict[Key, frozenset[Key]] = field(default_factory=dict)
    sums: dict[Key, str] = field(default_factory=dict)
    unsettled: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _source: Source | None = field(default=None, repr=False, compare=False)
    _told: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def source(self) -> Source:
        """Give the file as YAML; it is read again where it was let go, which only mistakes ask for."""
        if self._source is None:
            self._source = parse_yaml(self.text, self.path)
        return self._source

    def read(self, source: Source) -> None:
        """Work with a source while the sheet is made of it."""
        self._source = source

    def let_go(self) -> None:
        """Forget the source: places are seldom asked for, and it is larger than all that was made of it."""
        self._source = None

    @property
    def broken(self) -> bool:
        """Tell whether the file cannot be used."""
        return any(problem.level == "error" for problem in self.problems)

    def copy(self) -> Sheet:
        """Give a copy to add problems and names to."""
        return replace(
            self,
            problems=list(self.problems),
            actors=dict(self.actors),
            sums=dict(self.sums),
            _source=None,
            _told=dict(self._told),
        )

    def is_full(self, level: ProblemLevel = "error") -> bool:
        """Tell whether as many problems of a level were reported as anybody will read; more are not taken."""
        return self._told.get(level, 0) > MAX_PROBLEMS

    def entries(self, kind: str) -> list[tuple[Loc, dict[str, Any]]]:
        """Give the entries of a list as written, those with mistakes included, with their places."""
        data = self.source.data
        listed = data.get(kind) if isinstance(data, dict) else None
        items = enumerate(listed if isinstance(listed, list) else ())
        return [((kind, number), entry) for number, entry in items if isinstance(entry, dict)]

    def take(self, problems: list[Problem]) -> None:
        """Add problems that were found while the file was read."""
        self.problems += problems
        for problem in problems:
            self._told[problem.level] = self._told.get(problem.level, 0) + 1

    def report(
        self,
        loc: Loc,
        message: str,
        hint: str = "",
        code: str = "",
        level: ProblemLevel = "error",
        offset: int = -1,
    ) -> None:
        """Add a problem at a value, or at character `offset` of it."""
        if self.is_full(level):
            return
        place = self.source.place(loc) if offset < 0 else self.source.place_in(loc, offset)
        self.report_at(place, message, hint, code, level)

    def report_at(
        self,
        place: tuple[int, int],
        message: str,
        hint: str = "",
        code: str = "",
        level: ProblemLevel = "error",
    ) -> None:
        """Add a problem at a line and column. Each level has its bound: no error is lost in remarks."""
        if self.is_full(level):
            return
        self._told[level] = self._told.get(level, 0) + 1
        if self.is_full(level):
            place, code, hint = (0, 0), "many-problems", "mend the first ones and check again"
            message = f"more than {MAX_PROBLEMS:,} {level}s in this file"
        self.problems.append(Problem(self.path, *place, message, hint, level, code))

    def report_in(self, rule: str, node: Node, message: str, hint: str = "", code: str = "") -> None:
        """Add a problem at a node of a rule's expression."""
        loc = (*self.declared["rules", rule], "match")
        self.report(loc, message, hint, code, offset=node.place[0])
