"""Alerts in a Slack channel, through an incoming webhook.

In Slack, create an app, switch on "Incoming Webhooks", add one for the channel, and put its address in a file
that only the daemon can read (or in an environment variable): whoever knows the address can write there.

```yaml
receivers:
  iran-desk:
    tz: Europe/Paris
    channels:
      - {kind: slack, webhook: "file:secrets/slack", name: "#iran-desk"}
```

- `webhook` (required): the address, as `env:NAME` or `file:PATH`.
- `name`: what logs and `watchword status` call it, such as the channel's name.
- `timeout` (default 20s): how long one message may take.

An answer 408, 425, 429 or 5xx, a time-out or a fault of the connection is tried again, not before the time
that Slack names in `Retry-After`. Any other refusal is final for the message and says what is to be done.
Links are not unfurled. Slack takes about one message a second for each webhook.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from monitor.errors import Bury, Deferred, NeedsHuman, OutcomeUnknown, Rejected, RetryLater, in_system_words
from monitor.headers import retry_after
from monitor.model import Notification, Receipt
from monitor.notify.alert_text import alert_text
from monitor.notify.answers import may_succeed_later, said
from monitor.notify.channel import Channel, ChannelConfig, Destination, Wires
from monitor.notify.links import web_link
from monitor.notify.slack_message import plain_slack_message, slack_message
from monitor.values import PositiveDuration, Secret, parse_duration

_MOST_OF_ANSWER = 4096  # bytes; Slack answers with a word
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
_LATER = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
     "rollup_error", "timeout"}
)  # fmt: skip
_LAYOUT = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_payload"})
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


def _a_web_address(secret: Secret) -> Secret:
    if web_link(secret.reveal()) is None:
        said = "the webhook must be an address such as https://hooks.slack.com/services/…"
        raise PydanticCustomError("webhook", said)
    return secret


class Config(ChannelConfig):
    """What may stand beside `kind: slack`."""

    webhook: Annotated[Secret, AfterValidator(_a_web_address)]
    name: str = ""
    timeout: PositiveDuration = parse_duration("20s")

    def open(self, wires: Wires) -> Channel:
        """Build the channel on the guarded session."""
        return SlackChannel(self, wires)


class SlackChannel:
    """One incoming webhook.

    Slack's own client would follow redirects, take proxies from the environment, repeat requests whose
    outcome is unknown, and log the webhook's address when debugging; so the messages are built with its
    models and sent on the session that is handed in.
    """

    def __init__(self, config: Config, wires: Wires) -> None:
        self._config = config
        self._wires = wires
        self._url = config.webhook.reveal()
        digest = hashlib.sha256(self._url.encode()).hexdigest()[:12]
        shown = config.name or f"webhook {digest[:6]} at {urlsplit(self._url).hostname}"
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
        if _error_word(answer.body) in _LAYOUT and not answer.later:
            answer = await self._post(plain_slack_message(text))
        return Receipt(self._judged(answer), self._wires.clock())

    async def close(self) -> None:
        """Nothing was opened: the session belongs to its owner."""

    async def _post(self, message: dict[str, Any]) -> _Answer:
        """Send and read the answer; faults of the wire become `Deferred`, without the webhook's address."""
        timeout = aiohttp.ClientTimeout(total=self._config.timeout.total_seconds())
        body = json.dumps(message, ensure_ascii=True).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            async with self._wires.http.post(
                self._url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return await _read(response, self._wires)
        except _NEVER_SENT as error:
            fault: Exception = Deferred(self._without_secret(f"Slack cannot be reached: {_kind(error)}"))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            fault = OutcomeUnknown(f"the connection to Slack broke before the answer: {_kind(error)}")
        except RetryLater as error:
            fault = Deferred(self._without_secret(str(error)), error.retry_after)
        except (Bury, NeedsHuman) as error:  # the outbound door refuses the address
            fault = Rejected(self._without_secret(str(error)))
        raise fault from None

    def _judged(self, answer: _Answer) -> str:
        """Give what Slack said where it took the message, else raise what its answer asks for."""
        word = _error_word(answer.body)
        heard = self._without_secret(answer.body) or "no text"
        if 200 <= answer.status < 300 and word == "ok":
            return f"{answer.status} ok"
        if answer.later or word in _LATER:
            raise Deferred(f"Slack answered {answer.status}: {heard}", answer.retry_after)
        if word in _WHAT_TO_DO:
            raise Rejected(f"Slack answered {answer.status} {word}: {_WHAT_TO_DO[word]}")
        if 200 <= answer.status < 300:
            said = f"the webhook's server answered {answer.status}, but not as Slack does: {heard}"
            raise OutcomeUnknown(said)
        raise Rejected(f"the webhook's server answered {answer.status}: {heard}; {_advice(answer.status)}")

    def _without_secret(self, text: str) -> str:
        path = urlsplit(self._url).path
        return said(text, self._url, path, *(part for part in path.split("/") if len(part) >= 6))


class _Answer:
    """An answer as far as it matters."""

    def __init__(self, status: int, body: str, later_in: float | None) -> None:
        self.status = status
        self.body = body
        self.retry_after = later_in
        self.later = may_succeed_later(status)


async def _read(response: aiohttp.ClientResponse, wires: Wires) -> _Answer:
    body = bytearray()
    while len(body) < _MOST_OF_ANSWER and (chunk := await response.content.read(_MOST_OF_ANSWER)):
        body += chunk
    headers = response.headers
    wait = retry_after(headers, wires.clock())
    return _Answer(response.status, body[:_MOST_OF_ANSWER].decode("utf-8", "replace").strip(), wait)


def _error_word(body: str) -> str:
    """Find Slack's word in its answer, which is plain text for webhooks and JSON elsewhere."""
    if not body.startswith("{"):
        return body.lower()[:80]
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    if found.get("ok") is True or found.get("success") is True:
        return "ok"
    return str(found.get("error", "")).lower()[:80]


def _advice(status: int) -> str:
    if status in (401, 403, 404, 410):
        return _NEW_WEBHOOK
    if 300 <= status < 400:
        return "it redirects, which is not followed; use the final address"
    return "the same message would be refused again"


def _kind(error: Exception) -> str:
    """Name a fault without its text, which may hold the webhook's address."""
    system = getattr(error, "os_error", None)
    return f"{type(error).__name__} ({in_system_words(system)})" if system else type(error).__name__
