"""What an HTTP answer to a notification asks for: done, later or never."""

from __future__ import annotations

import os
import socket

from monitor.text.display import displayable, shorten

_LATER = frozenset({408, 425, 429})


def may_succeed_later(status: int) -> bool:
    """Say whether the same request may succeed later, by its HTTP status alone."""
    return status in _LATER or status >= 500


def said(answer: str, *secrets: str) -> str:
    """Make what a server said fit for a reason: displayable, short and without our secrets."""
    text = answer
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return shorten(displayable(text), 160)


def in_system_words(fault: OSError) -> str:
    """Say what the system says of a fault, without the address that libraries add to it."""
    if isinstance(fault, socket.gaierror):
        return fault.strerror or "no such host"
    if isinstance(fault.errno, int) and fault.errno > 0:
        return os.strerror(fault.errno)
    return str(fault) or type(fault).__name__
