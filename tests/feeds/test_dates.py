"""Dates as feeds write them."""

from datetime import UTC, datetime
from time import gmtime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.dates import read_date

NINE = datetime(2023, 2, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 09 Feb 2023 09:00:00 GMT",
        "Thu, 09 Feb 2023 12:30:00 +0330",
        "Thu, 9 Feb 2023 04:00:00 EST",
        "9 Feb 2023 10:00 CET",
        "Thu, 09 Feb 2023 12:00:00 MSK",
        "Thursday, 09 February 2023 09:00:00 UTC",
        "Thu, 09 Feb 23 09:00:00 Z",
        "Чт, 09 Feb 2023 09:00:00 +0000",
        "Thu, 09 Feb 2023 09:00:00 +0000 (UTC)",
        "Thu, 09 Feb 2023 09:00:00",
        "Thu, 09 Feb 2023 08:59:60 GMT",
        "Thu,9 Feb 2023 18:00:0 GMT+9",
        "Qui, 09 Fev 2023 06:00:00 -0300",
        "jeu., 9 févr. 2023 10:00:00 +0100",
        "Чт, 9 фев 2023 12:00:00 +0300",
        "9 Şubat 2023 12:00:00 +0300",
        "2023-02-09T09:00:00Z",
        "2023-02-09T09:00Z",
        "2023-02-09 09:00:00.123",
        "2023-02-09T12:30:00+03:30",
        "2023-02-09T12:30:00 +0330",
        "2023-02-09t09:00:00z",
        "  2023-02-09T09:00:00Z\n",
    ],
)
def test_usual_shapes_are_read(text):
    """Mail dates and ISO 8601, with zones by number and by name, give the moment in UTC."""
    assert read_date(text) == NINE


def test_a_day_alone_is_its_midnight():
    """Dates without time are read."""
    assert read_date("2023-02-09") == read_date("09 Feb 2023") == datetime(2023, 2, 9, tzinfo=UTC)
    assert read_date("2023-02-09T24:00:00Z") == datetime(2023, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "never", "2023-02-30T00:00:00Z", "0000-00-00", "Thu, 31 Feb 2023 09:00:00 GMT", "9999-12-31",
     "Mon, 01 Jan 0001 00:00:00 GMT", "2023-02-09T09:00:00 QQT", "2023-02-09T25:61:00Z", "1 Foo 2023",
     "2023-02-09T09:00:00+99:99", "1e999"],
)  # fmt: skip
def test_nonsense_is_no_date(text):
    """What names no moment gives None rather than a guess."""
    assert read_date(text) is None


def test_other_shapes_are_left_to_the_other_reader():
    """feedparser's opinion counts for shapes of its own."""
    assert read_date("2023年02月09日", gmtime(1675933200)) == NINE
    assert read_date("0001", gmtime(-62135596800)) is None


@pytest.mark.parametrize(
    ("text", "month"),
    [("1 juin 2023", 6), ("1 juil. 2023", 7), ("1 août 2023", 8), ("1 März 2023", 3), ("1 мая 2023", 5),
     ("1 Set 2023", 9), ("1 ago 2023", 8), ("1 dez. 2023", 12), ("1 okt 2023", 10), ("1 ene 2023", 1)],
)  # fmt: skip
def test_months_of_other_languages_are_known(text, month):
    """Publishers write the months of mail dates in their own language, though they should not."""
    assert read_date(text) == datetime(2023, month, 1, tzinfo=UTC)


@given(st.text(max_size=60))
def test_no_text_raises(text):
    """Any text gives a date or None."""
    read_date(text)


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2199, 1, 1), timezones=st.just(UTC)))
def test_dates_come_back_from_both_shapes(moment):
    """A moment written either way is read as that moment."""
    moment = moment.replace(microsecond=0)
    assert read_date(moment.isoformat()) == moment
    assert read_date(moment.strftime("%a, %d %b ") + f"{moment.year} {moment:%H:%M:%S} +0000") == moment
