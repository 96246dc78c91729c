"""When a feed is polled next, and why. Pure: the clock and the jitter are handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.errors import RetryLater, WatchwordError
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Document, Gone, Unchanged
from monitor.feeds.entry import ParsedFeed, Rhythm
from monitor.feeds.state import FeedState, NextPoll

LONGEST = timedelta(days=1)  # no feed is ever left alone for longer, whatever it asks and however it fails
INTERVAL = "interval"  # the reason where nothing but the configuration speaks
_MOST_JITTER = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
Answer = Document | Unchanged


def next_poll(
    feed: FeedConfig,
    state: FeedState,
    outcome: Answer | WatchwordError,
    now: datetime,
    jitter: float,
    parsed: ParsedFeed | None = None,
) -> NextPoll:
    """Decide when `feed` is asked again after `outcome`.

    `jitter` is a number in [0, 1) that spreads polls by up to a tenth of the wait, a minute at most, and
    only ever to later. `parsed` brings the wishes written in the feed itself, where it was read.
    """
    if isinstance(outcome, WatchwordError):
        wait, reason = _after_failure(feed, state.failures + 1, outcome)
        return NextPoll(_spread(now, wait, jitter), reason)
    rhythm = parsed.rhythm if parsed else Rhythm()
    wait, reason = _after_success(feed, outcome, rhythm)
    return _outside_skipped(NextPoll(_spread(now, wait, jitter), reason), rhythm, now + feed.ceiling)


def _after_success(feed: FeedConfig, answer: Answer, rhythm: Rhythm) -> tuple[timedelta, str]:
    wished, name = max(_wishes(answer, rhythm), default=(timedelta(), ""))
    ceiling = min(feed.ceiling, max(LONGEST, feed.every))
    if wished <= feed.every:
        return feed.every, INTERVAL
    if wished > ceiling:
        return ceiling, f"the feed asks for {_said(wished)} ({name}), held at {_said(ceiling)}"
    return wished, f"the feed asks for {_said(wished)} ({name})"


def _wishes(answer: Answer, rhythm: Rhythm) -> Iterator[tuple[timedelta, str]]:
    named = {
        "ttl": rhythm.ttl,
        "sy:updatePeriod": rhythm.update_period,
        "Cache-Control": answer.hints.max_age,
        "Expires": answer.hints.expires,
    }
    return ((wish, name) for name, wish in named.items() if wish is not None)


def _after_failure(feed: FeedConfig, failures: int, error: WatchwordError) -> tuple[timedelta, str]:
    longest = max(LONGEST, feed.every)
    if isinstance(error, Gone):
        return longest, "gone (410), tried once a day"
    backed_off = longest if failures > longest / feed.every else feed.every * failures
    asked = error.retry_after if isinstance(error, RetryLater) else None
    if asked is not None and asked > backed_off.total_seconds():
        wait = timedelta(seconds=min(asked, longest.total_seconds()))
        return wait, f"the server asks to wait {_said(wait)} (Retry-After)"
    times = "once" if failures == 1 else f"{failures} times"
    return backed_off, f"failed {times} in a row"


def _spread(now: datetime, wait: timedelta, jitter: float) -> datetime:
    return now + wait + min(wait / 10, _MOST_JITTER) * jitter


def _outside_skipped(poll: NextPoll, rhythm: Rhythm, latest: datetime) -> NextPoll:
    """Move a poll out of the hours and days that the feed asks to be left alone, up to `latest`."""
    at = poll.at
    while (at.hour in rhythm.skip_hours or at.weekday() in rhythm.skip_days) and at < latest:
        into_hour = timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        at = at - into_hour + _HOUR
    if at == poll.at:
        return poll
    return NextPoll(max(poll.at, min(at, latest)), "the feed asks to be left alone at this time (skipHours)")


def _said(wait: timedelta) -> str:
    seconds = round(wait.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            number = seconds / size
            return f"{number:.0f} {unit}" if number == int(number) else f"{number:.1f} {unit}"
    return f"{seconds} s"
