"""Dates in the receiver's words: its zone and its language."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name

# Plain `en` is read all over the world: day before month, 24 hours. Who wants more says en-US or en-GB.
_PLAIN_ENGLISH = "en-150"


def locale_of(lang: str) -> Locale:
    """Find the locale for a receiver's `lang`."""
    return Locale.parse(_PLAIN_ENGLISH if lang == "en" else lang.replace("_", "-"), sep="-")


def moment_in_words(at: datetime, tz: str, lang: str) -> str:
    """Write a moment as the receiver's day, minute and zone: `9 February 2023, 11:40 CET`."""
    locale, there = locale_of(lang), at.astimezone(ZoneInfo(tz))
    clock = format_time(there, "short", tzinfo=there.tzinfo, locale=locale)
    return f"{format_date(there, 'long', locale=locale)}, {clock} {_zone(there, locale)}"


def date_in_words(written: str, lang: str) -> str:
    """Write a rule file's date (`2008-05-12`, `2008-05` or `2008`) in words, just as precise."""
    locale, parts = locale_of(lang), written.split("-")
    try:
        if len(parts) == 3:
            return format_date(date.fromisoformat(written), "long", locale=locale)
        if len(parts) == 2:
            return format_skeleton("yMMMM", date.fromisoformat(f"{written}-01"), locale=locale)
    except ValueError:
        return written
    return written


def _zone(there: datetime, locale: Locale) -> str:
    name = get_timezone_name(there, "short", locale=locale)
    if name.isalpha():
        return name
    offset = there.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"
