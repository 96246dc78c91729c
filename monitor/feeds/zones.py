"""Wall clocks to UTC: time zones as feeds name them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

# Hours east of Greenwich of the names that feeds use. BST is Britain's, IST India's, CST America's.
_HOURS = """
z 0  ut 0  utc 0  gmt 0  wet 0  west 1  bst 1  cet 1  mez 1  met 1  wat 1  cest 2  mesz 2  mest 2
eet 2  sast 2  cat 2  idt 3  eest 3  msk 3  мск 3  msd 4  eat 3  trt 3  irst 3.5  irdt 4.5  gst 4
azt 4  get 4  samt 4  aft 4.5  pkt 5  uzt 5  yekt 5  екб 5  npt 5.75  ist 5.5  slst 5.5  omst 6
mmt 6.5  ict 7  wib 7  krat 7  novt 7  hkt 8  sgt 8  pht 8  myt 8  wita 8  irkt 8  awst 8  北京时间 8
北京時間 8  jst 9  kst 9  wit 9  yakt 9  acst 9.5  acdt 10.5  aest 10  vlat 10  aedt 11  nzst 12
nzdt 13  brst -2  brt -3  art -3  uyt -3  clst -3  clt -4  vet -4  pet -5  cot -5  ndt -2.5
nst -3.5  adt -3  ast -4  edt -4  est -5  cdt -5  cst -6  mdt -6  mst -7  pdt -7  pst -8  akdt -8
akst -9  hst -10
"""
# Names that leave open whether it is summer.
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
_OFFSET = re.compile(r"(?:utc|gmt|z)?\s*([+\-−])(\d\d?)(?::?(\d\d))?(?![\d:])", re.IGNORECASE)
_NAME = re.compile(r"([^\W\d_]{1,6})(?![\w/])")
_PLACE = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+\-0-9]+){1,2}|Etc/[A-Z]+[+-]?\d*")
_MOST = timedelta(hours=14)


def in_utc(
    date: tuple[int, int, int], clock: tuple[str | None, str | None, str | None], zone: tzinfo
) -> datetime:
    """Give the moment that a wall clock of `zone` shows; raises `ValueError` where it never shows that.

    24 o'clock is the next day's beginning and a leap second the next minute's.
    """
    hour, minute, second = (int(part or 0) for part in clock)
    extra = timedelta()
    if (hour, minute, second) == (24, 0, 0):
        hour, extra = 0, timedelta(days=1)
    elif second == 60:
        second, extra = 59, timedelta(seconds=1)
    return datetime(*date, hour, minute, second, tzinfo=zone).astimezone(UTC) + extra


@lru_cache(maxsize=512)
def zone_of(text: str) -> tzinfo | None:
    """Read the zone at the beginning of `text`; UTC where there is no text, None where it cannot be known."""
    text = text.strip(" \t\r\n.,;|()[]")
    if not text:
        return UTC
    if found := _OFFSET.match(text):
        east = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if east > _MOST or int(found[3] or 0) > 59:
            return None
        return timezone(east if found[1] == "+" else -east)
    if place := _PLACE.match(text):
        return _zone_of_place(place[0])
    name = _NAME.match(text)
    if not name or not (name[1].isupper() or name[1] == text):  # `est` and `et` are words, too
        return None
    return _NAMED.get(name[1].lower())


def _zone_of_place(place: str) -> tzinfo | None:
    try:
        return ZoneInfo(place)
    except (ValueError, OSError, KeyError):  # the names come from strangers
        return None


def _named_zones() -> dict[str, tzinfo]:
    words = _HOURS.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    fixed = {name: timezone(timedelta(hours=float(hours))) for name, hours in pairs}
    return fixed | {name: ZoneInfo(place) for name, place in _PLACES.items()}


_NAMED = _named_zones()
