"""What the elements of a document are called: by feedparser's names, whatever prefixes a document chose."""

from __future__ import annotations

from collections.abc import Iterable

from feedparser.mixin import _FeedParserMixin

_PREFIXES: dict[str, str] = {
    address.lower(): prefix for address, prefix in _FeedParserMixin.namespaces.items()
}
_WELL_KNOWN = frozenset(prefix.lower() for prefix in _PREFIXES.values() if prefix)
_USERLAND = "backend.userland.com/rss"
_XLINK = "http://www.w3.org/1999/xlink"  # feedparser makes an attribute of where it is declared
_ATOM, _RSS1, _RSS090 = (
    "http://www.w3.org/2005/atom",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
)
Attributes = dict[str, str]
Declarations = list[tuple[str, str]]  # prefix (empty for the default) and address, in the document's order


class Unsure(Exception):
    """The document holds something that only feedparser knows how to read."""


class Names:
    """The names of one document's elements and attributes; raises `Unsure` for puzzling prefixes."""

    def __init__(self, declared: Declarations) -> None:
        self._unknown: dict[str, str] = {}
        self._elements: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        bound: dict[str, str] = {}
        for prefix, address in declared:
            known, small = _known_prefix(address), prefix.lower()
            if prefix and bound.setdefault(small, address) != address:
                raise Unsure("a prefix with two meanings")
            if address.lower() == _XLINK:
                raise Unsure("XLink")
            if " " in address:  # feedparser has expat set namespaces apart by it
                raise Unsure("a namespace with a blank")
            if small in _WELL_KNOWN and known != prefix and (known is not None or small == "rdf"):
                raise Unsure("a well-known prefix with another meaning")
            if known is None and self._unknown.setdefault(address, prefix) != prefix:
                raise Unsure("two prefixes of one unknown namespace")

    def element(self, tag: str) -> str:
        """Name an element as feedparser names its methods: `item`, `dc_creator`."""
        return self._elements.get(tag) or self._elements.setdefault(tag, self._element(tag))

    def _element(self, tag: str) -> str:
        prefix, local = self._split(tag)
        return f"{prefix}_{local}".lower() if prefix else local.lower()

    def attributes(self, given: Iterable[tuple[str, str]]) -> Attributes:
        """Name attributes, in small letters: `xml:lang`, `rdf:about`, `type`."""
        found: Attributes = {}
        for key, value in given:
            name = self._attributes.get(key) or self._attributes.setdefault(key, self._attribute(key))
            found[name] = value.lower() if name in ("rel", "type") else value
        return found

    def _attribute(self, key: str) -> str:
        if key[0] != "{":
            return key.lower()
        address, _, local = key[1:].partition("}")
        prefix = _known_prefix(address)
        return (f"{prefix}:{local}" if prefix else local).lower()

    def _split(self, tag: str) -> tuple[str, str]:
        address, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        prefix = _known_prefix(address)
        return (self._unknown.get(address, "") if prefix is None else prefix), local


def first_version(declared: Declarations) -> str:
    """Tell the version that the namespaces of the root alone make feedparser believe in."""
    for prefix, address in declared:
        lower = address.lower()
        if lower == _RSS090 and not prefix:
            return "rss090"
        if lower == _RSS1:
            return "rss10"
        if lower == _ATOM:
            return "atom10"
    return ""


def _known_prefix(address: str) -> str | None:
    lower = address.lower()
    return "" if _USERLAND in lower else _PREFIXES.get(lower)
