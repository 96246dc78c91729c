"""What an HTTP answer to a notification asks for: done, later or never."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.text.display import displayable, shorten

_LONGEST_WAIT = 7 * 86400.0  # seconds; a server that says more is asked again after a week
_LATER = frozenset({408, 425, 429})


def may_succeed_later(status: int) -> bool:
    """Say whether the same request may succeed later, by its HTTP status alone."""
    return status in _LATER or status >= 500


def retry_after(value: str | None, now: datetime, server_date: str | None = None) -> float | None:
    """Read a `Retry-After` header as seconds from now; a date counts from the server's own `Date`."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), _LONGEST_WAIT)
    then = _date(text)
    if then is None:
        return None
    seconds = (then - (_date(server_date or "") or now)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT)


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


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
