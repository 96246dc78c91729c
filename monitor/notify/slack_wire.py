"""Asking Slack something over the outbound door, and reading the answer as far as it matters.

Slack's own client would follow redirects, take proxies from the environment, repeat requests whose outcome is
unknown, and log addresses and tokens when debugging; so messages are built with its models and sent on the
session that is handed in.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from monitor.errors import Bury, Deferred, NeedsHuman, OutcomeUnknown, Rejected, RetryLater, in_system_words
from monitor.notify.answers import asked_wait, may_succeed_later, said
from monitor.notify.channel import Wires

_T = TypeVar("_T")
# What both forms of Slack say when the same message may go through later.
LATER = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
     "rollup_error", "timeout"}
)  # fmt: skip
LAYOUT = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_payload", "msg_blocks_too_long"})
_WIRE_FAULTS = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
GONE = 410  # the status by which a server says that there is nobody any more
_CHUNK = 65536  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its text, its fields where it is a JSON object, and how long Slack asks to wait."""

    status: int
    body: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float | None = None

    @property
    def taken(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def later(self) -> bool:
        """Whether the status or Slack's word says that the same may succeed later."""
        return may_succeed_later(self.status) or self.word in LATER

    @property
    def word(self) -> str:
        """Slack's word: plain text from webhooks, `error` in JSON elsewhere; `ok` for success."""
        if not self.body.startswith("{"):
            return self.body.lower()
        if self.fields.get("ok") is True or self.fields.get("success") is True:
            return "ok"
        return str(self.fields.get("error", "")).lower()


class _Body(aiohttp.BytesPayload):
    """A request's body that knows whether it went out: before it does, nothing can have been taken."""

    out = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        self.out = True
        await super().write_with_length(writer, content_length)


class SlackWire:
    """One way to Slack; `secrets` are kept out of whatever is said about it."""

    def __init__(
        self, wires: Wires, timeout: float, *, most_of_answer: int, secrets: tuple[str, ...]
    ) -> None:
        self._wires = wires
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._most = most_of_answer
        self._secrets = secrets

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, lost: type[Deferred] = OutcomeUnknown
    ) -> Answer:
        """Send and read the answer; a fault of the wire is `Deferred`, or `lost` once the request was out."""
        request = _Body(body)
        return await self._mapped(self._exchange(url, request, headers), request, lost)

    async def _exchange(self, url: str, request: _Body, headers: Mapping[str, str]) -> Answer:
        async with self._wires.http.post(
            url, data=request, headers=headers, timeout=self._timeout, allow_redirects=False
        ) as response:
            return await self._read(response)

    async def reach(self, url: str) -> int:
        """Ask the server of an address for a sign of life, without naming the rest of the address."""
        parts = urlsplit(url)
        return await self._mapped(self._knock(f"{parts.scheme}://{parts.netloc}/"), None, Deferred)

    async def _knock(self, place: str) -> int:
        async with self._wires.http.head(place, timeout=self._timeout, allow_redirects=False) as response:
            return response.status

    async def _mapped(self, asking: Awaitable[_T], request: _Body | None, lost: type[Deferred]) -> _T:
        """Turn faults of the wire into `Deferred`, or `lost` once the request was out.

        What is raised has no context: the client's own errors hold the address and what was sent.
        """
        try:
            return await asking
        except _WIRE_FAULTS as error:
            if request is not None and request.out:
                fault: Exception = lost(f"the connection to Slack broke before the answer: {_kind(error)}")
            else:
                fault = Deferred(self.heard(f"Slack cannot be reached: {_kind(error)}"))
        except RetryLater as error:
            fault = Deferred(self.heard(str(error)), error.retry_after)
        except (Bury, NeedsHuman) as error:  # the outbound door refuses the address
            fault = Rejected(self.heard(str(error)))
        raise fault from None

    def heard(self, text: str) -> str:
        """Make what was said fit to be shown, without our secrets."""
        return said(text, *self._secrets)

    async def _read(self, response: aiohttp.ClientResponse) -> Answer:
        """Read the answer; one that is no success says so by its status, however its text breaks off."""
        body = bytearray()
        with suppress(*(() if response.status < 300 else _WIRE_FAULTS)):
            while len(body) < self._most and (chunk := await response.content.read(_CHUNK)):
                body += chunk
        text = body[: self._most].decode("utf-8", "replace").strip()
        headers = response.headers
        wait = asked_wait(headers.getall("Retry-After", ()), headers.get("Date", ""), self._wires.clock())
        return Answer(response.status, text, _fields(text), wait)


def _fields(text: str) -> Mapping[str, Any]:
    if not text.startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _kind(error: Exception) -> str:
    """Name a fault without its text, which may hold an address that is secret."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy answered {error.status}"
    system = getattr(error, "os_error", None)
    if system is not None and system.errno == errno.EACCES:
        return str(system.strerror)  # the outbound door, which names addresses and no secret
    return f"{type(error).__name__} ({in_system_words(system)})" if system else type(error).__name__
