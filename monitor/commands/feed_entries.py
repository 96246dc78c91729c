"""Writing feeds into the text of a configuration, every other character of which stays as it is. Pure.

The new entries go after the last one of `feeds:`, in the shape that the list there has. What comes out is
read again and compared, so a shape that this does not understand is refused and never spoiled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from monitor.errors import SetupError
from monitor.strict_yaml import parse_yaml

Entry = Mapping[str, str | tuple[str, ...]]

_PLAIN = re.compile(r"[^\W_][\w-]*(?:[ .][\w-]+)*")


def add_feeds(text: str, entries: Sequence[Entry], path: str) -> str:
    """Give the text with the entries in it; raises SetupError where there is no safe place for them."""
    added = _insert(text, entries)
    before, after = parse_yaml(text.encode(), path), parse_yaml(added.encode(), path)
    wanted = [{key: list(v) if isinstance(v, tuple) else v for key, v in entry.items()} for entry in entries]
    if after.problems or after.data != before.data | {"feeds": [*(before.data.get("feeds") or ()), *wanted]}:
        raise SetupError(
            f"{path}: no place for feeds was found in it; begin a line with `feeds:` and leave it empty, "
            "or keep the list in a file of its own: feeds: [{opml: FILE}]"
        )
    return added


def _insert(text: str, entries: Sequence[Entry]) -> str:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    root = yaml.compose(body, Loader=loader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return text
    found = next((pair for pair in root.value if pair[0].value == "feeds"), None)
    if found is None:
        indent = " " * root.start_mark.column
        return mark + _after_line(
            body, len(body.rstrip()), [f"{indent}feeds:", *_block(entries, f"{indent}  ")]
        )
    key, value = found
    if not isinstance(value, yaml.SequenceNode):
        indent = " " * (key.start_mark.column + 2)
        return mark + _after_line(body, key.end_mark.index, _block(entries, indent))
    if value.flow_style:
        return mark + _in_brackets(body, value, entries)
    end = len(body[: _end(value.value[-1])].rstrip())
    return mark + _after_line(body, end, _block(entries, " " * value.start_mark.column))


def _after_line(text: str, index: int, lines: Sequence[str]) -> str:
    """Put lines below the line that holds `index`, with the line breaks of the text."""
    line_break = "\r\n" if "\r\n" in text else "\n"
    end = text.find("\n", index)
    head, tail = (text, "") if end < 0 else (text[: end + 1], text[end + 1 :])
    if head and not head.endswith("\n"):
        head += line_break
    return head + "".join(line + line_break for line in lines) + tail


def _in_brackets(text: str, value: Any, entries: Sequence[Entry]) -> str:
    written = ", ".join(_flow(entry) for entry in entries)
    if not value.value:
        index = value.start_mark.index + 1
        return text[:index] + written + text[index:]
    index = _end(value.value[-1])
    return f"{text[:index]}, {written}{text[index:]}"


def _end(node: Any) -> int:
    """Give where a node's last word ends; the end of a block is told only by what follows it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, yaml.MappingNode) else last)


def _block(entries: Sequence[Entry], indent: str) -> list[str]:
    lines = []
    for entry in entries:
        for number, (key, value) in enumerate(entry.items()):
            lines.append(f"{indent}{'  ' if number else '- '}{key}: {_value(value)}")
    return lines


def _flow(entry: Entry) -> str:
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in entry.items()) + "}"


def _value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
