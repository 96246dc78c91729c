"""The text of an element, plain or with mark-up inside, as feedparser gives it."""

from __future__ import annotations

import re
from contextlib import suppress
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from feedparser.html import _cp1252

from monitor.feeds.namespaces import Attributes, Names, Unsure

XHTML = "application/xhtml+xml"
TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
_C1_WRITTEN = re.compile(rb"\xc2[\x80-\x9f]")
_C1 = re.compile("[\x80-\x9f]")
_QUOTE = {'"': "&quot;"}
_IN_XHTML = "{http://www.w3.org/1999/xhtml}"
_IN_XML = "{http://www.w3.org/XML/1998/namespace}"
_INLINE_NAMES = """
a abbr acronym b big blockquote br center cite code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins
li ol p pre q small span strong sub sup table tbody td th thead tr tt u ul
"""
# Mark-up that needs no namespace of XHTML: other names mean something in a feed.
_INLINE = frozenset(_INLINE_NAMES.split())
_NO_MARKUP = frozenset(("body", "svg", "math"))


def text_of(element: Element) -> str:
    """Give the text of an element that holds no others, without blanks around it."""
    if len(element):
        raise Unsure(f"elements in <{element.tag.rpartition('}')[2]}>")
    text = element.text
    return text.strip() if text else ""


def value_of(element: Element) -> str:
    """Give the text of an element that holds no others, as feedparser keeps it."""
    if len(element):
        raise Unsure(f"elements in <{element.tag.rpartition('}')[2]}>")
    text = element.text
    if not text:
        return ""
    text = text.strip()
    return text if text.isascii() else mended(text)


def has_text(element: Element) -> bool:
    """Tell whether anything but blanks stands beside an element's children."""
    return any(text and text.strip() for text in (element.text, *(child.tail for child in element)))


def mended(text: str) -> str:
    """Undo UTF-8 that was taken for Latin-1, and Windows characters that were taken for controls."""
    if text.isascii():
        return text
    if text[0] <= "\xff":  # the whole of it can be Latin-1
        with suppress(UnicodeEncodeError, UnicodeDecodeError):
            text = text.encode("iso-8859-1").decode("utf-8")
    if text.isprintable() or not _C1_WRITTEN.search(text.encode()):
        return text
    return _C1.sub(_of_windows, text)


def _of_windows(control: re.Match[str]) -> str:
    return str(_cp1252.get(ord(control[0]), control[0]))


def content_of(
    element: Element, attributes: Attributes, default: str, names: Names, *, unwrap: bool
) -> tuple[str, str]:
    """Give the media type and the text of an element that may hold mark-up.

    `unwrap` leaves out a `<div>` around all of it, as Atom 1.0 demands.
    """
    kind = attributes.get("type", default)
    kind = TYPES.get(kind, kind)
    plain = kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
    if not plain or attributes.get("mode") == "base64":
        raise Unsure("content in base64")
    if kind != XHTML:
        return kind, value_of(element)
    inner = element
    if unwrap and len(element) == 1 and not has_text(element) and _name(element[0], names) == "div":
        inner = element[0]
        _attributes(inner, names)
    return kind, mended(_written(inner, names).strip())


def _written(element: Element, names: Names) -> str:
    """Write mark-up as feedparser writes it: lower case, every element closed."""
    pieces = [escape(element.text or "")]
    for child in element:
        name = _name(child, names)
        pieces.append(f"<{name}{_attributes(child, names)}>{_written(child, names)}</{name}>")
        if child.tail:
            pieces.append(escape(child.tail))
    return "".join(pieces)


def _name(element: Element, names: Names) -> str:
    tag = element.tag
    if tag.startswith(_IN_XHTML):
        name = tag.removeprefix(_IN_XHTML).lower()
        known = name.isalnum() and name.isascii() and name not in _NO_MARKUP
    else:
        name = names.element(tag)
        known = name in _INLINE
    if not known:
        raise Unsure("mark-up that is not HTML")
    return name


def _attributes(element: Element, names: Names) -> str:
    items = element.items()
    if not items:
        return ""
    attributes = names.attributes(items)
    if any(key[0] == "{" and not key.startswith(_IN_XML) for key, _ in items):
        raise Unsure("attributes of another namespace")
    if "base" in attributes or "xml:base" in attributes:
        raise Unsure("a base inside mark-up")
    return "".join(f' {key}="{escape(value, _QUOTE)}"' for key, value in attributes.items())
