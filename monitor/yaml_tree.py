"""The tree of a YAML file: texts, lists and mappings, every one with its place, and what may not stand in it.

What is refused is refused where it stands, while the file is read: nothing is built of what comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_DEPTH = 40
# The largest file of texts of usual length stays below both; a file made of nothing but commas does not, and
# each node costs some hundred times the bytes that it is written with.
MAX_NODES = 300_000
MAX_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text in the file. `line` and `column` count from 1; `style` is `' " | >` or empty for plain."""

    text: str | None
    line: int
    column: int
    style: str = ""


@dataclass(slots=True)
class Sequence:
    """A list in the file."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapped:
    """A mapping in the file; its keys keep their places."""

    line: int
    column: int
    items: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


Node = Scalar | Sequence | Mapped


class Refused(Exception):
    """Something that may not stand in a file, at a line and column from 1."""

    def __init__(self, line: int, column: int, message: str, hint: str = "") -> None:
        self.place = (line, column)
        self.message = message
        self.hint = hint
        super().__init__(message)


def build_tree(text: str) -> Node | None:
    """Build the tree of a text; `Refused` or a `yaml.YAMLError` says what is wrong with it."""
    return _Builder(text).document()


class _Builder:
    """Builds the tree from YAML events, so that what is refused is seen where it stands."""

    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events = yaml.parse(text, Loader=loader)
        self._nodes = 0

    def document(self) -> Node | None:
        root: Node | None = None
        seen_document = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen_document:
                    raise _refused(
                        event, "a second document", "one file holds one document; remove the '---'"
                    )
                seen_document = True
                root = self._node(next(self._events), depth=0)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        self._check(event, depth)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _refused(
                event, f"more than {MAX_NODES:,} values in one file", "split it into several files"
            )
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.ScalarEvent):
            style = event.style if event.style in ("'", '"', "|", ">") else ""
            return Scalar(None if not event.value and not style else event.value, line, column, style)
        if isinstance(event, yaml.SequenceStartEvent):
            sequence = Sequence(line, column)
            while not isinstance(below := next(self._events), yaml.SequenceEndEvent):
                sequence.items.append(self._node(below, depth + 1))
            return sequence
        mapped = Mapped(line, column)
        while not isinstance(below := next(self._events), yaml.MappingEndEvent):
            self._pair(mapped, below, depth)
        return mapped

    def _pair(self, mapped: Mapped, event: Any, depth: int) -> None:
        key = self._node(event, depth + 1)
        if not isinstance(key, Scalar) or key.text is None:
            raise _refused(event, "a key must be one word or text")
        if key.text == "<<" and not key.style:
            raise _refused(event, "a merge key", "write the keys out")
        if len(mapped.items) == MAX_KEYS:
            raise _refused(event, f"more than {MAX_KEYS:,} keys in one mapping")
        value = self._node(next(self._events), depth + 1)
        if key.text in mapped.items:
            first = mapped.items[key.text][0].line
            raise _refused(event, f"the key {key.text!r} stands here twice (first in line {first})")
        mapped.items[key.text] = (key, value)

    @staticmethod
    def _check(event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event, f"an alias (*{event.anchor})", "quote it if the star is part of the text")
        if getattr(event, "anchor", None):
            raise _refused(event, f"an anchor (&{event.anchor})", "quote it if the & is part of the text")
        if getattr(event, "tag", None):
            raise _refused(event, f"a tag ({event.tag})", "quote it if the ! is part of the text")
        if depth > MAX_DEPTH:
            raise _refused(event, f"nested more than {MAX_DEPTH} deep")


def _refused(event: Any, message: str, hint: str = "") -> Refused:
    return Refused(event.start_mark.line + 1, event.start_mark.column + 1, message, hint)
