"""The news day's file: how full it is, and what is refused in it."""

import unicodedata
from pathlib import Path

import pytest

from monitor.demo.news_day import load_news_day
from monitor.errors import ConfigError
from monitor.text.visible import visible_text

DAY = load_news_day()

SMALL = """
begins: 2023-02-09T12:00:00Z
feeds:
  - {id: one, format: rss, title: One, home: "https://one.example/"}
  - {id: two, format: json, title: Two, home: "https://two.example/"}
articles:
  - {key: a, feed: one, at: 0, title: A, summary: a, url: "https://one.example/a"}
  - {key: b, feed: one, at: 5, title: B, summary: b, url: "https://one.example/b"}
"""


def _scripts(text):
    return {unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()}


def _load(tmp_path: Path, text: str):
    path = tmp_path / "day.yaml"
    path.write_text(text, encoding="utf-8")
    return load_news_day(path)


def test_the_day_is_full():
    """The day has its articles, feeds, formats, languages, scripts and a compressed feed."""
    assert len(DAY.articles) >= 66
    assert len(DAY.feeds) >= 7
    assert {feed.format for feed in DAY.feeds} == {"rss", "rdf", "atom", "json"}
    assert sum(feed.format == "rss" for feed in DAY.feeds) >= 2
    assert any(feed.gzip for feed in DAY.feeds)
    assert len({feed.lang for feed in DAY.feeds}) >= 6
    seen = set().union(*(_scripts(visible_text(article.title)) for article in DAY.articles))
    assert {"LATIN", "ARABIC", "CYRILLIC", "CJK"} <= seen


def test_about_twenty_articles_stand_before_the_first_poll():
    """The silent first poll finds a backlog in every feed, and the rest comes within forty seconds."""
    backlog = [article for article in DAY.articles if article.at == 0]
    assert 18 <= len(backlog) <= 24
    assert {article.feed for article in backlog} == {feed.id for feed in DAY.feeds}
    assert all(5 <= article.at <= 40 for article in DAY.articles if article.at)
    assert DAY.lasts == 40


def test_only_example_domains():
    """Every address of the invented outlets lies in a domain that belongs to nobody."""
    addresses = [feed.home for feed in DAY.feeds] + [article.url for article in DAY.articles]
    assert all(address.split("/")[2].endswith(".example") for address in addresses)


def test_an_article_is_released_at_its_second():
    """An article stands in its feed from its second on, newest first, until another one replaces it."""
    keys = [article.key for article in DAY.released("caspian-wire", 11)]
    assert keys[:3] == ["dialogue-wire", "chess-secretary", "meeting-wire"]
    assert "dialogue-wire" not in [article.key for article in DAY.released("caspian-wire", 10.9)]
    later = [article.key for article in DAY.released("caspian-wire", 30)]
    assert "dialogue-wire-renamed" in later
    assert "dialogue-wire" not in later


def test_before_the_beginning_the_backlog_stands():
    """A clock that has not begun shows what is there from the start and nothing else."""
    assert {article.at for article in DAY.released("harbour-gazette", -5)} == {0}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("  - {key: c, feed: three, at: 1, title: C, summary: c, url: u}", "no feed 'three'"),
        ("  - {key: a, feed: one, at: 1, title: C, summary: c, url: u}", "'a' stands here twice"),
        ("  - {key: c, feed: two, at: 1, guid: none, title: C, summary: c, url: u}", "only RSS allows"),
        (
            "  - {key: c, feed: one, at: 1, replaces: b, title: C, summary: c, url: u}",
            "no earlier article 'b'",
        ),
        ("  - {key: c, feed: one, at: -1, title: C, summary: c, url: u}", "day.yaml:9:29: Input should be"),
        ("  - {key: c, feed: one, at: 1, titel: C, summary: c, url: u}", "did you mean 'title'?"),
        ("  - {key: c, feed: one, at: 1, title: C, summary: c, url: u, published: 2023-02-09}", "timezone"),
    ],
)
def test_a_day_that_does_not_fit_is_refused(tmp_path, wrong, said):
    """A name that does not fit, a bad time or an unknown key is refused and said."""
    with pytest.raises(ConfigError) as refused:
        _load(tmp_path, SMALL + wrong)
    assert said in str(refused.value)
