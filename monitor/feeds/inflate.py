"""Decompression with a cap on everything: wire bytes, decoded bytes, their ratio, nesting."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from monitor.errors import Malformed, Unreachable

MAX_RATIO = 200  # decoded to wire bytes; honest feeds stay under 50
MAX_MEMBERS = 10_000  # gzip files one after the other; those that pack in blocks make a few hundred
_RATIO_FROM = 1_000_000  # bytes decoded before the ratio counts
_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b"


def unpacked(body: bytes, max_bytes: int) -> bytes:
    """Unpack a document that is a gzip file by itself, whatever its headers said; others stay."""
    if not body.startswith(_GZIP):
        return body
    inflate = Inflater(["gzip"], max_bytes)
    inflate.feed(body)
    return inflate.finish()


class Inflater:
    """Collects a body, decompressing it, and stops at the first cap it meets."""

    def __init__(self, codings: Sequence[str], max_bytes: int) -> None:
        named = [coding.strip().lower() for line in codings for coding in line.split(",")]
        applied = [coding for coding in named if coding not in ("", "identity")]
        if len(applied) > 1 or not set(applied) <= {"gzip", "x-gzip", "deflate"}:
            raise Malformed(f"the body is encoded as {', '.join(applied)}, which was not asked for")
        self._coding = applied[0] if applied else ""
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if applied else None
        self._max = max_bytes
        self._wire = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._members = 1

    def feed(self, chunk: bytes) -> None:
        """Take bytes off the wire."""
        first = self._wire == 0
        self._wire += len(chunk)
        if self._wire > self._max:
            raise Malformed(f"the body is larger than {self._max} bytes")
        if self._inflate is None:
            self._keep(chunk)
            return
        if first and self._coding == "deflate" and (chunk[0] & 0x0F != 8 or len(chunk) < 2):
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)  # some send deflate without its wrapper
        self._decompress(chunk)

    def _decompress(self, chunk: bytes) -> None:
        assert self._inflate is not None
        while chunk:
            if self._inflate.eof:
                self._next_member(chunk)
            try:
                self._keep(self._inflate.decompress(chunk, _CHUNK))
            except zlib.error as error:
                raise Malformed(f"the compressed body is broken: {error}") from None
            chunk = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def _next_member(self, chunk: bytes) -> None:
        if self._coding == "deflate" or not chunk.startswith(b"\x1f\x8b"):
            raise Malformed("bytes follow the end of the compressed body")
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise Malformed(f"the compressed body has more than {MAX_MEMBERS:,} members")
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._max:
            raise Malformed(f"the body is larger than {self._max} bytes when decompressed")
        if self._size > _RATIO_FROM and self._size > self._wire * MAX_RATIO:
            raise Malformed(f"the body decompresses to more than {MAX_RATIO} times its size")
        if part:
            self._parts.append(part)

    def finish(self) -> bytes:
        """Give the whole body; a compressed one that breaks off is refused."""
        if self._inflate is not None and self._wire and not self._inflate.eof:
            raise Unreachable("the compressed body breaks off")
        return b"".join(self._parts)
