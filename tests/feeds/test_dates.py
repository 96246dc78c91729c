"""Dates as feeds write them."""

import hashlib
import random
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product

import pytest
from babel import Locale
from babel.dates import format_datetime
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.feeds.config import FeedConfig
from monitor.feeds.dates import read_date
from monitor.feeds.months import Month, month_named
from monitor.feeds.normalise import article_of
from monitor.feeds.parse import parse
from monitor.feeds.solar_year import FIRST_YEAR, LAST_YEAR, gregorian
from monitor.matching.view import time_of
from tests.feeds.conftest import NOON
from tests.feeds.dates_of_the_web import cases, dates_read

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
LANGUAGES = """
en de fr es pt it nl sv da nb fi et lv lt pl cs sk sl hr sr sr_Latn bs hu ro bg mk ru uk be el tr az kk uz hy
ka he ar ar_LB ar_DZ ar_MA ar_TN fa ur hi bn ta th id ms fil gl eu sq is
"""
# Of lines "year month day date" for each day of Intl.DateTimeFormat("en-u-ca-persian-nu-latn").
ICU_DAYS = "cbd99bc5e3a5b9fe41974f48ad2780e10edd286a0b1825a9515264b20505e0e9"
# October in Zagreb, November in Warsaw and Prague; and so on.
OF_TWO_MONTHS = {"listopad", "listopada", "lis", "lip", "srp"}


@pytest.mark.parametrize("counted", dates_read(), ids=lambda counted: counted.what)
def test_dates_of_the_web_are_read(counted):
    """Every date of the table is the moment it means, and what could be two dates is none."""
    assert counted.wrong == ()


def test_the_table_is_large():
    """More than four hundred shapes, each of them once."""
    texts = [text for _, text, _ in cases()]
    assert len(texts) == len(set(texts)) > 400


@pytest.mark.parametrize("language", LANGUAGES.split())
def test_months_are_known_in_every_language(language):
    """What Babel calls the months, in full and short, is the same month here, or is known to be ambiguous."""
    for width in ("wide", "abbreviated"):
        for number, name in Locale.parse(language).months["format"][width].items():
            found = month_named(name.replace(" ", ""))
            assert found == Month(number) or (name in OF_TWO_MONTHS and found is None), name


@pytest.mark.parametrize(
    "language", ["en_GB", "de", "fr", "es", "pt", "it", "ru", "uk", "el", "tr", "ar", "he", "ja", "ko"]
)
@settings(deadline=None, max_examples=50)  # Babel loads a language when it is first asked for
@given(moment=MOMENTS)
def test_dates_that_babel_writes_are_read_back(language, moment):
    """A date and time in the long form of a language is that moment."""
    pattern = {"ja": "y年M月d日 HH:mm:ss", "ko": "y년 M월 d일 a h:mm:ss"}.get(language, "d MMMM y, HH:mm:ss")
    assert read_date(format_datetime(moment, pattern, locale=language)) == moment


def test_the_solar_year_ends_on_the_known_days():
    """Leap years of Iran's calendar as they were, and the first days of spring that its almanacs print."""
    leap = {1350, 1354, 1358, 1362, 1366, 1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408}
    for year in range(1349, 1411):
        lasts = (gregorian(year + 1, 1, 1) - gregorian(year, 1, 1)).days
        assert lasts == (366 if year in leap else 365), year
    assert gregorian(1357, 11, 22) == date(1979, 2, 11)
    assert [gregorian(year, 1, 1).day for year in (1396, 1399, 1400, 1403, 1404)] == [21, 20, 21, 20, 21]


def test_every_day_of_the_solar_year_is_icus():
    """All days of all years in which dates are read are those that ICU 78 gives, as its digest shows."""
    days = hashlib.sha256()
    for year, month, day in product(range(FIRST_YEAR, LAST_YEAR + 1), range(1, 13), range(1, 32)):
        with suppress(ValueError):
            days.update(f"{year} {month} {day} {gregorian(year, month, day)}\n".encode())
    assert days.hexdigest() == ICU_DAYS


