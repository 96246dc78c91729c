"""YAML as users' files may use it: strings, lists and mappings, every one with its place.

Nothing is guessed: `NO`, `007` and `on` stay the text as typed, and only a value left out is null. Tags,
anchors, aliases, merge keys, several documents, duplicate keys, tabs and bytes that are not UTF-8 are
refused with their place. `Source.validate` checks a file against a pydantic model and turns each of
pydantic's errors into a `Problem` at `path:line:column` with the nearest valid word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import Problem
from monitor.values import read_regular
from monitor.yaml_tree import Mapped, Node, Refused, Scalar, Sequence, build_tree

MAX_BYTES = 8 * 1024 * 1024
MAX_PROBLEMS = 1_000

M = TypeVar("M", bound=BaseModel)
Loc = tuple[int | str, ...]


@dataclass
class Source:
    """A YAML file read strictly: its tree, its plain data and the problems found while reading."""

    path: str
    text: str
    root: Node | None
    problems: list[Problem]

    @cached_property
    def data(self) -> Any:
        """The tree as plain dicts, lists, strings and None."""
        return None if self.root is None else _plain(self.root)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def problem(self, loc: Loc, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        """Make an error for the value (or, with `at_key`, the key) at `loc`."""
        line, column = self.place(loc, at_key=at_key)
        return Problem(self.path, line, column, message, hint)

    def node(self, loc: Loc) -> Node | None:
        """Find the node at `loc`, or the nearest one above it."""
        found = self.root
        for step in loc:
            below = _below(found, step)
            if below is not None:
                found = below[1]
        return found

    def place(self, loc: Loc, *, at_key: bool = False) -> tuple[int, int]:
        """Give line and column of the value at `loc`, or of the nearest one above it."""
        found, key = self.root, None
        for step in loc:
            below = _below(found, step)
            if below is None:
                continue
            key, found = below
        if at_key and key is not None:
            return key.line, key.column
        return (found.line, found.column) if found is not None else (1, 1)

    def place_in(self, loc: Loc, offset: int) -> tuple[int, int]:
        """Give the place of character `offset` of the text at `loc`.

        Exact in `|` texts, in plain and single-quoted ones of one line, and in double-quoted ones of one line
        without escapes; else the start of the text.
        """
        node = self.node(loc)
        if not isinstance(node, Scalar) or node.text is None:
            return self.place(loc)
        lines = self._lines
        if node.style == "|":
            return _place_in_block(node, lines, offset)
        if node.style in ("", "'") and "\n" not in node.text:
            return _place_in_line(node, lines, offset)
        if node.style == '"' and lines[node.line - 1].startswith(f'{node.text}"', node.column):
            return node.line, node.column + 1 + offset
        return node.line, node.column

    def validate(
        self, model: type[M], context: Mapping[str, Any] | None = None
    ) -> tuple[M | None, list[Problem]]:
        """Check the data against `model`; gives the value, or None with every problem found."""
        if self.problems:
            return None, list(self.problems)
        try:
            return model.model_validate(self.data, context=dict(context or {})), []
        except ValidationError as error:
            details = error.errors(include_url=False)
            explained = sorted({self._explain(detail, model) for detail in details[:MAX_PROBLEMS]})
            return None, first_problems(explained, self.path, more=len(details) > MAX_PROBLEMS)

    def _explain(self, detail: ErrorDetails, model: type[BaseModel]) -> Problem:
        loc = tuple(step for step in detail["loc"] if isinstance(step, int | str))
        kind = detail["type"]
        if kind == "extra_forbidden":
            valid = sorted(_keys_at(model, loc[:-1]))
            return self.problem(loc, f"unknown key {loc[-1]!r}", nearest(str(loc[-1]), valid), at_key=True)
        if kind == "missing":
            return self.problem(loc[:-1], f"{loc[-1]!r} is missing")
        if kind in ("literal_error", "enum"):
            valid = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
            return self.problem(
                loc,
                f"{detail['input']!r} is not one of {', '.join(valid)}",
                nearest(str(detail["input"]), valid, listed=False),
            )
        said = detail.get("ctx", {})  # a validator of ours may bring its own hint, and point at the key
        return self.problem(
            loc, _in_plain_words(detail), str(said.get("hint", "")), at_key=bool(said.get("at_key"))
        )


def first_problems(problems: Iterable[Problem], path: str, *, more: bool = False) -> list[Problem]:
    """Take as many problems of a file as anybody will read, and say when there are `more`."""
    rest = iter(problems)
    found = list(islice(rest, MAX_PROBLEMS))
    if more or next(rest, None) is not None:
        said = f"more than {MAX_PROBLEMS:,} problems in this file"
        found.append(Problem(path, 0, 0, said, "mend the first ones and check again"))
    return found


def nearest(word: str, valid: list[str], *, listed: bool = True) -> str:
    """Say the nearest valid word, or where none is near and `listed`, all of them."""
    close = difflib.get_close_matches(word.lower(), valid, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"valid are: {', '.join(valid)}" if listed and valid else ""


def read_yaml(path: Path, shown: str | None = None) -> Source:
    """Read a file; what is wrong with it is in `problems` of the result, never raised."""
    name = shown if shown is not None else str(path)
    raw = read_file(path, name)
    return Source(name, "", None, [raw]) if isinstance(raw, Problem) else parse_yaml(raw, name)


def read_file(path: Path, shown: str) -> bytes | Problem:
    """Read a file's bytes, or say why that cannot be done."""
    try:
        return read_regular(path)
    except OSError as error:
        return Problem(shown, 0, 0, f"cannot be read: {error.strerror}")


