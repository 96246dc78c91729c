"""Servers that send more than they should, or less, or for ever: all that an exchange can be dragged out by."""
# ruff: noqa: E501 - a row stays on one line

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache

MIB = 1024 * 1024
RSS = b"<rss version='2.0'><channel><title>t</title><item><title>x</title></item></channel></rss>"
Say = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WAITED = "no whole answer within"


@dataclass(frozen=True)
class Tarpit:
    """A way of answering, and the reason that must be given for it; none where the answer is good enough."""

    name: str
    say: Say
    said: str = ""
    greets: bool = False  # it does not wait for a request
    tls: bool = False
    slow: bool = False  # it costs more than a second of CPU, most of it the server's own

    @property
    def lasts(self) -> bool:
        """Whether it goes on until the deadline."""
        return self.said == WAITED


def head(*lines: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Write the head of an answer."""
    counted = [] if length is None else [f"Content-Length: {length}"]
    return "\r\n".join([f"HTTP/1.1 {status}", *counted, *lines, "", ""]).encode("latin-1")


def whole(body: bytes, *lines: str, status: str = "200 OK", length: int | None = None) -> Say:
    """Send an answer as fast as it is taken; `length` is a lie where it is given."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head(*lines, status=status, length=len(body) if length is None else length))
        for start in range(0, len(body), 65536):
            writer.write(body[start : start + 65536])
            await writer.drain()

    return say


def packed(body: bytes, *codings: str) -> Say:
    """Send a body that is said to be packed in this way."""
    return whole(body, *(f"Content-Encoding: {coding}" for coding in codings))


def endless(start: bytes, again: bytes, every: float = 0.0) -> Say:
    """Send something once, then something else for ever."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(every)

    return say


def silent(start: bytes = b"") -> Say:
    """Say something, then nothing more."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        await reader.read()

    return say


def only(text: bytes) -> Say:
    """Say something and hang up."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()

    return say


CHUNKED = head("Transfer-Encoding: chunked")


def chunks(parts: Iterator[bytes] | list[bytes], end: bytes = b"0\r\n\r\n") -> Say:
    """Send these chunks as they are written here."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        for part in parts:
            writer.write(part)
            await writer.drain()
        writer.write(end)

    return say


async def _redirects(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(head("Location: on/", status="302 on", length=0))


async def _after_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(head("Connection: close", length=len(RSS)) + RSS + b"x" * 65536)
    await writer.drain()
    writer.write_eof()


def zeros(size: int) -> bytes:
    """Give a feed that is nearly all white space."""
    return b"<rss>" + b" " * size


@cache
def _bomb(size: int = 14 * MIB) -> bytes:
    return gzip.compress(zeros(size), 9, mtime=0)


def tarpits() -> list[Tarpit]:
    """Make them all."""
    return [*_bombs(), *_lies(), *_floods(), *_waits()]


def _bombs() -> list[Tarpit]:
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    bare = raw.compress(zeros(14 * MIB)) + raw.flush()
    ratio, unasked = "times its size", "which was not asked for"
    return [
        Tarpit("a gzip bomb", packed(_bomb(), "gzip"), ratio),
        Tarpit("a gzip bomb by its old name", packed(_bomb(), "x-gzip"), ratio),
        Tarpit("a deflate bomb", packed(zlib.compress(zeros(14 * MIB), 9), "deflate"), ratio),
        Tarpit("a deflate bomb without a wrapper", packed(bare, "deflate"), ratio),
        Tarpit("a gzip bomb of many members", packed(_bomb(MIB) * 20, "gzip"), ratio),
        Tarpit("700,000 empty members of gzip", packed(gzip.compress(b"", mtime=0) * 700_000, "gzip"), "members"),
        Tarpit("gzip in gzip, in one line", packed(gzip.compress(_bomb()), "gzip, gzip"), unasked),
        Tarpit("gzip in gzip, in two lines", packed(gzip.compress(_bomb()), "gzip", "gzip"), unasked),
        Tarpit("gzip in deflate", packed(zlib.compress(_bomb()), "gzip", "deflate"), unasked),
        Tarpit("a file of gzip inside of gzip", packed(gzip.compress(_bomb(), mtime=0), "gzip"), ratio),
        Tarpit("a file of gzip that is a bomb", whole(_bomb()), ratio),
        Tarpit("a file of gzip thrice packed", whole(gzip.compress(gzip.compress(_bomb()))), ""),
        Tarpit("brotli that nobody asked for", packed(b"\x0b\x02\x80" * 100, "br"), unasked),
        Tarpit("zstd that nobody asked for", packed(b"\x28\xb5\x2f\xfd" * 100, "zstd"), unasked),
        Tarpit("an old coding that nobody asked for", packed(b"\x1f\x9d" * 100, "compress"), unasked),
        Tarpit("a coding that there is not", packed(RSS, "magic"), unasked),
        Tarpit("500 codings", packed(RSS, ", ".join(["gzip"] * 500)), unasked),
        Tarpit("gzip that is none", packed(RSS, "gzip"), "the compressed body is broken"),
        Tarpit("gzip that breaks off", packed(gzip.compress(RSS)[:-12], "gzip"), "breaks off"),
        Tarpit("gzip and junk after it", packed(gzip.compress(RSS) + b"junk" * 1000, "gzip"), "bytes follow the end"),
        Tarpit("gzip whose checksum is wrong", packed(gzip.compress(RSS)[:-8] + b"\x00" * 8, "gzip"), "broken"),
        Tarpit("gzip with a name that never ends", packed(b"\x1f\x8b\x08\x08" + b"\x00" * 6 + b"n" * 16 * MIB, "gzip"), "larger than"),
        Tarpit("a body of 16 MiB", whole(b"<rss>" + b"x" * 16 * MIB), "larger than"),
        Tarpit("noise of 16 MiB in gzip", packed(gzip.compress(bytes(range(256)) * 65536, 0), "gzip"), "larger than", slow=True),
    ]  # fmt: skip


def _lies() -> list[Tarpit]:
    return [
        Tarpit("a length that is too long", whole(RSS, length=5000), "the body broke off"),
        Tarpit("a length that is too short", whole(RSS, "Connection: close", length=len(RSS) - 30), "the answer is not proper HTTP"),
        Tarpit("a length of 10 TB", whole(RSS, length=10**13), "the body broke off"),
        Tarpit("a length below zero", only(head("Content-Length: -5") + RSS), "Content-Length"),
        Tarpit("a length that is no number", only(head("Content-Length: many") + RSS), "Content-Length"),
        Tarpit("two lengths", only(head("Content-Length: 5", "Content-Length: 500") + RSS), "Content-Length"),
        Tarpit("a length and chunks", only(head("Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n"), "Transfer-Encoding"),
        Tarpit("a chunk of no size", chunks([b"\r\n"]), "chunk"),
        Tarpit("a chunk of a size below zero", chunks([b"-5\r\nx\r\n"]), "chunk"),
        Tarpit("a chunk larger than memory", chunks([b"FFFFFFFFFFFFFFFFFF\r\n" + RSS]), "Chunk size overflow"),
        Tarpit("a last chunk that never comes", only(CHUNKED + b"5\r\n<rss>\r\n"), "the body broke off"),
        Tarpit("a body after the end", _after_close, "the answer is not proper HTTP"),
        Tarpit("nothing at all", only(b""), "hung up"),
        Tarpit("another protocol", only(b"SSH-2.0-OpenSSH_9\r\n"), "HTTP", greets=True),
        Tarpit("half a status line", only(b"HTTP/1.1 2"), "hung up"),
        Tarpit("a status of six digits", only(head(status="200000 OK", length=0)), "status"),
        Tarpit("a byte of nothing in a header", only(head("X-Odd: a\0b", length=0)), "header"),
        Tarpit("a header without a name", only(head(": x", length=0)), "header"),
        Tarpit("TLS that is letters", only(b"220 mail.example ready\r\n"), "no secure connection", greets=True, tls=True),
    ]  # fmt: skip


def _floods() -> list[Tarpit]:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    extension = b";" + b"x" * 60_000
    return [
        Tarpit("headers for ever", endless(b"HTTP/1.1 200 OK\r\n", b"X-Filler: 1\r\n" * 1000), "header"),
        Tarpit("a header line for ever", endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 65536), "in one line"),
        Tarpit("a status line for ever", endless(b"HTTP/1.1 200 ", b"x" * 65536), "in one line"),
        Tarpit("a header's name for ever", endless(b"HTTP/1.1 200 OK\r\n", b"x" * 65536), "in one line"),
        Tarpit("200 headers", only(head(*(f"X-{n}: 1" for n in range(200)), length=0)), "header"),
        Tarpit("120 cookies of 4 KB", whole(RSS, *(f"Set-Cookie: a{n}={'x' * 4000}" for n in range(120))), ""),
        Tarpit("a header line of 9 KB", only(head(f"X-Long: {'x' * 9000}", length=0)), "in one line"),
        Tarpit("chunks for ever", endless(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), "larger than"),
        Tarpit("a body for ever", endless(head("Connection: close"), b"x" * 65536), "larger than"),
        Tarpit("500,000 chunks of a byte", chunks([b"1\r\n \r\n" * 20_000] * 25), "is empty", slow=True),
        Tarpit("a chunk's extension for ever", endless(CHUNKED + b"5;", b"x" * 65536), WAITED, slow=True),
        Tarpit("chunks with extensions of 60 KB", chunks([b"1" + extension + b"\r\n \r\n"] * 200), "is empty"),
        Tarpit("trailers for ever", endless(CHUNKED + b"5\r\n<rss>\r\n0\r\n", b"X-Filler: 1\r\n" * 1000), "Too many headers", slow=True),
        Tarpit("early hints for ever", endless(b"", early * 100), WAITED, slow=True),
        Tarpit("redirects for ever", _redirects, "more than 5 redirects"),
        Tarpit("a redirect with a body for ever", endless(head("Location: on/", status="302 on"), b"x" * 65536), "more than 5 redirects"),
        Tarpit("an error with a body for ever", endless(head(status="503 no"), b"x" * 65536), "503"),
        Tarpit("a 204 with a body for ever", endless(head(status="204 no"), b"x" * 65536), "the answer is not proper HTTP"),
        Tarpit("a location of 8 KB", only(head(f"Location: /{'x' * 8100}", status="302 on", length=0)), "too long"),
    ]  # fmt: skip


def _waits() -> list[Tarpit]:
    return [
        Tarpit("nobody answers", silent(), WAITED),
        Tarpit("nobody reads", silent(), WAITED, greets=True),
        Tarpit("a head and no more", silent(head(length=5000)), WAITED),
        Tarpit("half a head and no more", silent(b"HTTP/1.1 200 OK\r\nContent-"), WAITED),
        Tarpit("half a body and no more", silent(head(length=5000) + RSS), WAITED),
        Tarpit("half a chunk and no more", silent(CHUNKED + b"500\r\n<rss>"), WAITED),
        Tarpit("half a gzip and no more", silent(head("Content-Encoding: gzip", length=5000) + gzip.compress(RSS)[:20]), WAITED),
        Tarpit("a byte of the body each moment", endless(head(length=10**6), b"<", 0.02), WAITED),
        Tarpit("a byte of the head each moment", endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 0.02), WAITED),
        Tarpit("a header line each moment", endless(b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n", 0.02), WAITED),
        Tarpit("a chunk of a byte each moment", endless(CHUNKED, b"1\r\n<\r\n", 0.02), WAITED),
        Tarpit("an early hint each moment", endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02), WAITED),
        Tarpit("a redirect whose body never comes", silent(head("Location: on/", status="302 on", length=500)), "more than 5 redirects"),
        Tarpit("TLS that never answers", silent(), WAITED, greets=True, tls=True),
        Tarpit("TLS a byte each moment", endless(b"\x16\x03\x03\x40\x00", b"\x02", 0.02), WAITED, greets=True, tls=True),
    ]  # fmt: skip


@asynccontextmanager
async def digging(tarpit: Tarpit) -> AsyncIterator[str]:
    """Run its server; gives the address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, RuntimeError):
            if not tarpit.greets:
                await reader.readuntil(b"\r\n\r\n")
            await tarpit.say(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tarpit.tls else 'http'}://127.0.0.1:{port}/feed"
    finally:
        server.close()
