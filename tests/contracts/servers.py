"""Real servers on loopback that channels talk to: a Slack-shaped webhook and SMTP servers."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiosmtpd.smtp
from aiohttp import web


@dataclass
class Webhook:
    """What a Slack-shaped webhook was sent; `answers` are given in turn, then `ok` for ever."""

    url: str = ""
    answers: list[Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.path)
        if request.method == "HEAD":
            return web.Response(status=404)
        self.payloads.append(await request.json())
        self.arrived.set()
        if self.answers:
            return await self.answers.pop(0)(request)
        return web.Response(text="ok")


def answering(
    status: int, body: str = "", **headers: str
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=body, headers=named)

    return answer


@asynccontextmanager
async def slack_shaped(path: str = "/services/T000/B000/canary-webhook-secret") -> AsyncIterator[Webhook]:
    webhook = Webhook()
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", webhook.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    webhook.url = f"http://127.0.0.1:{port}{path}"
    try:
        yield webhook
    finally:
        webhook.closing.set()
        await runner.cleanup()


@dataclass
class Mailbox:
    """What an SMTP server took: sender, recipients and bytes of each mail, and who logged in how."""

    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for these names
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        self.arrived.set()
        return "250 2.0.0 taken"


@asynccontextmanager
async def mail_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
) -> AsyncIterator[Mailbox]:
    """Run aiosmtpd in this loop."""
    box, loop = Mailbox(), asyncio.get_running_loop()

    def authenticated(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        given = (data.login.decode(), data.password.decode())
        box.logins.append(given)
        return aiosmtpd.smtp.AuthResult(success=given == login, handled=False)

    def build() -> aiosmtpd.smtp.SMTP:
        with warnings.catch_warnings(action="ignore"):  # it warns of logins without TLS, which we want to try
            return built()

    def built() -> aiosmtpd.smtp.SMTP:
        return aiosmtpd.smtp.SMTP(
            box,
            hostname="mail.test.example",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticated if login else None,
            auth_required=login is not None,
            auth_require_tls=starttls is not None or tls is not None,
            loop=loop,
        )

    server = await loop.create_server(build, "127.0.0.1", 0, ssl=tls)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()


DROP, HANG, DRIP = "drop", "hang", "drip"


@dataclass
class Script:
    """An SMTP server that says what it is told to at each step: a reply, or drop, hang, drip."""

    replies: dict[str, str]
    port: int = 0
    heard: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if await self._say(writer, "greeting", "220 test ready"):
                await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {"EHLO": "250-test\r\n250 AUTH PLAIN LOGIN", "DATA": "354 go on", "QUIT": "221 bye"}
        while line := (await reader.readline()).decode().strip():
            verb = line.partition(" ")[0].upper()
            self.heard.append(line)
            if not await self._say(writer, verb, usual.get(verb, "250 fine")):
                return
            if verb == "DATA" and self.replies.get("DATA", "354").startswith("354"):
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                self.arrived.set()
                if not await self._say(writer, "mail", "250 2.0.0 taken"):
                    return
            if verb == "QUIT":
                return

    async def _say(self, writer: asyncio.StreamWriter, step: str, usual: str) -> bool:
        reply = self.replies.get(step, usual)
        if reply == DROP:
            return False
        if reply == HANG:
            await self.closing.wait()
            return False
        if reply == DRIP:
            while not self.closing.is_set():
                writer.write(b"250-more\r\n")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.closing.wait(), 0.05)
            return False
        writer.write(f"{reply}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def scripted_mail_server(**replies: str) -> AsyncIterator[Script]:
    script = Script(replies)
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        script.closing.set()
        server.close()
        await server.wait_closed()
