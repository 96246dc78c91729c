"""The way through the elements of a well-formed feed, with what feedparser keeps in mind on it.

An element is read by the function of its name; what that needs to know of the elements around it is here:
whose fields are filled, how deep the values stand that were taken, the language and the base that hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from feedparser.mixin import _FeedParserMixin
from feedparser.urls import _urljoin

from monitor.feeds.entry import Entry
from monitor.feeds.markup import value_of
from monitor.feeds.namespaces import Attributes, Names, Unsure

Fields = dict[str, Any]
Read = Callable[["Walk", Element, Attributes, int], None]

DEEPEST = 60
_NONE: Attributes = {}
# Addresses that joining with a base leaves as they are.
_WHOLE_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[-\w./~%+,=&!@'*()$:]*)?(?:\?[-\w./~%+,=&!@'*()$:;?]+)?"
    r"(?:#[-\w./~%+,=&!@'*()$:;?]+)?",
    re.ASCII,
)
_WHOLE_NAME = re.compile(r"(?:urn|tag):[-\w.:@,/+~%=]+", re.ASCII)  # no address, which joining leaves too
WANTED = frozenset(("ttl", "sy_updateperiod", "sy_updatefrequency", "feedburner_origlink"))
_KEYS = """
authors author_detail links title_detail summary_detail description_detail date date_parsed issued_parsed
modified_parsed published_parsed updated_parsed created_parsed
"""
# Names under which feedparser keeps what we use: an unknown element of that name would be taken for it.
_TAKEN = frozenset(_KEYS.split())


class Walk:
    """Reads one document's elements into `feed` and `entries`, under feedparser's keys.

    `context` is what is filled now: the feed, an entry, a source, or something that nobody needs.
    """

    def __init__(self, names: Names, readers: Mapping[str, Read], base: str, lang: str | None) -> None:
        self.feed: Fields = {}
        self.entries: list[Fields | Entry] = []
        self.context = self.feed
        self.names = names
        self.base = base
        self.lang = lang
        self.version = ""
        self.in_feed = self.in_entry = self.in_source = self.in_author = False
        self.fills_entry = False  # whether values belong to an entry itself, not to its source
        self.title_depth = -1  # of the title that others must not replace
        self.has_content = False
        self.depths: dict[str, int] = {}  # of the values that the entry took
        self._readers = readers
        self._known: dict[str, Read] = {}
        self.plain_fields: dict[str, str] = {}  # by tag; see plain.py

    @property
    def expects_text(self) -> bool:
        """Whether there is anything that a value may belong to."""
        return self.in_feed or self.in_entry or self.in_source

    def read_inside(self, parent: Element, depth: int) -> None:
        """Read the elements in `parent`, which stand `depth` deep."""
        if depth > DEEPEST:
            raise Unsure("deep nesting")
        known = self._known
        for child in parent:
            tag = child.tag
            read = known.get(tag) or self.learn(tag)
            if items := child.items():
                self._read_in_scope(read, child, self.names.attributes(items), depth)
            else:
                read(self, child, _NONE, depth)

    def knows(self, name: str) -> bool:
        """Tell whether elements of a name are more than passed over."""
        return name in self._readers

    def learn(self, tag: str) -> Read:
        """Find the reader of a tag; raises `Unsure` where only feedparser has one."""
        name = self.names.element(tag)
        found = self._readers.get(name)
        if found is None:
            if name in _TAKEN or any(hasattr(_FeedParserMixin, f"_{end}_{name}") for end in ("start", "end")):
                raise Unsure(f"<{name}>")
            found = _noted(name) if name in WANTED else _passed
        self._known[tag] = found
        return found

    def _read_in_scope(self, read: Read, element: Element, attributes: Attributes, depth: int) -> None:
        """Read an element with the language and the base that it brings."""
        lang = attributes.get("xml:lang", attributes.get("lang"))
        base = attributes.get("xml:base", attributes.get("base"))
        if lang is None and base is None:
            read(self, element, attributes, depth)
            return
        kept = self.lang, self.base
        if lang is not None:
            self.lang = lang or None
        if base:
            if not self.base:  # feedparser forgets to leave this one again
                raise Unsure("a base inside a document without one")
            self.base = joined_base(self.base, base)
        read(self, element, attributes, depth)
        self.lang, self.base = kept

    def resolved(self, address: str) -> str:
        """Join an address with the base that holds."""
        if _WHOLE_ADDRESS.fullmatch(address) or _WHOLE_NAME.fullmatch(address):
            return address
        return str(_urljoin(self.base, address))

    def store(self, name: str, value: str, depth: int) -> None:
        """Keep a value: in an entry the one that stands least deep, and of those the last."""
        if self.fills_entry:
            taken = self.depths.get(name)
            if taken is not None and depth > taken:
                return
            self.depths[name] = depth
        elif not (self.in_feed or self.in_source):
            return
        self.context[name] = value


def is_whole_address(address: str) -> bool:
    """Tell whether joining with any base leaves an address as it is."""
    return _WHOLE_ADDRESS.fullmatch(address) is not None


def joined_base(outer: str, base: str) -> str:
    """Join a base with the one around it; raises `Unsure` unless an ordinary address comes out."""
    joined = str(_urljoin(outer, base))
    if not is_whole_address(joined):
        raise Unsure("an unusual base")
    return joined


def _passed(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read past an unknown element, and read what it holds."""
    if len(element):
        walk.read_inside(element, depth + 1)
    if attributes and walk.in_source and element.text:
        raise Unsure("text in a source")


def _noted(name: str) -> Read:
    """Make the reader of an element that feedparser does not know, and keeps all the same."""

    def read(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
        if attributes:
            raise Unsure(f"attributes of <{name}>")
        walk.store(name, value_of(element), depth)

    return read
