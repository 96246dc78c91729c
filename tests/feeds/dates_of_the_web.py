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
from tests.proof.tally import Tally, tally

QUARTER_PAST = "2026-02-09T13:15:00"
MAIL = """
Mon, 09 Feb 2026 13:15:00 GMT
Mon, 9 Feb 2026 13:15:00 GMT
Mon, 09 Feb 2026 13:15:00 +0000
Mon, 09 Feb 2026 13:15:00 -0000
Mon, 09 Feb 2026 13:15:00 Z
Mon, 09 Feb 2026 13:15:00 UT
Mon, 09 Feb 2026 13:15:00 UTC
Mon, 09 Feb 2026 13:15:00 +0000 (UTC)
Mon, 09 Feb 2026 14:15:00 +0100 (CET)
Mon, 09 Feb 2026 13:15:00 (GMT)
Mon, 09 Feb 2026 13:15:00
Mon, 09 Feb 2026 13:15
Mon, 09 Feb 2026 13:15 GMT
09 Feb 2026 13:15:00 GMT
9 Feb 2026 13:15 +0000
Tue, 09 Feb 2026 13:15:00 GMT
Monday, 09 February 2026 13:15:00 GMT
Monday, 9 February 2026 13:15 UTC
Mon, 09 February 2026 13:15:00 GMT
Mon, 09 Feb 26 13:15:00 GMT
Monday, 09-Feb-26 13:15:00 GMT
Mon, 09-Feb-2026 13:15:00 GMT
Mon,09 Feb 2026 13:15:00 GMT
Mon , 09 Feb 2026 13:15:00 GMT
Mon. 09 Feb 2026 13:15:00 GMT
Mon 09 Feb 2026 13:15:00 GMT
Mon,  09  Feb  2026  13:15:00  GMT
mon, 09 feb 2026 13:15:00 gmt
MON, 09 FEB 2026 13:15:00 GMT
Mon, 09 Feb. 2026 13:15:00 GMT
Mon, 09 Feb, 2026 13:15:00 GMT
Mon, 09 Feb 2026, 13:15:00 GMT
Mon, 09 Feb 2026 at 13:15:00 GMT
Mon, 09 Feb 2026 - 13:15 GMT
Mon, 09 Feb 2026 13:15:00.000 GMT
Mon, 09 Feb 2026 13:15:00GMT
Mon, 09 Feb 2026 13:15:00+0000
Mon, 09 Feb 2026 13:14:60 GMT
Mon, 09 Feb 2026 13:15:0 GMT
Mon, 09 Feb 126 13:15:00 GMT
Mon, 09 Feb 2026 13:15:00 GMT+00:00
Mon, 09 Feb 2026 16:15:00 GMT+3
Mon, 09 Feb 2026 16:15:00 GMT+0300
Mon, 09 Feb 2026 15:15:00 UTC+02:00
Mon, 09 Feb 2026 15:15:00 UTC +2
Mon, 09 Feb 2026 18:45:00 +0530
Mon, 09 Feb 2026 18:45:00 +05:30
Mon, 09 Feb 2026 18:45:00 +530
Mon, 09 Feb 2026 16:45:00 +0330
Mon, 09 Feb 2026 19:00:00 +0545
Mon, 09 Feb 2026 15:15:00 +02
Mon, 09 Feb 2026 08:15:00 -0500
Mon, 09 Feb 2026 8:15:00 -0500
Mon, 09 Feb 2026 09:45:00 -0330
Mon, 09 Feb 2026 08:15:00 −0500
Mon, 09 Feb 2026 01:15:00 PM GMT
Mon, 09 Feb 2026 1:15 pm GMT
Mon, 09 Feb 2026 1:15pm
Mon, 09 Feb 2026 08:15 am EST
Mon, 09 Feb 2026 08:15:00 EST
Mon, 09 Feb 2026 08:15:00 ET
Mon, 09 Feb 2026 09:15:00 EDT
Mon, 09 Feb 2026 07:15:00 CST
Mon, 09 Feb 2026 06:15:00 MST
Mon, 09 Feb 2026 05:15:00 PST
Mon, 09 Feb 2026 06:15:00 PDT
Mon, 09 Feb 2026 05:15:00 PT
Mon, 09 Feb 2026 03:15:00 HST
Mon, 09 Feb 2026 10:15:00 BRT
Mon, 09 Feb 2026 14:15:00 CET
Mon, 09 Feb 2026 15:15:00 CEST
Mon, 09 Feb 2026 14:15:00 MEZ
Mon, 09 Feb 2026 15:15:00 MESZ
Mon, 09 Feb 2026 15:15:00 EET
Mon, 09 Feb 2026 16:15:00 EEST
Mon, 09 Feb 2026 14:15:00 BST
Mon, 09 Feb 2026 13:15:00 WET
Mon, 09 Feb 2026 16:15:00 MSK
Mon, 09 Feb 2026 16:15:00 TRT
Mon, 09 Feb 2026 15:15:00 SAST
Mon, 09 Feb 2026 14:15:00 WAT
Mon, 09 Feb 2026 16:15:00 EAT
Mon, 09 Feb 2026 16:45:00 IRST
Mon, 09 Feb 2026 17:15:00 GST
Mon, 09 Feb 2026 18:15:00 PKT
Mon, 09 Feb 2026 18:45:00 IST
Mon, 09 Feb 2026 20:15:00 WIB
Mon, 09 Feb 2026 20:15:00 ICT
Mon, 09 Feb 2026 21:15:00 HKT
Mon, 09 Feb 2026 21:15:00 SGT
Mon, 09 Feb 2026 21:15:00 AWST
Mon, 09 Feb 2026 22:15:00 JST
Mon, 09 Feb 2026 22:15:00 KST
Mon, 09 Feb 2026 22:45:00 ACST
Mon, 09 Feb 2026 23:15:00 AEST
Tue, 10 Feb 2026 00:15:00 AEDT
Tue, 10 Feb 2026 02:15:00 NZDT
Mon, 09 Feb 2026 14:15:00 Europe/Paris
Mon, 09 Feb 2026 08:15:00 America/New_York
Mon, 09 Feb 2026 13:15:00 GMT by the desk
&#77;on, 09 Feb 2026 13:15:00 &#43;0000
Mon, 09&nbsp;Feb&nbsp;2026 13:15:00 GMT
Чт, 09 Feb 2026 13:15:00 +0000
星期一, 09 Feb 2026 13:15:00 +0000
周一, 09 2月 2026 13:15:00 +0000
月, 09 2月 2026 13:15:00 +0000
월, 09 2월 2026 13:15:00 +0000
الاثنين, 09 Feb 2026 13:15:00 +0000
"""
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
LOCAL = """
Mon Feb  9 13:15:00 2026
Mon Feb  9 13:15:00 UTC 2026
Mon Feb  9 14:15:00 CET 2026
Mon Feb 09 16:15:00 MSK 2026
Mon Feb 09 13:15:00 +0000 2026
Mon Feb 9 14:15:00 2026 +0100
Mon Feb  9 02:15:00 PM CET 2026
Mon  9 Feb 13:15:00 UTC 2026
Mon Feb 09 2026 16:15:00 GMT+0300 (Moscow Standard Time)
Mon Feb 09 2026 16:15:00 GMT+0300
Feb 9 2026 13:15
Feb 9, 2026 13:15:00
Feb 9, 2026, 1:15 PM
Feb. 9, 2026 1:15 p.m.
February 9, 2026 1:15 PM
February 9, 2026 at 8:15 am EST
February 9th, 2026 13:15
Monday, February 9, 2026 - 13:15
Monday 9th February 2026 13:15 GMT
9th of February 2026, 13:15
13:15, 9 February 2026
13:15 GMT, 9 February 2026
1:15 PM, February 9, 2026
Published on 9 February 2026 at 13:15 by the desk
9-Feb-2026 13:15
9.Feb.2026 13:15
2026-Feb-09 13:15:00
2026 Feb 9 13:15
1770642900
1770642900.25
1770642900000
1770642900123
1770642900123456
@1770642900
/Date(1770642900000)/
/Date(1770642900000+0300)/
2/9/2026 1:15 PM
2/9/2026 1:15:00 PM
02/09/2026 1:15 PM
02/09/2026 01:15:00 PM
02/09/2026 8:15 AM EST
Mon, 02/09/2026 - 13:15
Mon, 09/02/2026 - 13:15
09.02.2026 13:15
09.02.2026, 13:15 Uhr
09.02.2026 14:15 Uhr MEZ
9.2.2026 13:15
9. 2. 2026 13:15
9.2.2026 klo 13.15
13:15 09.02.2026
13:15 / 09.02.2026
2026/02/09 13:15
2026/2/9 13:15:00
2026.02.09 13:15
2026.02.09. 13:15
9. Februar 2026, 13:15 Uhr
9. Februar 2026 um 13.15 Uhr
Montag, 9. Februar 2026 13:15
Am 9. Februar 2026 13:15
Mo, 9 Feb 2026 13:15:00 +0000
9 février 2026 à 13h15
lundi 9 février 2026, 13:15
lun., 09 févr. 2026 14:15:00 +0100
le 9 fév. 2026 à 13 h 15
9 de febrero de 2026, 13:15
lunes, 9 de febrero de 2026 - 13:15
9 feb. 2026 1:15 p. m.
lun, 09 feb 2026 10:15:00 -0300
09/feb/2026 13:15
9 de fevereiro de 2026 às 13:15
9 de fevereiro de 2026 às 13h15
Seg, 09 Fev 2026 10:15:00 -0300
9 febbraio 2026, ore 13.15
lunedì 9 febbraio 2026 13:15
lun, 09 feb 2026 13:15:00 +0000
9 februari 2026 13:15
ma 9 feb. 2026, 13.15
9. februar 2026 kl. 13.15
mandag 9. februar 2026 13:15
9 feb 2026 kl 13:15
9. helmikuuta 2026 klo 13.15
9. veebruar 2026 13:15
2026. gada 9. februāris, 13:15
2026 m. vasario 9 d. 13:15
9 lutego 2026, 13:15
poniedziałek, 9 lutego 2026 r. 13:15
9. února 2026 13:15
9. februára 2026 13:15
9. veljače 2026. 13:15
9. februar 2026. u 13:15
9 februarie 2026, 13:15
2026. február 9. 13:15
2026-február-9 13:15
2026. febr. 9., 13:15
9 Şubat 2026 13:15
09 Şub 2026 16:15:00 +0300
Pazartesi, 9 Şubat 2026 - 13:15
9 fevral 2026 13:15
9 shkurt 2026 13:15
9 de febrer del 2026 a les 13:15
9 Februari 2026 13:15
Senin, 09 Februari 2026 20:15 WIB
9 Pebruari 2026 20.15 WIB
ika-9 ng Pebrero 2026 13:15
9 февраля 2026 13:15
9 февраля 2026 г. 13:15
9 февраля 2026, 16:15 МСК
16:15, 9 февраля 2026 (МСК)
Пн, 09 фев 2026 16:15:00 +0300
понедельник, 9 февраля 2026 года, 13:15
9 лютого 2026, 13:15
9 лютого 2026 р. 13:15
9 лютага 2026 13:15
9 февруари 2026 13:15
9. фебруар 2026. 13:15
9 ақпан 2026 13:15
2026 ж. 9 ақпан 13:15
9 Φεβρουαρίου 2026 13:15
9 Φεβ 2026, 1:15 μ.μ.
Δευ, 09 Φεβ 2026 15:15:00 +0200
9 փետրվարի 2026 13:15
9 თებერვალი 2026 13:15
9 בפברואר 2026 13:15
ב-9 בפברואר 2026 13:15
יום שני, 09 פברואר 2026 13:15
9 فبراير 2026 13:15
9 فبراير، 2026 - 13:15
٩ فبراير ٢٠٢٦ ١:١٥ م
الاثنين 9 فبراير 2026 1:15 م
9 شباط 2026 13:15
9 شباط/فبراير 2026 13:15
9 فيفري 2026 13:15
٠٩/٠٢/٢٠٢٦ ١٣:١٥
۹ فوریهٔ ۲۰۲۶ ۱۳:۱۵
۲۰ بهمن ۱۴۰۴ ۱۳:۱۵
دوشنبه ۲۰ بهمن ۱۴۰۴ - ۱۳:۱۵
دوشنبه، ۲۰ بهمن‌ماه ۱۴۰۴ ساعت ۱۳:۱۵
1404/11/20 13:15
۱۴۰۴/۱۱/۲۰ ۱۳:۱۵
۱۴۰۴/۱۱/۲۰ ۱:۱۵ ب.ظ
1404-11-20 13:15:00
20/11/1404 13:15
۲۰ دلو ۱۴۰۴ ۱۳:۱۵
9 فروری 2026 13:15
9 फ़रवरी 2026 13:15
९ फरवरी २०२६ १३:१५
৯ ফেব্রুয়ারি ২০২৬ ১৩:১৫
9 பிப்ரவரி 2026 13:15
9 ก.พ. 2569 13:15
9 กุมภาพันธ์ 2569 เวลา 13:15 น.
9 กุมภาพันธ์ พ.ศ. 2569 13:15
09/02/2569 13:15
9 tháng 2, 2026 13:15
Thứ hai, 9/2/2026, 20:15 (GMT+7)
Ngày 9 tháng 2 năm 2026 13:15
2026年2月9日 13:15
2026年02月09日 13:15:00
2026年2月9日13時15分
2026年2月9日(月) 13:15
2026年2月9日(月)13時15分
2026年2月9日 午後1:15
2026年2月9日 下午1:15
2026年2月9日 下午 1:15:00
2026年2月9日 星期一 13:15
２０２６年２月９日　１３：１５
2026-02-09 下午1:15
2026-02-09 21:15 北京时间
令和8年2月9日 13:15
中華民國115年2月9日 13:15
2026년 2월 9일 13:15
2026년 2월 9일 오후 1:15
2026년 2월 9일 13시 15분
2026-02-09 PM 1:15
2026.02.09 오후 1:15
2026-02-09 오후 1:15:00
2026. 2. 9. 오후 1:15
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
