"""Documents to parse: made up from a seed in the usual formats, or the well-formed ones of a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from random import Random

from benchmarks.articles import Item, items
from monitor.errors import Malformed
from monitor.feeds.parse import Way, parse

_ITEMS = 40  # a document
_LARGE = 8192  # bytes: what is smaller is often a parser's test, not a feed
_DATE = "2026-03-{:02}T{:02}:{:02}:00Z"
_MAIL_DATE = "{:02} Mar 2026 {:02}:{:02}:00 +0000"
_DUBLIN_CORE = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'

Groups = dict[str, list[bytes]]


def made_up(documents: int, seed: int) -> Groups:
    """Make so many documents of each format, with short texts and with long ones in HTML."""
    articles = items(documents * _ITEMS, seed, None)
    groups: Groups = {}
    for name, write in (("RSS", _rss), ("Atom", _atom), ("RDF", _rdf)):
        for length, paragraphs in (("short texts", 0), ("long HTML", 6)):
            random = Random(seed)
            groups[f"{name}, {length}"] = [
                write(articles[start : start + _ITEMS], random, paragraphs).encode()
                for start in range(0, len(articles), _ITEMS)
            ]
    return groups


def well_formed(folder: Path) -> Groups:
    """Give the well-formed XML feeds below a folder, those of some size and the small ones apart."""
    groups: Groups = {"given, 8 KB and more": [], "given, smaller": []}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".tsv":
            continue
        body = path.read_bytes()
        try:
            found = parse(body, way=Way.FEEDPARSER)
        except (Malformed, ValueError, TypeError, KeyError, AttributeError):  # feedparser fails on some
            continue
        if not found.problems and not found.format.startswith("json"):
            groups["given, 8 KB and more" if len(body) >= _LARGE else "given, smaller"].append(body)
    return {name: bodies for name, bodies in groups.items() if bodies}


def _long(item: Item, random: Random, paragraphs: int) -> str:
    """Make HTML of an article's words: links, emphasis, lists and pictures as news pages have them."""
    words = f"{item.title} {item.summary}".split(" ")
    made = []
    for number in range(paragraphs):
        cut = random.randrange(len(words))
        linked = (
            f'<a href="https://news.example/{item.id}?n={number}" rel="nofollow">{" ".join(words[cut:])}</a>'
        )
        made.append(
            f"<p>{' '.join(words[:cut])} {linked}, <strong>{words[0]}</strong> &amp; {item.summary}</p>"
        )
    made.append(f'<p><img src="https://news.example/{item.id}.jpg" alt="{item.title}" width="640" /></p>')
    made.append(f"<ul><li>{words[0]}</li>\n<li>{words[-1]}&#8217;s</li></ul>")
    return "\n".join(made)


def _written(articles: Sequence[Item], write: Callable[[int, Item], str]) -> str:
    return "\n".join(write(number, item) for number, item in enumerate(articles))


def _time(shape: str, number: int) -> str:
    return shape.format(number % 28 + 1, number % 24, number * 7 % 60)


def _rss(articles: Sequence[Item], random: Random, paragraphs: int) -> str:
    def write(number: int, item: Item) -> str:
        long = f"<content:encoded><![CDATA[{_long(item, random, paragraphs)}]]></content:encoded>"
        return (
            f"<item><title>{escape(item.title)}</title><link>https://news.example/{item.id}</link>"
            f'<guid isPermaLink="false">{item.id}</guid><description>{escape(item.summary)}</description>'
            f"<dc:creator>Desk {number % 7}</dc:creator><category>World</category>"
            f"<category>{item.lang}</category>"
            f"<pubDate>{_time(_MAIL_DATE, number)}</pubDate>{long if paragraphs else ''}</item>"
        )

    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_DUBLIN_CORE} {_CONTENT}><channel>'
        "<title>News</title><link>https://news.example/</link><language>en</language><ttl>30</ttl>"
        f"{_written(articles, write)}</channel></rss>"
    )


def _atom(articles: Sequence[Item], random: Random, paragraphs: int) -> str:
    def write(number: int, item: Item) -> str:
        long = f'<content type="html">{escape(_long(item, random, paragraphs))}</content>'
        return (
            f'<entry xml:lang="{item.lang}"><id>urn:item:{item.id}</id><title>{escape(item.title)}</title>'
            f'<link rel="alternate" type="text/html" href="https://news.example/{item.id}"/>'
            f"<published>{_time(_DATE, number)}</published><updated>{_time(_DATE, number)}</updated>"
            f'<author><name>Desk {number % 7}</name></author><category term="World"/>'
            f"<summary>{escape(item.summary)}</summary>{long if paragraphs else ''}</entry>"
        )

    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>'
        '<id>urn:feed</id><link rel="self" href="https://news.example/atom.xml"/>'
        f"<updated>2026-03-01T00:00:00Z</updated>{_written(articles, write)}</feed>"
    )


def _rdf(articles: Sequence[Item], random: Random, paragraphs: int) -> str:
    def write(number: int, item: Item) -> str:
        long = f"<content:encoded>{escape(_long(item, random, paragraphs))}</content:encoded>"
        address = f"https://news.example/{item.id}"
        return (
            f'<item rdf:about="{address}"><title>{escape(item.title)}</title><link>{address}</link>'
            f"<description>{escape(item.summary)}</description><dc:creator>Desk {number % 7}</dc:creator>"
            f"<dc:subject>World</dc:subject><dc:date>{_time(_DATE, number)}</dc:date>"
            f"{long if paragraphs else ''}</item>"
        )

    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {_RDF} {_DUBLIN_CORE} {_CONTENT}>'
        '<channel rdf:about="https://news.example/"><title>News</title><link>https://news.example/</link></channel>'
        f"{_written(articles, write)}</rdf:RDF>"
    )
