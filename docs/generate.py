"""Writes the reference pages from the code itself: what the configuration may hold, every
command, and the words around a title.

Run by `make docs`; a test keeps the pages in git in step.
"""

from __future__ import annotations

import importlib
import inspect
import ipaddress
import re
import types
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer.main
from babel import Locale
from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from monitor.cli.main import app
from monitor.config import ConfigFile
from monitor.console.config import Bind
from monitor.matching.markers import LISTED, SIDES
from monitor.notify import channels
from monitor.notify.kinds import shipped_kinds
from monitor.values import Secret, Size

Model = type[BaseModel]

FOLDER = Path(__file__).resolve().parent / "reference"
_GENERATED = "<!-- Written by docs/generate.py from the program; change it there. -->"
_CONFIGURATION = f"""\
{_GENERATED}
# Configuration

The file `watchword.yaml` holds these keys. A key that is not known is an error, and `watchword check` names
every mistake at once with its place. Relative paths count from the file's folder.

| written as | means |
|---|---|
| duration | a number and a unit: `90s`, `10m`, `2h`, `30d`, `1w` |
| size | a number and a unit: `500KB`, `15MB`, `1GiB` |
| secret | never the value itself: `env:NAME` (an environment variable) or `file:PATH` (the text of a file) |
"""
_COMMANDS = f"""\
{_GENERATED}
# Commands

Exit codes are the same everywhere: 0 all is well, 1 a check or a test found something, 2 what was given
cannot be used. Messages for people go to standard error, results to standard output. `--help` works at every
level.
"""
_MARKERS = f"""\
{_GENERATED}
# Words around a title

These words change what a title says. They count directly before the title or before the whole phrase of
title and body, or directly after either, as the list says; several may stand in a row. The article's
language decides which list serves, and all of them serve where the language is unknown or has none. What
makes another office (a deputy is not the secretary) takes the hit away; what makes it former keeps it for
`office.any:` alone; acting is the office, and the alert says so. Words are compared as everywhere: case,
accents and hyphens do not count. Words before a title count in Arabic and Hebrew with what is written onto
them (و ف ب ل ك, ו ש ב ל מ כ) as well.

Of several that end or begin at one place the longest decides. *No marker* are words that only look like one:
目前总统 is the president at present, not a former one (前). A full stop within a marker must stand in the
text, and so must one after a marker before a title; an abbreviation that does without is listed both ways.
A marker with a hyphen at its end must be joined by one: an under-secretary is another office, while *under
President Putin* speaks of the president.

Known limits:

- *Under Secretary* in two words, with neither *the* nor *an* before it, reads as the secretary. Where that
  matters, name it in the `not:` phrases of the office.
- A body that does not touch its title is looked for at most five tokens away. In Chinese, Japanese, Thai,
  Lao, Khmer and Burmese a token is one character, so the name of a person between the two is often too long:
  ロシア安全保障会議のパトルシェフ書記 is not found.
- A full stop after an abbreviation may end a sentence as well; it is read as the abbreviation's: *he is only
  the dep. Secretary Ahmadian said so* names no secretary.
"""
_MARKED_AS = {"rank": "another office", "look-alike": "no marker"}
_WORDS: dict[Any, tuple[str, str]] = {
    bool: ("true or false", "truth values"),
    float: ("number", "numbers"),
    int: ("number", "numbers"),
    str: ("text", "texts"),
    Path: ("path", "paths"),
    Secret: ("secret", "secrets"),
    timedelta: ("duration", "durations"),
    Bind: ("`HOST:PORT`", "addresses"),
    ipaddress.IPv4Network: ("network", "networks such as `10.0.0.0/8`"),
    ipaddress.IPv6Network: ("network", "networks such as `10.0.0.0/8`"),
}
_OF_SIZE = get_args(Size)[1]
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def configuration_page() -> str:
    """Write the page on `watchword.yaml`: each section with its keys, then each kind of channel."""
    parts = [_CONFIGURATION]
    sections = dict(_sections(ConfigFile, "", {}))
    for path, model in sections.items():
        title = " with ".join(f"`{part}`" for part in path.split(" ")) if path else "The file"
        base = sections.get(path.partition(" ")[0], model)
        parts.append(f"## {title}\n\n{inspect.getdoc(model)}\n\n{_table(model, base, sections)}")
    parts.append("## Channels\n\nWhat may stand in a receiver's `channels`, by its `kind`.\n")
    parts += [_kind(kind) for kind in shipped_kinds()]
    return "\n".join(parts)


def _sections(model: Model, path: str, seen: dict[Model, str]) -> Iterator[tuple[str, Model]]:
    """Walk the models that a model is made of, each once, with the keys that lead there."""
    if model in seen:
        return
    seen[model] = path
    yield path, model
    for name, field in model.model_fields.items():
        below = f"{path}.{field.alias or name}".lstrip(".")
        first, *others = _models(field.annotation) or [model]
        yield from _sections(first, below, seen)
        for other in others:
            own = next(key for key in other.model_fields if key not in first.model_fields)
            yield from _sections(other, f"{below} {own}", seen)


