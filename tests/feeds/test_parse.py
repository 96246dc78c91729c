"""From bytes to entries, over the formats and the ways in which feeds are wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import Malformed
from monitor.feeds.entry import MOST_ENTRIES
from monitor.feeds.parse import Way, parse
from tests.feeds.documents import ATOM, JSON_FEED, RDF, RSS

BASE = "https://harbour.example/feed.xml"


def read(text, **options):
    return parse(text if isinstance(text, bytes) else text.encode(), **({"url": BASE} | options))


def item(inner, outer=""):
    return read(f"<rss version='2.0'><channel><title>t</title>{outer}<item>{inner}</item></channel></rss>")


def test_rss_is_read_whole():
    """Title, full text, summary, link, author, categories, source and time of an RSS item are there."""
    found = read(RSS)
    first, second = found.entries
    assert (found.format, found.title, found.lang) == ("rss20", "Harbour Post", "en-gb")
    assert first.title == "Council agrees on pilot fees"
    assert (first.summary, first.body) == ("Short & plain.", "First paragraph.\n\nSecond.")
    assert first.link == "https://harbour.example/news/1?utm_source=rss"
    assert (first.id, first.author, first.source) == ("post-1", "Ada Quay", "Agency Nine")
    assert first.tags == ("Ports", "Fees")
    assert first.published == datetime(2023, 2, 9, 9, 0, tzinfo=UTC)
    assert second.link == "https://harbour.example/news/2"
    assert (second.summary, second.body, second.published, second.updated) == ("", "", None, None)


def test_atom_is_read_whole():
    """xml:base, xml:lang, plain titles, XHTML content and several authors are understood."""
    (entry,) = read(ATOM).entries
    assert entry.title == "a <b> c"
    assert entry.link == "https://atom.example/base/story/1"
    assert (entry.lang, read(ATOM).lang) == ("ar", "fa")
    assert (entry.summary, entry.body) == ("one", "whole text")
    assert (entry.author, entry.tags) == ("Sam, Kim", ("Label",))
    assert entry.published == datetime(2023, 2, 9, 8, 0, tzinfo=UTC)
    assert entry.updated == datetime(2023, 2, 9, 12, 0, tzinfo=UTC)


def test_rdf_is_read():
    """RSS 1.0 with Dublin Core gives title, link and time."""
    found = read(RDF)
    (entry,) = found.entries
    assert (found.format, entry.title, entry.link) == ("rss10", "One", "https://rdf.example/1")
    assert (entry.published or entry.updated) == datetime(2023, 2, 9, 9, 0, tzinfo=UTC)


def test_json_feed_is_read():
    """JSON Feed gives the same things; what is no object is reported and costs nothing else."""
    found = read(JSON_FEED)
    (entry,) = found.entries
    assert (found.format, found.lang, found.problems) == ("json11", "fr", ("1 items are not objects",))
    assert (entry.id, entry.link, entry.title) == ("7", "https://harbour.example/7", "Sept")
    assert (entry.body, entry.tags, entry.author) == ("Un\n\ndeux", ("a",), "Zoe")
    assert entry.published == datetime(2023, 2, 9, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ['{"items": 3}', '{"items": [{"name": "x"}]}', "[1]", '{"version": "https://jsonfeed.org/version/1"}'],
)
def test_json_that_is_no_feed_is_refused(text):
    """Another API's JSON is not an empty feed."""
    with pytest.raises(Malformed, match="JSON"):
        read(text)


@pytest.mark.parametrize(
    "text", ["<opml version='2.0'><body/></opml>", "<note>hi</note>", "plain words", "<a><b></a>"]
)
def test_xml_that_is_no_feed_is_refused(text):
    """A document of another kind is an error, not a feed without items."""
    with pytest.raises(Malformed, match="not a feed"):
        read(text)


def test_an_empty_feed_is_a_feed():
    """A channel without items is fine."""
    assert read("<rss version='2.0'><channel><title>t</title></channel></rss>").entries == ()


def test_a_broken_document_gives_what_can_be_read_and_says_so():
    """Undefined entities, stray ampersands and a cut-off end do not cost the items before them."""
    text = (
        "<rss version='2.0'><channel><item><title>Fish &amp chips &nbsp;</title><guid>1</guid></item><item>"
    )
    text += "<ti"
    found = read(text)
    assert found.entries[0].title.startswith("Fish & chips")
    assert "not well-formed" in found.problems[0]


