"""Lists of feeds: what is read from them, what is refused, and how fast."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.config import FeedConfig, OpmlFeeds
from monitor.feeds.opml import MAX_BYTES, Outline, read_opml, write_opml
from monitor.feeds.subscriptions import FeedList, OwnFeed, feed_of, join_feeds, names_for, outline_of

LIST = """<?xml version="1.0" encoding="iso-8859-1"?>
<opml version="2.0"><head><title>Desk</title></head><body>
  <outline text="Asia">
    <outline text="Central Asia">
      <outline type="rss" text="Steppe Herald" xmlUrl=" https://steppe.example/rss " language="kk"
               category="/Economy/Energy, water"/>
    </outline>
    <outline title="Порт" XMLURL="feed://port.example/rss" language="unknown"/>
  </outline>
  <outline xmlUrl="feed:https://bare.example/"/>
  <outline text="More" type="include" url="https://lists.example/more.opml"/>
  <outline text="A remark of the editor"/>
</body></opml>
"""


def read(text: str | bytes) -> list[Outline]:
    outlines, problems = read_opml(text.encode() if isinstance(text, str) else text, "list.opml")
    assert [problem for problem in problems if problem.level == "error"] == []
    return outlines


def refused(raw: bytes) -> str:
    outlines, problems = read_opml(raw, "list.opml")
    assert outlines == []
    [problem] = problems
    assert problem.level == "error"
    return str(problem)


def listed(*outlines: Outline, path: str = "list.opml", **defaults) -> FeedList:
    return FeedList(path, OpmlFeeds(opml=path, **defaults), outlines)


def body(outlines: str) -> bytes:
    return f'<opml version="2.0"><head/><body>{outlines}</body></opml>'.encode()


def test_nested_outlines_and_categories_are_tags():
    """The way from outside in, then the categories; each with its place."""
    first, second, third = read(LIST)
    assert (first.url, first.title, first.lang) == ("https://steppe.example/rss", "Steppe Herald", "kk")
    assert first.tags == ("Asia", "Central Asia", "Economy", "Energy", "water")
    assert (first.line, first.column) == (5, 7)
    assert (second.url, second.title, second.tags) == ("http://port.example/rss", "Порт", ("Asia",))
    assert (third.url, third.title, third.tags) == ("https://bare.example/", "", ())


def test_a_list_inside_a_list_is_not_followed_and_that_is_said():
    """An include is a remark with its place, not a feed and not silence."""
    _, [remark] = read_opml(LIST.encode(), "list.opml")
    assert str(remark).startswith("list.opml:11:3: the list 'More' inside it is not followed")
    assert remark.level == "remark"


def test_a_mark_at_the_beginning_and_an_empty_list_are_fine():
    """A byte order mark is no fault; a list without feeds is worth a remark."""
    assert len(read(b"\xef\xbb\xbf" + LIST.replace("iso-8859-1", "utf-8").encode())) == 3
    _, [remark] = read_opml(body(""), "list.opml")
    assert (remark.message, remark.level) == ("no feed is listed in it", "remark")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (LIST.encode()[:400], "list.opml:8:"),
        (LIST.encode()[:400], "has the file been cut off"),
        (b"", "not well-formed: no element found"),
        (b"<html><body>Please log in</body></html>", "list.opml:1:1: not OPML: its root is <html>"),
        (LIST.encode("utf-16"), "not UTF-8 text (save it as UTF-8)"),
        (LIST.replace("Порт", "Hafenpöst").encode("latin-1"), "list.opml:8:1: the file is not UTF-8 text"),
        (body('<outline text="a" xmlUrl="https://a.example/?x=1&y=2"/>'), "holds it a bare & or <?"),
        (b'<!DOCTYPE opml SYSTEM "http://x.example/"><opml/>', "list.opml:1:42: a document type"),
    ],
)
def test_what_is_no_list_is_refused_with_place_and_way_out(raw, said):
    """A cut file is not read as a shorter list, and a page is not read as an empty one."""
    assert said in refused(raw)


BOMB = b'<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><opml><outline text="&b;"/></opml>'


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (BOMB, "a document type"),
        (b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>', "a document type"),
        (b"<opml>" + b'<outline text="x">' * 400_000, "nested more than 40 deep"),
        (b"<opml " + b"a" * (MAX_BYTES + 1), "the file has more than 8,388,608 bytes"),
        (b"<" * MAX_BYTES, "not well-formed"),
        (b"<opml>" + b" " * (MAX_BYTES - 6), "not well-formed"),
        (b"\xff" * MAX_BYTES, "not UTF-8"),
        (b"<opml><outline text='" + b"&amp;" * 1_000_000, "not well-formed"),
    ],
    ids=["entities", "outside entity", "deep", "large", "open", "spaces", "bytes", "references"],
)
def test_hostile_lists_are_refused_at_once(raw, said):
    """Bombs of every kind end within a moment of processor time."""
    begun = time.process_time()
    assert said in refused(raw)
    assert time.process_time() - begun < 1.5


def test_every_broken_outline_is_told_with_its_place():
    """One bad address or setting hides no other."""
    outlines = read(
        body(
            '<outline text="a" xmlUrl="gopher://a.example/"/>\n<outline text="b" xmlUrl="https://b.example/"/>\n'
            '<outline text="c" xmlUrl="https://c.example/" watchword:every="often" watchword:country="Iran"/>'
        )
    )
    found = join_feeds([listed(*outlines)])
    assert [feed.id for feed in found.feeds] == ["b"]
    assert [str(problem)[:50] for problem in found.problems] == [
        "list.opml:1:34: xmlUrl: only http and https are fe",
        "list.opml:3:1: watchword:every: not a duration; wr",
        "list.opml:3:1: watchword:country: 'Iran' is no cou",
    ]


def test_what_is_said_beside_the_list_holds_for_feeds_that_do_not_say_it():
    """An outline's own language and settings win; tags are joined; secrets reach each feed."""
    outlines = read(LIST)
    own = Outline("https://own.example/", "Own", said={"every": "5m"})
    found = join_feeds([listed(*outlines, own, every="1h", lang="en", tags=["desk"], max_age="none")]).feeds
    assert [feed.lang for feed in found] == ["kk", "en", "en", "en"]
    assert [feed.every for feed in found] == [timedelta(hours=1)] * 3 + [timedelta(minutes=5)]
    assert found[0].tags == ("Asia", "Central Asia", "Economy", "Energy", "water", "desk")
    assert all(feed.max_age is None and "max_age" in feed.model_fields_set for feed in found)


