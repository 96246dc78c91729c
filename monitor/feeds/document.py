"""What came over the wire: a document, or the word that nothing changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.errors import Unreachable


class Gone(Unreachable):
    """The server says that the feed is gone for good (410)."""


class Busy(Unreachable):
    """The server has too much to do (429, 503) and names a time: that holds for all feeds of its site."""


class NotAsked(Unreachable):
    """Nobody was asked: the outbound door stayed shut, or the address is none."""


class NoAnswer(Unreachable):
    """Not one byte came back: it may be the server's network that is away, or ours."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the answer's headers say about how long it stays fresh; None where they are silent."""

    max_age: timedelta | None = None
    expires: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's bytes as fetched, decompressed, with their validators.

    `url` is the address that answered after all redirects, `moved_to` the same where every hop on the way
    said that it is for good. `etag` and `last_modified` are kept exactly as sent. `unconditional` says that
    the request carried no validators.
    """

    url: str
    body: bytes
    body_hash: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = ""
    charset: str = ""
    hints: Hints = field(default_factory=Hints)
    moved_to: str | None = None
    unconditional: bool = True


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The feed is as it was: a 304 (`not_modified`), or a body with the hash we know.

    Validators may still be new.
    """

    url: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    hints: Hints = field(default_factory=Hints)
    moved_to: str | None = None
    unconditional: bool = False
    not_modified: bool = False


def hash_body(body: bytes) -> str:
    """Give the hash by which a body is known again."""
    return blake2b(body, digest_size=16).hexdigest()
