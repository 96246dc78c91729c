"""When a feed is polled next, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Malformed, Unreachable
from monitor.feeds.cadence import LONGEST, NETWORK_AWAY, next_poll, while_network_away
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Gone, Hints, Unchanged
from monitor.feeds.entry import Rhythm
from monitor.feeds.state import FeedState, after_failure
from tests.feeds.conftest import NOON

FEED = FeedConfig(id="f", url="https://a.example/feed", every="10m")
minutes = st.integers(0, 100_000).map(lambda number: timedelta(minutes=number))


def answer(**hints):
    return Unchanged(url=FEED.url, fetched_at=NOON, hints=Hints(**hints))


def after(outcome, *, failures=0, jitter=0.0, feed=FEED, known=None, **rhythm):
    state = FeedState(feed="f", url=FEED.url, rhythm=Rhythm(**rhythm), **(known or {}))
    if isinstance(outcome, Unreachable | Malformed):
        state = after_failure(replace(state, failures=failures), "x", NOON)
    found = next_poll(feed, state, outcome, NOON, jitter)
    return found.at - NOON, found.reason


@pytest.mark.parametrize(
    ("outcome", "rhythm", "wait", "reason"),
    [
        (answer(), {}, timedelta(minutes=10), "interval"),
        (answer(max_age=timedelta(minutes=5)), {}, timedelta(minutes=10), "interval"),
        (
            answer(max_age=timedelta(minutes=30)),
            {},
            timedelta(minutes=30),
            "the feed asks for 30 min (Cache-Control)",
        ),
        (answer(expires=timedelta(hours=2)), {}, timedelta(hours=2), "the feed asks for 2 h (Expires)"),
        (
            answer(max_age=timedelta(hours=1)),
            {"ttl": timedelta(minutes=90)},
            timedelta(minutes=90),
            "the feed asks for 1.5 h (ttl)",
        ),
        (
            answer(max_age=timedelta(days=30)),
            {},
            timedelta(days=1),
            "the feed asks for 30 d (Cache-Control), held at 1 d",
        ),
        (
            answer(),
            {"skip_hours": frozenset({12, 13})},
            timedelta(hours=2),
            "the feed asks to be left alone at this time (skipHours)",
        ),
        (
            answer(),
            {"skip_days": frozenset({0}), "skip_hours": frozenset({0})},
            timedelta(hours=13),
            "the feed asks to be left alone at this time (skipDays)",
        ),
        (
            answer(),
            {"skip_hours": frozenset(range(24))},
            timedelta(days=1),
            "the feed asks to be left alone at this time (skipHours)",
        ),
    ],
)
def test_an_answer_is_followed_by_the_interval_or_what_the_feed_asks(outcome, rhythm, wait, reason):
    """The largest wish counts, inside the operator's floor and a day, and the reason names it."""
    assert after(outcome, **rhythm) == (wait, reason)


def test_the_operator_may_hold_the_feeds_wishes_lower():
    """`at_most` bounds what a feed may ask for."""
    feed = FeedConfig(id="f", url=FEED.url, every="10m", at_most="15m")
    assert after(answer(), feed=feed, ttl=timedelta(hours=1))[0] == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("error", "failures", "wait", "reason"),
    [
        (Unreachable("x"), 0, timedelta(minutes=10), "failed once in a row"),
        (Malformed("x"), 1, timedelta(minutes=20), "failed 2 times in a row"),
        (Unreachable("x"), 9, timedelta(minutes=100), "failed 10 times in a row"),
        (Unreachable("x"), 10_000_000, LONGEST, "failed 10000001 times in a row"),
        (
            Unreachable("x", retry_after=3600),
            0,
            timedelta(hours=1),
            "the server asks to wait 1 h (Retry-After)",
        ),
        (Unreachable("x", retry_after=1), 0, timedelta(minutes=10), "failed once in a row"),
        (
            Unreachable("x", retry_after=10**9),
            0,
            LONGEST,
            "the server asks to wait 1 d (Retry-After)",
        ),
    ],
)
def test_failures_back_off_and_never_for_good(error, failures, wait, reason):
    """Back-off is linear up to a day; the server's own wish is honoured up to a day."""
    assert after(error, failures=failures) == (wait, reason)


