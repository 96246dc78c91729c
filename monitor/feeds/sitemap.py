"""Google News sitemaps: addresses of articles with title, publication, language, date and keywords.

Sitemaps of other kinds are refused by name. A sitemap that is not well-formed is refused too.
"""

from __future__ import annotations

from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from monitor.errors import Malformed
from monitor.feeds.dates import read_date
from monitor.feeds.entry import MOST_ENTRIES, Entry, ParsedFeed
from monitor.feeds.fields import language_tag, visible, whole
from monitor.feeds.namespaces import Unsure
from monitor.feeds.wellformed import tree_of
from monitor.text.visible import clean

ROOTS = frozenset(("urlset", "sitemapindex"))


def parse_sitemap(document: bytes, encoding: str, url: str) -> ParsedFeed:
    """Read a news sitemap in UTF-8; raises `Malformed` for any other."""
    try:
        root = tree_of(document)[1]
    except Unsure as unsure:
        raise Malformed(f"a sitemap that cannot be read: {unsure}") from None
    if root.tag.rpartition("}")[2] == "sitemapindex":
        raise Malformed(
            "a sitemap index, which lists sitemaps and no articles: name its news sitemap instead"
        )
    pages = root.findall("{*}url")
    found = [(page, news) for page in pages if (news := page.find("{*}news")) is not None]
    if pages and not found:
        raise Malformed("a sitemap of pages without news: only Google News sitemaps tell of articles")
    entries = [_entry(page, news, url) for page, news in found]
    chosen = _newest(entries)
    languages = {entry.lang for entry in chosen}
    left_out = len(pages) - len(found)
    return ParsedFeed(
        format="news-sitemap",
        lang=languages.pop() if len(languages) == 1 else "",
        encoding=encoding,
        entries=tuple(chosen),
        capped=len(entries) - len(chosen),
        problems=(f"{left_out} addresses come without news",) if left_out else (),
    )


def _entry(page: Element, news: Element, base: str) -> Entry:
    link = "".join(clean(_text(page, "loc")).split())
    keywords = (visible(word.strip()) for word in _text(news, "keywords").split(","))
    return Entry(
        id=link,
        link=_joined(base, link),
        title=visible(_text(news, "title")),
        tags=tuple(dict.fromkeys(word for word in keywords if word)),
        lang=language_tag(_text(news, "publication/{*}language")),
        source=visible(_text(news, "publication/{*}name")),
        published=read_date(_text(news, "publication_date")),
        updated=read_date(_text(page, "lastmod")),
    )


def _text(element: Element, path: str) -> str:
    return whole(element.findtext(f"{{*}}{path}")).strip()


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _newest(entries: list[Entry]) -> list[Entry]:
    """Keep the first so many, or the newest where all are dated."""
    if len(entries) <= MOST_ENTRIES:
        return entries
    dates = [entry.published for entry in entries if entry.published]
    if len(dates) < len(entries):
        return entries[:MOST_ENTRIES]
    ranked = sorted(range(len(dates)), key=dates.__getitem__, reverse=True)
    return [entries[number] for number in sorted(ranked[:MOST_ENTRIES])]
