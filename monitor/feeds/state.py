"""What is known of a feed between two polls, and how a poll changes it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.feeds.config import registrable_domain
from monitor.feeds.document import Document, Unchanged
from monitor.feeds.entry import Rhythm

ADOPT_AFTER = 5  # polls in a row that are sent on to the same address for good
DISMISS_AFTER = 3  # failures in a row at an adopted address
BELIEVE_EMPTY_AFTER = 3  # polls in a row that find a feed empty that was not
EMPTY = "the feed came without an entry"
ACCEPT_FORMAT_AFTER = timedelta(days=7)
MOST_RECENT = 60
# A server that answers 304 to everything is found out by what a full answer brings after so many of them.
_SUSPICIOUS_304S, _CERTAIN_304S = 3, 20
_LATE_304 = timedelta(minutes=10)
_DISTRUSTED_FOR = timedelta(days=30)
_FEW = 4  # a document of which less than a fourth is new is asked for often enough


class Outcome(StrEnum):
    """What came of a poll."""

    NEW = "new"
    NOTHING_NEW = "nothing-new"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    NETWORK = "network"  # our own network was away: says nothing of the feed


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll that was: when it ended, what came of it, how many articles were new, how long it took."""

    at: datetime
    outcome: Outcome
    new: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When to ask again, and the reason in words that an operator reads; `at` is None for never."""

    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Yield:
    """What the entries of a document were to us.

    `new` were unseen, `earliest` is the earliest time that one of those names. `known` were there before.
    """

    entries: int = 0
    new: int = 0
    known: int = 0
    earliest: datetime | None = None

    @property
    def shares_nothing(self) -> bool:
        """Tell whether not one entry was known."""
        return self.entries > 0 and self.known == 0


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed between two polls. Validators belong to `address` and to the body of `body_hash`.

    `learned_url` is where the feed moved for good, `moving_to` where it was sent on to `moving_count` times
    in a row. `entries` is how many the last document held, `unchanged` how many answers in a row were a 304.
    `distrusted_at` is since when it gets no validators, for it answered 304 although there was news; `lies`
    counts the signs of that. `tightened` is the interval that gaps brought about. `usual_format` is the
    format it is known by, `format` that of its last document.
    """

    feed: str
    url: str
    title: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    first_success_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    next_poll_at: datetime | None = None
    next_reason: str = ""
    failures: int = 0
    last_error: str = ""
    last_unconditional_at: datetime | None = None
    learned_url: str | None = None
    moving_to: str | None = None
    moving_count: int = 0
    gone_at: datetime | None = None
    last_new_at: datetime | None = None
    entries: int = 0
    unchanged: int = 0
    lies: int = 0
    distrusted_at: datetime | None = None
    gaps: int = 0
    last_gap_at: datetime | None = None
    tightened: timedelta | None = None
    format: str = ""
    usual_format: str = ""
    format_since: datetime | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    recent: tuple[Poll, ...] = ()

    @property
    def address(self) -> str:
        """The address that is asked."""
        return self.learned_url or self.url

    def trusts_304(self, now: datetime) -> bool:
        """Tell whether its server is believed when it says that nothing changed."""
        return self.distrusted_at is None or now - self.distrusted_at > _DISTRUSTED_FOR

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> FeedState:
        """Read a row of the archive."""
        named = {one.name: row[one.name] for one in fields(cls) if one.name in row}
        tightened = row["tightened"]
        named["tightened"] = timedelta(seconds=tightened) if tightened else None
        named["rhythm"] = _rhythm_from(row["rhythm"])
        named["recent"] = tuple(_poll_from(one) for one in row["recent"])
        return cls(**named)

    def as_row(self) -> dict[str, Any]:
        """Give what is written into the row that is there: all but the feed and its written address."""
        row = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("feed", "url")}
        row["site"] = registrable_domain(self.address)
        row["tightened"] = round(self.tightened.total_seconds()) if self.tightened else None
        row["rhythm"] = _rhythm_row(self.rhythm)
        row["recent"] = [_poll_row(poll) for poll in self.recent]
        return row


def after_success(
    state: FeedState,
    answer: Document | Unchanged,
    found: Yield,
    *,
    floor: timedelta,
    usual: timedelta,
    adopt_moves: bool = True,
) -> FeedState:
    """Give the state after an answer that was understood; it is stored with the articles it brought.

    `floor` and `usual` are the shortest and the usual time between two polls.
    """
    at = answer.fetched_at
    state = _moved(state, answer, adopt=adopt_moves)
    if isinstance(answer, Document):
        state = _with_gap(state, found, at, floor, usual)
        state = _judged_validators(state, answer, found)
    return replace(
        state,
        etag=answer.etag,
        last_modified=answer.last_modified,
        body_hash=answer.body_hash if isinstance(answer, Document) else state.body_hash,
        entries=found.entries if isinstance(answer, Document) else state.entries,
        unchanged=state.unchanged + 1 if isinstance(answer, Unchanged) and answer.not_modified else 0,
        first_success_at=state.first_success_at or at,
        last_polled_at=at,
        last_success_at=at,
        last_new_at=at if found.new or state.last_new_at is None else state.last_new_at,
        failures=0,
        last_error="",
        gone_at=None,
        last_unconditional_at=at if answer.unconditional else state.last_unconditional_at,
    )