def test_blanks_before_the_declaration_do_not_matter():
    """Space before the XML declaration is a common fault and harmless."""
    assert read("\n\n " + RSS).entries[0].title == "Council agrees on pilot fees"


@pytest.mark.parametrize(
    ("inner", "field", "value"),
    [
        ("<title>x &lt; y &amp;amp; z</title>", "title", "x < y & z"),
        ("<title><![CDATA[a<br>b]]></title>", "title", "a\nb"),
        (
            "<title>x</title><guid isPermaLink='true'>https://a.example/1</guid>",
            "link",
            "https://a.example/1",
        ),
        ("<title>x</title><link>  https://a.example/1\n</link>", "link", "https://a.example/1"),
        ("<title>x</title><author>jo@a.example (Jo Bo)</author>", "author", "Jo Bo"),
        ("<title>x</title><author>desk@a.example</author>", "author", "desk@a.example"),
        ("<title>&#27;[31mred\u0007</title>", "title", "[31mred"),
        ("<description>only text</description>", "summary", "only text"),
        ("<title>x</title><pubDate>never</pubDate>", "published", None),
    ],
)
def test_small_things_of_items(inner, field, value):
    """What feeds do in single fields comes out as a reader would see it."""
    assert getattr(item(inner).entries[0], field) == value


def test_full_text_alone_is_not_also_the_summary():
    """A feed that carries only content has a body and no summary."""
    text = RSS.replace("<description>Short &amp;amp; plain.</description>", "")
    assert (read(text).entries[0].summary, read(text).entries[0].body[:5]) == ("", "First")


def test_the_feeds_wishes_are_read():
    """ttl, skipHours, skipDays and sy:updatePeriod are there for the cadence, and not those of an item."""
    outer = (
        "<ttl>90</ttl><skipDays><day>Sunday</day></skipDays><skipHours><hour>24</hour><hour>5</hour></skipHours>"
        "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod>"
        "<sy:updateFrequency xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>4</sy:updateFrequency>"
    )
    rhythm = item("<title>x</title>", outer).rhythm
    assert (rhythm.ttl, rhythm.update_period) == (timedelta(minutes=90), timedelta(hours=6))
    assert (rhythm.skip_days, rhythm.skip_hours) == ({6}, {0, 5})
    assert item("<title>x</title><skipHours><hour>1</hour></skipHours>").rhythm.skip_hours == frozenset()


@pytest.mark.parametrize("oldest_first", [True, False])
def test_of_too_many_entries_the_newest_are_kept_and_the_rest_counted(oldest_first):
    """The cap drops the oldest by date, whatever their order."""
    count = MOST_ENTRIES + 5
    start = datetime(2026, 1, 1, tzinfo=UTC)
    numbers = range(count) if oldest_first else range(count - 1, -1, -1)
    entries = "".join(
        f"<entry><id>urn:{n}</id><title>{n}</title>"
        f"<updated>{(start + timedelta(minutes=n)).isoformat()}</updated></entry>"
        for n in numbers
    )
    found = read(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{entries}</feed>")
    assert (len(found.entries), found.capped) == (MOST_ENTRIES, 5)
    assert {entry.id for entry in found.entries} == {f"urn:{n}" for n in range(5, count)}


def test_nothing_is_opened_or_fetched(tmp_path, monkeypatch):
    """External entities and document types open no file."""
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    text = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<rss version='2.0'><channel><item><title>a&x;b</title></item></channel></rss>"
    )
    assert "secret" not in str(read(text).entries)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Malformed):
        read(b"secret")


def test_versions_of_an_item_that_lost_are_not_articles():
    """A synchronised feed keeps them inside the item that won, which keeps its own title."""
    version = "<sx:conflict><item><title>Lost</title></item></sx:conflict>"
    lost = f'<sx:sync id="1"><sx:conflicts>{version}</sx:conflicts>'
    text = (
        '<rss version="2.0" xmlns:sx="http://www.microsoft.com/schemas/rss/sse"><channel><title>t</title>'
        f"<item>{lost}</sx:sync><title>Won</title></item><item>{lost}</sx:sync><title>Won too</title></item>"
        "<item><title>Plain &lt;sx:conflicts</title></item></channel></rss>"
    )
    assert [entry.title for entry in parse(text.encode()).entries][:2] == ["Won", "Won too"]
    assert len(parse(text.encode()).entries) == 3
    open_ended = text.replace("</sx:conflicts>", "")
    assert parse(open_ended.encode()).entries


