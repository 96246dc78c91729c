"""Plain entries, which most are: ordinary elements, each at most once, made an `Entry` of in one go.

What is said here follows from `elements.py` for such entries alone, and is much less. An entry with anything
else in it, or with an address that would have to be joined with another, is read by the long way.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from monitor.feeds.dates import read_date
from monitor.feeds.entry import Entry
from monitor.feeds.fields import LONGEST, bare, distinct, language_tag, visible
from monitor.feeds.markup import TYPES, XHTML, content_of, mended
from monitor.feeds.walk import WANTED, Walk, is_whole_address, is_whole_name
from monitor.text.visible import clean, visible_text

_FIELDS_OF = {
    "title dc_title": "title",
    "summary itunes_summary": "summary",
    "content": "content",
    "published issued pubdate dcterms_issued": "published",
    "updated modified dc_date dcterms_modified": "updated",
    "guid id": "id",
    "link": "link",
    "author dc_creator itunes_author": "author",
    "category keywords dc_subject": "tag",
    "source": "source",
    "feedburner_origlink": "original",
    "rights dc_rights copyright": "rights",
    # Nothing is taken from these, whatever their attributes say.
    "enclosure generator language dc_language dc_publisher dc_contributor itunes_image itunes_explicit": "",
    "itunes_block media_content media_thumbnail media_credit media_rating media_player georss_point": "",
}
_FIELDS = {name: field for names, field in _FIELDS_OF.items() for name in names.split()}
# Of these Atom and RSS think differently: that they are HTML is said of them in RSS alone.
_FIELDS_OF_RSS = {"description": "summary", "dc_description": "summary", "content_encoded": "content"}
_ODD = "odd"
_LINK_ATTRIBUTES = frozenset(("href", "rel", "type", "title", "hreflang", "length"))
_TAG_ATTRIBUTES = frozenset(("term", "label", "scheme", "domain"))
_HTML, _TEXT = "text/html", "text/plain"
_PAGES = (_HTML, XHTML)
_WRITTEN = frozenset(("title", "summary", "content"))


def plain_entry(walk: Walk, item: Element, about: str, depth: int) -> Entry | None:
    """Read an entry whose elements stand `depth` deep; None for one that is not plain.

    `about` is the id that the item itself has in RSS 1.0.
    """
    known = walk.plain_fields
    taken: dict[str, str] = {}
    tags: list[str] = []
    alternates: list[str] = []
    for child in item:
        field = known.get(child.tag)
        if field is None:
            field = known[child.tag] = _field(walk, child.tag)
        if len(child) or child.items():
            if not _takes_marked(walk, field, child, (taken, tags, alternates)):
                return None
            continue
        if not field:
            continue
        text = child.text
        text = text.strip() if text else ""
        if not text.isascii():
            text = mended(text)
        if field == "tag":
            tags.append(text)
        elif field == "link":
            if not text or ("&" in text and ";" in text):
                return None
            taken[field] = text
            alternates.append(text)
        elif field in taken or field == _ODD:
            return None
        else:
            taken[field] = text
    return _entry(walk, taken, tags, alternates, about, depth)


def _field(walk: Walk, tag: str) -> str:
    """Tell what an element is taken for: nothing where it says nothing, odd where it is not plain."""
    name = walk.names.element(tag)
    field = _FIELDS.get(name)
    if field is None and not walk.version.startswith("atom"):
        field = _FIELDS_OF_RSS.get(name)
    if field is None:
        if walk.knows(name) or name in WANTED:
            return _ODD
        walk.learn(tag)  # raises `Unsure` where feedparser knows it and we do not
        return ""
    return field


_Taken = tuple[dict[str, str], list[str], list[str]]


def _takes_marked(walk: Walk, field: str, element: Element, into: _Taken) -> bool:
    """Take an element with attributes or elements inside, unless it is not plain."""
    taken, tags, alternates = into
    attributes = element.attrib
    if field == "link":
        return not len(element) and _takes_link(attributes, element.text, taken, alternates)
    if field == "":
        return not len(element) and not any(key.lower().endswith("base") for key in attributes)
    if field == "tag":
        return not len(element) and _takes_tag(attributes, element.text, tags)
    if field in taken:
        return False
    if field in _WRITTEN:
        return _takes_written(walk, field, element, taken)
    if field == "author":
        return not attributes and _takes_person(walk, element, taken)
    if len(element) or len(attributes) > 1:
        return False
    if field == "source" and "url" in attributes:
        taken[field] = mended(element.text.strip() if element.text else "")
        return True
    if field == "id" and "isPermaLink" in attributes:
        taken[field] = mended(element.text.strip() if element.text else "")
        if attributes["isPermaLink"] != "true":
            taken["opaque"] = ""
        return True
    return False


def _takes_link(
    attributes: dict[str, str], text: str | None, taken: dict[str, str], alternates: list[str]
) -> bool:
    href = attributes.get("href")
    if not href or not attributes.keys() <= _LINK_ATTRIBUTES or (text and not text.isspace()):
        return False
    relation = attributes.get("rel", "alternate").lower()
    if relation == "alternate":
        alternates.append(href)
        kind = attributes.get("type", _HTML).lower()
        if TYPES.get(kind, kind) in _PAGES:
            taken["link"] = href
    return True


def _takes_tag(attributes: dict[str, str], text: str | None, tags: list[str]) -> bool:
    if not attributes.keys() <= _TAG_ATTRIBUTES:
        return False
    said = text.strip() if text else ""
    term = attributes.get("term")
    if term and not said:
        tags.append(attributes.get("label") or term)
        return True
    if said and "term" not in attributes and "label" not in attributes:
        tags.append(mended(said))
        return True
    return False  # a tag without a word takes that of the next


def _takes_written(walk: Walk, field: str, element: Element, taken: dict[str, str]) -> bool:
    """Take a text that says whether it is HTML."""
    attributes = element.attrib
    if attributes.keys() != {"type"}:
        return False
    given = {"type": attributes["type"].lower()}
    kind, taken[field] = content_of(element, given, _TEXT, walk.names, unwrap=walk.version == "atom10")
    if kind not in (*_PAGES, _TEXT):
        return False
    if kind != _TEXT:
        taken[f"{field} in HTML"] = kind
    return True


def _takes_person(walk: Walk, element: Element, taken: dict[str, str]) -> bool:
    """Take an author's name, which may have an address beside it."""
    found: dict[str, str] = {}
    for part in element:
        name = walk.names.element(part.tag)
        if name not in ("name", "uri", "url") or name in found or len(part) or part.items():
            return False
        found[name] = part.text.strip() if part.text else ""
    text = element.text
    blank = not (text and text.strip()) and not any(part.tail and part.tail.strip() for part in element)
    if not blank or not found.get("name"):
        return False
    taken["author"] = found["name"]
    return "@" not in found["name"]


