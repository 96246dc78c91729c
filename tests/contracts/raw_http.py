"""A server on loopback that answers byte by byte as it is told, with all that can go wrong on a wire."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum


class Act(Enum):
    """What a server may do instead of saying something."""

    SILENCE = "says nothing more, and keeps the connection"
    RESET = "resets the connection"
    CLOSE = "closes the connection in good order"
    FLOOD = "goes on for ever, as fast as it can"
    DRIP = "goes on for ever, a letter at a time"
    RESET_UNREAD = "resets the connection before the request is read to its end"


Step = bytes | Act
Answer = tuple[Step, ...]


def http(status: int, body: str | bytes = "", *headers: str, length: int | None = None) -> bytes:
    """Write an answer; `length` is what it claims to be long, where that is a lie."""
    raw = body.encode() if isinstance(body, str) else body
    claimed = len(raw) if length is None else length
    lines = [f"HTTP/1.1 {status} said", f"Content-Length: {claimed}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + raw


def slack(**fields: object) -> str:
    """Write an answer of Slack's Web API."""
    import json

    return json.dumps(fields)


@dataclass
class RawServer:
    """Answers each request by the next of `answers`, then by `afterwards` for ever."""

    afterwards: Answer
    answers: list[Answer] = field(default_factory=list)
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            while await self._exchange(reader, writer):
                pass
        self.open_now -= 1
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        answer = self.answers.pop(0) if self.answers else self.afterwards
        if answer[0] is Act.RESET_UNREAD:
            self.requests.append(head)
            return reset(writer)
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        self.requests.append(head + await reader.readexactly(int(length[1]) if length else 0))
        self.arrived.set()
        for step in answer:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif not await self._act(step, reader, writer):
                return False
        return True

    async def _act(self, act: Act, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if act is Act.RESET:
            return reset(writer)
        if act is Act.SILENCE:
            # It ends with the test, or when the other end lets go, which a read tells.
            ends = [asyncio.ensure_future(reader.read()), asyncio.ensure_future(self.closing.wait())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
        while act in (Act.FLOOD, Act.DRIP) and not self.closing.is_set():
            writer.write(b"x" * (65536 if act is Act.FLOOD else 1))
            await writer.drain()
            if act is Act.DRIP:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.closing.wait(), 0.02)
        return False


def reset(writer: asyncio.StreamWriter) -> bool:
    """Have the system send a reset instead of a good-bye."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False


@asynccontextmanager
async def raw_server(
    *answers: Answer, afterwards: Answer, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Run a server for the length of the block."""
    server = RawServer(afterwards, list(answers))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.closing.set()
        listening.close()
        await listening.wait_closed()


@asynccontextmanager
async def mute_server(says: Sequence[Step] = (Act.SILENCE,)) -> AsyncIterator[int]:
    """Run a server that waits for no request: it says its piece to whoever connects; gives its port."""
    server = RawServer(())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read(1)
            for step in says:
                if isinstance(step, bytes):
                    writer.write(step)
                elif not await server._act(step, reader, writer):
                    break
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        server.closing.set()
        listening.close()
        await listening.wait_closed()
