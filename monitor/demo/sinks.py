"""Where alerts arrive in the demonstration: a real SMTP server and a webhook of Slack's shape, both local.

Both keep everything that they receive and call the function handed in for each piece. They listen on
127.0.0.1 only and answer as the real ones do.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

HOOK_PATH = "/services/T0DEMO/B0DEMO/local"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived: the envelope's addresses, the parsed message and its very bytes."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes


@dataclass(frozen=True, slots=True)
class Post:
    """One message to the webhook: the parsed JSON and its very bytes."""

    payload: dict[str, Any]
    raw: bytes


OnMail = Callable[[Mail], None]
OnPost = Callable[[Post], None]


@dataclass
class MailSink:
    """A running SMTP server; `mails` holds what it received, in order, `refuse` whom it does not know."""

    host: str
    port: int
    mails: list[Mail]
    refuse: set[str]
    _server: asyncio.Server = field(repr=False)
    _sessions: list[SMTP] = field(repr=False)

    async def stop(self) -> None:
        """Stop listening and close the connections that are still open."""
        self._server.close()
        for session in self._sessions:
            if session.transport is not None:
                session.transport.close()
        await self._server.wait_closed()


class _Inbox:
    """Takes mails from aiosmtpd, which calls `handle_DATA` by that name."""

    def __init__(self, mails: list[Mail], refuse: set[str], on_mail: OnMail | None) -> None:
        self._mails = mails
        self._refuse = refuse
        self._on_mail = on_mail

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it for good."""
        if address in self._refuse:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Keep one mail and accept it."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(raw, policy=policy.default)
        mail = Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message, raw)
        self._mails.append(mail)
        if self._on_mail is not None:
            self._on_mail(mail)
        return "250 2.0.0 kept"


async def start_mail(on_mail: OnMail | None = None, *, port: int = 0) -> MailSink:
    """Start an SMTP server on 127.0.0.1 (port 0: a free one)."""
    mails: list[Mail] = []
    refuse: set[str] = set()
    sessions: list[SMTP] = []
    loop = asyncio.get_running_loop()

    def open_session() -> SMTP:
        session = SMTP(_Inbox(mails, refuse, on_mail), hostname="localhost", enable_SMTPUTF8=True, loop=loop)
        sessions.append(session)
        return session

    server = await loop.create_server(open_session, "127.0.0.1", port)
    host, bound = server.sockets[0].getsockname()[:2]
    return MailSink(host, bound, mails, refuse, server, sessions)


@dataclass
class SlackSink:
    """A running webhook; `posts` holds what it received, in order."""

    url: str
    posts: list[Post]
    _runner: web.AppRunner = field(repr=False)

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        await self._runner.cleanup()


async def start_slack(on_post: OnPost | None = None, *, port: int = 0) -> SlackSink:
    """Start a webhook on 127.0.0.1 (port 0: a free one) that answers as Slack's incoming webhooks do."""
    posts: list[Post] = []
    application = web.Application(client_max_size=4 * 1024**2)
    application.router.add_post(HOOK_PATH, _receiving(posts, on_post))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    host, bound = runner.addresses[0][:2]
    return SlackSink(f"http://{host}:{bound}{HOOK_PATH}", posts, runner)


def _receiving(posts: list[Post], on_post: OnPost | None) -> Callable[[web.Request], Any]:
    async def receive(request: web.Request) -> web.Response:
        raw = await request.read()
        try:
            payload = json.loads(raw)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        if not isinstance(payload, dict):
            return web.Response(status=400, text="invalid_payload")
        if not payload.get("text") and not payload.get("blocks"):
            return web.Response(status=400, text="no_text")
        post = Post(payload, raw)
        posts.append(post)
        if on_post is not None:
            on_post(post)
        return web.Response(text="ok")

    return receive
