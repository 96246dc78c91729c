"""Why an exchange failed, in an operator's words: without addresses, bytes and the client's jargon."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.http_exceptions import BadHttpMessage

from monitor.errors import in_system_words
from monitor.feeds.address import Refused
from monitor.text.visible import clean

# What the client's parser quotes of the answer: whole lines of it, or what stood before it gave up.
_QUOTED = re.compile(r":\s*(?:b'|b\"|bytearray).*|:?\n.*", re.DOTALL)


def why(error: Exception) -> str:
    """Say why it failed; a refusal of the outbound door is said in its words, however it was wrapped."""
    if (refused := refusal_in(error)) is not None:
        return one_line(str(refused))
    said = next((say(error) for kind, say in _WORDS if isinstance(error, kind)), str(error))
    return one_line(said) or type(error).__name__


def one_line(text: str) -> str:
    """Keep what a server says from doing more than being read."""
    return " ".join(clean(text).split())[:300]


def refusal_in(error: BaseException | None) -> Refused | None:
    """Find the refusal of the outbound door in an error, however it was wrapped."""
    while error is not None and not isinstance(error, Refused):
        error = error.__cause__ or error.__context__
    return error


def _of_the_body(error: aiohttp.ClientPayloadError) -> str:
    cause = error.__cause__
    return f"the body broke off{f': {_complaint(cause)}' if isinstance(cause, BadHttpMessage) else ''}"


def _complaint(error: aiohttp.ClientResponseError | BadHttpMessage) -> str:
    return _QUOTED.sub("", error.message).replace("bytes when reading", "bytes in one line").rstrip(".")


_WORDS: tuple[tuple[type[Exception], Callable[[Any], str]], ...] = (
    (aiohttp.ClientConnectorError, lambda error: in_system_words(error.os_error)),
    (aiohttp.ClientHttpProxyError, lambda error: f"the proxy answered {error.status} {error.message}"),
    (aiohttp.ClientResponseError, lambda error: f"the answer is not proper HTTP: {_complaint(error)}"),
    (aiohttp.ServerDisconnectedError, lambda _: "the server hung up before it answered"),
    (aiohttp.ClientPayloadError, _of_the_body),
    (OSError, in_system_words),
)
