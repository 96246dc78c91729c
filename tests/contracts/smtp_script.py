"""An SMTP server on loopback that follows a script: what it says at each step, to whom, and how often.

A step is `greeting`, a verb, a verb with its address (`RCPT ben@example.org`), `body` (while the mail comes
in), `dot` (after it) or `tls` (the handshake). A mail counts as kept once its final dot was read and the
server has not refused it.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

from tests.contracts.raw_http import reset


class Do(Enum):
    """What a server may do instead of answering."""

    DROP = "closes the connection"
    RESET = "resets the connection"
    SILENCE = "says nothing more"
    DRIP = "goes on saying that there is more to come"
    DROP_AFTER_SAYING = "answers as usual, and closes the connection"


@dataclass(frozen=True)
class Slowly:
    """An answer that comes in pieces, each in a packet of its own."""

    pieces: tuple[str, ...]


Reply = str | Do | Slowly
_USUAL = {
    "greeting": "220 test ready", "DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 welcome",
    "STARTTLS": "220 go on", "dot": "250 2.0.0 taken",
}  # fmt: skip


@dataclass
class SmtpScript:
    """`replies` hold for the first `times` that each step is reached; then all is well."""

    replies: Mapping[str, Reply]
    times: int = 1
    offers: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None
    port: int = 0
    lines: list[str] = field(default_factory=list)
    kept: list[tuple[str, bytes]] = field(default_factory=list)
    reached: dict[str, int] = field(default_factory=dict)
    open_now: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_now += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError):
            if await self._answer(reader, writer, "greeting"):
                await self._converse(reader, writer)
        self.open_now -= 1
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            self.lines.append(line)
            verb = line.partition(" ")[0].upper()
            address = re.search("<(.*?)>", line)
            step = f"{verb} {address[1]}" if address and f"{verb} {address[1]}" in self.replies else verb
            recipient = address[1] if verb == "RCPT" and address else recipient
            if not await self._answer(reader, writer, step):
                return
            if verb == "STARTTLS" and str(self._last).startswith("220"):
                if self._due("tls") is not None:
                    return
                await writer.start_tls(self.tls)  # type: ignore[arg-type]
            go_on = verb == "DATA" and str(self._last).startswith("354")
            if go_on and not await self._take(reader, writer, recipient):
                return
            if verb == "QUIT":
                return

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str) -> bool:
        if self._due("body") is not None:
            await reader.readline()
            return reset(writer)
        raw = await reader.readuntil(b"\r\n.\r\n")
        reply = self._peek("dot")
        if not isinstance(reply, str) or reply.startswith("2"):
            self.kept.append((recipient, raw.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")))
        self.arrived.set()
        return await self._answer(reader, writer, "dot")

    def _peek(self, step: str) -> Reply:
        due = self.replies.get(step)
        return (
            due
            if due is not None and self.reached.get(step, 0) < self.times
            else _USUAL.get(step, "250 fine")
        )

    def _due(self, step: str) -> Reply | None:
        if step not in self.replies or self.reached.get(step, 0) >= self.times:
            return None
        self.reached[step] = self.reached.get(step, 0) + 1
        return self.replies[step]

    _last: Reply = ""

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, step: str) -> bool:
        due = self._due(step)
        reply = self._usual(step, writer) if due is None or due is Do.DROP_AFTER_SAYING else due
        self._last = reply
        if isinstance(reply, Slowly):
            for piece in reply.pieces:
                writer.write(piece.encode())
                await writer.drain()
                await asyncio.sleep(0.01)  # a packet of its own
            return True
        if isinstance(reply, Do):
            return await self._do(reply, reader, writer)
        writer.write(f"{reply}\r\n".encode("utf-8", "surrogateescape"))
        await writer.drain()
        return due is not Do.DROP_AFTER_SAYING

    def _usual(self, step: str, writer: asyncio.StreamWriter) -> str:
        if step != "EHLO":
            return _USUAL.get(step, "250 fine")
        encrypted = writer.get_extra_info("ssl_object") is not None
        offers = [offer for offer in self.offers if not (encrypted and offer == "STARTTLS")]
        lines = ["test", *offers]
        return "\r\n".join(
            f"250{' ' if number == len(lines) else '-'}{line}" for number, line in enumerate(lines, 1)
        )

    async def _do(self, do: Do, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if do is Do.RESET:
            return reset(writer)
        while do is Do.DRIP and not self.closing.is_set():
            writer.write(b"250-more\r\n")
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), 0.02)
        if do is Do.SILENCE:
            ends = [asyncio.ensure_future(reader.read()), asyncio.ensure_future(self.closing.wait())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
        return False


@asynccontextmanager
async def smtp_script(
    replies: Mapping[str, Reply],
    *,
    times: int = 1,
    offers: tuple[str, ...] = (),
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[SmtpScript]:
    """Run a scripted server for the length of the block."""
    script = SmtpScript(replies, times, offers, starttls)
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0, ssl=tls, limit=2**24)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        script.closing.set()
        server.close()
        await server.wait_closed()
