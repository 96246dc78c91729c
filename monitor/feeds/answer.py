"""What the headers of an answer mean. Pure: headers in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from monitor.feeds.document import Hints
from monitor.headers import http_date

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(-?)(\d{1,12})", re.IGNORECASE)
# With a value, `no-cache` speaks of single headers.
_NO_STORE = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)(?=\s*(?:,|$))", re.IGNORECASE)
_AGE = re.compile(r"\s*(\d{1,12})\s*")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_UNSENDABLE = re.compile("[\ud800-\udfff]")  # what stands for a byte that is no UTF-8
_LONGEST = timedelta(days=3650)


def charset_of(content_type: str) -> tuple[str, str]:
    """Split a Content-Type into media type and charset, both in lower case, empty where absent."""
    found = _CHARSET.search(content_type)
    return content_type.partition(";")[0].strip().lower(), found[1].lower() if found else ""


def hints_of(control: Iterable[str], headers: Mapping[str, str], now: datetime) -> Hints:
    """Read how much longer the answer stays fresh; `control` are the lines of `Cache-Control`.

    As RFC 9111 has it: `Expires` counts from the server's own Date and has passed where it cannot be read,
    and the time that the answer lay in caches on the way, its Age, is over already.
    """
    said = ", ".join(control)
    if _NO_STORE.search(said):
        return Hints()
    if (found := _MAX_AGE.search(said)) is not None:
        return Hints(max_age=_left(timedelta(seconds=0 if found[1] else int(found[2])), headers))
    if not headers.get("Expires"):
        return Hints()
    expires = http_date(headers["Expires"])
    lasts = expires - (http_date(headers.get("Date")) or now) if expires else timedelta()
    return Hints(expires=_left(lasts, headers))


def _left(lasts: timedelta, headers: Mapping[str, str]) -> timedelta:
    age = _AGE.fullmatch(headers.get("Age", ""))
    left = lasts - timedelta(seconds=int(age[1])) if age else lasts
    return max(timedelta(), min(left, _LONGEST))


def validator_of(headers: Mapping[str, str], name: str) -> str | None:
    """Give a validator as it was sent; None where it is empty, or holds bytes that could not be sent back."""
    value = headers.get(name)
    return value if value and not _UNSENDABLE.search(value) else None