@pytest.mark.parametrize(
    ("title", "url", "name"),
    [
        ("Iran Press", "https://a.example/", "iran-press"),
        ("  Le Monde — à la une! ", "https://a.example/", "le-monde-a-la-une"),
        ("Xi'an Daily", "https://a.example/", "xian-daily"),
        ("İstanbul Postası", "https://a.example/", "istanbul-postasi"),
        ("خبرگزاری ایرنا", "https://www.irna.example/fa/rss", "irna-example-fa-rss"),
        ("BBC Русская", "https://feeds.bbc.example/russian/rss.xml", "feeds-bbc-example-russian-rss-xml"),
        ("新华社", "http://中文.example:8080/a?b=c", "xn-fiq228c-example-a-b-c"),
        ("", "https://a.example/", "a-example"),
        ("★ ★", "https://a.example/", "a-example"),
        ("24", "https://a.example/", "24"),
        ("x" * 200, "https://a.example/", "x" * 60),
    ],
)
def test_ids_come_from_titles_and_else_from_addresses(title, url, name):
    """In every script there is a valid id that says something."""
    assert names_for([Outline(url, title)], set()) == [name]
    assert feed_of(Outline(url, title), OpmlFeeds(opml="x"), name).id == name


NEWS = [Outline(f"https://{host}.example/rss", "News") for host in "abc"]
OTHERS = [Outline("https://d.example/", "Harbour"), Outline("https://e.example/", "порт")]


@given(st.permutations([*NEWS, *OTHERS]))
def test_ids_do_not_depend_on_the_order(outlines):
    """However a file is sorted, each feed keeps its id."""
    first = [*NEWS, *OTHERS]
    sorted_names = {o.url: n for o, n in zip(first, names_for(first, set()), strict=True)}
    assert {o.url: n for o, n in zip(outlines, names_for(outlines, set()), strict=True)} == sorted_names


def test_ids_of_feeds_stay_when_the_file_grows():
    """New feeds, also of the title that others share, change no id that has its mark already."""
    before = names_for([*NEWS[:2], *OTHERS], set())
    assert names_for([*NEWS[:2], *OTHERS, NEWS[2], Outline("https://f.example/", "Bay")], set())[:4] == before


def test_a_clash_is_settled_by_the_address_and_the_configuration_wins():
    """Feeds of one title each get a mark of their own; the configuration's own ids are never changed."""
    own = OwnFeed(FeedConfig(id="harbour", url="https://own.example/"), "watchword.yaml", 3, 5)
    found = join_feeds([listed(*NEWS, *OTHERS), own])
    names = [feed.id for feed in found.feeds]
    assert names[-1] == "harbour"
    assert len(set(names)) == 6
    assert [name[:5] for name in names[:3]] == ["news-"] * 3
    assert names[3].startswith("harbour-")
    assert found.places["harbour"] == "watchword.yaml:3"


