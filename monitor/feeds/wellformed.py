"""The fast path: well-formed feeds of the usual formats, read without feedparser and to the same result.

libxml2 builds the tree, with no network, no document types, no entities and its own limits on depth and size.
Every doubt ends in `Unsure`, and then feedparser reads the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from monitor.feeds.elements import read_document
from monitor.feeds.namespaces import Declarations, Names, Unsure, first_version
from monitor.feeds.walk import Fields, is_whole_address

_LARGEST = 4 * 1024 * 1024  # bytes; of more, a tree could need more memory than a parsing worker has
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*+<[A-Za-z_]", re.DOTALL)
_XMLNS = b"xmlns"
_PUZZLING = (b"<!DOCTYPE", b"<!ENTITY")


@dataclass(frozen=True, slots=True)
class WellFormed:
    """A feed and its entries, under feedparser's keys."""

    version: str
    feed: Fields
    entries: list[Fields]


def read_well_formed(document: bytes, url: str) -> WellFormed:
    """Read a document in UTF-8; raises `Unsure` where feedparser must read it."""
    if len(document) > _LARGEST:
        raise Unsure("a large document")
    if url and not is_whole_address(url):
        raise Unsure("an unusual address")
    prolog = _PROLOG.match(document)
    if not prolog or any(sign in prolog[0].upper() for sign in _PUZZLING):
        raise Unsure("a document type")
    root = _tree(document)
    own = [(prefix or "", address) for prefix, address in root.nsmap.items()]
    declared = own if document.count(_XMLNS) == len(own) else _declarations(root)
    walk = read_document(root, Names(declared), first_version(own), url)
    return WellFormed(walk.version, walk.feed, walk.entries)


def _tree(document: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        raise Unsure("not well-formed") from None


def _declarations(root: etree._Element) -> Declarations:
    """Give all namespaces that are declared anywhere."""
    walk = etree.iterwalk(root, events=("start-ns",))
    return list(dict.fromkeys((prefix or "", address) for _, (prefix, address) in walk if address))
