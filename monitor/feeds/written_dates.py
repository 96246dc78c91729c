"""Dates as people write them: months by name, other calendars, half-days, the order of each country.

Of what could be two dates none is chosen: an article of unknown date is judged by when it was first seen,
which costs little; one that is taken for an old one would be told to nobody.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, tzinfo

from monitor.feeds.months import Month, month_named
from monitor.feeds.solar_year import gregorian
from monitor.feeds.zones import in_utc, zone_of

Day = tuple[int, int, int]
Found = tuple[Day, str]  # a day, and the text around it

# Months by name.
_WORD = re.compile(r"[^\W\d_][^\s\d,:;/()|،+'’-]*")
_DAY_BEFORE = re.compile(
    r"(?<![\d:.])(\d\d?)\s*(?:st|nd|rd|th|er|[.º°ª-])?[\s/-]*(?:(?:de|of|ng)\s|d['’]|ב[־-]?)?\s*$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(r"(?<!\d)(\d{4})\s*[.,/-]?\s*(?:[^\W\d_]{1,4}\.?\s)?\s*$")
_YEAR_AND_DAY_BEFORE = re.compile(r"(?<!\d)(\d{4})\.?\s*(?:[^\W\d_]{1,4}\.?)?,?\s+(\d\d?)\.?\s*$")
_YEAR_AFTER = re.compile(
    r"(?:\s*[/(]\s*[^\s\d/()]+\)?)?[\s.,،'’/-]*(?:(?:de|del|of|พ\.?ศ\.?|ค\.?ศ\.?)\s*)?"
    r"(\d{4}(?!\d)|1\d\d(?=\s|$)|\d\d(?=[\s,;]|\.(?!\d)|$))",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(r"[\s.-]*(\d\d?)(?:st|nd|rd|th|[.º])?(?![\d:])", re.IGNORECASE)
_LAST_YEAR = re.compile(r" ((?:19|20|21)\d\d)( [+-]\d{4})?$")
_TIME = re.compile(r"\d\d?:\d\d")
_DIGIT = re.compile(r"\d")
# Numbers alone.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_ERA = re.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)(?=\s*年)")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d\d?)\s*[-/.月월]\s*(\d\d?)(?!\d)(?:\s*[日일]|\.(?!\d))?"
)
_YEAR_LAST = re.compile(r"(?<![\d.])(\d\d?)\s?([./-])\s?(\d\d?)\s?\2\s?(\d{4})(?!\d)")
_MONTH_BY_NUMBER = re.compile(
    r"(?<!\d)(\d\d?)\s*,?\s*(?:(?:tháng|thg)\s*(\d\d?)|(\d\d?)\s?[月월])\s*,?\s*(?:năm)?\s*(\d{4})",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AMERICAN = re.compile(r"\d\s?[ap]\.?m\b|\b[ECMP][SD]?T\b", re.IGNORECASE)
_RARE_ISO = re.compile(
    r"(?:(\d{4}-?W\d\d-?\d|(?:19|20|21)\d{6})|(\d{4}-\d{3}))"
    r"(?:[T\s](\d\d)(?::?(\d\d)(?::?(\d\d))?)?(?:[.,]\d+)?\s*(.*))?",
    re.IGNORECASE,
)
_ISO_HOUR = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d)\s*([^\d:.,].*)?", re.IGNORECASE)
_RUN = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?")
_MONTH_ALONE = re.compile(r"((?:19|20)\d\d)-(\d\d)")
_UNIX = re.compile(r"(?:/Date\()?@?(\d{9,10})(?:\.\d+|\d{3}|\d{6})?(?:[+-]\d{4})?(?:\)/)?")
# The clock beside them. Latin marks of a half-day stand after it, or in capitals: "am" is a German word.
_MORNINGS = r"(?-i:\bAM\b)|오전|上午|午前|凌晨|早上|ص\b|ق\.?ظ\.?|قبل از ظهر|πμ|π\.\s?μ\.?"
_EVENINGS = r"(?-i:\bPM\b)|오후|下午|午後|中午|晚上|傍晚|م\b|ب\.?ظ\.?|بعد از ظهر|μμ|μ\.\s?μ\.?"
_AFTER = rf"(?:({_MORNINGS}|a\.?\s?m\b|SA\b)|({_EVENINGS}|p\.?\s?m\b|CH\b))"
_CLOCK = re.compile(
    rf"(?:({_MORNINGS})|({_EVENINGS}))?\s*(?<![\d.+-])(\d\d?)"
    rf"(?:\s?[:h.時时点點시]\s?(\d\d)(?:\s?[:.분分]\s?(\d\d?))?(?!\d)[분分秒초]?"
    rf"|\s?(?:h|uhr|[時时点點시])(?![^\W\d_])|(?=\s?(?:{_MORNINGS}|{_EVENINGS}|[ap]\.?m\b)))"
    rf"(?:[.,]\d+)?\s?{_AFTER}?\.?",
    re.IGNORECASE,
)
_ZONE_LATER = re.compile(r"(?<![\w:])([A-Z]{3,5}\b|(?:UTC|GMT)?[+-]\d\d?:?(?:\d\d)?(?![\d:]))")
_UNKNOWN_ZONE = re.compile(r"[A-Z]{2,5}(?!\w)|(?:UTC|GMT)?[+-]\d")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_TWO_WORDS = re.compile(r"(كانون|تشرين)\s+(?=ا)")


def read_written_date(text: str) -> datetime | None:
    """Read a date in UTC; None, or `ValueError`, where it is none or could be two."""
    plain = _plain(text)
    for read_whole in (_rare_iso, _run_of_digits, _unix_time):
        if moment := read_whole(plain):
            return moment
    found = _year_first(plain) or _named(plain) or _month_by_number(plain) or _year_last(plain, _abroad(text))
    return _at_its_time(*found) if found else None


def _abroad(text: str) -> bool:
    """Whether it is written in letters or digits that no American writes."""
    return any(char.isalnum() and not char.isascii() for char in text)


def _plain(text: str) -> str:
    """Give the text with plain digits and without marks that nobody sees."""
    narrow = unicodedata.normalize("NFC", text.translate(_FULL_WIDTH))
    seen = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in narrow
        if unicodedata.category(char) != "Cf"
    )
    counted = _ERA.sub(lambda era: str(_ERAS[era[1]] + (1 if era[2] == "元" else int(era[2]))), seen)
    return _year_before_time(" ".join(_TWO_WORDS.sub(r"\1", counted).split()))


def _year_before_time(text: str) -> str:
    """Put a year at the end, where Unix has it, beside month and day."""
    year, time = _LAST_YEAR.search(text), _TIME.search(text)
    if not (year and time and _DIGIT.search(text, 0, time.start())):
        return text
    return f"{text[: time.start()]}{year[1]} {text[time.start() : year.start()]}{year[2] or ''}"


def _rare_iso(text: str) -> datetime | None:
    if hour_alone := _ISO_HOUR.fullmatch(text):
        year, month, day_of_month, hour, zone = hour_alone.groups()
        return in_utc((int(year), int(month), int(day_of_month)), (hour, None, None), _zone(zone or ""))
    if month_alone := _MONTH_ALONE.fullmatch(text):
        return datetime(int(month_alone[1]), int(month_alone[2]), 1, tzinfo=UTC)
    found = _RARE_ISO.fullmatch(text)
    if not found:
        return None
    day = date.fromisoformat(found[1].upper()) if found[1] else _numbered(found[2])
    return in_utc((day.year, day.month, day.day), (found[3], found[4], found[5]), _zone(found[6] or ""))


def _numbered(ordinal: str) -> date:
    year, number = int(ordinal[:4]), int(ordinal[5:])
    day = date(year, 1, 1) + timedelta(days=number - 1)
    if day.year != year:
        raise ValueError("no such day of the year")
    return day


def _run_of_digits(text: str) -> datetime | None:
    found = _RUN.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = found.groups()
    try:
        return in_utc((int(year), int(month), int(day)), (hour, minute, second), UTC)
    except ValueError:  # a number of milliseconds may begin with 19 or 20
        return None


def _unix_time(text: str) -> datetime | None:
    found = _UNIX.fullmatch(text)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _year_first(text: str) -> Found | None:
    found = _YEAR_FIRST.search(text)
    if not found:
        return None
    day = _of_its_calendar(int(found[1]), int(found[2]), int(found[3]))
    return day, _around(text, *found.span())


def _month_by_number(text: str) -> Found | None:
    found = _MONTH_BY_NUMBER.search(text)
    if not found:
        return None
    return (int(found[4]), int(found[2] or found[3]), int(found[1])), _around(text, *found.span())


def _year_last(text: str, abroad: bool) -> Found | None:
    found = _YEAR_LAST.search(text)
    if not found:
        return None
    first, sign, second, year = found.groups()
    around = _around(text, *found.span())
    day_first, month_first = (int(year), int(second), int(first)), (int(year), int(first), int(second))
    if sign == "." or abroad or not 1900 < int(year) < 2200 or int(first) > 12 or first == second:
        return _of_its_calendar(*day_first), around
    if int(second) > 12:
        return month_first, around
    if weekday := _WEEKDAY.search(around):
        fitting = [day for day in (day_first, month_first) if date(*day).weekday() == _number_of(weekday[1])]
        return (fitting[0], around) if len(fitting) == 1 else None
    # Americans pad both numbers or neither; Australians the month alone.
    american = sign == "/" and _AMERICAN.search(around) and len(first) >= len(second)
    return (month_first, around) if american else None


def _number_of(weekday: str) -> int:
    return _WEEKDAYS.index(weekday.lower())


def _of_its_calendar(year: int, month: int, day: int) -> Day:
    """Give the day by the calendar that its year belongs to: ours, Thailand's, or Iran's.

    Beyond 1430 a number may as well be a year of the lunar calendar, which is not ours to compute.
    """
    if 2400 < year < 2700:
        return year - 543, month, day
    if 1300 < year <= 1430:
        found = gregorian(year, month, day)
        return found.year, found.month, found.day
    return year, month, day


def _named(text: str) -> Found | None:
    for word in _WORD.finditer(text):
        month = month_named(word[0]) or month_named(word[0].removeprefix("ב"))
        found = _beside(text[: word.start()], text[word.end() :]) if month else None
        if month and found:
            year, day, before, after = found
            return _of_its_month(year, month, int(day)), f"{before} {after}"
    return None


def _beside(before: str, after: str) -> tuple[str, str, str, str] | None:
    """Find year and day on either side of a month's name; give also what stands around them."""
    day, year = _DAY_BEFORE.search(before), _YEAR_AFTER.match(after)
    if day and year:
        return year[1], day[1], before[: day.start()], after[year.end() :]
    if both := _YEAR_AND_DAY_BEFORE.search(before):
        return both[1], both[2], before[: both.start()], after
    if not (day := _DAY_AFTER.match(after)):
        return None
    if year := _YEAR_BEFORE.search(before):
        return year[1], day[1], before[: year.start()], after[day.end() :]
    year = _YEAR_AFTER.match(after, day.end())
    return (year[1], day[1], before, after[year.end() :]) if year and len(year[1]) == 4 else None


