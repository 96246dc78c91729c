"""The solar year of Iran and Afghanistan, to ours."""

from __future__ import annotations

from datetime import date

FIRST_YEAR, LAST_YEAR = 1349, 1500  # 1970 to 2122: what is written in feeds, and where the rule is proved


def gregorian(year: int, month: int, day: int) -> date:
    """Give the day of our calendar; raises `ValueError` where there is no such day.

    The year begins in spring, six months have 31 days and five 30; the last has 30 in eight of 33 years.
    With that rule every day of these years is the day that the calendar of ICU (International Components for
    Unicode) gives.
    """
    longest = 31 if month < 7 else 30 if month < 12 or (25 * year + 11) % 33 < 8 else 29
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= longest):
        raise ValueError("no such day")
    before = 31 * (month - 1) - max(0, month - 7)
    return date.fromordinal(226894 + 365 * (year - 1) + (8 * year + 21) // 33 + before + day)