def after_failure(state: FeedState, reason: str, now: datetime, *, gone: bool = False) -> FeedState:
    """Give the state after a poll that failed: validators and body hash stay as they were.

    An adopted address that fails again and again is dismissed, and the written one is asked anew.
    """
    failed = replace(
        state,
        last_polled_at=now,
        failures=state.failures + 1,
        last_error=reason,
        moving_to=None,
        moving_count=0,
    )
    if state.learned_url is None:
        return replace(failed, gone_at=(state.gone_at or now) if gone else None)
    return at_written_address(failed) if gone or failed.failures >= DISMISS_AFTER else failed


def stays_empty(state: FeedState) -> bool:
    """Tell whether a document without entries is one of so many in a row that it is believed."""
    return state.last_error.startswith(EMPTY) and state.failures >= BELIEVE_EMPTY_AFTER - 1


def at_written_address(state: FeedState) -> FeedState:
    """Ask a feed where the configuration says, as if nothing had been learned of another address."""
    return replace(
        state,
        learned_url=None,
        moving_to=None,
        moving_count=0,
        gone_at=None,
        etag=None,
        last_modified=None,
        body_hash=None,
        last_unconditional_at=None,
        distrusted_at=None,
        lies=0,
    )


def with_format(state: FeedState, found: str, now: datetime) -> FeedState:
    """Note the format of a document; another one than usual becomes the usual one after a while."""
    since = (state.format_since if found == state.format else None) or now
    accepted = now - since >= ACCEPT_FORMAT_AFTER
    usual = found if accepted else state.usual_format or found
    return replace(state, format=found, format_since=since, usual_format=usual)


def format_changed(now: str, usual: str) -> bool:
    """Tell whether two formats are of different families; RSS 0.91 and RSS 2.0 are one."""
    return bool(now and usual) and _family(now) != _family(usual)


def polled(state: FeedState, poll: Poll, due: NextPoll) -> FeedState:
    """Write down a poll, and when the next one is due."""
    recent = (*state.recent, poll)[-MOST_RECENT:]
    return replace(state, recent=recent, next_poll_at=due.at, next_reason=due.reason)


def _family(name: str) -> str:
    found = re.match("[a-z]*", name)
    return found[0] if found else ""


def _moved(state: FeedState, answer: Document | Unchanged, *, adopt: bool) -> FeedState:
    """Adopt an address only after the feed was found there again and again: a portal may redirect once."""
    target = answer.moved_to
    if target is None or not adopt:
        return replace(state, moving_to=None, moving_count=0)
    count = state.moving_count + 1 if target == state.moving_to else 1
    if count < ADOPT_AFTER:
        return replace(state, moving_to=target, moving_count=count)
    learned = None if target == state.url else target
    return replace(state, learned_url=learned, moving_to=None, moving_count=0)


def _with_gap(state: FeedState, found: Yield, at: datetime, floor: timedelta, usual: timedelta) -> FeedState:
    """Note that entries may have come and gone unseen, and ask such a feed sooner."""
    if state.last_success_at is None or not state.entries:
        return state
    if not found.shares_nothing:
        few = found.new * _FEW < found.entries
        return replace(state, tightened=_eased(state.tightened, usual)) if few else state
    absent = at - state.last_success_at > 3 * usual  # then it was us who were not there
    tightened = state.tightened if absent else max(floor, (state.tightened or usual) / 2)
    return replace(state, gaps=state.gaps + 1, last_gap_at=at, tightened=tightened)


def _eased(tightened: timedelta | None, usual: timedelta) -> timedelta | None:
    return None if tightened is None or tightened * 1.5 >= usual else tightened * 1.5


def _judged_validators(state: FeedState, answer: Document, found: Yield) -> FeedState:
    """Find out a server that says "unchanged" whatever there is: a full answer shows what it kept back."""
    if not answer.unconditional:
        return replace(state, lies=0)
    if not (found.new and state.unchanged >= _SUSPICIOUS_304S and state.last_polled_at):
        return state
    late = found.earliest is not None and found.earliest < state.last_polled_at - _LATE_304
    lies = state.lies + 1
    proved = lies > 1 or (late and state.unchanged >= _CERTAIN_304S)
    distrusted = answer.fetched_at if proved else state.distrusted_at
    return replace(state, lies=lies, distrusted_at=distrusted)


def _rhythm_row(rhythm: Rhythm) -> dict[str, Any]:
    found = {
        "ttl": rhythm.ttl.total_seconds() if rhythm.ttl is not None else None,
        "update_period": rhythm.update_period.total_seconds() if rhythm.update_period is not None else None,
        "skip_hours": sorted(rhythm.skip_hours),
        "skip_days": sorted(rhythm.skip_days),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _rhythm_from(row: Mapping[str, Any]) -> Rhythm:
    ttl, period = row.get("ttl"), row.get("update_period")
    return Rhythm(
        ttl=None if ttl is None else timedelta(seconds=ttl),
        update_period=None if period is None else timedelta(seconds=period),
        skip_hours=frozenset(row.get("skip_hours", ())),
        skip_days=frozenset(row.get("skip_days", ())),
    )


def _poll_row(poll: Poll) -> list[Any]:
    return [round(poll.at.timestamp()), poll.outcome.value, poll.new, round(poll.seconds, 2)]


def _poll_from(row: list[Any]) -> Poll:
    at, outcome, new, seconds = row
    return Poll(datetime.fromtimestamp(at, UTC), Outcome(outcome), new, seconds)
