"""What a poll changes in what is known of a feed: moves, gaps, servers that lie, formats."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.feeds.document import Document, Unchanged
from monitor.feeds.entry import Rhythm
from monitor.feeds.state import (
    ACCEPT_FORMAT_AFTER,
    ADOPT_AFTER,
    DISMISS_AFTER,
    MOST_RECENT,
    FeedState,
    NextPoll,
    Outcome,
    Poll,
    Yield,
    after_failure,
    after_success,
    at_written_address,
    format_changed,
    polled,
    with_format,
)
from tests.feeds.conftest import NOON

OLD, NEW = "https://a.example/feed", "https://new.example/feed"
MINUTE = timedelta(minutes=1)
USUAL, FLOOR = 10 * MINUTE, 2 * MINUTE
STATE = FeedState(feed="f", url=OLD)


def document(at=NOON, *, moved_to=None, unconditional=False, **said):
    return Document(OLD, b"x", "hash", at, moved_to=moved_to, unconditional=unconditional, **said)


def unchanged(at=NOON, **said):
    return Unchanged(OLD, at, **said)


def succeed(state, answer, found=None, *, adopt=True):
    found = found or Yield(entries=10, known=10)
    return after_success(state, answer, found, floor=FLOOR, usual=USUAL, adopt_moves=adopt)


def repeat(state, answer, times, **options):
    for _ in range(times):
        state = succeed(state, answer, **options)
    return state


def test_a_failure_keeps_what_is_known_and_success_clears_the_count():
    """Validators and hash outlive failures; the failure count and the error do not outlive success."""
    state = replace(STATE, etag='"1"', body_hash="h", failures=2)
    failed = after_failure(state, "down", NOON)
    assert (failed.etag, failed.body_hash, failed.failures, failed.last_error) == ('"1"', "h", 3, "down")
    good = succeed(failed, unchanged(NOON + MINUTE, etag='"2"'))
    assert (good.failures, good.last_error, good.etag, good.body_hash) == (0, "", '"2"', "h")
    assert good.first_success_at == good.last_success_at == NOON + MINUTE
    assert good.last_unconditional_at is None


# Moves


def test_a_new_address_is_adopted_after_it_led_to_the_feed_again_and_again():
    """One answer of a captive portal moves nothing; what is written stays beside it."""
    almost = repeat(STATE, document(moved_to=NEW), ADOPT_AFTER - 1)
    assert (almost.address, almost.moving_to, almost.moving_count) == (OLD, NEW, ADOPT_AFTER - 1)
    moved = succeed(almost, unchanged(moved_to=NEW))
    assert (moved.address, moved.url, moved.moving_to) == (NEW, OLD, None)


@pytest.mark.parametrize(
    "between",
    [document(), document(moved_to="https://other.example/"), "failure"],
    ids=["none", "other", "failure"],
)
def test_a_move_counts_only_in_a_row(between):
    """An answer without the redirect, with another one, or none at all begins the count anew."""
    state = repeat(STATE, document(moved_to=NEW), ADOPT_AFTER - 1)
    state = after_failure(state, "x", NOON) if between == "failure" else succeed(state, between)
    assert succeed(state, document(moved_to=NEW)).address == OLD


def test_moves_can_be_ignored_and_undone():
    """`moves: ignore` never adopts; what was adopted can be forgotten, with the validators it got there."""
    assert repeat(STATE, document(moved_to=NEW), 20, adopt=False).address == OLD
    moved = repeat(STATE, document(moved_to=NEW, etag='"1"'), ADOPT_AFTER)
    back = at_written_address(moved)
    assert (back.address, back.etag, back.body_hash) == (OLD, None, None)


def test_a_feed_that_moves_back_is_asked_where_it_is_written():
    """There is no second address then."""
    moved = repeat(STATE, document(moved_to=NEW), ADOPT_AFTER)
    assert repeat(moved, document(moved_to=OLD), ADOPT_AFTER).learned_url is None


def test_an_adopted_address_that_fails_is_dismissed_and_only_a_written_one_is_ever_gone():
    """A wrong move ends by itself."""
    moved = repeat(STATE, document(moved_to=NEW), ADOPT_AFTER)
    for _ in range(DISMISS_AFTER - 1):
        moved = after_failure(moved, "down", NOON)
    assert moved.address == NEW
    assert after_failure(moved, "down", NOON).address == OLD
    dismissed = after_failure(moved, "gone", NOON, gone=True)
    assert (dismissed.address, dismissed.gone_at) == (OLD, None)
    gone = after_failure(dismissed, "gone", NOON, gone=True)
    assert gone.gone_at == NOON
    assert after_failure(gone, "gone", NOON + MINUTE, gone=True).gone_at == NOON
    assert succeed(gone, document()).gone_at is None


# Gaps


def test_a_document_that_shares_nothing_with_the_last_is_a_gap_and_is_asked_for_sooner():
    """The interval is halved down to the floor, and eases when little of a document is new."""
    busy = Yield(entries=10, new=10)
    state = repeat(STATE, document(), 1)
    assert (state.gaps, state.tightened) == (0, None)
    waits = []
    for number in range(1, 5):
        state = succeed(state, document(NOON + number * MINUTE), busy)
        waits.append(state.tightened)
    assert waits == [5 * MINUTE, 2.5 * MINUTE, FLOOR, FLOOR]
    assert (state.gaps, state.last_gap_at) == (4, NOON + 4 * MINUTE)
    half_new = succeed(state, document(NOON + 5 * MINUTE), Yield(entries=10, new=5, known=5))
    assert half_new.tightened == FLOOR
    for _ in range(4):
        state = succeed(state, document(NOON + 6 * MINUTE), Yield(entries=10, new=1, known=9))
    assert state.tightened is None


def test_no_gap_is_seen_where_none_can_be_known():
    """The first poll, an unchanged document and an empty one show none; after our absence none tightens."""
    busy = Yield(entries=10, new=10)
    assert succeed(STATE, document(), busy).gaps == 0
    known = repeat(STATE, document(), 1)
    assert succeed(known, unchanged(NOON + MINUTE), Yield()).gaps == 0
    assert succeed(known, document(NOON + MINUTE), Yield()).gaps == 0
    late = succeed(known, document(NOON + 31 * MINUTE), busy)
    assert (late.gaps, late.tightened) == (1, None)


# Servers that lie


def with_304s(number, *, state=STATE):
    state = succeed(state, document(unconditional=True))
    for minute in range(1, number + 1):
        state = succeed(state, unchanged(NOON + minute * 10 * MINUTE, not_modified=True), Yield())
    return state


def test_a_server_that_says_304_whatever_there_is_gets_no_validators_any_more():
    """One full answer with old news behind many 304 is proof; after a while it is tried anew."""
    state = with_304s(30)
    day = NOON + timedelta(days=1)
    old = Yield(entries=10, new=3, known=7, earliest=NOON + 60 * MINUTE)
    lied = succeed(state, document(day, unconditional=True), old)
    assert lied.distrusted_at == day
    assert not lied.trusts_304(day + timedelta(days=1))
    assert lied.trusts_304(day + timedelta(days=31))


def test_a_sign_alone_is_no_proof_and_an_honest_answer_takes_it_back():
    """News may come by chance with the daily full answer; twice in a row it does not."""
    fresh = Yield(entries=10, new=1, known=9, earliest=NOON + timedelta(days=1))
    once = succeed(with_304s(30), document(NOON + timedelta(days=1), unconditional=True), fresh)
    assert (once.lies, once.distrusted_at) == (1, None)
    honest = succeed(once, document(NOON + timedelta(days=1, hours=1)), fresh)
    assert honest.lies == 0
    again = with_304s(5, state=once)
    twice = succeed(again, document(NOON + timedelta(days=2), unconditional=True), fresh)
    assert twice.distrusted_at is not None


def test_a_server_that_never_says_304_is_not_blamed():
    """A body with the hash that is known says nothing of validators."""
    state = succeed(STATE, document(unconditional=True))
    for minute in range(1, 50):
        state = succeed(state, unchanged(NOON + minute * MINUTE), Yield())
    old = Yield(entries=10, new=3, known=7, earliest=NOON - timedelta(days=1))
    assert succeed(state, document(NOON + timedelta(days=1), unconditional=True), old).lies == 0


# Formats, the archive, recent polls


def test_another_format_becomes_the_usual_one_after_a_week():
    """Versions of one family are no change."""
    state = with_format(STATE, "rss20", NOON)
    assert (state.usual_format, format_changed(state.format, state.usual_format)) == ("rss20", False)
    assert not format_changed("rss091u", "rss20")
    changed = with_format(state, "atom10", NOON + MINUTE)
    assert format_changed(changed.format, changed.usual_format)
    again = with_format(changed, "atom10", NOON + MINUTE + ACCEPT_FORMAT_AFTER)
    assert again.usual_format == "atom10"


def test_a_state_comes_back_from_its_row():
    """Whatever is known outlives the process; only the last polls are kept."""
    state = replace(
        repeat(STATE, document(moved_to=NEW, etag='"1"'), ADOPT_AFTER),
        rhythm=Rhythm(timedelta(0), timedelta(hours=1), frozenset({1, 2}), frozenset({6})),
        tightened=timedelta(minutes=3),
    )
    for minute in range(MOST_RECENT + 5):
        poll = Poll(NOON + minute * MINUTE, Outcome.NEW, new=2, seconds=0.25)
        state = polled(state, poll, NextPoll(NOON, "interval"))
    assert len(state.recent) == MOST_RECENT
    assert FeedState.from_row({"feed": "f", "url": OLD} | state.as_row()) == state
