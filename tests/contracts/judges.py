"""Judges of what arrived: what in a message is more than text? Each reads it as its last reader would."""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from tests.contracts.rigs import addresses, unseen
from tests.contracts.slack_api import layout_fault
from tests.notify.samples import match

_INVISIBLE = re.compile(
    "[\u00ad\u180e\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ENTITY = re.compile(r"<([^<>]*)>")
_FORMAT = re.compile(r"(?<!\w)([*_~`])(?=\S)(.+?)(?<=\S)\1(?!\w)")
_EMOJI = re.compile(r":[\w+'-]+:")
_READ_AT = re.compile(r"Read at (\S+)")


def unreadable(text: str) -> Iterator[str]:
    """Find controls, direction signs, halves of characters and what nobody can see."""
    yield from unseen(text)
    yield from (f"invisible U+{ord(sign):04X}" for sign in _INVISIBLE.findall(text))


def leads_where_it_says(url: str, label: str) -> bool:
    """Say whether a link is a web address whose host is what its text names."""
    parts, named = urlsplit(url), _READ_AT.fullmatch(label)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return (
        parts.scheme in ("http", "https")
        and named is not None
        and host == named[1]
        and "@" not in parts.netloc
    )


def mrkdwn(text: str, *, ours: str = "", links: bool = False, quotes: bool = False) -> Iterator[str]:
    """Parse Slack's mark-up: entities, formatting, emoji, quotes, and addresses that it turns into links.

    `ours` are formatting signs that the message sets itself; `links` and `quotes` say whether it has such.
    """
    for found in _ENTITY.finditer(text):
        target, _, label = found[1].partition("|")
        if not (links and leads_where_it_says(target, label)):
            yield f"entity {found[0]!r}"
    rest = _ENTITY.sub(" ", text)
    yield from (
        f"stray {sign!r}" for sign in re.findall(r"[<>]", rest.replace("\n> ", "\n") if quotes else rest)
    )
    yield from (f"half an escape {part!r}" for part in re.findall(r"&(?!amp;|lt;|gt;).{0,6}", rest))
    yield from (f"quote {line[:20]!r}" for line in rest.split("\n") if re.match(r"\s*(&gt;)", line))
    yield from (f"format {m[0]!r}" for m in _FORMAT.finditer(rest) if m[1] not in ours)
    yield from (f"emoji {name!r}" for name in _EMOJI.findall(rest))
    yield from (f"address {found!r}" for found in _live_addresses(rest))


def _live_addresses(text: str) -> list[str]:
    """Find what becomes a link; the owner's address is the operator's own, and of every alert."""
    return addresses(text.replace(match().owner, ""))


def slack(message: dict[str, Any], *, own_words: bool) -> Iterator[str]:
    """Judge the JSON that Slack was sent, with or without blocks."""
    plain = "blocks" not in message
    found = list(mrkdwn(message["text"], links=plain, quotes=plain))
    if message["unfurl_links"] is not False or message["unfurl_media"] is not False:
        yield "unfurls"
    if len(message["text"]) > 39_000:
        yield "too long a text"
    yield from unreadable(message["text"])
    blocks = message.get("blocks", [])
    if fault := layout_fault(blocks):
        yield fault
    if len(blocks) > 50:
        yield "too many blocks"
    for block in blocks:  # a block is read as one text, from its first element to its last
        nodes = list(_nodes(block))
        found += [fault for node in nodes for fault in _element(node)]
        yield from unreadable("".join(node["text"] for node in nodes if isinstance(node.get("text"), str)))
    yield from _without_own(found, own_words=own_words)


def _without_own(found: list[str], *, own_words: bool) -> Iterator[str]:
    """In the operator's own words, those of rule files, an address may stand and be turned into a link."""
    yield from (fault for fault in found if not (own_words and fault.startswith("address ")))


def _element(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    if kind == "mrkdwn":
        if node["verbatim"] is not True:
            yield "a mrkdwn text that is not verbatim"
        yield from mrkdwn(node["text"], ours="*_")
    elif kind == "link":
        if not leads_where_it_says(node["url"], node["text"]):
            yield f"link {node!r}"
    elif kind == "text":
        yield from (f"mark-up {sign!r}" for sign in re.findall(r"<[!@#/a-z]", node["text"], re.IGNORECASE))
        yield from (f"address {address!r}" for address in _live_addresses(node["text"]))
    elif kind not in _OUR_ELEMENTS:
        yield f"element {kind!r}"


_OUR_ELEMENTS = frozenset(
    {"context", "divider", "rich_text", "rich_text_section", "rich_text_quote", "rich_text_list"}
)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name != "style":
                yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


_HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "X-Watchword-Alert",
    "X-Watchword-Revision", "MIME-Version", "Content-Type",
)  # fmt: skip
_FOLLOW_UP = ("In-Reply-To", "References")
_PLAIN_TAGS = frozenset({"head", "title", "tbody", "tr", "bdi", "br", "-doctype", "!doctype"})
_STYLED_TAGS = frozenset({"body", "p", "span", "mark", "ul", "li", "b"})
_TAGS: dict[str | None, set[str]] = {
    "html": {"lang", "dir"},
    "meta": {"charset", "name", "content"},
    "table": {"role", "width", "cellpadding", "cellspacing", "border", "style"},
    "td": {"align", "style"},
    "h1": {"dir", "lang", "style"},
    "div": {"dir", "lang", "style"},
    "a": {"href", "rel", "style"},
    **{tag: {"style"} for tag in _STYLED_TAGS},
    **{tag: set() for tag in _PLAIN_TAGS},
}


def mail(raw: bytes, *, own_words: bool, alerts: int = 1) -> Iterator[str]:
    """Judge a mail of so many alerts as it went over the wire, by a mail parser and a parser of pages."""
    yield from (f"a line of {len(line)} bytes" for line in raw.split(b"\r\n") if len(line) > 998)
    if (
        b"\r" in raw.replace(b"\r\n", b"")
        or b"\n" in raw.replace(b"\r\n", b"")
        or b"\0" in raw
        or max(raw) > 126
    ):
        yield "bytes that no mail may hold"
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    extra = [name for name in message if name not in _FOLLOW_UP]
    if tuple(extra) != _HEADERS:
        yield f"headers {extra}"
    if (message["From"], message["To"]) != ("Watchword <watchword@example.org>", "ana@example.org"):
        yield f"from {message['From']} to {message['To']}"
    for part in message.walk():
        yield from (f"defect {defect!r}" for defect in part.defects)
    kinds = [part.get_content_type() for part in message.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield f"parts {kinds}"
        return
    subject = str(message["Subject"])
    plain, page = (part.get_content() for part in message.iter_parts())
    found = [f"address {address!r}" for address in _live_addresses(subject)]
    found += [f"address {address!r}" for address in _live_addresses(_without_links(plain, alerts))]
    yield from (*unreadable(subject), *unreadable(plain), *_page(page, found, alerts))
    if len(subject.splitlines()) != 1 or len(subject) > 900:
        yield f"subject {subject[:80]!r}"
    yield from _without_own(found, own_words=own_words)


def _without_links(plain: str, most: int) -> str:
    return re.sub(r"^(?:  )?Link: https?://\S+\s*$", "", plain, count=most, flags=re.MULTILINE)


def _page(page: str, found: list[str], most_links: int) -> Iterator[str]:
    read = LexborHTMLParser(page)
    assert read.root is not None
    for node in read.root.traverse(include_text=False):
        attributes = dict(node.attributes)
        if node.tag not in _TAGS or not set(attributes) <= _TAGS[node.tag]:
            yield f"element <{node.tag} {attributes}>"
        if "url(" in (attributes.get("style") or "").lower():
            yield "a style that fetches"
        if node.tag == "a" and not leads_where_it_says(attributes["href"] or "", node.text()):
            yield f"link {attributes['href']!r} called {node.text()!r}"
    links = read.css("a")
    if len(links) > most_links:
        yield f"{len(links)} links"
    yield from unreadable(read.root.text())
    for link in links:  # it was judged, its text with it
        link.decompose()
    text = read.root.text()
    found += [f"address {address!r}" for address in _live_addresses(text)]


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BARS = ("┏━", "┃ ", "┗━")


def terminal(written: str, *, colours: frozenset[str], blocks: int = 1) -> Iterator[str]:
    """Judge what a terminal was sent: lines that begin with our bar, and no sequences but `colours`.

    A short follow-up is no block.
    """
    yield from (f"sequence {found!r}" for found in set(_COLOUR.findall(written)) - colours)
    text = _COLOUR.sub("", written)
    for sign in text:
        if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cs"):
            yield f"control U+{ord(sign):04X}"
    rows = text.removesuffix("\n").split("\n")
    yield from (
        f"a line without its bar: {row[:40]!r}" for row in rows if not row.startswith(_BARS) and row != "┃"
    )
    if any(sum(row.startswith(edge) for row in rows) != blocks for edge in ("┏━", "┗━")):
        yield f"other than {blocks} blocks"
    yield from unreadable(text)
    if len(rows) > 400:
        yield f"{len(rows)} lines"
