"""When is an entry the one we know?"""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.entry import Entry
from monitor.feeds.identity import (
    Keys,
    Verdict,
    decide,
    document_keys,
    keys_of,
)
from monitor.model import Article
from monitor.stories.keys import story_keys
from monitor.text.keys import normalised_link
from tests.feeds.conftest import NOON

ONE = Entry(id="g1", link="https://a.example/news/1", title="Council agrees on new harbour pilot fees")
TWO = Entry(id="g2", link="https://a.example/news/2", title="Ferry service to the islands will resume")


class Feed:
    """Plays polls: remembers keys as the archive does, and counts what is news."""

    def __init__(self):
        self.known = set()

    def poll(self, *entries):
        verdicts = []
        for keys in document_keys(entries, "a.example"):
            verdicts.append(decide(keys, self.known))
            self.known.update(keys.present)
        return verdicts


NEW, KNOWN, RENAMED = Verdict.NEW, Verdict.KNOWN, Verdict.RENAMED
SCRIPTS = {
    "nothing changes": ([ONE], [ONE], [KNOWN]),
    "a new item": ([ONE], [TWO, ONE], [NEW, KNOWN]),
    "the id changes": ([ONE], [replace(ONE, id="other")], [RENAMED]),
    "the id flips its scheme": (
        [replace(ONE, id="http://a.example/1")],
        [replace(ONE, id="https://a.example/1")],
        [RENAMED],
    ),
    "id and link change": ([ONE], [replace(ONE, id="x", link="https://a.example/moved")], [RENAMED]),
    "the link gets a tracker": ([ONE], [replace(ONE, link=ONE.link + "?utm_source=x&fbclid=1")], [KNOWN]),
    "link and scheme change, id new": (
        [ONE],
        [replace(ONE, id="x", link="http://www.a.example/news/1/")],
        [RENAMED],
    ),
    "a headline is edited": ([ONE], [replace(ONE, title="Council quarrels over pilot fees")], [KNOWN]),
    "a headline is edited without id": (
        [replace(ONE, id="")],
        [replace(ONE, id="", title="Council quarrels over the pilot fees")],
        [KNOWN],
    ),
    "an id is reused for another story": ([ONE], [replace(TWO, id="g1")], [NEW]),
    "no id at all": ([replace(ONE, id="")], [replace(ONE, id=""), replace(TWO, id="")], [KNOWN, NEW]),
    "no id, the link changes": (
        [replace(ONE, id="")],
        [replace(ONE, id="", link="https://a.example/x")],
        [RENAMED],
    ),
    "ids vanish": ([ONE], [replace(ONE, id="")], [KNOWN]),
    "ids appear": ([replace(ONE, id="")], [ONE], [RENAMED]),
    "neither id nor link": (
        [replace(ONE, id="", link="")],
        [replace(ONE, id="", link=""), replace(TWO, id="", link="")],
        [KNOWN, NEW],
    ),
    "one id on every item": (
        [ONE, replace(TWO, id="g1")],
        [replace(ONE, id="g1", link="https://a.example/3", title="A third thing that happened today"), ONE],
        [NEW, KNOWN],
    ),
    "one link on every item": (
        [
            replace(ONE, id="", link="https://a.example/all"),
            replace(TWO, id="", link="https://a.example/all"),
        ],
        [
            Entry(link="https://a.example/all", title="A third thing that happened today"),
            replace(ONE, id="", link="https://a.example/all"),
        ],
        [NEW, KNOWN],
    ),
    "links to the front page name nothing": (
        [replace(ONE, id="", link="https://a.example/")],
        [replace(TWO, id="", link="https://a.example/"), replace(ONE, id="", link="https://a.example/")],
        [NEW, KNOWN],
    ),
    "a standing headline": (
        [Entry(id="1", link="https://a.example/1", title="News in brief", summary="Ships.")],
        [Entry(id="2", link="https://a.example/2", title="News in brief", summary="Rains.")],
        [NEW],
    ),
    "one headline on two stories": (
        [],
        [ONE, replace(ONE, id="g2", link="https://a.example/news/2")],
        [NEW, NEW],
    ),
    "the order turns round": ([ONE, TWO], [TWO, ONE], [KNOWN, KNOWN]),
    "an item leaves and returns": ([ONE, TWO], [ONE], [KNOWN]),
    "titles in another case": ([ONE], [replace(ONE, id="x", link="", title=ONE.title.upper())], [RENAMED]),
    "untitled notes": (
        [Entry(id="1", summary="The bridge is open again")],
        [Entry(id="2", summary="The bridge is closed again")],
        [NEW],
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_of_what_feeds_do(name):
    """Each script of two polls ends with the verdicts that neither repeat nor hide a story."""
    before, after, verdicts = SCRIPTS[name]
    feed = Feed()
    assert set(feed.poll(*before)) <= {NEW}
    assert feed.poll(*after) == verdicts
    assert NEW not in feed.poll(*after)


@given(st.lists(st.sampled_from([ONE, TWO]), min_size=1), st.lists(st.tuples(st.text(), st.booleans())))
def test_an_unchanged_story_is_news_once(first, renamings):
    """Whatever becomes of id or link, one at a time, an unchanged story is new only once."""
    feed = Feed()
    entry = first[0]
    verdicts = feed.poll(entry)
    for name, of_id in renamings:
        entry = replace(entry, id=name) if of_id else replace(entry, link=f"https://a.example/{name}x")
        verdicts += feed.poll(entry)
    assert verdicts.count(NEW) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    list(
        itertools.pairwise(
            [
                "https://a.example/news/1",
                "http://a.example/news/1",
                "HTTPS://A.Example:443/news/1/",
                "https://www.a.example./news/1#comments",
                "https://a.example/news/1?utm_source=rss&utm_medium=x&fbclid=1&gclid=2&at_medium=RSS",
                "https://a.example/n%65ws/1",
                " https://a.exam\nple/news/1",
                "https://user@a.example/news/1",
            ]
        )
    ),
)
def test_disguises_of_a_link_are_one(one, other):
    """Scheme, port, slash, fragment, trackers and percent-encoding make no difference."""
    assert normalised_link(one) == normalised_link(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/news?id=1", "https://a.example/news?id=2"),
        ("https://a.example/News/1", "https://a.example/news/1"),
        ("https://a.example:8080/1", "https://a.example/1"),
        ("https://a.example/#/story/1", "https://a.example/#/story/2"),
        ("https://b.example/1", "https://a.example/1"),
        ("https://a.example/a%2Fb?x=%26", "https://a.example/a%2Fb?x=%27"),
    ],
)
def test_links_of_two_pages_stay_two(one, other):
    """What can tell two pages apart is kept."""
    assert normalised_link(one) != normalised_link(other)


