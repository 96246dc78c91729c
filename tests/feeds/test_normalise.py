"""Entry to article."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.errors import Malformed
from monitor.feeds.config import FeedConfig
from monitor.feeds.entry import Entry, ParsedFeed
from monitor.feeds.normalise import article_of
from tests.feeds.conftest import NOON

FEED = FeedConfig(id="f", url="https://news.example.com/feed", country="GB", tags=("ports", "x"))
ENTRY = Entry(title="T", link=" https://a.exam\nple/1 ", tags=("x", "y"))
WHEN = datetime(2023, 2, 9, tzinfo=UTC)


def article(entry=ENTRY, document="", **config):
    return article_of(entry, ParsedFeed("rss20", lang=document), FEED.model_copy(update=config), NOON)


def test_an_article_is_the_entry_in_our_words():
    """Tags are the entry's and then the feed's, the link loses white space only, the rest comes along."""
    found = article(replace(ENTRY, title="Two\nlines ", body="B", author="A", updated=WHEN))
    assert (found.title, found.url, found.tags) == ("Two lines", "https://a.example/1", ("x", "y", "ports"))
    assert (found.feed, found.country, found.source, found.body) == ("f", "GB", "example.com", "B")
    assert (found.id, found.first_seen, found.published, found.updated) == ("", NOON, WHEN, WHEN)


@pytest.mark.parametrize(
    ("own", "configured", "document", "chosen"),
    [
        ("ar", "fa", "en", "ar"),
        ("", "fa", "en", "fa"),
        ("en", "fa", "en", "fa"),
        ("", "", "en", "en"),
        ("", "", "", ""),
    ],
)
def test_the_language_is_told_by_who_knows_best(own, configured, document, chosen):
    """The entry's own mark, else the configuration, else the document; what is inherited is not own."""
    assert article(replace(ENTRY, lang=own), document, lang=configured).lang == chosen


def test_the_publisher_is_the_operators_word_then_the_aggregators():
    """`source` of the configuration outranks the entry's, which outranks the domain."""
    entry = replace(ENTRY, source="Agency Nine")
    assert article(entry).source == "Agency Nine"
    assert article(entry, source="Ours").source == "Ours"


def test_an_entry_without_title_and_text_is_malformed():
    """What holds nothing to match is no article; text alone is enough."""
    with pytest.raises(Malformed):
        article(replace(ENTRY, title=""))
    assert article(replace(ENTRY, title="", summary="s")).summary == "s"
