"""When a feed is polled next, and why. Pure: the clock and the jitter are handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.errors import RetryLater, WatchwordError
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Document, Gone, Unchanged
from monitor.feeds.entry import Rhythm
from monitor.feeds.state import FeedState, NextPoll

LONGEST = timedelta(days=1)  # no feed is ever left alone for longer, whatever it asks and however it fails
INTERVAL = "interval"  # the reason where nothing but the configuration speaks
QUIET = "quiet for"  # how the reason begins where the feed has brought nothing for long
NETWORK_AWAY = "our own network is away"
SITE_HELD = "its site asks to wait"
_LONGEST_QUIET = timedelta(hours=1)
# A feed that has been silent for a time is asked after a fiftieth of it: that much later its news is read.
_OF_SILENCE = 50
_MOST_JITTER = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
Answer = Document | Unchanged


def next_poll(
    feed: FeedConfig, state: FeedState, outcome: Answer | WatchwordError, now: datetime, jitter: float
) -> NextPoll:
    """Decide when `feed` is asked again after `outcome`, which `state` has taken in.

    `jitter` is a number in [0, 1) that spreads polls by up to a tenth of the wait, a minute at most, and
    only ever to later.
    """
    if isinstance(outcome, WatchwordError):
        return _after_failure(feed, state, outcome, now, jitter)
    wait, reason = _after_success(feed, state, outcome, now)
    due = NextPoll(_spread(now, wait, jitter), reason)
    return _outside_skipped(due, state.rhythm, now + feed.ceiling)


def while_network_away(feed: FeedConfig, now: datetime, jitter: float) -> NextPoll:
    """Decide when to ask again where no server at all can be reached; nothing is held against the feed."""
    return NextPoll(_spread(now, feed.usual, jitter), NETWORK_AWAY)


def _after_success(
    feed: FeedConfig, state: FeedState, answer: Answer, now: datetime
) -> tuple[timedelta, str]:
    wait, why = _own_pace(feed, state, now)
    wished, name = max(_wishes(answer, state.rhythm), default=(timedelta(), ""))
    ceiling = min(feed.ceiling, max(LONGEST, feed.usual))
    if wished <= wait:
        return wait, why
    if wished > ceiling:
        return ceiling, f"the feed asks for {said(wished)} ({name}), held at {said(ceiling)}"
    return wished, f"the feed asks for {said(wished)} ({name})"


def _own_pace(feed: FeedConfig, state: FeedState, now: datetime) -> tuple[timedelta, str]:
    """Say how often a feed is worth asking, by what it has brought."""
    if state.tightened is not None and state.tightened < feed.usual:
        return state.tightened, "its document may have held too little: asked sooner"
    if feed.every is None and state.last_new_at is not None:
        silence = now - state.last_new_at
        wait = min(silence / _OF_SILENCE, _LONGEST_QUIET, feed.ceiling)
        if wait > feed.usual:
            return wait, f"{QUIET} {said(silence)}: asked less often"
    return feed.usual, INTERVAL


def _wishes(answer: Answer, rhythm: Rhythm) -> Iterator[tuple[timedelta, str]]:
    named = {
        "ttl": rhythm.ttl,
        "sy:updatePeriod": rhythm.update_period,
        "Cache-Control": answer.hints.max_age,
        "Expires": answer.hints.expires,
    }
    return ((wish, name) for name, wish in named.items() if wish is not None)


def _after_failure(
    feed: FeedConfig, state: FeedState, error: WatchwordError, now: datetime, jitter: float
) -> NextPoll:
    if isinstance(error, Gone) and state.gone_at is not None:
        return NextPoll(None, f"not any more: gone (410); `watchword feeds reset {feed.id}` asks again")
    longest = max(LONGEST, feed.usual)
    failures = max(1, state.failures)
    backed_off = longest if failures > longest / feed.usual else feed.usual * failures
    asked = error.retry_after if isinstance(error, RetryLater) else None
    if asked is not None and asked > backed_off.total_seconds():
        wait = timedelta(seconds=min(asked, longest.total_seconds()))
        return NextPoll(_spread(now, wait, jitter), f"the server asks to wait {said(wait)} (Retry-After)")
    times = "once" if failures == 1 else f"{failures} times"
    return NextPoll(_spread(now, backed_off, jitter), f"failed {times} in a row")


def _spread(now: datetime, wait: timedelta, jitter: float) -> datetime:
    return now + wait + min(wait / 10, _MOST_JITTER) * jitter


def _outside_skipped(poll: NextPoll, rhythm: Rhythm, latest: datetime) -> NextPoll:
    """Move a poll out of the hours and days that the feed asks to be left alone, up to `latest`."""
    assert poll.at is not None
    at, named = poll.at, ""
    while at < latest and (found := _skipped_by(at, rhythm)):
        into_hour = timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        at, named = at - into_hour + _HOUR, named or found
    if not named:
        return poll
    return NextPoll(max(poll.at, min(at, latest)), f"the feed asks to be left alone at this time ({named})")


def _skipped_by(at: datetime, rhythm: Rhythm) -> str:
    if at.hour in rhythm.skip_hours:
        return "skipHours"
    return "skipDays" if at.weekday() in rhythm.skip_days else ""


def said(wait: timedelta) -> str:
    """Say a time as people do: `90 s`, `10 min`, `1.5 h`, `2 d`."""
    seconds = round(wait.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            number = seconds / size
            return f"{number:.0f} {unit}" if number == int(number) else f"{number:.1f} {unit}"
    return f"{seconds} s"
