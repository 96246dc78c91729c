"""A real proxy on loopback: CONNECT and addresses in absolute form, with or without a login."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """What it was asked, and how; `hosts` maps the names that it alone knows to ports on this machine."""

    login: str = ""  # the value of Proxy-Authorization that it wants
    hosts: dict[str, int] = field(default_factory=dict)
    port: int = 0
    asked: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            verb, target, _ = raw.split(" ", 2)
            lines = raw.split("\r\n")[1:-2]
            head = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            self.asked.append(f"{verb} {target}")
            self.heads.append(head)
            if self.login and head.get("proxy-authorization") != self.login:
                writer.write(b"HTTP/1.1 407 Login please\r\nContent-Length: 0\r\n\r\n")
            elif verb == "CONNECT":
                await self._tunnel(target, reader, writer)
            else:
                await self._forward(verb, target, lines, writer)
        writer.close()

    async def _tunnel(self, target: str, reader, writer) -> None:
        there_reader, there_writer = await self._open(urlsplit(f"//{target}"))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pour(reader, there_writer), _pour(there_reader, writer))
        there_writer.close()
        await there_writer.wait_closed()

    async def _forward(self, verb: str, target: str, lines: list[str], writer) -> None:
        url = urlsplit(target)
        there_reader, there_writer = await self._open(url)
        kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection"))]
        head = [f"{verb} {url.path or '/'} HTTP/1.1", *kept, "Connection: close"]
        there_writer.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1"))
        await _pour(there_reader, writer)
        there_writer.close()

    async def _open(self, url):
        port = self.hosts.get(url.hostname or "", url.port)
        return await asyncio.open_connection("127.0.0.1", port)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()


@asynccontextmanager
async def proxying(**options) -> AsyncIterator[Proxy]:
    """Run a proxy for the length of the block."""
    proxy = Proxy(**options)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