@given(
    every=st.integers(1, 200_000),
    jitter=st.floats(0, 1, exclude_max=True),
    failures=st.integers(0, 10**6),
    retry=st.none() | st.floats(0, 1e12),
    hint=st.none() | minutes,
    skip=st.frozensets(st.integers(0, 23)),
    days=st.frozensets(st.integers(0, 6)),
)
def test_every_feed_is_polled_again_within_bounds(every, jitter, failures, retry, hint, skip, days):
    """No outcome puts a feed before its interval or off for longer than a day (or its own interval)."""
    feed = FeedConfig(id="f", url=FEED.url, every=timedelta(seconds=every))
    longest = max(LONGEST, feed.usual) + timedelta(minutes=1)
    good, _ = after(answer(expires=hint), jitter=jitter, feed=feed, skip_hours=skip, skip_days=days)
    bad, _ = after(Unreachable("x", retry), failures=failures, jitter=jitter, feed=feed)
    assert feed.usual <= good <= longest
    assert feed.usual <= bad <= longest


@given(st.floats(0, 86_000), st.floats(0, 1, exclude_max=True))
def test_nobody_is_asked_before_retry_after(asked, jitter):
    """Jitter only ever delays."""
    assert after(Unreachable("x", asked), jitter=jitter)[0].total_seconds() >= asked - 1e-6


def test_jitter_spreads_polls_by_a_minute_at_most():
    """Feeds of one interval do not march in step, and none is late by much."""
    assert after(answer(), jitter=0.5)[0] == timedelta(minutes=10, seconds=30)
    hourly = FeedConfig(id="f", url=FEED.url, every="6h")
    assert after(answer(), jitter=0.5, feed=hourly)[0] == timedelta(hours=6, seconds=30)


def test_a_feed_that_is_gone_is_asked_no_more():
    """410 ends polling, and the reason says how to begin again."""
    gone = after_failure(FeedState(feed="f", url=FEED.url), "gone", NOON, gone=True)
    due = next_poll(FEED, gone, Gone("gone"), NOON, 0)
    assert due.at is None
    assert "watchword feeds reset f" in due.reason


@pytest.mark.parametrize(
    ("silence", "wait"),
    [
        (timedelta(hours=8), timedelta(minutes=10)),
        (timedelta(hours=10), timedelta(minutes=12)),
        (timedelta(hours=25), timedelta(minutes=30)),
        (timedelta(days=30), timedelta(hours=1)),
    ],
)
def test_a_quiet_feed_is_asked_less_often_where_the_pace_is_ours_to_choose(silence, wait):
    """News is read at most a fiftieth of the silence late; an interval that somebody wrote is kept."""
    auto = FeedConfig(id="f", url=FEED.url)
    known = {"last_new_at": NOON - silence}
    found = after(answer(), feed=auto, known=known)
    assert found[0] == wait
    assert found[1].startswith("quiet for" if wait > timedelta(minutes=10) else "interval")
    assert after(answer(), known=known) == (timedelta(minutes=10), "interval")
    held = FeedConfig(id="f", url=FEED.url, at_most="20m")
    assert after(answer(), feed=held, known=known)[0] == min(wait, timedelta(minutes=20))


def test_after_a_gap_a_feed_is_asked_sooner_unless_it_asks_otherwise():
    """What its document is too short for is fetched in time, inside the wishes of its server."""
    known = {"tightened": timedelta(minutes=5)}
    wait, reason = after(answer(), known=known)
    assert (wait, "too little" in reason) == (timedelta(minutes=5), True)
    assert after(answer(max_age=timedelta(minutes=7)), known=known)[0] == timedelta(minutes=7)


def test_while_our_network_is_away_the_usual_time_passes():
    """The reason says so, and nothing backs off."""
    due = while_network_away(FEED, NOON, 0)
    assert (due.at, due.reason) == (NOON + timedelta(minutes=10), NETWORK_AWAY)
