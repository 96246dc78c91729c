"""The news day as the daemon's own rooms read it: parsed, told apart and joined into stories."""

from collections import defaultdict
from datetime import UTC, datetime

import aiohttp
import pytest

from monitor.demo.feed_server import load_news_day, start
from monitor.feeds.config import FeedConfig
from monitor.feeds.identity import Verdict, decide, document_keys
from monitor.feeds.normalise import article_of
from monitor.feeds.parse import parse
from monitor.stories.keys import story_keys

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = load_news_day()
POLLS = [0, 6, 12, 18, 24, 29, 31, 40]


@pytest.fixture
async def read():
    """Poll the whole day; give the first verdict on each article, and the articles as read."""
    elapsed, verdicts, articles, known = 0.0, {}, {}, defaultdict(set)
    server = await start(DAY, lambda: elapsed)
    try:
        async with aiohttp.ClientSession() as http:
            for elapsed in POLLS:
                for feed in DAY.feeds:
                    async with http.get(server.url(feed.id)) as response:
                        body, kind = await response.read(), response.content_type
                        parsed = parse(body, charset=response.charset or "", content_type=kind)
                    config = FeedConfig(
                        id=feed.id, url=server.url(feed.id), source=feed.title, lang=feed.lang
                    )
                    keyed = document_keys(parsed.entries, feed.title)
                    released = DAY.released(feed.id, elapsed)
                    for entry, keys, played in zip(parsed.entries, keyed, released, strict=True):
                        verdicts.setdefault(played.key, decide(keys, known[feed.id]))
                        known[feed.id].update(keys.present)
                        articles[played.key] = article_of(entry, parsed, config, NOW)
    finally:
        await server.stop()
    return verdicts, articles


async def test_every_article_is_news_once(read):
    """Each article is new when it first appears, but the one that only changed its id."""
    verdicts, _ = read
    assert verdicts.keys() == {article.key for article in DAY.articles}
    odd = {key: verdict for key, verdict in verdicts.items() if verdict is not Verdict.NEW}
    assert odd == {"dialogue-wire-renamed": Verdict.RENAMED}


async def test_copies_are_one_story(read):
    """The copies by link and by text join the wire's report, and nothing else is joined."""
    _, articles = read
    sharing = defaultdict(set)
    for key, article in articles.items():
        for story in story_keys(article):
            sharing[story].add(key)
    joined = {frozenset(keys) for keys in sharing.values() if len(keys) > 1}
    assert joined == {
        frozenset({"meeting-wire", "meeting-copy-link"}),
        frozenset({"meeting-wire", "meeting-copy-text"}),
        frozenset({"dialogue-wire", "dialogue-wire-renamed"}),
    }


async def test_texts_and_times_survive(read):
    """Entities, inline tags, other letters and time zones come through as a reader would see them."""
    _, articles = read
    assert "more convergence between" in articles["meeting-wire"].body
    assert "هم\u200cگرایی" in articles["meeting-fa"].body
    assert articles["tea-and-cake"].title == "Tea & cake for the lifeboat crew"
    assert articles["oysters-fr"].title.replace("\xa0", " ") == "Ostréiculteurs : une saison « correcte »"
    assert articles["meeting-ru"].lang == "ru"
    assert {key: article.published for key, article in articles.items()} == {
        article.key: article.published for article in DAY.articles
    }
