"""Slack through an incoming webhook: an address where everything sent lands in one channel."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from monitor.errors import Deferred, Gone, OutcomeUnknown, Rejected
from monitor.model import Notification, Receipt
from monitor.notify.alert_text import alert_text
from monitor.notify.channel import Destination, Wires
from monitor.notify.slack_message import plain_slack_message, slack_message
from monitor.notify.slack_wire import GONE, LAYOUT, Answer, SlackWire

_MOST_OF_ANSWER = 4096  # bytes; Slack answers with a word
_NOTHING_TO_ADD = 204
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
_NEW_WEBHOOK = "make a new webhook and put its address where the configuration's `webhook` points"
_WHAT_TO_DO = {
    "no_service": f"the webhook was removed or its app disabled; {_NEW_WEBHOOK}",
    "no_service_id": f"the webhook's address is incomplete; {_NEW_WEBHOOK}",
    "no_active_hooks": f"the webhook was disabled; {_NEW_WEBHOOK}",
    "no_team": f"the workspace is gone or the address is mistyped; {_NEW_WEBHOOK}",
    "team_disabled": "the workspace was disabled; ask its owner",
    "invalid_token": f"the webhook's address is mistyped or was revoked; {_NEW_WEBHOOK}",
    "invalid_auth": f"the webhook's address is mistyped or was revoked; {_NEW_WEBHOOK}",
    "channel_not_found": f"the channel was deleted; {_NEW_WEBHOOK}",
    "channel_is_archived": "the channel is archived; bring it back in Slack, or use a webhook of another one",
    "user_not_found": f"the webhook's user is gone; {_NEW_WEBHOOK}",
    "action_prohibited": "the workspace forbids webhooks here; ask its administrator",
    "posting_to_general_channel_denied": "only administrators may write there; use another channel",
    "invalid_payload": "Slack does not understand the message; please report this as a defect",
    "invalid_blocks": "Slack refuses the layout of the message; please report this as a defect",
    "no_text": "Slack found no text in the message; please report this as a defect",
}


class SlackWebhook:
    """One incoming webhook."""

    def __init__(self, url: str, name: str, timeout: float, wires: Wires) -> None:
        self._url = url
        self._clock = wires.clock
        parts = urlsplit(url)
        pieces = (*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)))
        secrets = (url, parts.path, parts.query, *(piece for piece in pieces if len(piece) >= 6))
        self._wire = SlackWire(wires, timeout, most_of_answer=_MOST_OF_ANSWER, secrets=secrets)
        digest = hashlib.sha256(url.encode()).hexdigest()[:12]
        shown = name or f"webhook {digest[:6]} at {urlsplit(url).hostname}"
        self._destination = Destination(f"slack:{digest}", f"Slack {shown}")

    def destinations(self) -> tuple[Destination, ...]:
        """Name the one destination: the webhook, told apart by a hash of its address."""
        return (self._destination,)

    async def send(self, notification: Notification) -> Receipt:
        """Post the alert; where a server refuses its layout, post it once more as plain text."""
        if notification.destination != self._destination.id:
            raise Rejected(f"{notification.destination} is no longer a destination of this receiver")
        text = alert_text(notification)
        answer = await self._post(slack_message(text))
        if answer.word in LAYOUT and not answer.later:
            answer = await self._post(plain_slack_message(text))
        return Receipt(self._judged(answer), self._clock())

    async def handshake(self) -> str:
        """See that the webhook's server is there; whether it takes the webhook only a message can show."""
        status = await self._wire.reach(self._url)
        return f"{urlsplit(self._url).hostname} answers ({status}); only a message shows whether it takes one"

    async def close(self) -> None:
        """Nothing was opened: the session belongs to its owner."""

    async def _post(self, message: dict[str, Any]) -> Answer:
        return await self._wire.post(self._url, json.dumps(message).encode(), _HEADERS)

    def _judged(self, answer: Answer) -> str:
        """Give what Slack said where it took the message, else raise what its answer asks for."""
        heard = self._wire.heard(answer.body) or "no text"
        # A server that is only shaped like Slack's may say by its status alone that there is nothing to add.
        if answer.taken and (answer.word == "ok" or answer.status == _NOTHING_TO_ADD):
            return f"{answer.status} ok"
        if answer.later:
            raise Deferred(f"Slack answered {answer.status}: {heard}", answer.retry_after)
        refused = Gone if answer.status == GONE else Rejected
        if (todo := _WHAT_TO_DO.get(answer.word)) is not None:
            raise refused(f"Slack answered {answer.status} {answer.word}: {todo}")
        if answer.taken:
            said = f"the webhook's server answered {answer.status}, but not as Slack does: {heard}"
            raise OutcomeUnknown(said)
        raise refused(f"the webhook's server answered {answer.status}: {heard}; {_advice(answer.status)}")


def _advice(status: int) -> str:
    if status in (401, 403, 404, 410):
        return _NEW_WEBHOOK
    if 300 <= status < 400:
        return "it redirects, which is not followed; use the final address"
    return "the same message would be refused again"
