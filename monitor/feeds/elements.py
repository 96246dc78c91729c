"""How each element of a well-formed feed is read: into what feedparser would have made of it.

This follows feedparser's own bookkeeping, the odd parts included (which of two titles counts, a summary that
is taken from the content). Whatever else might change what an element says raises `Unsure`.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from monitor.feeds import people
from monitor.feeds.markup import TYPES, XHTML, content_of, has_text, mended, text_of, value_of
from monitor.feeds.namespaces import Attributes, Names, Unsure
from monitor.feeds.plain import PlainFields, plain_entry
from monitor.feeds.walk import Fields, Read, Walk, joined_base

_RSS_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_ATOM_VERSIONS = {"0.1": "atom01", "0.2": "atom02", "0.3": "atom03"}
_QUERY_MARK = re.compile("&([A-Za-z0-9_]+);")
_COPIED = ("text/plain", "text/html", XHTML)
_ITUNES = "http://www.itunes.com/"
_MEDIA = "http://search.yahoo.com/mrss/category_schema"
_PICTURE = frozenset(("title", "link", "description", "url", "href", "width", "height"))
_INPUT = frozenset(("title", "link", "description", "name"))


def read_document(root: Element, names: Names, version: str, base: str) -> Walk:
    """Read a whole document; `version` is what its namespaces alone say."""
    attributes = names.attributes(root.items())
    name = names.element(root.tag)
    if inner := attributes.get("xml:base", attributes.get("base")):
        base = joined_base(base, inner)
    walk = Walk(names, _READERS, base, attributes.get("xml:lang", attributes.get("lang")) or None)
    walk.version = _version(name, attributes.get("version", ""), version)
    walk.plain_fields = PlainFields(walk)
    walk.in_feed = name == "feed"
    if walk.lang and name != "rdf_rdf":
        walk.feed["language"] = walk.lang.replace("_", "-")
    walk.read_inside(root, 2)
    return walk


def _version(root: str, said: str, so_far: str) -> str:
    if root == "rss":
        if so_far.startswith("rss"):
            return so_far
        return _RSS_VERSIONS.get(said) or ("rss20" if said.startswith("2.") else "rss")
    if root == "feed":
        return so_far or _ATOM_VERSIONS.get(said, "atom")
    if root == "rdf_rdf" and so_far:
        return so_far
    raise Unsure(f"a root <{root}>")


def _channel(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    if depth != 2 or "lastmod" in attributes or "href" in attributes:
        raise Unsure("an unusual channel")
    walk.in_feed = True
    walk.read_inside(element, depth + 1)
    walk.in_feed = False


def _item(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    odd = "lastmod" in attributes or "href" in attributes
    if odd or walk.in_author or walk.context is not walk.feed:
        raise Unsure("an unusual item")
    about = attributes.get("rdf:about", "")
    if entry := plain_entry(walk, element, about, depth + 1):
        walk.entries.append(entry)
        return
    context: Fields = {}
    walk.context, walk.depths, walk.title_depth = context, {}, -1
    walk.in_entry = walk.fills_entry = True
    walk.entries.append(context)
    if about:
        context["id"] = about
    walk.read_inside(element, depth + 1)
    walk.context = walk.feed
    walk.in_entry = walk.fills_entry = walk.has_content = False


def _content(walk: Walk, element: Element, attributes: Attributes, default: str) -> tuple[str, str]:
    if not attributes and default != XHTML:
        return default, value_of(element)
    return content_of(element, attributes, default, walk.names, unwrap=walk.version == "atom10")


def _title(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Take the first title that says something, unless one stands less deep."""
    kind, value = _content(walk, element, attributes, "text/plain")
    if not -1 < walk.title_depth <= depth and walk.expects_text:
        walk.store("title", value, depth)
        language = walk.lang.replace("_", "-") if walk.lang else None
        walk.context["title_detail"] = {"type": kind, "language": language}
    if value:
        walk.title_depth = depth


