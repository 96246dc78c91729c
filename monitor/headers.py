"""HTTP headers that feeds and webhooks read alike: dates, and how long to wait. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 7 * 86400.0  # seconds; a server that asks for more is asked again after a week


def http_date(value: str | None) -> datetime | None:
    """Read a date of a header as UTC; None where there is none or it cannot be read."""
    try:
        found = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar, in another zone
        return None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read `Retry-After` in seconds; a date counts from the server's own `Date`, so clocks need not agree."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]+", value):
        return min(float(value), LONGEST_WAIT)
    until = http_date(value)
    if until is None:
        return None
    seconds = (until - (http_date(headers.get("Date")) or now)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)