def _entry(
    walk: Walk, taken: dict[str, str], tags: list[str], alternates: list[str], about: str, depth: int
) -> Entry | None:
    get = taken.get
    name, author = get("id", about), get("author", "")
    link = get("link") or (alternates[0] if alternates else "")
    if "id" in taken and "opaque" not in taken and name:  # it may be the link, too
        if name != link and not (is_whole_name(name) or is_whole_address(name)):
            return None
        link = link or name
    link = get("original", link)
    if "@" in author or (not is_whole_address(link) if link else "original" in taken):
        return None
    title, summary, body = get("title", ""), get("summary", ""), get("content", "")
    if len(summary) > LONGEST or len(body) > LONGEST or len(title) > LONGEST:
        return None
    explicit = walk.version.startswith("atom")
    published, updated = get("published"), get("updated")
    day = read_date(published) if published else None
    entry = Entry(
        bare(name),
        link,
        _seen(title, explicit and "title in HTML" not in taken),
        "" if summary == body else _seen(summary, explicit and "summary in HTML" not in taken),
        _seen(body, explicit and "content in HTML" not in taken),
        visible(author),
        distinct(tags) if tags else (),
        language_tag(walk.lang) if "title" in taken else "",
        visible(get("source", "")),
        day,
        day if updated == published else read_date(updated) if updated else None,
    )
    walk.title_depth = _title_depth(taken, depth)
    return entry


def _seen(text: str, plain: bool) -> str:
    return clean(text).strip() if plain else visible_text(text)


def _title_depth(taken: dict[str, str], depth: int) -> int:
    """Say for those who come after how deep a title stands; a source makes feedparser forget it."""
    if not taken.get("title"):
        return -1
    order = list(taken)
    return -1 if "source" in taken and order.index("source") > order.index("title") else depth
