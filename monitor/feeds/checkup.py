"""A verdict on one feed from one look at it: what it is, and what an operator should do about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal

from monitor.errors import Malformed, Unreachable
from monitor.feeds.cadence import said
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Busy, Document, Gone, NoAnswer, NotAsked
from monitor.feeds.entry import ParsedFeed

Grade = Literal["fine", "doubtful", "broken"]
_OLD = timedelta(days=30)
_FEW = 3  # times between entries, for a rhythm to be told


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a feed, and what to do."""

    what: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class Checkup:
    """What one look at a feed found.

    `rhythm` is the usual time between two entries, `covers` the time from the oldest to the newest one; both
    are None where too few are dated. `seconds` is how long the look took.
    """

    feed: str
    url: str
    grade: Grade
    findings: tuple[Finding, ...] = ()
    reached: bool = False
    format: str = ""
    encoding: str = ""
    title: str = ""
    entries: int = 0
    dated: int = 0
    newest: datetime | None = None
    rhythm: timedelta | None = None
    covers: timedelta | None = None
    moved_to: str | None = None
    hints: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def judge_failure(feed: FeedConfig, error: Unreachable | Malformed, seconds: float) -> Checkup:
    """Give the verdict where nothing could be read."""
    finding = Finding(error.reason, _way_out(error))
    reached = not isinstance(error, NoAnswer | NotAsked)
    return Checkup(feed.id, feed.url, "broken", (finding,), reached=reached, seconds=seconds)


def judge(feed: FeedConfig, document: Document, parsed: ParsedFeed, now: datetime, seconds: float) -> Checkup:
    """Give the verdict on a document that was read."""
    times = sorted(at for entry in parsed.entries if (at := entry.published or entry.updated) is not None)
    rhythm, covers = _rhythm(times)
    hints = {"max_age": document.hints.max_age, "expires": document.hints.expires, "ttl": parsed.rhythm.ttl}
    findings = tuple(_findings(feed, document, parsed, times, covers, now))
    return Checkup(
        feed=feed.id,
        url=feed.url,
        grade="doubtful" if findings else "fine",
        findings=findings,
        reached=True,
        format=parsed.format,
        encoding=parsed.encoding,
        title=parsed.title,
        entries=len(parsed.entries) + parsed.capped,
        dated=len(times),
        newest=times[-1] if times else None,
        rhythm=rhythm,
        covers=covers,
        moved_to=document.moved_to,
        hints={name: span.total_seconds() for name, span in hints.items() if span is not None},
        seconds=seconds,
    )


def _rhythm(times: list[datetime]) -> tuple[timedelta | None, timedelta | None]:
    """Give the usual time between two entries, and the time that all cover."""
    pauses = [later - earlier for earlier, later in pairwise(times) if later > earlier]
    if len(pauses) < _FEW:
        return None, None
    usual = timedelta(seconds=median(pause.total_seconds() for pause in pauses))
    return usual, times[-1] - times[0]


def _findings(
    feed: FeedConfig,
    document: Document,
    parsed: ParsedFeed,
    times: list[datetime],
    covers: timedelta | None,
    now: datetime,
) -> Iterator[Finding]:
    if document.moved_to:
        yield Finding(f"it says that it has moved for good to {document.moved_to}", "write that address")
    if not parsed.entries:
        yield Finding("it holds no entry", "see with a browser whether its publisher still fills it")
    elif not times:
        yield Finding("none of its entries is dated", "their time will be when they were first seen")
    elif now - times[-1] > _OLD:
        age = said(now - times[-1])
        yield Finding(f"its newest entry is {age} old", "see whether its publisher has another feed by now")
    elif times[0] > now + timedelta(days=1):
        yield Finding("all of its entries are of the future", "their time will be when they were first seen")
    if covers is not None and covers < 2 * feed.usual:
        yield Finding(
            f"its {len(parsed.entries)} entries cover {said(covers)}, and it is asked every "
            f"{said(feed.usual)}: some may come and go unseen",
            f"write every: {max(1, round(covers.total_seconds() / 180))}m",
        )
    for problem in parsed.problems:
        yield Finding(problem, "tell its publisher; Watchword reads what can be read")
    if parsed.capped:
        yield Finding(
            f"{parsed.capped} of its entries are too many and are not read", "ask for a smaller feed"
        )


_ADVICE = (
    (r"web page came in place", "open it in a browser: it may be the page that names the feed, or a login"),
    (r"answered 401|answered 407", "write auth: or headers: as the publisher says"),
    (
        r"answered 403|challenge page",
        "the site may shut out programs: ask its owner, or try another user_agent",
    ),
    (r"answered 404", "look for its new address on the publisher's site"),
    (r"answered 5\d\d", "the server has trouble of its own; look again later"),
    (r"private or special range", "name its network in outbound.allow if it is yours"),
    (r"certificate|SSL|TLS", "see in a browser whether its certificate is good; it may have run out"),
    (r"https to http", "write its http address if you trust that"),
    (r"redirects", "open it in a browser and write the address where it ends"),
    (r"larger than|decompresses", "raise outbound.max_bytes if you trust it"),
    (r"no whole answer within", "it is slow: raise outbound.timeout, or look again later"),
    (r"parsing took|nested", "tell its publisher: it costs too much to be read"),
)


def _way_out(error: Unreachable | Malformed) -> str:
    if isinstance(error, Gone):
        return "take it out, or look for its new address on the publisher's site"
    if isinstance(error, Busy):
        wait = said(timedelta(seconds=error.retry_after or 0))
        return f"nothing: its server asks for {wait}, and is asked again then"
    found = (advice for pattern, advice in _ADVICE if re.search(pattern, error.reason))
    otherwise = (
        "see whether its address is right and the network is there"
        if isinstance(error, NoAnswer)
        else "open its address in a browser"
    )
    return next(found, otherwise)
