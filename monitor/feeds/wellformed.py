"""The fast path: well-formed feeds of the usual formats, read without feedparser and to the same result.

The tree is built by expat, as for feedparser, so both agree on what is well-formed. A document with a
document type never comes so far, so there are no entities, and nothing is ever fetched or opened. Every doubt
ends in `Unsure`, and then feedparser reads the document.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from monitor.feeds.elements import read_document
from monitor.feeds.entry import Entry
from monitor.feeds.namespaces import Declarations, Names, Unsure, first_version
from monitor.feeds.walk import Fields, is_whole_address

_LARGEST = 4 * 1024 * 1024  # bytes; of more, a tree could need more memory than a parsing worker has
_MOST_TAGS = 200_000  # for the same reason
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*+(?=<[A-Za-z_])", re.DOTALL)
_START_TAG = re.compile(rb"""<(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_QUOTED = re.compile(rb"""\"[^"]*+"|'[^']*+'""")
_DECLARATION = re.compile(rb"\sxmlns[\s:=]")


@dataclass(frozen=True, slots=True)
class WellFormed:
    """A feed and its entries, under feedparser's keys."""

    version: str
    feed: Fields
    entries: list[Fields | Entry]


def read_well_formed(document: bytes, url: str) -> WellFormed:
    """Read a document in UTF-8; raises `Unsure` where feedparser must read it."""
    if url and not is_whole_address(url):
        raise Unsure("an unusual address")
    start, root, declared = tree_of(document)
    own = declared[: len(_DECLARATION.findall(_QUOTED.sub(b"", start)))]
    try:
        walk = read_document(root, Names(declared), first_version(own), url)
    except RecursionError:
        raise Unsure("deep nesting") from None
    return WellFormed(walk.version, walk.feed, walk.entries)


def _start_of_root(document: bytes) -> bytes:
    """Give the start tag of the root, before which there is no document type."""
    prolog = _PROLOG.match(document)
    tag = _START_TAG.match(document, prolog.end()) if prolog else None
    if not prolog or not tag or b"<!doctype" in (before := prolog[0].lower()) or b"<!entity" in before:
        raise Unsure("a document type")
    return tag[0]


def tree_of(document: bytes) -> tuple[bytes, ElementTree.Element, Declarations]:
    """Give the root's start tag, the root, and all namespaces that are declared anywhere, in order.

    Raises `Unsure` for documents that are not well-formed, have a document type or are large.
    """
    if len(document) > _LARGEST:
        raise Unsure("a large document")
    if len(document) > _MOST_TAGS and document.count(b"<") > _MOST_TAGS:
        raise Unsure("very many elements")
    start = _start_of_root(document)
    try:
        if document.count(b"xmlns") == start.count(b"xmlns"):  # which is quicker
            parser = ElementTree.XMLParser()  # noqa: S314 - see above
            parser.feed(document)
            return start, parser.close(), _declared_in(start)
        reading = ElementTree.iterparse(_AtOnce(document), events=("start-ns",))  # noqa: S314
        declared: Declarations = [declaration for _, declaration in reading]
    except (ElementTree.ParseError, ValueError):
        raise Unsure("not well-formed") from None
    return start, reading.root, declared  # type: ignore[attr-defined] # the stubs do not know it


def _declared_in(start: bytes) -> Declarations:
    """Give the namespaces that a start tag declares."""
    reading: Any = ElementTree.XMLPullParser(("start-ns",))
    reading.feed(start)
    return [declaration for _, declaration in reading.read_events()]


class _AtOnce(io.BytesIO):
    """Gives all at once what is asked for in small pieces, each of which would cost a copy and a call."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read()
