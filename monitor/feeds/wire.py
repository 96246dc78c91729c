"""How a document goes to a parsing worker and a feed comes back: frames of JSON.

The answer is checked against its shape, so a worker that hostile input has upset can say nothing else.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from monitor.errors import Malformed
from monitor.feeds.document import Document
from monitor.feeds.entry import Entry, ParsedFeed

_SIZES = struct.Struct("!II")
FRAME = struct.Struct("!I")
MOST_TEXT = 32 * 1024 * 1024  # characters of a feed; one field that all entries inherit weighs thousandfold
MOST_BYTES = 4 * MOST_TEXT
# What the daemon asks of the nursery, and the one answer: a process number, or how a process ended.
SPAWN, KILL = b"S", b"K"
ANSWER = struct.Struct("!q")
REQUEST = struct.Struct("!cq")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A worker's answer: the feed, or why the document is none."""

    outcome: Literal["feed", "malformed"]
    feed: ParsedFeed | None = None
    reason: str = ""


@cache
def _answers() -> TypeAdapter[Parsed]:
    return TypeAdapter(Parsed)


def pack_document(document: Document) -> bytes:
    """Write what a worker needs of a document."""
    about = {"charset": document.charset, "content_type": document.content_type, "url": document.url}
    head = json.dumps(about).encode()
    return _SIZES.pack(len(head), len(document.body)) + head + document.body


def sizes_of(header: bytes) -> tuple[int, int]:
    """Read the sizes of what follows: the description, the body."""
    head, body = _SIZES.unpack(header)
    return head, body


HEADER_SIZE = _SIZES.size


def pack_answer(answer: Parsed) -> bytes:
    """Write a worker's answer as one frame; raises `Malformed` where the feed holds too much text."""
    if answer.feed is not None and sum(map(_weight, answer.feed.entries)) > MOST_TEXT:
        raise Malformed(f"its entries hold more than {MOST_TEXT:,} characters")
    text = _answers().dump_json(answer)
    return FRAME.pack(len(text)) + text


def _weight(entry: Entry) -> int:
    texts = (entry.id, entry.link, entry.title, entry.summary, entry.body, entry.author, entry.source)
    return sum(map(len, (*texts, entry.lang, *entry.tags)))


def read_answer(text: bytes) -> ParsedFeed:
    """Read a worker's answer; raises `Malformed` as the worker would have."""
    answer = _answers().validate_json(text)
    if answer.feed is None:
        raise Malformed(answer.reason)
    return answer.feed