def _of_its_month(year: str, month: Month, day: int) -> Day:
    if month.solar:
        found = gregorian(int(year), month.number, day)
        return found.year, found.month, found.day
    if len(year) < 4:  # three digits are the years since 1900, as RFC 5322 has it
        return int(year) + (2000 if int(year) < 70 else 1900), month.number, day
    return _of_its_calendar(int(year), month.number, day)


def _at_its_time(day: Day, around: str) -> datetime:
    clock = _CLOCK.search(around)
    if not clock:
        return in_utc(day, (None, None, None), _zone_anywhere(around) or UTC)
    hour = int(clock[3])
    morning, evening = clock[1] or clock[6], clock[2] or clock[7]
    if morning and hour == 12:
        hour = 0
    elif evening and hour < 12:
        hour += 12
    return in_utc(day, (str(hour), clock[4], clock[5]), _zone(around[clock.end() :]))


def _zone(rest: str) -> tzinfo:
    """Read the zone after a time; UTC where there is none. Raises `ValueError` for one that is unknown."""
    if found := zone_of(rest):
        return found
    if _UNKNOWN_ZONE.match(rest.lstrip(" ,;|([")):
        raise ValueError("an unknown zone")
    return _zone_anywhere(rest) or UTC


def _zone_anywhere(text: str) -> tzinfo | None:
    return next((zone for word in _ZONE_LATER.findall(text) if (zone := zone_of(word))), None)


def _around(text: str, start: int, end: int) -> str:
    return f"{text[:start]} {text[end:]}"