@given(
    st.lists(
        st.tuples(st.sampled_from(["News", "news", "News a", "", "порт"]), st.integers(0, 9)), max_size=12
    )
)
def test_no_two_feeds_ever_share_an_id(pairs):
    """Whatever titles meet, ids are valid and each is there once."""
    outlines = [
        Outline(f"https://h{number}.example/{place}", title) for place, (title, number) in enumerate(pairs)
    ]
    names = names_for(outlines, {"news", "news-a"})
    assert len({*names, "news", "news-a"}) == len(names) + 2
    for outline, name in zip(outlines, names, strict=True):
        feed_of(outline, OpmlFeeds(opml="x"), name)


def test_a_feed_named_twice_by_its_address_is_watched_once_and_that_is_said():
    """Spelling of the host, the usual port and a fragment make no other feed."""
    own = OwnFeed(FeedConfig(id="own", url="https://a.example/rss"), "watchword.yaml", 3, 5)
    again = Outline("https://A.example:443/rss#top", "A", ("x",), line=7, column=2)
    twice = [
        Outline("https://b.example/", "B", ("x",), line=8),
        Outline("https://b.example", "B", ("x",), line=9),
    ]
    found = join_feeds([listed(again, *twice), own])
    assert [feed.id for feed in found.feeds] == ["b", "own"]
    assert [(problem.line, problem.level) for problem in found.problems] == [(7, "remark"), (9, "remark")]
    assert (
        "has the address of 'own' of the configuration and is not watched twice" in found.problems[0].message
    )


def test_a_feed_in_two_groups_has_the_tags_of_both():
    """Feed readers list a feed in each of its folders; that is no mistake."""
    found = join_feeds([listed(NEWS[0], *(Outline(NEWS[0].url, "News", (tag,)) for tag in "ab"))])
    assert [feed.tags for feed in found.feeds] == [("a", "b")]
    assert found.problems == []


def test_own_entries_with_one_address_are_one_feed_unless_their_credentials_differ(monkeypatch):
    """Two accounts at one address are two feeds."""
    monkeypatch.setenv("TOKEN", "t")
    url = "https://a.example/"
    feeds = [
        FeedConfig(id="one", url=url),
        FeedConfig(id="two", url=url + "#x"),
        FeedConfig(id="three", url=url, auth={"bearer": "env:TOKEN"}),
    ]
    found = join_feeds([OwnFeed(feed, "watchword.yaml", line) for line, feed in enumerate(feeds, 1)])
    assert [feed.id for feed in found.feeds] == ["one", "three"]
    assert [problem.line for problem in found.problems] == [2]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), min_size=1, max_size=12)


@st.composite
def feeds(draw) -> FeedConfig:
    said = {
        "title": draw(st.one_of(st.just(""), WORDS)),
        "tags": draw(st.lists(WORDS, max_size=3, unique=True)),
        "lang": draw(st.sampled_from(["", "fa", "pt-br"])),
        "source": draw(st.one_of(st.just(""), WORDS)),
        "country": draw(st.sampled_from(["", "IR"])),
        "every": draw(st.sampled_from(["90s", "10m", "1w"])),
        "max_age": draw(st.sampled_from(["none", "0s", "30d"])),
        "backfill": draw(st.sampled_from(["silent", "notify"])),
    }
    kept = draw(st.sets(st.sampled_from(sorted(said))))
    return FeedConfig(
        id=f"f{draw(st.integers(0, 99))}", url="https://a.example/?a=1&b=2", **{k: said[k] for k in kept}
    )


@given(feeds())
def test_what_is_exported_is_read_back_the_same(feed):
    """Id, title, tags with any sign, language and rhythm survive the way through OPML."""
    [outline] = read(write_opml([outline_of(feed)], "Feeds & more"))
    [name] = names_for([outline], set())
    assert feed_of(outline, OpmlFeeds(opml="x"), name) == feed


def test_the_export_nests_by_the_first_tag_and_names_all_of_them():
    """Other programs see groups and categories, and no attribute of theirs is missing."""
    text = write_opml([Outline("https://a.example/", "A <1>", ("Asia", "oil"), "en")], "T")
    assert '    <outline text="Asia">\n      <outline type="rss" text="A &lt;1&gt;"' in text
    assert 'category="Asia,oil" language="en"' in text


def test_no_secret_is_exported(monkeypatch):
    """Credentials, headers and proxies stay at home."""
    monkeypatch.setenv("TOKEN", "canary-77")
    monkeypatch.setenv("WAY", "http://u:canary-77@proxy.example:1")
    feed = FeedConfig(
        id="a",
        url="https://a.example/",
        auth={"bearer": "env:TOKEN"},
        headers={"X-Key": "canary-77"},
        proxy="env:WAY",
    )
    text = write_opml([outline_of(feed)], "T")
    assert "canary" not in text
    assert "proxy.example" not in text
