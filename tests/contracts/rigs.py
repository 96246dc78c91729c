"""For every kind of channel: how to open it against a real peer, and how to judge what arrived there.

A channel dropped into the folder needs a rig here; the suite fails until it has one.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Protocol

from aiohttp import web
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser

from monitor.notify.channel import Channel, Wires
from monitor.notify.channels import email as email_channel
from monitor.notify.channels import slack as slack_channel
from monitor.notify.channels import terminal as terminal_channel
from monitor.values import Secret
from tests.contracts.servers import HANG, mail_server, scripted_mail_server, slack_shaped
from tests.contracts.slack_api import DESK, TOKEN, slack_workspace

SECRET = "canary-of-this-channel"


@dataclass
class Rig:
    """An opened channel, its secrets, and the messages that its peer received so far."""

    channel: Channel
    received: Callable[[], list[Any]]
    secrets: list[str] = field(default_factory=list)
    arrived: asyncio.Event | None = None


class Kind(Protocol):
    """How the suite tries one kind of channel."""

    def open(self, wires: Wires, *, hangs: bool = False) -> AbstractAsyncContextManager[Rig]:
        """Open the channel; where `hangs`, its peer takes the message and never answers."""
        ...

    def live(self, message: Any) -> Counter[object]:
        """Count what is live in a message; a hostile text may never add to it."""
        ...

    def texts(self, message: Any) -> Iterator[str]:
        """Give every text that people see."""
        ...


class SlackKind:
    @asynccontextmanager
    async def open(self, wires: Wires, *, hangs: bool = False) -> AsyncIterator[Rig]:
        async with slack_shaped(f"/services/T000/B000/{SECRET}") as webhook:

            async def silence(request: web.Request) -> web.StreamResponse:
                await webhook.closing.wait()
                return web.Response()

            webhook.answers = [silence] if hangs else []
            channel = slack_channel.Config(webhook=Secret(webhook.url)).open(wires)
            yield Rig(channel, lambda: webhook.payloads, [SECRET, webhook.url], webhook.arrived)

    def live(self, message: Any) -> Counter[object]:
        found = Counter(self._parsed(message["text"]))
        for node in self._nodes(message["blocks"]):
            if node.get("type") == "text":
                found.update(re.findall(r"<[!@#a-z/]", node["text"], re.IGNORECASE))
            elif node.get("type") == "mrkdwn":
                assert node["verbatim"] is True
                found.update(self._parsed(node["text"]))
            else:
                found[node.get("type"), node.get("url")] += 1
        found.update(addresses("\n".join(self.texts(message))))
        found["blocks"] = len(message["blocks"]) > 50
        assert message["unfurl_links"] is message["unfurl_media"] is False
        return found

    @staticmethod
    def _parsed(text: str) -> list[str]:
        """Find the signs that Slack's mark-up reads."""
        assert len(text) <= 3000
        return re.findall(r"[<>*_~`]|&(?!(?:amp|lt|gt);)(?!(?:a|am|amp|l|lt|g|gt)?$)", text)

    def _nodes(self, node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            yield node
            for name, value in node.items():
                if name != "style":
                    yield from self._nodes(value)
        elif isinstance(node, list):
            for value in node:
                yield from self._nodes(value)

    def texts(self, message: Any) -> Iterator[str]:
        if isinstance(message, dict):
            for name, value in message.items():
                if name == "text" and isinstance(value, str):
                    yield value
                else:
                    yield from self.texts(value)
        elif isinstance(message, list):
            for value in message:
                yield from self.texts(value)


class SlackBotKind(SlackKind):
    @asynccontextmanager
    async def open(self, wires: Wires, *, hangs: bool = False) -> AsyncIterator[Rig]:
        async with slack_workspace() as workspace:
            workspace.silent = hangs
            settings = {"token": Secret(TOKEN), "channel": DESK, "api": workspace.url}
            channel = slack_channel.Config.model_validate(settings).open(wires)
            yield Rig(channel, lambda: workspace.posts, [TOKEN, "canary"], workspace.arrived)


class EmailKind:
    @asynccontextmanager
    async def open(self, wires: Wires, *, hangs: bool = False) -> AsyncIterator[Rig]:
        settings: dict[str, Any] = {
            "to": ["ana@example.org"],
            "from": "watchword@example.org",
            "host": "127.0.0.1",
        }
        if hangs:
            async with scripted_mail_server(mail=HANG) as script:
                channel = email_channel.Config.model_validate({**settings, "port": script.port}).open(wires)
                yield Rig(channel, lambda: script.mails, arrived=script.arrived)
            return
        async with mail_server(login=("watchword", SECRET)) as box:
            login = {"user": "watchword", "password": Secret(SECRET), "port": box.port}
            channel = email_channel.Config.model_validate({**settings, **login}).open(wires)
            yield Rig(channel, lambda: [raw for _, _, raw in box.mails], [SECRET], box.arrived)

    @staticmethod
    def _read(raw: bytes) -> tuple[EmailMessage, str, LexborHTMLParser]:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        assert plain is not None
        assert html is not None
        return message, plain.get_content(), LexborHTMLParser(html.get_content())

    def live(self, message: Any) -> Counter[object]:
        read, plain, page = self._read(message)
        variable = ("Subject", "Content-Type")
        found: Counter[object] = Counter(
            (name, None if name in variable else str(value)) for name, value in read.items()
        )
        found.update(part.get_content_type() for part in read.walk())
        for node in page.root.traverse():  # type: ignore[union-attr]
            attributes = {name: value for name, value in node.attributes.items() if name != "lang"}
            found[node.tag, *sorted(map(str, attributes.items()))] = 1
        found.update(addresses(f"{plain}\n{page.root.text()}"))  # type: ignore[union-attr]
        found["line breaks in the subject"] = len(str(read["Subject"]).splitlines()) - 1
        found["defects"] = len(read.defects)
        return found

    def texts(self, message: Any) -> Iterator[str]:
        read, plain, page = self._read(message)
        yield str(read["Subject"])
        yield plain
        yield page.root.text()  # type: ignore[union-attr]


class TerminalKind:
    def __init__(self, *, coloured: bool) -> None:
        self._coloured = coloured

    @asynccontextmanager
    async def open(self, wires: Wires, *, hangs: bool = False) -> AsyncIterator[Rig]:
        out = io.StringIO()
        console = Console(
            file=out,
            width=100,
            force_terminal=self._coloured,
            color_system="truecolor" if self._coloured else None,
        )
        opened = Wires(wires.http, wires.clock, console)
        arrived, released = asyncio.Event(), asyncio.Event()
        if hangs:
            loop = asyncio.get_running_loop()
            self._hold(out, lambda: loop.call_soon_threadsafe(arrived.set), released)
        channel = terminal_channel.Config().open(opened)
        try:
            yield Rig(channel, lambda: [out.getvalue()], arrived=arrived)
        finally:
            released.set()

    @staticmethod
    def _hold(out: io.StringIO, reached: Callable[[], object], released: asyncio.Event) -> None:
        def write(text: str) -> int:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                reached()
            while not released.is_set():
                pass_time()
            return len(text)

        out.write = write  # type: ignore[method-assign]

    def live(self, message: Any) -> Counter[object]:
        # Escape sequences that set colours are ours; how many there are depends on where lines break.
        found: Counter[object] = Counter(set(re.findall(r"\x1b\[[0-9;]*m", message)))
        found["escape"] = re.sub(r"\x1b\[[0-9;]*m", "", message).count("\x1b")
        return found

    def texts(self, message: Any) -> Iterator[str]:
        yield re.sub(r"\x1b\[[0-9;]*m", "", message)


def pass_time() -> None:
    """Give way to other threads while a held terminal is played."""
    threading.Event().wait(0.01)


def addresses(text: str) -> list[str]:
    """Find what a program that shows text would turn into a link."""
    return re.findall(
        r"(?:[a-z][a-z0-9+.-]*://|www\.)[a-z0-9]\S*|[a-z0-9.]+@[a-z0-9]\S*", text, re.IGNORECASE
    )


KINDS: dict[str, list[Kind]] = {
    "email": [EmailKind()],
    "slack": [SlackKind(), SlackBotKind()],
    "terminal": [TerminalKind(coloured=False), TerminalKind(coloured=True)],
}


DIRECTION_SIGNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f\u061c"


def unseen(text: str) -> list[str]:
    """Find control and direction characters that no text for people may hold; line breaks are ours."""
    controls = (sign for sign in text if sign not in "\n\r" and unicodedata.category(sign) in ("Cc", "Cs"))
    found = [
        f"U+{ord(sign):04X}" for sign in (*controls, *(sign for sign in text if sign in DIRECTION_SIGNS))
    ]
    depth = 0
    for sign in text:
        depth += (sign == "\u2068") - (sign == "\u2069")
        if depth not in (0, 1, 2):
            return [*found, "unbalanced isolate"]
    return [*found, "unclosed isolate"] if depth > 0 else found
