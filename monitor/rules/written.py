"""What the entries of a rule file refer to outside expressions, as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.rules.sheet import Key, Sheet
from monitor.strict_yaml import Loc

INCLUDED_TOPIC = re.compile(r"topic:(\S*)")


def references_as_written(sheet: Sheet) -> Iterator[tuple[Key, Loc]]:
    """Give what entries refer to, as written: entries with mistakes have theirs too."""
    for loc, entry in sheet.entries("actors"):
        yield from _texts("actors", ((entry.get(key), (*loc, key)) for key in ("of", "part_of", "extend")))
        for key, who in (("holders", "person"), ("members", "actor")):
            dated = _mappings(entry.get(key), (*loc, key))
            yield from _texts("actors", ((item.get(who), (*at, who)) for item, at in dated))
    for loc, entry in sheet.entries("rules"):
        for test, at in _mappings(entry.get("tests"), (*loc, "tests")):
            yield from _texts("actors", _items(test.get("actors"), (*at, "actors")))
    for loc, entry in sheet.entries("topics"):
        terms = entry.get("terms")
        for lang, written in terms.items() if isinstance(terms, dict) else [("", terms)]:
            listed = written.get("terms") if isinstance(written, dict) else written
            for item, at in _items(listed, (*loc, "terms", lang)):
                term = item.get("term") if isinstance(item, dict) else item
                if isinstance(term, str) and (included := INCLUDED_TOPIC.fullmatch(term)):
                    yield ("topics", included[1]), at


def _items(listed: object, loc: Loc) -> Iterator[tuple[object, Loc]]:
    for number, item in enumerate(listed if isinstance(listed, list) else ()):
        yield item, (*loc, number)


def _mappings(listed: object, loc: Loc) -> Iterator[tuple[dict[str, object], Loc]]:
    return ((item, at) for item, at in _items(listed, loc) if isinstance(item, dict))


def _texts(kind: str, found: Iterable[tuple[object, Loc]]) -> Iterator[tuple[Key, Loc]]:
    return (((kind, value), loc) for value, loc in found if isinstance(value, str))