def parse_yaml(raw: bytes, name: str) -> Source:
    """Read YAML bytes; `name` is the path shown in problems."""
    if len(raw) > MAX_BYTES:
        said = f"the file has {len(raw):,} bytes; {MAX_BYTES:,} is the most"
        return Source(name, "", None, [Problem(name, 0, 0, said, "split it into several files")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        start = raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[start : error.start].decode("utf-8", "replace")) + 1
        problem = Problem(name, line, column, "the file is not UTF-8 text", "save it as UTF-8")
        return Source(name, "", None, [problem])
    text = text.replace("\r\n", "\n")
    problems = first_problems(_tabs(text, name), name)
    root: Node | None = None
    if not problems:
        try:
            root = build_tree(text)
        except Refused as refused:
            problems.append(Problem(name, *refused.place, refused.message, refused.hint))
        except yaml.MarkedYAMLError as error:
            problems.append(_yaml_problem(name, error))
        except yaml.YAMLError as error:  # a character that YAML does not allow
            problems.append(_character_problem(name, text, error))
    return Source(name, text, root, problems)


def _tabs(text: str, name: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        column = line.find("\t")
        if column >= 0:
            yield Problem(name, number, column + 1, "a tab", "indent and separate with spaces")


def _yaml_problem(name: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    hint = 'put texts that hold ": ", " #", "*" or quotes between quotation marks'
    return Problem(name, line, column, f"not YAML: {error.problem or error.context}", hint)


def _character_problem(name: str, text: str, error: yaml.YAMLError) -> Problem:
    position = int(getattr(error, "position", 0) or 0)
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return Problem(
        name, line, column, "a control character", "remove it; write \\x… in double quotes if it is meant"
    )


def _below(node: Node | None, step: int | str) -> tuple[Scalar | None, Node] | None:
    if isinstance(node, Mapped) and isinstance(step, str):
        return node.items.get(step)
    if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return None, node.items[step]
    return None


def _plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, (_, value) in node.items.items()}


def _place_in_block(node: Scalar, lines: list[str], offset: int) -> tuple[int, int]:
    text = node.text or ""
    row = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1)
    first = node.line  # the block begins on the line after its indicator, whose number from 1 this is
    body = next((line for line in islice(lines, first, None) if line.strip()), None)
    content = next((found[0] for found in re.finditer(r"[^\n]+", text) if found[0].strip()), "")
    indent = len(body) - len(content) if body is not None else 0
    return first + row + 1, max(indent, 0) + column + 1


def _place_in_line(node: Scalar, lines: list[str], offset: int) -> tuple[int, int]:
    if not node.style:
        return node.line, node.column + offset
    quotes = (node.text or "")[:offset].count("'")
    return node.line, node.column + 1 + offset + quotes


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        if get_origin(annotation) is not Literal:
            yield from _models_in(argument)


def _unwrapped(annotation: Any) -> Any:
    while get_origin(annotation) in (Annotated, Union, UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        if get_origin(annotation) is not Annotated and len(inner) > 1:
            return annotation
        annotation = inner[0]
    return annotation


def _keys_at(model: Any, loc: Loc) -> set[str]:
    """Find the keys that are valid at `loc` of a value of `model`."""
    annotation: Any = model
    for step in loc:
        annotation = _step(_unwrapped(annotation), step)
    return {name for found in _models_in(annotation) for name in _names(found)}


def _names(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _step(annotation: Any, step: int | str) -> Any:
    if isinstance(step, int):
        arguments = get_args(annotation)
        return arguments[0] if arguments else annotation
    for member in get_args(annotation):
        if any(getattr(mark, "tag", None) == step for mark in getattr(member, "__metadata__", ())):
            return member
    for model in _models_in(annotation):
        if step in _names(model):
            return _names(model)[step]
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    return annotation  # the tag of a union: pydantic names it in the place, the file does not


_PLAIN_WORDS = {
    "string_type": "a text belongs here",
    "list_type": "a list belongs here; write [one, two] or one item a line after '- '",
    "tuple_type": "a list belongs here; write [one, two] or one item a line after '- '",
    "dict_type": "keys and values belong here",
    "model_type": "keys and values belong here",
    "model_attributes_type": "keys and values belong here",
    "path_type": "a path belongs here",
    "bool_parsing": "true or false belongs here",
    "int_parsing": "a whole number belongs here",
    "int_type": "a whole number belongs here",
}


def _in_plain_words(detail: ErrorDetails) -> str:
    if detail["input"] is None and detail["type"] in _PLAIN_WORDS:
        return f"a value is missing: {_PLAIN_WORDS[detail['type']]}"
    message = _PLAIN_WORDS.get(detail["type"], detail["msg"])
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
