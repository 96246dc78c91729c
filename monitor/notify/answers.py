"""What an HTTP answer to a notification asks for: done, later or never."""

from __future__ import annotations

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
