"""Dates as feeds of all countries write them, with the moment each of them means.

A group names its moment in UTC; the last group is nonsense, or could be two dates.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from html import escape, unescape
from time import struct_time

import feedparser

from monitor.feeds.dates import read_date
from tests.feeds.dates_as_written import LOCAL, MAIL
from tests.proof.tally import Tally, tally

QUARTER_PAST = "2026-02-09T13:15:00"
ISO = """
2026-02-09T13:15:00Z
2026-02-09T13:15:00z
2026-02-09t13:15:00z
2026-02-09T13:15Z
2026-02-09T13:15:00
2026-02-09T13:15:00.000Z
2026-02-09T13:15:00.4821937Z
2026-02-09T13:15:00,250Z
2026-02-09T13:15:00+00:00
2026-02-09T13:15:00-00:00
2026-02-09T16:15:00+03:00
2026-02-09T16:15:00+0300
2026-02-09T16:15:00+03
2026-02-09T16:45:00+03:30
2026-02-09T16:45:00 +0330
2026-02-09T08:15:00-05:00
2026-02-09T08:15:00−05:00
2026-02-09T08:15:00.000-0500
2026-02-09T13:14:60Z
2026-02-09T13:15:00 GMT
2026-02-09T14:15:00 CET
2026-02-09T14:15:00+01:00[Europe/Paris]
2026-02-09T14:15:00 Europe/Berlin
2026-02-09T13:15:00.000 UTC
2026-02-09 13:15:00
2026-02-09 13:15:00Z
2026-02-09 13:15:00 UTC
2026-02-09 13:15:00 +0000 UTC
2026-02-09 16:15:00 +0300 MSK
2026-02-09 16:15:00.123456+03
2026-02-09 16:15:00 (GMT+3)
2026-02-09 16:15:00 (МСК)
2026-02-09  13:15
2026-2-9 13:15
2026-02-09 1:15 PM
2026-02-09 01:15:00 PM
2026-02-09, 13:15
2026-02-09 - 13:15
20260209T131500Z
20260209T1315Z
20260209T131500
20260209T161500+0300
20260209 131500
20260209131500
202602091315
2026-W07-1T13:15:00Z
2026W071T131500Z
2026-040T13:15:00Z
2026-040T16:15+03:00
２０２６-０２-０９ １３:１５
"""
MIDNIGHT = """
2026-02-09
2026/02/09
2026.02.09
20260209
2026-W07-1
2026-040
2026-02-09Z
2026-02-09T00:00:00
2026-02-08T24:00:00Z
09 Feb 2026
9 February 2026
February 9, 2026
09.02.2026
9/2/2569
2026年2月9日
2026年2月9日(月)
2026년 2월 9일
9. Februar 2026
9 февраля 2026 г.
۲۰ بهمن ۱۴۰۴
1404/11/20
2026-02-09 12:00 AM
Mon Feb 09 2026
"""
OTHER_MOMENTS = {
    "1404/12/29": "2026-03-20T00:00:00",
    "۱ فروردین ۱۴۰۵": "2026-03-21T00:00:00",
    "۳۰ اسفند ۱۴۰۳": "2025-03-20T00:00:00",
    "۲۰ بهمن ۱۴۰۱": "2023-02-09T00:00:00",
    "1401/11/20": "2023-02-09T00:00:00",
    "13/02/2026 10:00": "2026-02-13T10:00:00",
    "02/13/2026 10:00": "2026-02-13T10:00:00",
    "13-02-2026 10:00": "2026-02-13T10:00:00",
    "02/02/2026": "2026-02-02T00:00:00",
    "2026-02-09T13Z": "2026-02-09T13:00:00",
    "02/09/2026&nbsp;1:15&nbsp;PM": "2026-02-09T13:15:00",
    "2026-02": "2026-02-01T00:00:00",
    "Sun, 06 Nov 1994 08:49:37 GMT": "1994-11-06T08:49:37",
    "Sunday, 06-Nov-94 08:49:37 GMT": "1994-11-06T08:49:37",
    "Sun Nov  6 08:49:37 1994": "1994-11-06T08:49:37",
    "Tue, 30 Jun 2015 23:59:60 GMT": "2015-07-01T00:00:00",
    "Thu, 31 Dec 2026 24:00:00 GMT": "2027-01-01T00:00:00",
    "12 Aug 2026 12:30 AM": "2026-08-12T00:30:00",
    "12 Aug 2026 12:30 PM": "2026-08-12T12:30:00",
    "Wed, 12 Aug 2026 09:00 ET": "2026-08-12T13:00:00",
    "9 czerwca 2026": "2026-06-09T00:00:00",
    "9 lipca 2026": "2026-07-09T00:00:00",
    "9. června 2026": "2026-06-09T00:00:00",
    "9. července 2026": "2026-07-09T00:00:00",
    "9 juin 2026": "2026-06-09T00:00:00",
    "9 juillet 2026": "2026-07-09T00:00:00",
    "mar. 10 mars 2026": "2026-03-10T00:00:00",
    "9 août 2026": "2026-08-09T00:00:00",
    "9 Aralık 2026": "2026-12-09T00:00:00",
    "9 كانون الثاني 2026": "2026-01-09T00:00:00",
    "9 تشرين الأول/أكتوبر 2026": "2026-10-09T00:00:00",
    "9 آب 2026": "2026-08-09T00:00:00",
    "9 آبان 1404": "2025-10-31T00:00:00",
    "9 غشت 2026": "2026-08-09T00:00:00",
    "9 мая 2026": "2026-05-09T00:00:00",
    "9 вересня 2026": "2026-09-09T00:00:00",
    "19991231": "1999-12-31T00:00:00",
}
NO_DATES = """
never
today
yesterday at 13:15
2 hours ago
N/A
null
0
-1
1e999
0000-00-00
0000-00-00 00:00:00
0001-01-01T00:00:00Z
9999-12-31
1970-01-01T00:00:00Z
Thu, 01 Jan 1970 00:00:00 GMT
Mon, 01 Jan 0001 00:00:00 GMT
2026
13:15
2026-02-30
2026-13-01
2026-02-09T25:00:00Z
2026-02-09T13:61:00Z
2026-02-09T13:15:61Z
2026-02-09T24:15:00Z
2026-02-09T13:15:00 QQT
2026-02-09T13:15:00+99:99
2026-W54-1
2026-366
Thu, 31 Feb 2026 13:15:00 GMT
Mon, 09 Foo 2026 13:15:00 GMT
Mon, 09 Feb 2026 13:15:00 XYZT
Mon, 09 Feb 2026 13:15:00 +3000
Mon, 09 Feb 13:15:00
09/02/2026
02/09/2026
09/02/2026 13:15
09-02-2026 13:15
9/02/2026 1:15 PM
Wed, 02/09/26 13:15
09.02.26
26/02/09
9 listopada 2026
31/04/2026
29.02.2026
1403/12/31
1404/12/30
1447/08/21
21 شعبان 1447
9 thermidor 2026
lorem ipsum dolor
Feb 2026
www.example.com/2026/news
+0000
GMT
"""
GROUPS = {
    "mail dates": (QUARTER_PAST, MAIL),
    "ISO 8601": (QUARTER_PAST, ISO),
    "dates as people and machines of many countries write them": (QUARTER_PAST, LOCAL),
    "days without a time": ("2026-02-09T00:00:00", MIDNIGHT),
    "what is no date, or could be two": (None, NO_DATES),
}


def cases() -> list[tuple[str, str, datetime | None]]:
    """Give group, text and moment of every date."""
    found = [
        (group, line, _moment(meant))
        for group, (meant, lines) in GROUPS.items()
        for line in lines.strip("\n").split("\n")
    ]
    return found + [
        ("days on which one may err", text, _moment(meant)) for text, meant in OTHER_MOMENTS.items()
    ]


def dates_read() -> list[Tally]:
    """Count, group by group, the dates that are read as the moment they mean, to the second."""
    verdicts: dict[str, list[tuple[str, str]]] = {}
    for group, text, meant in cases():
        found = read_date(text)
        read = found.replace(microsecond=0) if found else None
        verdicts.setdefault(group, []).append((text, "" if read == meant else f"read as {read}"))
    return [tally(group, found) for group, found in verdicts.items()]


def dates_feedparser_reads() -> Tally:
    """Count the same dates as feedparser reads them, for the sake of comparison."""
    listed = cases()
    items = "".join(f"<item><pubDate>{escape(unescape(text))}</pubDate></item>" for _, text, _ in listed)
    document = f'<rss version="2.0"><channel>{items}</channel></rss>'
    entries = feedparser.parse(io.BytesIO(document.encode())).entries
    read = [entry.get("published_parsed") for entry in entries]
    pairs = zip(listed, read, strict=True)
    return tally(
        "dates as feedparser reads them",
        ((text, "" if _same(found, meant) else f"read as {found}") for (_, text, meant), found in pairs),
    )


def _same(found: struct_time | None, meant: datetime | None) -> bool:
    if found is None or meant is None:
        return found is None and meant is None
    return tuple(found[:6]) == meant.timetuple()[:6]


def _moment(meant: str | None) -> datetime | None:
    return datetime.fromisoformat(meant).replace(tzinfo=UTC) if meant else None
