"""Where alerts arrive: a mail server, Slack's Web API and a webhook of Slack's shape.

Each keeps every message that it took, whatever became of its answer, and can be told to misbehave.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.proof.ledger import NUMBER

# Takes messages at once; takes them late; refuses for now; takes them and never answers.
MODES = ("fine", "slow", "refusing", "mute")
MARK = "Possible repeat"
_KEY = re.compile(r"Watchword alert (\w+), revision (\d+)")
_SLOW = 0.4


@dataclass(frozen=True)
class Arrival:
    """One message that a destination took: its key, what it tells of, and whether it may be a repeat."""

    key: str
    items: frozenset[int]
    marked: bool
    at: float
    mode: str
    id: str


@dataclass
class Sink:
    """What one destination took, in order; `unanswered` counts the answers that it withheld."""

    name: str
    mode: str = "fine"
    arrivals: list[Arrival] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    unanswered: int = 0
    strange: list[str] = field(default_factory=list)

    def take(self, text: str, number: str = "") -> None:
        """Keep a message; `number` is what its transport calls it."""
        key, items = _KEY.search(text), frozenset(int(found) for found in NUMBER.findall(text))
        if key is None or not items:
            self.strange.append(text[:500])
            return
        at = time.time()
        arrival = Arrival(f"{key[1]}/{key[2]}", items, MARK in text, at, self.mode, number)
        self.arrivals.append(arrival)
        self.told |= arrival.items


class MailServer:
    """One SMTP server; each recipient is a sink of its own."""

    def __init__(self, *recipients: str) -> None:
        self.sinks = {recipient: Sink(recipient) for recipient in recipients}
        self.port = 0
        self._sessions: set[SMTP] = set()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            return SMTP(self, hostname="sink.example", enable_SMTPUTF8=True, loop=loop)

        self._server = await loop.create_server(session, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.sinks[address].mode == "refusing":
            return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content if isinstance(envelope.content, bytes) else b"")
        sink = self.sinks[envelope.rcpt_tos[0]]
        sink.take(_plain_part(message), str(message["Message-ID"]))
        if sink.mode == "slow":
            await asyncio.sleep(_SLOW)
        if sink.mode == "mute":
            sink.unanswered += 1
            server.transport.abort()
        return "250 2.0.0 kept"


class SlackServer:
    """Slack's Web API under /api/, and a webhook; each is a sink."""

    WEBHOOK = "/services/T0PROOF/B0PROOF/secret-part"
    TOKEN = "xoxb-1010-2020-of-the-proof"
    CHANNEL = "C0000PROOF"

    def __init__(self) -> None:
        self.bot, self.hook = Sink("slack bot"), Sink("slack webhook")
        self.port = 0

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/chat.postMessage", self._bot)
        app.router.add_post(self.WEBHOOK, self._hook)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _bot(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {self.TOKEN}"
        moment = f"{time.time():.6f}"
        answer = {"ok": True, "channel": self.CHANNEL, "ts": moment}
        return await self._take(self.bot, request, web.json_response(answer))

    async def _hook(self, request: web.Request) -> web.Response:
        return await self._take(self.hook, request, web.Response(text="ok"))

    async def _take(self, sink: Sink, request: web.Request, answer: web.Response) -> web.Response:
        raw = await request.read()
        if sink.mode == "refusing":
            return web.Response(status=429, headers={"Retry-After": "2"}, text="slow down")
        sink.take("\n".join(_texts(json.loads(raw))))
        if sink.mode == "slow":
            await asyncio.sleep(_SLOW)
        if sink.mode == "mute" and request.transport is not None:
            sink.unanswered += 1
            request.transport.abort()
        return answer


def _plain_part(message: Message) -> str:
    """Give the text of a mail as a reader without HTML sees it."""
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode(part.get_content_charset() or "ascii")


def _texts(node: Any) -> Iterator[str]:
    """Give every text of a message."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from _texts(value)
