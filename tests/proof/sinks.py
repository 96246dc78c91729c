"""Where alerts arrive: a mail server, Slack's Web API and webhooks of Slack's shape.

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
_MARK = re.compile("possible repeat", re.IGNORECASE)
_TRIAL = "This is a test alert"  # what `watchword receivers test` sends
_REFERENCE = re.compile(r"Watchword alert (\w+), revision (\d+)")
_SLOW = 0.4


@dataclass(frozen=True)
class Told:
    """One alert in a message: its key, the item that it tells of, and whether it may be a repeat."""

    key: str
    item: int
    marked: bool


@dataclass(frozen=True)
class Arrival:
    """One message that a destination took; the first of what it tells gave it its key.

    `id` is what its transport calls it.
    """

    told: tuple[Told, ...]
    at: float
    id: str

    @property
    def key(self) -> str:
        return self.told[0].key


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
        """Keep a message: alerts one after the other, each with its reference behind it."""
        if _TRIAL in text:
            return
        told, begin = [], 0
        for reference in _REFERENCE.finditer(text):
            passage = text[begin : reference.start()]
            item = NUMBER.search(passage)
            if item is not None:
                key = f"{reference[1]}/{reference[2]}"
                told.append(Told(key, int(item[1]), _MARK.search(passage) is not None))
            begin = reference.end()
        if not told or len(told) != len(_REFERENCE.findall(text)):
            self.strange.append(text[:1000])
            return
        self.arrivals.append(Arrival(tuple(told), time.time(), number))
        self.told.update(one.item for one in told)


class MailServer:
    """One SMTP server; each recipient is a sink of its own."""

    def __init__(self, *recipients: str) -> None:
        self.sinks = {recipient: Sink(recipient) for recipient in recipients}
        self.port = 0

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
        sink.take(_in_order(_plain_part(message)), str(message["Message-ID"]))
        if sink.mode == "slow":
            await asyncio.sleep(_SLOW)
        if sink.mode == "mute":
            sink.unanswered += 1
            server.transport.abort()
        return "250 2.0.0 kept"


def _plain_part(message: Message) -> str:
    """Give the text of a mail as a reader without HTML sees it."""
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode(part.get_content_charset() or "ascii").replace("\r\n", "\n")


def _in_order(text: str) -> str:
    """Put the reference at a mail's foot, which is that of its first alert, behind that one."""
    body, _, foot = text.partition("\n-- \n")
    first, link, others = body.partition("\nLink: ")
    return f"{first}\n{foot}{link}{others}"


class SlackServer:
    """Slack's Web API under /api/, and two webhooks; each is a sink. Nothing ever befalls `steady`."""

    WEBHOOK = "/services/T0PROOF/B0PROOF/secret-part"
    STEADY = "/services/T0PROOF/B1PROOF/steady-secret-part"
    TOKEN = "xoxb-1010-2020-of-the-proof"
    CHANNEL = "C0000PROOF"

    def __init__(self) -> None:
        self.bot, self.hook, self.steady = Sink("slack bot"), Sink("slack webhook"), Sink("steady webhook")
        self.port = 0

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/chat.postMessage", self._bot)
        app.router.add_post(self.WEBHOOK, self._hook)
        app.router.add_post(self.STEADY, self._steady)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _bot(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {self.TOKEN}"
        answer = {"ok": True, "channel": self.CHANNEL, "ts": f"{time.time():.6f}"}
        return await self._take(self.bot, request, web.json_response(answer))

    async def _hook(self, request: web.Request) -> web.Response:
        return await self._take(self.hook, request, web.Response(text="ok"))

    async def _steady(self, request: web.Request) -> web.Response:
        return await self._take(self.steady, request, web.Response(text="ok"))

    async def _take(self, sink: Sink, request: web.Request, answer: web.Response) -> web.Response:
        raw = await request.read()
        if sink.mode == "refusing":
            return web.Response(status=429, headers={"Retry-After": "2"}, text="slow down")
        message = json.loads(raw)
        sink.take("\n".join(texts(message.get("blocks") or message["text"])))
        if sink.mode == "slow":
            await asyncio.sleep(_SLOW)
        if sink.mode == "mute" and request.transport is not None:
            sink.unanswered += 1
            request.transport.abort()
        return answer


def texts(node: Any) -> Iterator[str]:
    """Give every text of a message, in order."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from texts(value)