def test_parameters_in_another_order_are_the_same_page():
    """The order of parameters makes no difference, their values do."""
    assert normalised_link("https://a.example/?b=2&a=1") == normalised_link("https://a.example/?a=1&b=2")


@given(st.text(max_size=80))
def test_any_link_can_be_normalised_and_once_is_enough(text):
    """No link raises; a normalised one does not change again."""
    for url in (text, "https://a.example/" + text, "https://" + text):
        once = normalised_link(url)
        assert not once or normalised_link("https://" + once) == once


@given(st.builds(Entry, id=st.text(), link=st.text(), title=st.text(), summary=st.text()))
def test_keys_are_short_and_of_three_kinds(entry):
    """Keys are hashes marked by kind, so that no id can pass for a link."""
    keys = keys_of(entry)
    assert [key[0] for key in keys.present] == [
        kind for kind, key in zip("ilt", (keys.id, keys.link, keys.fingerprint), strict=True) if key
    ]
    assert all(len(key) == 34 for key in keys.present)


def test_an_entry_without_any_key_is_always_new():
    """Where nothing tells entries apart, none is hidden."""
    assert decide(Keys(), {"i:1"}) is NEW


def article(**fields):
    return Article(
        **({"id": "", "title": "Council agrees on new harbour pilot fees", "first_seen": NOON} | fields)
    )


def test_one_article_in_two_feeds_is_one_story():
    """The same link, or the same title with the same text, joins two feeds' articles."""
    one = article(url="https://a.example/1?utm_source=x", summary="Text of it", feed="a", source="A")
    by_link = article(url="http://a.example/1", title="Another headline altogether here", feed="b")
    by_text = article(url="https://b.example/9", summary="Text of it", body="Long text", feed="b", source="B")
    apart = article(url="https://c.example/1", summary="Quite another text", feed="c")
    assert set(story_keys(one)) & set(story_keys(by_link))
    assert set(story_keys(one)) & set(story_keys(by_text))
    assert not set(story_keys(one)) & set(story_keys(apart))


def test_bare_titles_join_only_when_they_tell_something():
    """A long headline without text joins, a standing one does not; a front page's link joins nothing."""
    assert story_keys(article()) == story_keys(article(url="https://a.example/"))
    assert story_keys(article(title="Weather")) == ()
    assert story_keys(article(title="两国安全会议秘书举行会谈"))