def test_the_link_to_the_article_is_not_lost_to_another():
    """Neither an enclosure without address nor a service's mark that is no address takes its place."""
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title>'
    right = '<link rel="alternate" href="https://a.example/1"/>'
    broken = '<link rel="enclosure">https://a.example/sound</link>'
    for links in (right + broken, broken + right):
        assert read(f"{head}{links}</entry></feed>").entries[0].link == "https://a.example/1"
    mark = "<fb:origLink>8c1f-22</fb:origLink><link>https://a.example/1</link><title>t</title>"
    text = f'<item xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0">{mark}</item>'
    found = read(f"<rss version='2.0'><channel><title>t</title>{text}</channel></rss>")
    assert found.entries[0].link == "https://a.example/1"


@pytest.mark.parametrize("way", [Way.ANY, Way.FEEDPARSER])
@pytest.mark.parametrize(
    ("inner", "field", "value"),
    [
        ("<media:title>Film</media:title><link>/1</link>", "title", "Film"),
        ("<media:title>Film</media:title><title>Story</title>", "title", "Story"),
        ("<media:group><media:title>Film</media:title></media:group><title>Story</title>", "title", "Story"),
        ("<media:description>What is seen</media:description>", "summary", "What is seen"),
        ("<media:keywords>sea, port</media:keywords>", "tags", ("sea", "port")),
        ("<dc:subject>sea</dc:subject><category domain='d'>port</category>", "tags", ("sea", "port")),
        ("<dc:title>Dublin</dc:title>", "title", "Dublin"),
        ("<dc:creator>Ada</dc:creator><dc:creator>Bo</dc:creator>", "author", "Ada, Bo"),
        ("<dc:date>2023-02-09T12:00:00Z</dc:date>", "updated", datetime(2023, 2, 9, 12, tzinfo=UTC)),
        ("<title>x</title><source url='https://s.example/'>Agency</source>", "source", "Agency"),
        ("<title>x</title><source><title>Aggregated</title></source>", "source", "Aggregated"),
        ("<title>x</title><source><title>Other</title></source>", "title", "x"),
        ("<link>news/1</link>", "link", "https://harbour.example/news/1"),
        ("<guid>/news/2</guid>", "link", "https://harbour.example/news/2"),
        ("<guid isPermaLink='false'>/news/2</guid>", "link", ""),
        ("<summary>Short</summary><content:encoded>Long text</content:encoded>", "body", "Long text"),
        ("<title>x</title><authors>nobody</authors><links>none</links>", "title", "x"),
    ],
)
def test_elements_of_modules_are_read_both_ways(way, inner, field, value):
    """Media RSS, Dublin Core, sources and relative links mean the same to both readers."""
    spaces = (
        "xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    )
    found = read(f"<rss version='2.0' {spaces}><channel><item>{inner}</item></channel></rss>", way=way)
    assert getattr(found.entries[0], field) == value


@pytest.mark.parametrize("way", [Way.ANY, Way.FEEDPARSER])
def test_bases_inside_a_document_hold_where_they_stand(way):
    """xml:base of the feed, of an entry and of a link each apply to what is inside."""
    link = "<link href='story'/>"
    found = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://base.example/a/'>"
        f"<entry><title>1</title>{link}</entry><entry xml:base='b/'><title>2</title>{link}</entry>"
        "<entry><title>3</title><link xml:base='/c/' href='story'/></entry></feed>",
        way=way,
    )
    base = "https://base.example"
    assert [entry.link for entry in found.entries] == [
        f"{base}/a/story",
        f"{base}/a/b/story",
        f"{base}/c/story",
    ]


def test_the_channel_definition_format_is_read():
    """Items of CDF come with link, title and abstract."""
    found = read(
        "<CHANNEL HREF='https://cdf.example/'><TITLE>Old</TITLE><ITEM HREF='https://cdf.example/1' "
        "LASTMOD='2023-02-09T12:00'><TITLE>One</TITLE><ABSTRACT>About one</ABSTRACT></ITEM></CHANNEL>"
    )
    (entry,) = found.entries
    assert (found.format, entry.link, entry.title) == ("cdf", "https://cdf.example/1", "One")
    assert (entry.summary, entry.updated) == ("About one", datetime(2023, 2, 9, 12, tzinfo=UTC))
