"""What the headers of an answer mean. Pure: headers in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.feeds.document import Hints
from monitor.headers import http_date

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_STORE = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)\b", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_LONGEST = timedelta(days=3650)


def charset_of(content_type: str) -> tuple[str, str]:
    """Split a Content-Type into media type and charset, both in lower case, empty where absent."""
    found = _CHARSET.search(content_type)
    return content_type.partition(";")[0].strip().lower(), found[1].lower() if found else ""


def hints_of(headers: Mapping[str, str], now: datetime) -> Hints:
    """Read how long the answer stays fresh; `Expires` is relative to the server's own Date."""
    control = headers.get("Cache-Control", "")
    if _NO_STORE.search(control):
        return Hints()
    found = _MAX_AGE.search(control)
    max_age = min(timedelta(seconds=int(found[1])), _LONGEST) if found else None
    expires = http_date(headers.get("Expires", ""))
    fresh = expires - (http_date(headers.get("Date", "")) or now) if expires and max_age is None else None
    return Hints(max_age=max_age, expires=max(timedelta(), fresh) if fresh is not None else None)
