"""The verdict on a feed."""

from datetime import timedelta

import pytest

from monitor.errors import Malformed, Unreachable
from monitor.feeds.checkup import judge, judge_failure
from monitor.feeds.config import FeedConfig
from monitor.feeds.document import Busy, Document, Gone, Hints, NoAnswer, NotAsked
from monitor.feeds.entry import Entry, ParsedFeed
from tests.feeds.conftest import NOON

FEED = FeedConfig(id="wire", url="https://a.example/feed", every="10m")


def verdict(*entries, moved_to=None, **said):
    document = Document(
        FEED.url, b"", "h", NOON, moved_to=moved_to, hints=Hints(max_age=timedelta(minutes=5))
    )
    parsed = ParsedFeed("rss20", title="Wire", encoding="utf-8", entries=entries, **said)
    return judge(FEED, document, parsed, NOON, 0.25)


def entries(number, apart, until=NOON):
    return [Entry(id=str(n), title="t", published=until - n * apart) for n in range(number)]


def test_a_feed_that_is_well_is_described():
    """Format, encoding, rhythm, the last article, what it asks for."""
    found = verdict(*entries(10, timedelta(hours=2)))
    assert (found.grade, found.findings, found.reached) == ("fine", (), True)
    assert (found.format, found.encoding, found.entries, found.dated) == ("rss20", "utf-8", 10, 10)
    assert (found.rhythm, found.covers) == (timedelta(hours=2), timedelta(hours=18))
    assert (found.newest, found.hints) == (NOON, {"max_age": 300.0})


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (verdict(), "holds no entry"),
        (verdict(Entry(id="1", title="t")), "none of its entries is dated"),
        (verdict(*entries(5, timedelta(hours=1), NOON - timedelta(days=60))), "60 d old"),
        (verdict(*entries(5, timedelta(hours=1), NOON + timedelta(days=9))), "of the future"),
        (verdict(*entries(10, timedelta(minutes=1))), "may come and go unseen"),
        (
            verdict(*entries(5, timedelta(hours=1)), moved_to="https://b.example/"),
            "it has moved for good to https://b",
        ),
        (verdict(*entries(5, timedelta(hours=1)), problems=("the encoding was guessed",)), "guessed"),
        (verdict(*entries(5, timedelta(hours=1)), capped=7), "7 of its entries are too many"),
    ],
)
def test_what_is_doubtful_is_named_with_what_to_do(found, said):
    """Each finding says what is wrong and the way out."""
    assert found.grade == "doubtful"
    [finding] = found.findings
    assert said in finding.what
    assert finding.what_to_do


@pytest.mark.parametrize(
    ("error", "reached", "what_to_do"),
    [
        (NoAnswer("Name or service not known"), False, "whether its address is right"),
        (NoAnswer("certificate verify failed: has expired"), False, "certificate"),
        (Unreachable("the server answered 401 Unauthorized"), True, "auth:"),
        (Unreachable("the server answered 403 Forbidden with a challenge page"), True, "shut out programs"),
        (Unreachable("the server answered 404 Not Found"), True, "new address"),
        (Unreachable("the server answered 502 Bad Gateway"), True, "trouble of its own"),
        (NotAsked("10.0.0.1 lies in a private or special range; …"), False, "outbound.allow"),
        (Unreachable("no whole answer within 20 s"), True, "slow"),
        (Gone("the server says that the feed is gone (410)"), True, "take it out"),
        (Busy("the server answered 429", 60), True, "asks for 1 min"),
        (
            Malformed("a web page came in place of a feed (a login or challenge page?)"),
            True,
            "the page that names",
        ),
        (Malformed("not a feed: its root is <ping>"), True, "open its address in a browser"),
    ],
)
def test_what_is_broken_says_why_and_what_to_do(error, reached, what_to_do):
    """The advice fits the fault."""
    found = judge_failure(FEED, error, 1.0)
    assert (found.grade, found.reached) == ("broken", reached)
    [finding] = found.findings
    assert finding.what == error.reason
    assert what_to_do in finding.what_to_do
