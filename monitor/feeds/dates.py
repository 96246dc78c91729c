"""Dates as feeds write them, to aware UTC times."""

from __future__ import annotations

import re
import unicodedata
from calendar import timegm
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from time import struct_time

_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(.*))?", re.IGNORECASE
)
_MAIL = re.compile(
    r"(?:[^\W\d]+\.?(?:,\s*|\s+))?(\d\d?)[\s-]+([^\W\d_]{3,10})\.?,?[\s-]+(\d{4}|\d\d)"
    r"(?:,?\s+(\d\d?):(\d\d)(?::(\d\d?))?)?\s*(.*)"
)
_USUAL_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) (\S{1,5})"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d\d?):?(\d\d)?(?:\s*\(.*\))?", re.IGNORECASE)
# How the months begin, without accents: in English, then where Romance and Germanic languages, Russian and
# Turkish differ from it. "juil" is told from "juin" by its fourth letter.
_CALENDAR = (
    "jan ene gen oca янв",
    "feb fev sub фев",
    "mar mrt maa мар",
    "apr abr avr nis апр",
    "may mai mag mei maj маи мая",
    "jun juin giu haz июн",
    "jul juil lug tem июл",
    "aug ago aou авг",
    "sep set eyl сен",
    "oct okt out ott eki окт",
    "nov kas ноя",
    "dec dez dic ara дек",
)
_MONTHS = {word: number for number, words in enumerate(_CALENDAR, 1) for word in words.split()}
# Hours east of Greenwich of the zone names that feeds use. BST is Britain's, IST India's, CST America's.
_ZONES = {
    "": 0.0,
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "west": 1,
    "bst": 1,
    "cet": 1,
    "met": 1,
    "cest": 2,
    "mest": 2,
    "eet": 2,
    "sast": 2,
    "cat": 2,
    "eest": 3,
    "msk": 3,
    "msd": 4,
    "eat": 3,
    "trt": 3,
    "irst": 3.5,
    "irdt": 4.5,
    "gst": 4,
    "aft": 4.5,
    "pkt": 5,
    "ist": 5.5,
    "npt": 5.75,
    "ict": 7,
    "wib": 7,
    "hkt": 8,
    "sgt": 8,
    "pht": 8,
    "awst": 8,
    "jst": 9,
    "kst": 9,
    "acst": 9.5,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "brt": -3,
    "art": -3,
    "nst": -3.5,
    "ast": -4,
    "adt": -3,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "hst": -10,
}
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def read_date(text: str, otherwise: struct_time | None = None) -> datetime | None:
    """Read a date in UTC; None for nonsense. A time without zone is UTC.

    `otherwise` is another reader's opinion (UTC), used for shapes that are neither ISO 8601 nor mail dates.
    """
    text = text.strip()[:80]
    try:
        found = _iso(text) or _mail(text) or _given(otherwise)
    except (ValueError, OverflowError):
        return None
    if found and 1970 < found.year < 2200:
        return found
    return found if found and _EARLIEST <= found <= _LATEST else None


def _iso(text: str) -> datetime | None:
    if len(text) in (20, 25) and text[10] == "T" and text[4] == text[7] == "-":  # the usual ones, at once
        with suppress(ValueError):
            usual = datetime.fromisoformat(text)
            if usual.tzinfo is not None:
                return usual.astimezone(UTC)
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    return _in_utc((int(year), int(month), int(day)), (hour, minute, second), zone or "")


def _mail(text: str) -> datetime | None:
    if usual := _USUAL_MAIL.fullmatch(text):
        day, name, year, hour, minute, second, zone = usual.groups()
        if month := _month(name):
            return _in_utc((int(year), month, int(day)), (hour, minute, second), zone)
    found = _MAIL.fullmatch(text)
    month_number = _month(found[2]) if found else None
    if not found or month_number is None:
        return None
    day, _, year, hour, minute, second, zone = found.groups()
    full_year = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    return _in_utc((full_year, month_number, int(day)), (hour, minute, second), zone)


@lru_cache(256)
def _month(word: str) -> int | None:
    apart = unicodedata.normalize("NFD", word.lower())
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return _MONTHS.get(plain[:4]) or _MONTHS.get(plain[:3])


def _in_utc(
    date: tuple[int, int, int], clock: tuple[str | None, str | None, str | None], zone: str
) -> datetime | None:
    east = _east(zone)
    if east is None:
        return None
    hour, minute, second = int(clock[0] or 0), int(clock[1] or 0), int(clock[2] or 0)
    moment = datetime(*date, hour % 24, minute, min(second, 59), tzinfo=UTC) - east
    if hour == 24:
        return moment + timedelta(days=1)
    return moment + timedelta(seconds=1) if second == 60 else moment


@lru_cache(256)
def _east(zone: str) -> timedelta | None:
    """Give how far before Greenwich a zone's clocks are; raises `ValueError` for a day or more."""
    hours = _hours_east(zone)
    return timezone(timedelta(hours=hours)).utcoffset(None) if hours is not None else None


def _hours_east(zone: str) -> float | None:
    zone = zone.strip().lower()
    if zone in _ZONES:
        return _ZONES[zone]
    found = _OFFSET.fullmatch(zone)
    if not found:
        return None
    hours = int(found[2]) + int(found[3] or 0) / 60
    return hours if found[1] == "+" else -hours


def _given(parsed: struct_time | None) -> datetime | None:
    return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
