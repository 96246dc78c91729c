"""Sitemaps: those of Google News are feeds, all others are refused by name."""

from datetime import UTC, datetime

import pytest

from monitor.errors import Malformed
from monitor.feeds.entry import MOST_ENTRIES
from monitor.feeds.parse import parse

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">"""
NEWS = """<url><loc>{loc}</loc><lastmod>2023-02-10</lastmod><news:news><news:publication>
 <news:name>Harbour Post</news:name><news:language>{lang}</news:language></news:publication>
 <news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>
 <news:keywords>ports, fees,ports</news:keywords></news:news></url>"""


def url(
    title="Quay &amp; crane",
    loc="https://a.example/1?x=1&amp;y=2",
    lang="pt-BR",
    date="2023-02-09T12:00:00+02:00",
):
    return NEWS.format(title=title, loc=loc, lang=lang, date=date)


def read(*inner, end="</urlset>"):
    return parse((HEAD + "".join(inner) + end).encode(), url="https://a.example/news.xml")


def test_a_news_sitemap_is_a_feed():
    """Title, publication, language, date, keywords and address become an entry."""
    found = read(url())
    (entry,) = found.entries
    assert (found.format, found.lang, found.problems) == ("news-sitemap", "pt-br", ())
    assert (entry.id, entry.link) == ("https://a.example/1?x=1&y=2",) * 2
    assert (entry.title, entry.source, entry.lang) == ("Quay & crane", "Harbour Post", "pt-br")
    assert (entry.tags, entry.published) == (("ports", "fees"), datetime(2023, 2, 9, 10, tzinfo=UTC))
    assert entry.updated == datetime(2023, 2, 10, tzinfo=UTC)


def test_addresses_without_news_are_counted():
    """A page among the news is no article, and is said to be left out."""
    found = read(url(), "<url><loc>https://a.example/about</loc></url>", url(loc="two", lang="en"))
    assert [entry.link for entry in found.entries] == ["https://a.example/1?x=1&y=2", "https://a.example/two"]
    assert (found.lang, found.problems) == ("", ("1 addresses come without news",))


def test_of_too_many_the_newest_are_kept():
    """The cap holds for sitemaps too."""
    pages = [
        url(date=f"20{n // 365:02}-01-01T{n % 24:02}:00:00Z", title=str(n)) for n in range(MOST_ENTRIES + 3)
    ]
    found = read(*pages)
    assert (len(found.entries), found.capped) == (MOST_ENTRIES, 3)
    undated = read(*pages, url(date="soon", title="last"))
    assert (undated.entries[0].title, len(undated.entries)) == ("0", MOST_ENTRIES)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + "<url><loc>https://a.example/</loc></url></urlset>", "a sitemap of pages without news"),
        (
            "<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>",
            "sitemap index",
        ),
        (HEAD + url() + "<url>", "not well-formed"),
        ("<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset><url/></urlset>", "document type"),
    ],
)
def test_other_sitemaps_are_refused_by_name(text, reason):
    """Whoever names a sitemap that tells of no articles learns what it is."""
    with pytest.raises(Malformed, match=reason):
        parse(text.encode())
