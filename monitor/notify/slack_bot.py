"""Slack with an app's bot token: one channel, where follow-ups go into the thread of the first message."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any

from monitor.errors import Rejected
from monitor.model import Notification, Receipt
from monitor.notify.alert_text import AlertText, alert_text
from monitor.notify.channel import Destination, Wires
from monitor.notify.slack_api import SlackApi
from monitor.notify.slack_message import plain_slack_message, slack_message
from monitor.notify.slack_wire import LAYOUT, Answer

# The first message was deleted, or something about its thread forbids replies.
_NO_THREAD = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts",
     "restricted_action_thread_locked", "restricted_action_non_threadable_channel"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """How a message is to be posted; each refusal that can be mended changes one thing."""

    channel: str
    thread: str = ""
    broadcast: bool = False
    plain: bool = False
    looked_up_again: bool = False

    def message(self, text: AlertText) -> dict[str, Any]:
        """Write what `chat.postMessage` takes."""
        write = plain_slack_message if self.plain else slack_message
        written = write(text, in_thread=bool(self.thread))
        reply = {"thread_ts": self.thread, "reply_broadcast": self.broadcast} if self.thread else {}
        return {"channel": self.channel, **written, **reply}


class SlackBot:
    """One channel that an app writes to.

    The destination's id holds what stays when the app gets a new token, so that alerts which wait, and
    threads, outlive it: the workspace's part of the token, and the channel as the configuration has it.
    """

    def __init__(self, api: SlackApi, workspace: str, channel: str, name: str, wires: Wires) -> None:
        self._api = api
        self._clock = wires.clock
        self._name = "" if is_id(channel) else channel.removeprefix("#")
        self._id = "" if self._name else channel
        self._looking = asyncio.Lock()
        digest = hashlib.sha256(f"{workspace}\n{self._name or self._id}".encode()).hexdigest()[:12]
        shown = name or (f"#{self._name}" if self._name else f"channel {self._id}")
        self._destination = Destination(f"slack:{digest}", f"Slack {shown}")

    def destinations(self) -> tuple[Destination, ...]:
        """Name the one destination: the channel."""
        return (self._destination,)

    async def send(self, notification: Notification) -> Receipt:
        """Post the alert; what Slack refuses about its layout, thread or channel is mended once each."""
        if notification.destination != self._destination.id:
            raise Rejected(f"{notification.destination} is no longer a destination of this receiver")
        text = alert_text(notification)
        draft: Draft | None = self._drafted(await self._channel(), notification)
        while draft is not None:
            answer = await self._api.post_message(draft.message(text))
            posted, draft = draft, await self._mended(draft, answer)
        return self._receipt(answer, posted)

    async def handshake(self) -> str:
        """Have Slack say who the token is, and find the channel."""
        team = await self._api.who_am_i()
        return f"Slack knows the token ({team}) and the channel {await self._channel()}"

    async def close(self) -> None:
        """Nothing was opened: the session belongs to its owner."""

    def _drafted(self, channel: str, notification: Notification) -> Draft:
        where, _, first = notification.thread.partition("/")
        if where != channel or not first:  # the first of its kind, or the channel is another one by now
            return Draft(channel)
        if notification.others:  # a thread would hide them, for they are about other stories
            return Draft(channel)
        # Slack tells only those who follow a thread of replies; what was told to all is taken back from all.
        return Draft(channel, first, broadcast=notification.risen or notification.takes_back)

    async def _mended(self, draft: Draft, answer: Answer) -> Draft | None:
        """Change what Slack refuses; None where it refuses nothing that can be changed."""
        if answer.later:
            return None
        if answer.word in LAYOUT and not draft.plain:
            return replace(draft, plain=True)
        if answer.word in _NO_THREAD and draft.thread:
            return replace(draft, thread="", broadcast=False)
        if answer.word == "channel_not_found" and self._name and not draft.looked_up_again:
            found = await self._channel(instead_of=draft.channel)
            if found != draft.channel:
                return Draft(found, plain=draft.plain, looked_up_again=True)
        return None

    async def _channel(self, instead_of: str = "") -> str:
        """Give the channel's id, looked up once; again where the one that was found is gone."""
        async with self._looking:
            if not self._id or self._id == instead_of:
                self._id = ""
                self._id = await self._api.channel_called(self._name)
            return self._id

    def _receipt(self, answer: Answer, posted: Draft) -> Receipt:
        if answer.word == "channel_not_found":
            shown = f"#{self._name}" if self._name else posted.channel
            raise Rejected(
                f"Slack answered channel_not_found: there is no channel {shown}, or it is private and the "
                "app is not in it; invite the app there with: /invite @NAME-OF-THE-APP"
            )
        fields = self._api.judged(answer)
        moment = fields.get("ts")
        reference = f"{fields.get('channel') or posted.channel}/{moment}" if moment else ""
        return Receipt(f"{answer.status} ok", self._clock(), reference)


def is_id(channel: str) -> bool:
    """Tell a channel's id from its name, which has no capital letters."""
    return re.fullmatch("[CDG][A-Z0-9]{7,}", channel) is not None
