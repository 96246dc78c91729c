"""What a body is by its first characters, whatever its label says."""

from __future__ import annotations

import re
from typing import Literal

from monitor.errors import Malformed

Kind = Literal["xml", "html", "json", "empty", "other"]

_SKIP = re.compile(
    rb"(?:\xef\xbb\xbf|\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+",
    re.DOTALL | re.IGNORECASE,
)
_HTML = re.compile(rb"<(?:html|head|body|script|title|div|p|h1|meta)\b", re.IGNORECASE)
_HEAD = 64 * 1024
_NOTHING = b"\x00 \t\n\r\f\v"


def kind_of(body: bytes) -> Kind:
    """Tell XML, an HTML page, JSON, nothing and anything else apart."""
    head = body[:_HEAD]
    if b"\x00" in head[:200]:
        head = head.replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    skipped = _SKIP.match(head)
    start = head[skipped.end() if skipped else 0 :]
    if not start:  # or something stands behind very much that says nothing
        return "other" if body[_HEAD:].strip(_NOTHING) else "empty"
    if _HTML.match(start):
        return "html"
    if start[:1] in b"{[":
        return "json"
    return "xml" if start[:1] == b"<" else "other"


def refuse_other_than_feed(body: bytes, content_type: str) -> None:
    """Raise `Malformed` for a body that cannot be a feed: empty, a web page, an error in JSON."""
    kind = kind_of(body)
    if kind == "empty":
        raise Malformed("the body is empty")
    if kind == "html":
        raise Malformed("a web page came in place of a feed (a login or challenge page?)")
    if kind == "json" and b'"items"' not in body.replace(b"\x00", b""):
        raise Malformed("JSON that is not a JSON Feed")
    if content_type.startswith(("image/", "audio/", "video/")) and kind == "other":
        raise Malformed(f"the body is {content_type}, not a feed")
