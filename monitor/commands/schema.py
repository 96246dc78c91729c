"""JSON Schemas (draft 2020-12) of the configuration and of rule files, made from the models that read them.

A schema judges what an *editor* reads of a file, which is not what our strict loader reads: there `10` is a
number and `yes` may be a truth value where we see a text. It is as wide as the loader for every value that
can be told apart; what needs more than one place of a file (ids, references, expressions) is for `check`.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic.json_schema import JsonSchemaValue

from monitor.config import ConfigFile
from monitor.errors import SetupError
from monitor.notify.channel import ChannelConfig
from monitor.notify.kinds import config_of, shipped_kinds
from monitor.rules.document import RuleFile
from monitor.values import DURATION_SCHEMA

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NUMBERS = ("7", "2013")  # what an editor may take for a number, and our loader for a text
_TRUTHS = ("true", "false", "yes", "no", "on", "off")
_SUBSCHEMAS = ("items", "additionalProperties", "propertyNames", "if", "then", "else")
_KEY_ITEM = re.compile(r"^- (.+?(?:\n  .+?)*)(?=\n- |\n\n|\Z)", re.MULTILINE)
_COLON = re.compile(r":\s(?=(?:[^`]*`[^`]*`)*[^`]*$)")  # one that is not inside `code`


def config_schema() -> JsonSchemaValue:
    """Give the schema of `watchword.yaml`, with the keys of every shipped kind of channel."""
    made = ConfigFile.model_json_schema()
    definitions = made["$defs"]
    _each_kind(definitions)
    for name in ("FeedConfig", "OpmlFeeds"):
        feed = definitions[name]["properties"]
        said = feed["max_age"].get("description")
        age = {"anyOf": [dict(DURATION_SCHEMA), {"const": "none"}, {"type": "null"}]}
        feed["max_age"] = age | ({"description": said} if said else {})
    return _finished(made, "Watchword's configuration")


def rules_schema() -> JsonSchemaValue:
    """Give the schema of rule files."""
    return _finished(RuleFile.model_json_schema(), "A rule file of Watchword")


SCHEMAS: dict[str, Callable[[], JsonSchemaValue]] = {"config": config_schema, "rules": rules_schema}


def schema_text(which: str) -> str:
    """Give the JSON of one of `SCHEMAS`."""
    return json.dumps(SCHEMAS[which](), ensure_ascii=False, indent=2) + "\n"


def write_schema(which: str, target: Path) -> None:
    """Write one of `SCHEMAS` to a file, replacing what is there. Raises SetupError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(schema_text(which), encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{target} cannot be written: {error.strerror}") from error


def _finished(made: JsonSchemaValue, title: str) -> JsonSchemaValue:
    for part in (made, *made.get("$defs", {}).values()):
        _as_editors_read(part)
    return {"$schema": DIALECT, "title": title} | made


# Channels


def _each_kind(definitions: dict[str, Any]) -> None:
    """Let a channel be any of the shipped kinds with its keys, or one of an outside package."""
    outside = {
        "type": "string",
        "pattern": r"^[^.]+(\.[^.]+)+$",
        "description": "A module of another package.",
    }
    alternatives: list[JsonSchemaValue] = [
        {"type": "object", "required": ["kind"], "properties": {"kind": outside}}
    ]
    for kind in shipped_kinds():
        name = f"{kind.capitalize()}Channel"
        definitions[name], below = _channel(kind, config_of(kind))
        definitions.update(below)
        alternatives.append({"$ref": f"#/$defs/{name}"})
    definitions["ReceiverConfig"]["properties"]["channels"]["items"] = {"anyOf": alternatives}


def _channel(kind: str, config: type[ChannelConfig]) -> tuple[JsonSchemaValue, dict[str, Any]]:
    made = config.model_json_schema()
    below = made.pop("$defs", {})
    page = inspect.getdoc(inspect.getmodule(config)) or ""
    properties = made.setdefault("properties", {})
    for key, said in _said_of_keys(page).items():
        if key in properties:
            properties[key].setdefault("description", said)
    kind_itself = {"const": kind, "description": page.partition("\n")[0]}
    made["properties"] = {"kind": kind_itself} | properties
    made["required"] = ["kind", *made.get("required", [])]
    return made | {"description": page.partition("\n")[0]}, below


def _said_of_keys(page: str) -> dict[str, str]:
    """Find what a channel's page says of each key: an item of its list that begins with the key."""
    found: dict[str, str] = {}
    for item in _KEY_ITEM.findall(page):
        head, *said = _COLON.split(item, maxsplit=1)
        text = " ".join((said[0] if said else item).split())
        found |= {key: text[:1].upper() + text[1:] for key in re.findall(r"`([a-z_]+)`", head)}
    return found


# What an editor reads


def _as_editors_read(schema: JsonSchemaValue) -> None:
    """Widen a schema to what editors make of texts, and leave out what only clutters their hints."""
    if isinstance(schema.get("title"), str):
        del schema["title"]
    if not _worth_showing(schema):
        schema.pop("default", None)
    if "patternProperties" in schema:
        schema.setdefault("additionalProperties", False)
    _widen(schema)
    for part in list(_below(schema)):
        _as_editors_read(part)


def _worth_showing(schema: JsonSchemaValue) -> bool:
    default = schema.get("default")
    return isinstance(default, bool) or (
        isinstance(default, str) and bool(default.strip()) and "pattern" not in schema
    )


def _widen(schema: JsonSchemaValue) -> None:
    kind = schema.get("type")
    if kind == "string" and not {"enum", "const"} & schema.keys():
        pattern = re.compile(schema.get("pattern", ""))
        number = any(pattern.search(text) for text in _NUMBERS)
        truth = any(pattern.search(text) for text in _TRUTHS)
        schema["type"] = ["string", *["number"] * number, *["boolean"] * truth]
    elif kind == "integer":
        schema |= {"type": ["integer", "string"], "pattern": r"^\s*[0-9]+\s*$"}
    elif kind == "boolean":
        schema.pop("type")
        schema["enum"] = [True, False, *_TRUTHS]
    if schema.get("type") == ["string"]:
        schema["type"] = "string"


def _below(schema: JsonSchemaValue) -> Iterator[JsonSchemaValue]:
    for key in _SUBSCHEMAS:
        if isinstance(schema.get(key), dict):
            yield schema[key]
    for key in ("anyOf", "oneOf", "allOf"):
        yield from schema.get(key, ())
    for key in ("properties", "patternProperties"):
        yield from (part for part in schema.get(key, {}).values() if isinstance(part, dict))
