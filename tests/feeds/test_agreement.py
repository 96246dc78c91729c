"""The fast path says what feedparser says, or leaves the document to it."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import Malformed
from monitor.feeds.entry import Entry
from monitor.feeds.namespaces import Unsure
from monitor.feeds.parse import Way, parse
from monitor.feeds.wellformed import read_well_formed
from tests.feeds.documents import ATOM, RDF, RSS
from tests.feeds.generated import feeds
from tests.proof.parsing import URL, Agreement, generated_agreement

EXAMPLES = 3000 if os.environ.get("WATCHWORD_TEST_EVERYTHING") else 160
DAMAGE = [
    *(
        "",
        "<",
        ">",
        "/",
        '"',
        " ",
        "&",
        "]]>",
        "&#1;",
        "<!-- c -->",
        "<?p q?>",
        "<![CDATA[<b>]]>",
        "\x0b",
        "\x96",
    ),
    *("<title>t</title>", "<source>s</source>", "<image/>", "<author><name>n</name></author>", "<link/>"),
    *(
        "<own/>",
        '<own a="1">o</own>',
        "<x><title>deep</title></x>",
        "<guid>g</guid>",
        "<textInput/>",
        "<body>b</body>",
    ),
    *(
        ' base="b"',
        ' xmlns="u"',
        ' xmlns:media="v"',
        ' href="h"',
        ' lang=""',
        ' type="xhtml"',
        ' lastmod="l"',
    ),
]
HEAD = "<rss version='2.0'><channel><title>t</title><item><title>i</title>{}</item></channel></rss>"
DECLARED = " ".join(
    f"xmlns:{prefix}='{address}'"
    for prefix, address in (
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
        ("fb", "http://rssnamespace.org/feedburner/ext/1.0"),
    )
)
ATOM_HEAD = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>t</title>{}</entry></feed>"


@pytest.mark.parametrize("text", [RSS, ATOM, RDF])
@pytest.mark.parametrize("url", [URL, ""])
def test_ordinary_documents_are_read_by_the_fast_path(text, url):
    """RSS, Atom and RDF as they ought to be are not left to feedparser, and nothing differs."""
    found = Agreement()
    found.add("document", text.encode(), url)
    assert (found.read, found.wrong) == (1, [])


@pytest.mark.parametrize("text", [RSS, ATOM, RDF])
def test_entries_of_ordinary_documents_are_plain(text):
    """RSS, Atom and RDF as they ought to be are read by the short way, not element by element."""
    found = read_well_formed(text.encode(), URL).entries
    assert {type(entry) for entry in found} == {Entry}


@pytest.mark.parametrize(
    ("around", "plain"),
    [
        ("{}", 1),
        ("<itunes:summary>s</itunes:summary><description>d</description>{}", 0),
        ("{}<title>later</title>", 1),
        ("<item><source url='u'>s</source><title>t</title></item>{}<title>later</title>", 2),
        ("<item><title>t</title><source>s</source><dc:title>u</dc:title></item>{}", 1),
        (
            "<item><guid>/here</guid><link>/here</link><fb:origLink>https://a.example/</fb:origLink></item>{}",
            2,
        ),
        ("<item><link>/here</link></item><item><link>/h?a=1&amp;b;</link></item>{}", 2),
        ("<item><author>A</author><author><name>B</name></author></item>{}", 1),
        ("<item><author><name>A</name><email>a@a.example</email><own b='c'/></author></item>{}", 2),
        ("<item><category domain='d'/><category>x</category></item>{}", 1),
    ],
)
def test_plain_entries_are_read_as_among_others(around, plain):
    """What elements before and behind change is the same for entries that are read by the short way."""
    twice = "<item><title>i</title><itunes:summary>one</itunes:summary><description>two</description></item>"
    text = f"<rss version='2.0' {DECLARED}><channel><title>t</title>{around.format(twice)}</channel></rss>"
    found = Agreement()
    found.add("document", text.encode(), URL)
    assert (found.read, found.wrong) == (1, [])
    entries = read_well_formed(text.encode(), URL).entries
    assert sum(type(entry) is Entry for entry in entries) == plain


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(feeds())
def test_generated_feeds_are_read_as_by_feedparser(text):
    """Whatever elements stand in whatever order: what the fast path reads is equal."""
    found = Agreement()
    found.add("generated", text.encode(), URL)
    assert found.wrong == []


@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(feeds(), st.floats(0, 1), st.integers(0, 4), st.sampled_from(DAMAGE))
def test_damaged_feeds_are_read_as_by_feedparser(text, place, lost, inserted):
    """A few characters cut out, or something put in anywhere, make no difference between both readers."""
    at = int(place * len(text))
    found = Agreement()
    found.add("damaged", (text[:at] + inserted + text[at + lost :]).encode(), URL)
    assert found.wrong == []


def test_few_generated_feeds_are_left_to_feedparser():
    """The fast path reads nearly all well-formed feeds, so that the agreement says something."""
    found = generated_agreement(60, seed=7)
    assert found.wrong == []
    assert found.read >= 50, found.left


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]>" + HEAD.format("<guid>&a;</guid>"), "document type"),
        ("<!doctype rss>" + HEAD.format(""), "document type"),
        (HEAD.format("<description>a<b>b</b></description>"), "elements in"),
        (HEAD.format("<title>cut"), "well-formed"),
        (HEAD.format("<item/>"), "item"),
        (HEAD.format("<dc:x xmlns:dc='http://purl.org/dc/terms/'/>"), "another meaning"),
        (HEAD.format("<p:x xmlns:p='u:1'/><p:x xmlns:p='u:2'/>"), "two meanings"),
        (HEAD.format("<content type='application/octet-stream'>YQ==</content>"), "base64"),
        (HEAD.format("<authors>x</authors>"), "authors"),
        (HEAD.format("<author>" + "a@" * 200 + "</author>"), "long author"),
        (ATOM_HEAD.format("<content type='xhtml'><svg/></content>"), "not HTML"),
        (HEAD.format("<x>" * 70 + "</x>" * 70), "nesting"),
        (ATOM_HEAD.format("<content type='xhtml'>" + "<b>" * 5000 + "</b>" * 5000 + "</content>"), "nesting"),
        (HEAD.format("x" * 4_200_000), "large"),
        ("<channel><item/></channel>", "root"),
    ],
)
def test_what_is_doubtful_is_left_to_feedparser(text, reason):
    """The fast path gives up, and the document is read all the same."""
    with pytest.raises(Unsure, match=reason):
        parse(text.encode(), way=Way.FAST)
    assert parse(text.encode()) == parse(text.encode(), way=Way.FEEDPARSER)


def test_very_many_elements_are_not_made_a_tree_of():
    """A tree of them would need more memory than there is."""
    text = HEAD.format("<a/>" * 210_000)
    with pytest.raises(Unsure, match="very many"):
        parse(text.encode(), way=Way.FAST)
    with pytest.raises(Malformed, match="tags in one item"):
        parse(text.encode())
