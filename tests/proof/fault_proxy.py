"""A TCP proxy between the daemon and a server, which can do to their conversation what networks do."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field

# All passes; all is late; what the server says is lost; connections are refused at once.
MODES = ("fine", "delay", "drop replies", "dead")
_DELAY = 0.15
_LINGER_ZERO = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class _Conversation:
    """Both ends of one connection."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter | None = None

    def abort(self, *, reset: bool = False) -> None:
        """Break both ends off; with `reset` the near end hears a reset, not an end."""
        if reset:
            with suppress(OSError):
                plug = self.near.get_extra_info("socket")
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        for end in (self.near, self.far):
            if end is not None:
                end.transport.abort()


@dataclass
class FaultProxy:
    """Listens on `port` for a server at `target`; `broken` counts the conversations that it spoiled."""

    target: int
    mode: str = "fine"
    port: int = 0
    broken: int = 0
    _open: set[_Conversation] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        self.reset()

    def reset(self) -> None:
        """Break off every conversation with a reset."""
        self.broken += len(self._open)
        for conversation in list(self._open):
            conversation.abort(reset=True)

    def half_close(self) -> None:
        """End the server's side of every conversation; what the daemon still says goes through."""
        self.broken += len(self._open)
        for conversation in list(self._open):
            with suppress(OSError, RuntimeError):
                conversation.near.write_eof()

    def heal(self) -> None:
        """Let all pass again; what was spoiled is broken off."""
        if self.mode == "drop replies":
            self.reset()
        self.mode = "fine"

    async def _serve(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        conversation = _Conversation(near)
        if self.mode == "dead":
            conversation.abort(reset=True)
            return
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            conversation.abort(reset=True)
            return
        conversation.far = far
        self._open.add(conversation)
        back = asyncio.create_task(self._pour(far_reader, near, conversation, reply=True))
        try:
            await self._pour(near_reader, far, conversation, reply=False)
        finally:
            # Whoever asked is gone: what it said may have arrived, and nothing of it comes later.
            self._open.discard(conversation)
            conversation.abort()
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)

    async def _pour(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        conversation: _Conversation,
        *,
        reply: bool,
    ) -> None:
        with suppress(OSError, RuntimeError):  # the latter where the end was half-closed meanwhile
            while chunk := await reader.read(65536):
                if self.mode == "delay":
                    await asyncio.sleep(_DELAY)
                if self.mode == "drop replies" and reply:
                    continue
                writer.write(chunk)
                await writer.drain()
        if reply:
            conversation.abort()
