"""What is known of a feed between two polls, and how a poll changes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.feeds.document import Document, Unchanged


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When to ask again, and the reason in words that an operator reads."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed between two polls. Validators belong to `url` and to the body of `body_hash`."""

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


def after_success(state: FeedState, answer: Document | Unchanged, after: NextPoll) -> FeedState:
    """Give the state after an answer that was understood; it is stored with the articles it brought."""
    at = answer.fetched_at
    return replace(
        state,
        etag=answer.etag,
        last_modified=answer.last_modified,
        body_hash=answer.body_hash if isinstance(answer, Document) else state.body_hash,
        first_success_at=state.first_success_at or at,
        last_polled_at=at,
        last_success_at=at,
        next_poll_at=after.at,
        next_reason=after.reason,
        failures=0,
        last_error="",
        last_unconditional_at=at if answer.unconditional else state.last_unconditional_at,
    )


def after_failure(state: FeedState, reason: str, after: NextPoll, now: datetime) -> FeedState:
    """Give the state after a poll that failed: validators and body hash stay as they were."""
    return replace(
        state,
        last_polled_at=now,
        next_poll_at=after.at,
        next_reason=after.reason,
        failures=state.failures + 1,
        last_error=reason,
    )