@given(st.text(max_size=200))
@example("1 feb" * 40)
@example("12:00 2026 " * 20)
@example("٣" * 160)
@example("&#x0;" * 60)
@example("2026-02-09 America/Argentina")
@example("2026-02-09 13:15 Etc/Unknown")
def test_no_text_raises(text):
    """Any text gives a date or None."""
    read_date(text)


def test_no_text_takes_long():
    """Of texts made of pieces of dates the slowest costs milliseconds."""
    pieces = [
        "1 ",
        "1:00 ",
        "feb",
        "2026 ",
        "年1月",
        "/",
        ".",
        "-",
        " ",
        "(",
        "م",
        "+01",
        "pm",
        "ก.พ.",
        "1h",
        "T",
        "&amp;",
    ]
    drawn = random.Random(11)
    for _ in range(300):
        text = ("".join(drawn.choices(pieces, k=drawn.randint(1, 5))) * 160)[:160]
        began = time.process_time()
        read_date(text)
        assert time.process_time() - began < 0.05, text


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_dates_come_back_from_every_usual_shape(moment, east):
    """A moment written in the shapes of mail, ISO 8601, Unix and JavaScript, in any zone, is that moment."""
    there = moment.astimezone(timezone(timedelta(minutes=east)))
    for written in (
        there.isoformat(),
        there.strftime("%Y%m%dT%H%M%S%z"),
        there.strftime("%G-W%V-%uT%H:%M:%S%z"),
        there.strftime("%Y-%jT%H:%M:%S%z"),
        there.strftime("%a, %d %b %Y %H:%M:%S %z"),
        there.strftime("%A, %d-%b-%Y %I:%M:%S %p %z"),
        there.strftime("%a %b %d %H:%M:%S %z %Y"),
        there.strftime("%a %b %d %Y %H:%M:%S GMT%z"),
        there.strftime("%B %d, %Y %I:%M:%S %p %z"),
        there.strftime("%Y/%m/%d %H:%M:%S %z"),
        there.strftime("%d.%m.%Y %H:%M:%S %z"),
        moment.strftime("%a %b %d %H:%M:%S %Y"),
    ):
        assert read_date(written) == moment, written
    if moment.timestamp() >= 1e8:
        assert read_date(str(int(moment.timestamp()))) == moment


@pytest.mark.parametrize(
    ("written", "judged_by"),
    [
        ("<pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate>", NOON - timedelta(hours=3)),
        ("<pubDate>Tue, 24 Nov 2026 11:00:00 GMT</pubDate>", NOON + timedelta(hours=23)),
        ("<pubDate>Tue, 24 Nov 2026 13:00:00 GMT</pubDate>", NOON),
        ("<pubDate>Sat, 01 Jan 2095 00:00:00 GMT</pubDate>", NOON),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", NOON),
        ("<pubDate>Sun, 31 Dec 1989 23:00:00 GMT</pubDate>", NOON),
        ("<pubDate>02/11/2026</pubDate>", NOON),
        ("<pubDate>soon</pubDate>", NOON),
        ("<pubDate/>", NOON),
        ("", NOON),
        ("<pubDate>۲۰ بهمن ۱۴۰۱</pubDate>", datetime(2023, 2, 9, tzinfo=UTC)),
        ("<pubDate>1675933200</pubDate>", datetime(2023, 2, 9, 9, tzinfo=UTC)),
    ],
)
def test_an_article_is_judged_by_its_date_or_by_when_it_was_first_seen(written, judged_by):
    """More than a day ahead, before 1990, absent or unreadable: then the moment it was first seen counts."""
    text = f"<rss version='2.0'><channel><item><title>t</title>{written}</item></channel></rss>"
    parsed = parse(text.encode())
    article = article_of(parsed.entries[0], parsed, FeedConfig(id="f", url="https://a.example/feed"), NOON)
    assert time_of(article)[0] == judged_by