def _models(annotation: Any) -> list[Model]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def _table(model: Model, base: Model, sections: dict[str, Model]) -> str:
    """List the keys; where the model is another form of `base`, those that both have are only named."""
    shared = [] if model is base else [name for name in model.model_fields if name in base.model_fields]
    rows = [_row(name, each, sections) for name, each in model.model_fields.items() if name not in shared]
    table = "\n".join(["| key | value | default | |", "|---|---|---|---|", *rows]) + "\n"
    return table + (
        f"\nBeside it: {', '.join(f'`{name}`' for name in shared)}, as above.\n" if shared else ""
    )


def _row(name: str, field: FieldInfo, sections: dict[str, Model]) -> str:
    models = _models(field.annotation)
    value = _word(field.annotation, field.metadata)
    if anchors := [path for path, model in sections.items() if model in models]:
        value = value.replace("keys", f"[keys](#{re.sub(r'[^a-z0-9_]', '', anchors[0])})")
    # What a key's own model is for serves where the key itself is not explained.
    said = field.description or (inspect.getdoc(models[0]) or "" if models else "").partition("\n")[0]
    return "| " + " | ".join(map(_cell, (f"`{field.alias or name}`", value, _default(field), said))) + " |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _word(annotation: Any, metadata: Any = (), *, many: bool = False) -> str:
    """Say in words what may be written for a type."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _word(parts[0], parts[1:], many=many)
    if origin in (Union, types.UnionType):
        given = [_word(part, metadata, many=many) for part in parts if part is not type(None)]
        return " or ".join(dict.fromkeys(given))
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin in (list, tuple):
        return f"list of {_word(parts[0], many=True)}"
    return (
        f"names, each with {_word(parts[1])}" if origin is dict else _plain_word(annotation, metadata, many)
    )


def _plain_word(annotation: Any, metadata: Any, many: bool) -> str:
    if _OF_SIZE in metadata:
        return "size"
    if annotation is Secret and any(isinstance(check, BeforeValidator) for check in metadata):
        return "address or secret"
    if annotation in _WORDS:
        return _WORDS[annotation][many]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f"`{word}`" for word in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "entries with keys" if many else "keys"
    return "[channels](#channels)" if many else "address"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", (), [], {}) or isinstance(value, BaseModel):
        return ""
    return f"`{_shown(value, _OF_SIZE in field.metadata)}`"


def _shown(value: Any, of_size: bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        unit = next(unit for unit, size in _UNITS.items() if seconds % size == 0)
        return f"{seconds // _UNITS[unit]}{unit}"
    return f"{value // 1_000_000}MB" if of_size else str(value)


def _kind(kind: str) -> str:
    """Give the page of a kind of channel, which is the docstring of its module."""
    module = importlib.import_module(f"{channels.__name__}.{kind}")
    return f"### `kind: {kind}`\n\n{inspect.getdoc(module)}\n"


def commands_page() -> str:
    """Write the page on the command line: every verb with its arguments, options and an example."""
    found = _commands(typer.main.get_command(app), ())
    return "\n".join([_COMMANDS, *(_command(path, command) for path, command in found)])


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path), command
        return
    for name in sorted(below):
        if not below[name].hidden:
            yield from _commands(below[name], (*path, name))


def _command(path: str, command: Any) -> str:
    said, _, example = inspect.cleandoc(command.help or "").partition("Example: ")
    arguments = [_argument(each) for each in command.params if each.param_type_name == "argument"]
    usage = " ".join(["watchword", path, "[OPTIONS]", *arguments])
    parts = [f"## {path}\n", f"```text\n{usage}\n```\n", f"{said.strip()}\n", _parameters(command)]
    shown = example.partition(" (or")[0].strip()
    return "\n".join([*filter(None, parts), f"```console\n$ {shown}\n```\n"])


def _argument(argument: Any) -> str:
    name = str(argument.metavar or argument.name.upper())
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _parameters(command: Any) -> str:
    rows = []
    for each in command.params:
        option = each.param_type_name == "option"
        names = sorted(each.opts, key=len) if option else _argument(each).strip("[].").split("|")
        shown = (", " if option else " or ").join(f"`{name}`" for name in names)
        rows.append(f"| {_cell(shown)} | {_cell(_explained(each))} |")
    return "\n".join(["| | |", "|---|---|", *rows]) + "\n" if rows else ""


def _explained(parameter: Any) -> str:
    said, default, variable = parameter.help or "", parameter.default, parameter.envvar
    if default is not None and not isinstance(default, bool) and parameter.param_type_name == "option":
        said += f" Default: `{default}`."
    return said + (f" Also read from `{variable}`." if variable else "")


def markers_page() -> str:
    """Write the page on the words around a title, language by language."""
    return "\n".join([_MARKERS, *(_markers(lang) for lang in sorted(LISTED, key=_language))])


def _markers(lang: str) -> str:
    rows = [
        f"| {_MARKED_AS.get(kind, kind)}, {side} | {', '.join(words)} |"
        for (kind, side), words in zip(SIDES, LISTED[lang], strict=True)
        if words
    ]
    return "\n".join([f"## {_language(lang)} (`{lang}`)\n", "| | |", "|---|---|", *rows]) + "\n"


def _language(lang: str) -> str:
    return str(Locale(lang).get_language_name("en"))


PAGES = {
    "configuration.md": configuration_page,
    "commands.md": commands_page,
    "../rules/markers.md": markers_page,
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file_name, page in PAGES.items():
        (FOLDER / file_name).write_text(page(), encoding="utf-8")
