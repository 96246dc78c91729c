"""Well-formed feeds of every XML format, made at random: usual elements in unusual orders and mixtures."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

ADDRESSES = (
    "https://a.example/1",
    "/two?x=1&y=2",
    "three#part",
    "http://b.example:8080/ä/ö",
    "  https://a.example/blank ",
    "HTTPS://A.example/x;y",
    "//c.example/p",
    "mailto:desk@a.example",
    "tag:a.example,2024:1",
    "",
)
PLAIN = (
    "Harbour opens",
    "Порт открыт",
    "ميناء مفتوح",
    "港口开放 — 今天",
    "Caf\u00e9 \u00a0 fran\u00e7ais",
    "UTF-8 twice: cafÃ©",
    "a \x96 dash of Windows",
    "  blanks \n and\tlines  ",
    "x < y & z > w",
    "quoted &amp;amp; twice",
    "",
    "   ",
)
MARKED = (
    "<p>One</p><p>Two &amp; three</p>",
    "a<br>b<br/><br>c",
    "<div class='a>b'>in<!-- no -->side</div>",
    "<script>bad()</script>good",
    "&lt;b&gt; &nbsp; &#8212; &copy;",
    "<ul><li>un<li>deux</ul>",
    '<a href="https://a.example/?a=1&b=2">link</a> <b>bold',
)
DATES = (
    "Thu, 09 Feb 2023 12:30:00 +0330",
    "9 Feb 2023 12:30 GMT",
    "2023-02-09T12:00:00Z",
    "2023-02-09T12:00:00.5+01:00",
    "2023-02-09",
    "09 févr. 2023 10:00:00 CET",
    "2023-02-09T24:00:00Z",
    "",
)
PEOPLE = ("Ada Quay", "ada@a.example (Ada Quay)", "ada@a.example", "Ada <ada@a.museum>", "Адa, Бо", "")
LANGUAGES = ("en-GB", "fa", "pt_BR", "")
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "own": "https://own.example/ns",
}
_DECLARED = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
_XHTML = '<div xmlns="http://www.w3.org/1999/xhtml"><p>In <i class="x">XHTML</i> &amp; more</p><br/></div>'

_texts = st.sampled_from([*map(escape, (*PLAIN, *MARKED)), *(f"<![CDATA[{text}]]>" for text in MARKED)])
_plain = st.sampled_from(PLAIN).map(escape)
_addresses = st.sampled_from(ADDRESSES)
_dates = st.sampled_from(DATES)
_people = st.sampled_from(PEOPLE).map(escape)
_languages = st.sampled_from(LANGUAGES)


def _element(names: tuple[str, ...], inside: st.SearchStrategy[str], attributes: tuple[str, ...] = ("",)):
    made = st.tuples(st.sampled_from(names), st.sampled_from(attributes), inside)
    return made.map(lambda one: f"<{one[0]}{one[1]}>{one[2]}</{one[0]}>")


def _links():
    kinds = ("", ' rel="alternate"', ' rel="self"', ' rel="enclosure"', ' rel="ALTERNATE" type="text/html"')
    made = st.tuples(st.sampled_from(("link", "atom:link")), st.sampled_from(kinds), _addresses)
    return made.map(lambda one: f"<{one[0]}{one[1]} href={quoteattr(one[2])}/>")


def _persons():
    parts = st.lists(st.sampled_from(("name", "email", "uri")), max_size=3)
    return st.tuples(parts, _people).map(
        lambda one: "<author>" + "".join(f"<{part}>{one[1]}</{part}>" for part in one[0]) + "</author>"
    )


_TYPES = (
    "",
    ' type="text"',
    ' type="html"',
    ' type="text/plain"',
    ' xml:lang="ar"',
    ' type="application/xhtml+xml"',
)
_COMMON = (
    _element(("title", "dc:title", "media:title"), _texts, _TYPES),
    _element(
        ("description", "dc:description", "media:description", "summary", "itunes:summary"), _texts, _TYPES
    ),
    _element(("content:encoded", "content"), _texts, _TYPES),
    st.just(f'<content type="xhtml">{_XHTML}</content>'),
    _element(("link",), _addresses.map(escape)),
    _links(),
    _element(("guid", "id"), _addresses.map(escape), ("", ' isPermaLink="false"', ' isPermaLink="true"')),
    _element(("pubDate", "published", "dc:date", "updated", "modified", "issued", "created"), _dates),
    _element(("author", "dc:creator", "itunes:author"), _people),
    _persons(),
    _element(("contributor",), st.just("<name>Someone</name>")),
    _element(
        ("category", "dc:subject", "media:category"), _plain, ("", ' domain="d"', ' term="t" label="L"')
    ),
    _element(("media:keywords", "itunes:keywords"), st.sampled_from(("a, b,a", "", "один,два"))),
    _element(("media:group", "media:content", "own:box"), _element(("media:title", "title"), _texts)),
    _element(("source",), _plain, ("", ' url="https://s.example/rss"')),
    st.just(
        "<source><id>urn:s</id><title>The source</title><updated>2020-01-01T00:00:00Z</updated></source>"
    ),
    _element(("feedburner:origLink",), _addresses.map(escape)),
    _element(("slash:comments", "comments", "own:word", "copyright", "rights"), _plain),
    st.just('<enclosure url="https://a.example/x.mp3" length="1" type="audio/mpeg"/>'),
    st.just('<media:thumbnail url="https://a.example/x.png"/>'),
    _element(("language", "dc:language"), _languages),
)
_OF_FEED = (
    *_COMMON,
    _element(("ttl",), st.sampled_from(("30", " 60 ", "never"))),
    _element(("sy:updatePeriod",), st.sampled_from(("hourly", "daily", "often"))),
    _element(("sy:updateFrequency",), st.sampled_from(("2", "0"))),
    st.just("<skipHours><hour>2</hour><hour>24</hour></skipHours>"),
    st.just("<skipDays><day>Sunday</day></skipDays>"),
    st.just("<image><url>/i.png</url><title>Picture</title><link>https://i.example/</link></image>"),
    st.just("<textInput><title>Find</title><name>q</name><link>/find</link></textInput>"),
    st.just('<itunes:category text="News"><itunes:category text="Daily"/></itunes:category>'),
    st.just(
        "<itunes:owner><itunes:name>Ada</itunes:name><itunes:email>a@a.example</itunes:email></itunes:owner>"
    ),
)


def _several(elements, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*elements), max_size=most).map("\n ".join)


def _items(name: str, attributes: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(_element((name,), _several(_COMMON, 9), attributes), max_size=3).map("\n".join)


_HEADS = st.sampled_from(
    ("", ' xml:lang="fa"', ' xml:lang="pt_BR"', ' xml:base="https://base.example/dir/"', ' lang="en"')
)


@st.composite
def feeds(draw: st.DrawFn) -> str:
    """Make a feed of RSS, RSS 1.0 or Atom."""
    head, about = draw(_HEADS), draw(_several(_OF_FEED, 6))
    kind = draw(st.sampled_from(("rss", "rdf", "atom")))
    if kind == "rss":
        items = draw(_items("item", ("", ' xml:lang="ar"')))
        version = draw(st.sampled_from(("2.0", "0.91", "0.92", "")))
        after = draw(_several(_OF_FEED, 2))
        return f'<rss version="{version}"{_DECLARED}{head}><channel>{about}{items}{after}</channel></rss>'
    if kind == "rdf":
        items = draw(_items("item", ("", ' rdf:about="https://r.example/1"')))
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        declared = f'xmlns:rdf="{rdf}" xmlns="http://purl.org/rss/1.0/"{_DECLARED}'
        return f'<rdf:RDF {declared}{head}><channel rdf:about="x">{about}</channel>{items}</rdf:RDF>'
    items = draw(_items("entry", ("", ' xml:lang="ar"')))
    root = draw(
        st.sampled_from(
            ('xmlns="http://www.w3.org/2005/Atom"', 'version="0.3" xmlns="http://purl.org/atom/ns#"')
        )
    )
    return f"<feed {root}{_DECLARED}{head}>{about}{items}</feed>"
