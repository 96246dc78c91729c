"""Dates as feeds write them, to aware UTC times."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from monitor.feeds.months import month_named
from monitor.feeds.written_dates import read_written_date
from monitor.feeds.zones import in_utc, zone_of

_ISO = re.compile(
    r"((?:19|20|21)\d\d)-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d?))?(?:[.,]\d+)?\s*(.*))?",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"(?:[^\W\d]+\.?(?:,\s*|\s+))?(\d\d?)[\s-]+([^\W\d_]{3,10})\.?,?[\s-]+((?:19|20|21)\d\d|\d\d)"
    r"(?:,?\s+(\d\d?):(\d\d)(?::(\d\d?))?)?(?:\s+(.*))?"
)
_LONGEST = 160
_MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = {name: f"{number:02}" for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_ZONES = dict.fromkeys(("GMT", "UTC", "UT", "Z", "+0000", "-0000"), "+00:00")
_EARLIEST, _LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def read_date(text: str) -> datetime | None:
    """Read a date in UTC; None for nonsense and for what could be two dates. A time without zone is UTC.

    Almost all dates are ISO 8601 or a mail date and are read at once; what is neither is looked at closer.
    A month alone is its first day. What lies before 1971 comes from a clock that was never set.
    """
    if (usual := _usual(text)) is not None:
        return usual
    text = text[: 2 * _LONGEST].strip()
    if "&" in text:
        text = html.unescape(text).strip()
    if len(text) > _LONGEST:
        return None
    try:
        found = _iso(text) or _mail(text) or read_written_date(text)
    except (ValueError, OverflowError):  # no such day, no such time
        return None
    if found and 1970 < found.year < 2200:
        return found
    return found if found and _EARLIEST <= found <= _LATEST else None


def _usual(text: str) -> datetime | None:
    """Read the usual spellings of both kinds by their places alone; None for all others."""
    try:
        if text[4] == text[7] == "-" and text[10] == "T" and len(text) in (20, 25):
            found = datetime.fromisoformat(text)
        else:  # Thu, 05 Mar 2026 04:04:00 GMT
            start = 5 if text[3:5] == ", " and text[:3].isalpha() else 0
            day, month, year, clock, zone = text[start:].split(" ")
            if not (len(day) == 2 and len(year) == 4 and len(clock) == 8 and clock[2] == clock[5] == ":"):
                return None
            zone = _ZONES.get(zone) or (zone if _is_offset(zone) else "")
            found = datetime.fromisoformat(f"{year}-{_MONTHS[month]}-{day}T{clock}{zone}")
        if found.tzinfo is None:
            return None
        if found.tzinfo is not UTC:
            found = found.astimezone(UTC)
    except (ValueError, IndexError, KeyError, OverflowError):
        return None
    return found if 1970 < found.year < 2200 else None


def _is_offset(zone: str) -> bool:
    return len(zone) == 5 and zone[0] in "+-" and zone[1:3] < "14" and zone[3] < "6"


def _iso(text: str) -> datetime | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    known = zone_of(zone or "")
    return in_utc((int(year), int(month), int(day)), (hour, minute, second), known) if known else None


def _mail(text: str) -> datetime | None:
    found = _MAIL.fullmatch(text)
    if not found:
        return None
    day, name, year, hour, minute, second, zone = found.groups()
    month, known = month_named(name), zone_of(zone or "")
    if month is None or month.solar or known is None:
        return None
    full_year = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    return in_utc((full_year, month.number, int(day)), (hour, minute, second), known)
