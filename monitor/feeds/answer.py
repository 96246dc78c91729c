"""What the headers of an answer mean. Pure: headers in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.feeds.document import Hints

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_STORE = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)\b", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_LONGEST = timedelta(days=3650)


def charset_of(content_type: str) -> tuple[str, str]:
    """Split a Content-Type into media type and charset, both in lower case, empty where absent."""
    found = _CHARSET.search(content_type)
    return content_type.partition(";")[0].strip().lower(), found[1].lower() if found else ""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After in seconds; a date counts from the server's own Date, so clocks need not agree."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,12}", value):
        return float(value)
    until = _date(value)
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("Date", "")) or now)).total_seconds())


def hints_of(headers: Mapping[str, str], now: datetime) -> Hints:
    """Read how long the answer stays fresh; `Expires` is relative to the server's own Date."""
    control = headers.get("Cache-Control", "")
    if _NO_STORE.search(control):
        return Hints()
    found = _MAX_AGE.search(control)
    max_age = min(timedelta(seconds=int(found[1])), _LONGEST) if found else None
    expires = _date(headers.get("Expires", ""))
    fresh = expires - (_date(headers.get("Date", "")) or now) if expires and max_age is None else None
    return Hints(max_age=max_age, expires=max(timedelta(), fresh) if fresh is not None else None)


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
