"""Feed documents in RSS 2.0, RSS 1.0 (RDF), Atom 1.0 and JSON Feed 1.1, as honest publishers write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET  # we only write XML with it

from monitor.demo.news_day import Format, NewsDay, PlayedArticle, PlayedFeed, time_of
from monitor.text.visible import visible_text

_CONTENT = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
_DUBLIN_CORE = {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CONTENT_TYPES: dict[Format, str] = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def content_type(feed: PlayedFeed) -> str:
    """Give the content type of a feed's documents, with the charset where the format has one to choose."""
    kind = _CONTENT_TYPES[feed.format]
    return kind if feed.format == "json" else f"{kind}; charset={feed.encoding}"


def write_document(day: NewsDay, feed: PlayedFeed, elapsed: float, changed: datetime) -> bytes:
    """Write what the feed holds `elapsed` seconds after the beginning; it says that it `changed` then."""
    writers: dict[Format, Callable[..., bytes]] = {"rss": _rss, "rdf": _rdf, "atom": _atom, "json": _json}
    return writers[feed.format](day, feed, day.released(feed.id, elapsed), changed)


def _rss(day: NewsDay, feed: PlayedFeed, articles: Sequence[PlayedArticle], changed: datetime) -> bytes:
    root = ET.Element("rss", {"version": "2.0", **_CONTENT, **_DUBLIN_CORE})
    channel = ET.SubElement(root, "channel")
    _texts(channel, title=feed.title, link=feed.home, description=feed.title, language=feed.lang)
    _texts(channel, lastBuildDate=format_datetime(changed, usegmt=True))
    for article in articles:
        _rss_item(ET.SubElement(channel, "item"), article)
    return _serialised(root, feed)


def _rss_item(item: ET.Element, article: PlayedArticle) -> None:
    _texts(item, title=article.title, link=article.url, description=article.summary)
    if article.entry_id is not None:
        guid = ET.SubElement(item, "guid", isPermaLink="false" if article.guid else "true")
        guid.text = article.entry_id
    if article.published is not None:
        _texts(item, pubDate=format_datetime(article.published))
    _extras(item, article)
    for tag in article.tags:
        _texts(item, category=tag)


def _rdf(day: NewsDay, feed: PlayedFeed, articles: Sequence[PlayedArticle], changed: datetime) -> bytes:
    names = {"xmlns:rdf": _RDF, "xmlns": "http://purl.org/rss/1.0/", **_CONTENT, **_DUBLIN_CORE}
    root = ET.Element("rdf:RDF", {**names, "xml:lang": feed.lang})
    channel = ET.SubElement(root, "channel", {"rdf:about": feed.home})
    _texts(channel, title=feed.title, link=feed.home, description=feed.title)
    _texts(channel, **{"dc:date": changed.isoformat(), "dc:language": feed.lang})
    contents = ET.SubElement(ET.SubElement(channel, "items"), "rdf:Seq")
    for article in articles:
        about = article.entry_id or article.url
        ET.SubElement(contents, "rdf:li", {"rdf:resource": about})
        _rdf_item(ET.SubElement(root, "item", {"rdf:about": about}), article)
    return _serialised(root, feed)


def _rdf_item(item: ET.Element, article: PlayedArticle) -> None:
    _texts(item, title=article.title, link=article.url, description=article.summary)
    if article.published is not None:
        _texts(item, **{"dc:date": article.published.isoformat()})
    _extras(item, article)
    for tag in article.tags:
        _texts(item, **{"dc:subject": tag})


def _atom(day: NewsDay, feed: PlayedFeed, articles: Sequence[PlayedArticle], changed: datetime) -> bytes:
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.lang})
    _texts(root, id=feed.home, title=feed.title, updated=changed.isoformat())
    ET.SubElement(root, "link", rel="alternate", href=feed.home)
    ET.SubElement(ET.SubElement(root, "author"), "name").text = feed.title
    for article in articles:
        _atom_entry(ET.SubElement(root, "entry"), article, time_of(article, day))
    return _serialised(root, feed)


def _atom_entry(entry: ET.Element, article: PlayedArticle, updated: datetime) -> None:
    _texts(entry, id=article.entry_id or article.url, updated=updated.isoformat())
    if article.published is not None:
        _texts(entry, published=article.published.isoformat())
    ET.SubElement(entry, "link", rel="alternate", href=article.url)
    texts = {"title": article.title, "summary": article.summary, "content": article.body}
    for name, text in texts.items():
        if text:
            kind = "html" if "<" in text or "&" in text else "text"
            ET.SubElement(entry, name, type=kind).text = text
    if article.author:
        ET.SubElement(ET.SubElement(entry, "author"), "name").text = article.author
    for tag in article.tags:
        ET.SubElement(entry, "category", term=tag)


def _json(day: NewsDay, feed: PlayedFeed, articles: Sequence[PlayedArticle], changed: datetime) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "language": feed.lang,
        "items": [_json_item(article) for article in articles],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _json_item(article: PlayedArticle) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": article.entry_id,
        "url": article.url,
        # Titles and summaries are plain text in this format.
        "title": visible_text(article.title),
        "content_html": article.body or article.summary,
        "tags": list(article.tags),
    }
    if article.body:
        item["summary"] = visible_text(article.summary)
    if article.published is not None:
        item["date_published"] = article.published.isoformat()
    if article.author:
        item["authors"] = [{"name": article.author}]
    return item


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text


def _extras(item: ET.Element, article: PlayedArticle) -> None:
    if article.body:
        _texts(item, **{"content:encoded": article.body})
    if article.author:
        _texts(item, **{"dc:creator": article.author})


def _serialised(root: ET.Element, feed: PlayedFeed) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding=feed.encoding, xml_declaration=True)
    return written
