"""A server on loopback that is as strict as Slack's Web API about what it is sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Fault = tuple[int, dict[str, Any] | str, dict[str, str]]


@dataclass
class Channel:
    """A channel of the workspace: its name, whether it is private, and the messages in it."""

    name: str
    private: bool = False
    member: bool = True
    archived: bool = False
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class SlackWorkspace:
    """A workspace with one app. `faults` are answered in turn instead of doing what was asked."""

    token: str
    url: str = ""
    scopes: set[str] = field(default_factory=lambda: {"chat:write", "channels:read", "groups:read"})
    channels: dict[str, Channel] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    page: int = 2
    silent: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def refuse(self, error: str, status: int = 200, **fields: Any) -> None:
        """Answer the next call with an error as Slack writes it."""
        self.faults.append((status, {"ok": False, "error": error, **fields}, {}))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        method = request.path.removeprefix("/api/")
        self.calls.append(method)
        answer = {
            "chat.postMessage": self._post,
            "conversations.list": self._list,
            "auth.test": self._test,
        }.get(method)
        if answer is None:
            return web.json_response({"ok": False, "error": "unknown_method"})
        found = await answer(request)
        if self.silent:
            await self.closing.wait()
        if self.faults:
            status, body, headers = self.faults.pop(0)
            if isinstance(body, str):
                return web.Response(status=status, text=body, headers=headers)
            return web.json_response(body, status=status, headers=headers)
        if self.token != request.headers.get("Authorization", "").removeprefix("Bearer "):
            found = {"ok": False, "error": "invalid_auth"}
        return web.json_response(found)

    async def _test(self, request: web.Request) -> dict[str, Any]:
        return {"ok": True, "team": "The desk's", "user": "watchword"}

    async def _list(self, request: web.Request) -> dict[str, Any]:
        assert request.content_type == "application/x-www-form-urlencoded", "Slack reads no JSON here"
        asked = await request.post()
        kinds = str(asked["types"]).split(",")
        assert 0 < int(str(asked["limit"])) < 1000
        for kind, scope in (("public_channel", "channels:read"), ("private_channel", "groups:read")):
            if kind in kinds and scope not in self.scopes:
                return {"ok": False, "error": "missing_scope", "needed": scope, "provided": "chat:write"}
        listed = [
            {"id": number, "name": channel.name, "is_private": channel.private}
            for number, channel in self.channels.items()
            if not channel.archived
            and ("private_channel" in kinds and channel.member if channel.private else True)
        ]
        start = int(str(asked.get("cursor", "0")))
        end = start + self.page
        cursor = str(end) if end < len(listed) else ""
        return {"ok": True, "channels": listed[start:end], "response_metadata": {"next_cursor": cursor}}

    async def _post(self, request: web.Request) -> dict[str, Any]:
        assert request.headers["Content-Type"] == "application/json; charset=utf-8"
        message = await request.json()
        self.posts.append(message)
        self.arrived.set()
        if self.faults:
            return {}
        if error := self._refusal(message):
            return {"ok": False, "error": error}
        moment = f"17000000{len(self.posts):02}.000100"
        self.channels[message["channel"]].messages[moment] = message
        return {"ok": True, "channel": message["channel"], "ts": moment, "message": {"text": message["text"]}}

    def _refusal(self, message: dict[str, Any]) -> str | None:
        channel = self.channels.get(message["channel"])
        if "chat:write" not in self.scopes:
            return "missing_scope"
        if channel is None or not channel.member:
            return "channel_not_found" if channel is None or channel.private else "not_in_channel"
        if channel.archived:
            return "is_archived"
        if not message.get("text", "").strip():
            return "no_text"
        if "thread_ts" in message and message["thread_ts"] not in channel.messages:
            return "thread_not_found"
        return layout_fault(message.get("blocks", []))


def layout_fault(blocks: list[dict[str, Any]]) -> str | None:
    """Judge blocks by Slack's published limits."""
    if len(blocks) > 50:
        return "invalid_blocks"
    for block in blocks:
        if block["type"] == "context" and not 0 < len(block["elements"]) <= 10:
            return "invalid_blocks"
    for node in _nodes(blocks):
        text = node.get("text")
        if node.get("type") in ("mrkdwn", "plain_text", "text") and not (isinstance(text, str) and text):
            return "invalid_blocks"
        if node.get("type") in ("mrkdwn", "plain_text") and len(str(text)) > 3000:
            return "invalid_blocks"
        if node.get("type") == "link" and not re.match(r"https?://\S+$", str(node.get("url"))):
            return "invalid_blocks"
    return None


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


TOKEN = "xoxb-10101010-2020-canary-bot-token"
DESK, BACK_ROOM = "C0000DESK", "C0000BACK"


@asynccontextmanager
async def slack_workspace(token: str = TOKEN) -> AsyncIterator[SlackWorkspace]:
    workspace = SlackWorkspace(token)
    workspace.channels = {
        "C0000GENL": Channel("general"),
        "C0000RNDM": Channel("random"),
        "C0000NEWS": Channel("news"),
        DESK: Channel("iran-desk"),
        BACK_ROOM: Channel("back-room", private=True),
    }
    app = web.Application()
    app.router.add_post("/api/{method}", workspace.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    workspace.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield workspace
    finally:
        workspace.closing.set()
        await runner.cleanup()
