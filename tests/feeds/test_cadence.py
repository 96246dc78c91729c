"""When a feed is polled next, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Malformed, Unreachable
from monitor.feeds.cadence import LONGEST, next_poll
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Gone, Hints, Unchanged
from monitor.feeds.entry import ParsedFeed, Rhythm
from monitor.feeds.state import FeedState, after_failure, after_success
from tests.feeds.conftest import NOON

FEED = FeedConfig(id="f", url="https://a.example/feed", every="10m")
minutes = st.integers(0, 100_000).map(lambda number: timedelta(minutes=number))


def answer(**hints):
    return Unchanged(url=FEED.url, fetched_at=NOON, hints=Hints(**hints))


def after(outcome, *, failures=0, jitter=0.0, feed=FEED, **rhythm):
    state = FeedState(feed="f", url=FEED.url, failures=failures)
    parsed = ParsedFeed("rss20", rhythm=Rhythm(**rhythm)) if rhythm else None
    found = next_poll(feed, state, outcome, NOON, jitter, parsed)
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
        (Gone("x"), 0, LONGEST, "gone (410), tried once a day"),
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
    longest = max(LONGEST, feed.every) + timedelta(minutes=1)
    good, _ = after(answer(expires=hint), jitter=jitter, feed=feed, skip_hours=skip, skip_days=days)
    bad, _ = after(Unreachable("x", retry), failures=failures, jitter=jitter, feed=feed)
    assert feed.every <= good <= longest
    assert feed.every <= bad <= longest


@given(st.floats(0, 86_000), st.floats(0, 1, exclude_max=True))
def test_nobody_is_asked_before_retry_after(asked, jitter):
    """Jitter only ever delays."""
    assert after(Unreachable("x", asked), jitter=jitter)[0].total_seconds() >= asked - 1e-6


def test_jitter_spreads_polls_by_a_minute_at_most():
    """Feeds of one interval do not march in step, and none is late by much."""
    assert after(answer(), jitter=0.5)[0] == timedelta(minutes=10, seconds=30)
    hourly = FeedConfig(id="f", url=FEED.url, every="6h")
    assert after(answer(), jitter=0.5, feed=hourly)[0] == timedelta(hours=6, seconds=30)


def test_a_failure_keeps_what_is_known_and_success_clears_the_count():
    """Validators and hash outlive failures; the failure count and the error do not outlive success."""
    state = FeedState(feed="f", url=FEED.url, etag='"1"', body_hash="h", failures=2)
    at = next_poll(FEED, state, Unreachable("down"), NOON, 0)
    failed = after_failure(state, "down", at, NOON)
    assert (failed.etag, failed.body_hash, failed.failures, failed.last_error) == ('"1"', "h", 3, "down")
    later = datetime(2026, 11, 24, tzinfo=UTC)
    well = Unchanged(url=FEED.url, fetched_at=later, etag='"2"')
    good = after_success(failed, well, next_poll(FEED, failed, well, later, 0))
    assert (good.failures, good.last_error, good.etag, good.body_hash) == (0, "", '"2"', "h")
    assert good.first_success_at == good.last_success_at == later
    assert good.last_unconditional_at is None