def _media_title(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Take the title of a picture or film where there is no other."""
    before = walk.title_depth
    _title(walk, element, attributes, depth)
    walk.title_depth = before


def _description(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    name = "summary" if walk.fills_entry else "subtitle"
    _summarise(walk, element, attributes, depth, ("text/html", name))


def _summary(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    _summarise(walk, element, attributes, depth, ("text/plain", "summary"))


def _summarise(
    walk: Walk, element: Element, attributes: Attributes, depth: int, otherwise: tuple[str, str]
) -> None:
    """Take a second summary for full text, as long as there is none."""
    if "summary" in walk.context and not walk.has_content:
        _atom_content(walk, element, attributes, depth)
    else:
        default, name = otherwise
        kind, value = _content(walk, element, attributes, default)
        walk.store(name, value, depth)
        walk.context[f"{name}_detail"] = {"type": kind}


def _abstract(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    name = "summary" if walk.fills_entry else "subtitle"
    walk.store(name, _content(walk, element, attributes, "text/plain")[1], depth)


def _atom_content(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    walk.has_content = True
    _full_text(walk, element, attributes, "text/plain")


def _encoded(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    walk.has_content = True
    _full_text(walk, element, attributes, "text/html")


def _body(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    _full_text(walk, element, attributes, XHTML)


def _full_text(walk: Walk, element: Element, attributes: Attributes, default: str) -> None:
    kind, value = _content(walk, element, attributes, default)
    if walk.fills_entry:
        walk.context.setdefault("content", []).append({"type": kind, "value": value})
    if kind in _COPIED:
        walk.context.setdefault("summary", value)


def _date(name: str) -> Read:
    def read(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
        if walk.fills_entry and walk.depths.get(name, depth) != depth:
            raise Unsure("dates at different depths")
        walk.store(name, value_of(element), depth)

    return read


def _identifier(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Take an id, which is the link too where there is none yet and nothing denies it."""
    is_link = attributes.get("ispermalink", "true") == "true"
    text = text_of(element)
    value = mended(walk.resolved(text) if text and is_link else text)
    walk.store("id", value, depth)
    if is_link:
        walk.context.setdefault("link", value)


def _link(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Take a link, in an attribute or as text."""
    relation = attributes.get("rel", "alternate")
    kind = attributes.get("type", "application/atom+xml" if relation == "self" else "text/html")
    links = walk.context.setdefault("links", [])
    href = attributes.get("url", attributes.get("uri", attributes.get("href"))) or attributes.get("href")
    text = text_of(element)
    if href is not None:
        if text and walk.in_source:
            raise Unsure("text in a source")
        href = walk.resolved(href)
        links.append({"rel": relation, "href": href})
        if relation == "alternate" and TYPES.get(kind, kind) in ("text/html", XHTML):
            walk.context["link"] = href
        return
    links.append({"rel": relation})
    if not walk.expects_text:
        return
    value = mended(walk.resolved(text) if text else text)
    if "&" in value:
        value = _QUERY_MARK.sub(r"&\1", value.replace("&amp;", "&") if walk.fills_entry else value)
    walk.context["link"] = value
    if value:
        links[-1]["href"] = value


def _category(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    _categorise(walk, element, attributes, attributes.get("scheme", attributes.get("domain")))


def _media_category(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    attributes = {"scheme": _MEDIA} | attributes
    _categorise(walk, element, attributes, attributes["scheme"])


def _itunes_category(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    _tag(walk, attributes.get("text"), _ITUNES, None)
    if has_text(element):
        raise Unsure("text in a podcast's category")
    walk.read_inside(element, depth + 1)


def _categorise(walk: Walk, element: Element, attributes: Attributes, scheme: str | None) -> None:
    tags = walk.context.setdefault("tags", [])
    if attributes:
        _tag(walk, attributes.get("term"), scheme, attributes.get("label"))
    value = value_of(element)
    if value and tags and not tags[-1]["term"]:
        tags[-1]["term"] = value
    elif value:
        _tag(walk, value, None, None)


def _tag(walk: Walk, term: str | None, scheme: str | None, label: str | None) -> None:
    tags = walk.context.setdefault("tags", [])
    tag = {"term": term, "scheme": scheme, "label": label}
    if (term or scheme or label) and tag not in tags:
        tags.append(tag)


def _keywords(scheme: str | None) -> Read:
    def read(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
        if attributes:  # feedparser drops these
            return
        for term in value_of(element).split(","):
            if term.strip():
                _tag(walk, term.strip(), scheme, None)

    return read


def _language(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    walk.store("language", value_of(element), depth)


def _source(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Take where an aggregator has an entry from."""
    if walk.in_source or walk.in_author:
        raise Unsure("an unusual source")
    around, walk.context = walk.context, {}
    walk.in_source, walk.fills_entry, walk.title_depth = True, False, -1
    if not len(element):
        if title := value_of(element):
            walk.context["title"] = title
    elif has_text(element):
        raise Unsure("an unusual source")
    else:
        walk.read_inside(element, depth + 1)
    walk.in_source, walk.fills_entry = False, walk.in_entry
    around["source"], walk.context = walk.context, around


def _aside(allowed: frozenset[str]) -> Read:
    """Make the reader of a feed's picture or input field, whose titles are not the feed's."""

    def read(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
        apart = walk.context is not walk.feed
        if any(apart or walk.names.element(child.tag) not in allowed for child in element):
            raise Unsure("an unusual picture")
        walk.title_depth = -1
        around, walk.context = walk.context, {}
        walk.read_inside(element, depth + 1)
        walk.context = around

    return read


def _licence(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read past a licence; feedparser fails on those that stand in unusual places."""
    text_of(element)
    if walk.fills_entry:
        usual = walk.depths.setdefault("license", depth) == depth
    else:
        usual = walk.in_feed and walk.context is walk.feed
    if not usual:
        raise Unsure("an unusual licence")


def _plain(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read past an element that nothing is taken from and that holds no others."""
    text_of(element)


def _rich(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read past a text that may hold mark-up."""
    _content(walk, element, attributes, "text/plain")


def _silent(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read past an element whose text feedparser would take for its parent's."""
    if text_of(element) and walk.in_source:
        raise Unsure("text in a source")


def _around(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read what is inside an element that says nothing itself."""
    if walk.in_source and has_text(element):
        raise Unsure("text in a source")
    walk.read_inside(element, depth + 1)


_NAMES: dict[str, Read] = {
    "channel": _channel,
    "item entry": _item,
    "title dc_title": _title,
    "media_title": _media_title,
    "description dc_description media_description": _description,
    "summary itunes_summary": _summary,
    "abstract": _abstract,
    "content": _atom_content,
    "content_encoded fullitem": _encoded,
    "body xhtml_body": _body,
    "published issued pubdate dcterms_issued": _date("published"),
    "updated modified lastbuilddate dc_date dcterms_modified": _date("updated"),
    "created dcterms_created": _date("created"),
    "guid id": _identifier,
    "link": _link,
    "author managingeditor dc_author dc_creator itunes_author": people.author,
    "name email url uri homepage itunes_name itunes_email": people.part,
    "contributor": people.others,
    "itunes_owner": people.owner,
    "category keywords dc_subject": _category,
    "media_category": _media_category,
    "itunes_category": _itunes_category,
    "media_keywords": _keywords(None),
    "itunes_keywords": _keywords(_ITUNES),
    "language dc_language": _language,
    "source": _source,
    "image": _aside(_PICTURE),
    "textinput": _aside(_INPUT),
    "creativecommons_license": _licence,
    "media_group media_content": _around,
    "subtitle tagline itunes_subtitle rights copyright dc_rights info feedburner_browserfriendly": _rich,
    "cloud enclosure cc_license": _silent,
    "width height webmaster dc_publisher dc_contributor generator expirationdate dcterms_valid": _plain,
    "admin_generatoragent admin_errorreportsto itunes_image itunes_link itunes_block itunes_explicit": _plain,
    "media_rating media_credit media_restriction media_license media_thumbnail media_player": _plain,
    "georss_point georss_line georss_polygon georss_box": _plain,
}
_READERS: dict[str, Read] = {name: read for names, read in _NAMES.items() for name in names.split()}
