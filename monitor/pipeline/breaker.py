"""The circuit breaker of a destination: when to leave it alone, and for how long.

After a few failures in a row nothing is sent for a while; then one message tries it. Whoever asks to wait
(`Retry-After`) is left alone at once and as long as asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import Deferred, LoginRefused
from monitor.model import DestinationHealth

OPENS_AFTER = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


def after_success(before: DestinationHealth, now: datetime) -> DestinationHealth:
    """Give the health of a destination that took a message.

    If it is to be left alone still, it is: then the message was on its way already when it asked for that.
    """
    if before.paused_until is not None and before.paused_until > now:
        return replace(before, failures=0, failing_since=None, locked_out_at=None)
    return DestinationHealth()


def after_failure(before: DestinationHealth, why: Deferred, now: datetime) -> DestinationHealth:
    """Give the health of a destination that took none and may take it later."""
    failures = before.failures + 1
    wait = timedelta(seconds=why.retry_after or 0)
    if failures >= OPENS_AFTER:
        wait = max(wait, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - OPENS_AFTER, 10)))
    until = before.paused_until
    if wait:
        until = max(until or now, now + wait)
    return replace(
        before,
        failures=failures,
        failing_since=before.failing_since or now,
        paused_until=until,
        locked_out_at=before.locked_out_at or (now if isinstance(why, LoginRefused) else None),
        reason=why.reason,
    )


def after_gone(before: DestinationHealth, reason: str, now: datetime) -> DestinationHealth:
    """Give the health of a destination that says that it is no more."""
    return replace(
        before,
        failures=before.failures + 1,
        failing_since=before.failing_since or now,
        disabled_at=before.disabled_at or now,
        reason=reason,
    )
