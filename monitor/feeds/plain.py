"""Plain entries, of elements as they ought to be, are made an `Entry` of in one go.

What is said here follows from `elements.py` for such entries alone, and is much less. An entry with anything
else in it is read by the long way.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from monitor.feeds.dates import read_date
from monitor.feeds.entry import Entry, entry_of
from monitor.feeds.fields import LONGEST, bare, beside_mail, distinct, language_tag, visible
from monitor.feeds.markup import TYPES, XHTML, content_of, mended
from monitor.feeds.walk import WANTED, Walk, is_whole_address
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
    "subtitle itunes_subtitle": "subtitle",
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
_NAMES_OF_PEOPLE = frozenset(("name", "uri", "url", "email"))
_HTML, _TEXT = "text/html", "text/plain"
_PAGES = (_HTML, XHTML)
_Taken = dict[str, str]
_Several = dict[str, list[str]]
_Takes = Callable[[Walk, Element, str, _Taken, _Several], bool]


def plain_entry(walk: Walk, item: Element, about: str, depth: int) -> Entry | None:
    """Read an entry whose elements stand `depth` deep; None for one that is not plain.

    `about` is the id that the item itself has in RSS 1.0.
    """
    known = walk.plain_fields
    taken: _Taken = {}
    several: _Several = {"tag": [], "author": [], "link": []}
    for child in item:
        field = known[child.tag]
        if len(child) or child.items():
            if not _MARKED[field](walk, child, field, taken, several):
                return None
        elif field:
            text = child.text
            text = text.strip() if text else ""
            if not (text.isascii() or (text[0] > "\xff" and text.isprintable())):
                text = mended(text)
            if field in several:
                several[field].append(text)
                if field == "link":
                    taken[field] = text
            elif field not in taken:
                taken[field] = text
            elif not _takes_again(walk, field, text, taken):
                return None
    return None if _ODD in taken else _entry(walk, taken, several, about, depth)


def _takes_again(walk: Walk, field: str, text: str, taken: _Taken) -> bool:
    """Take a second text of a field: of titles the first that says something, of summaries both."""
    if field == "summary" and "content" not in taken and not walk.has_content:
        taken["content"] = text
        return True
    return field == "title" and taken[field] != "" and "source" not in taken


class PlainFields(dict[str, str]):
    """What the elements of a document are taken for, by tag: nothing where they say nothing."""

    def __init__(self, walk: Walk) -> None:
        super().__init__()
        self._walk = walk

    def __missing__(self, tag: str) -> str:
        found = self[tag] = self._field(tag)
        return found

    def _field(self, tag: str) -> str:
        name = self._walk.names.element(tag)
        field = _FIELDS.get(name)
        if field is None and not self._walk.version.startswith("atom"):
            field = _FIELDS_OF_RSS.get(name)
        if field is None:
            if self._walk.knows(name) or name in WANTED:
                return _ODD
            self._walk.learn(tag)  # raises `Unsure` where feedparser knows it and we do not
            return ""
        return field


def _is_odd(walk: Walk, element: Element, field: str, taken: _Taken, several: _Several) -> bool:
    return False


def _says_nothing(walk: Walk, element: Element, field: str, taken: _Taken, several: _Several) -> bool:
    """Pass over an element; its base might be one that only feedparser understands."""
    return not len(element) and not any(key.lower().endswith("base") for key in element.attrib)


def _takes_link(walk: Walk, element: Element, field: str, taken: _Taken, several: _Several) -> bool:
    attributes, text = element.attrib, element.text
    href = attributes.get("href")
    if not href or len(element) or _holds(text) or not attributes.keys() <= _LINK_ATTRIBUTES:
        return False
    if attributes.get("rel", "alternate").lower() == "alternate":
        several[field].append(href)
        kind = attributes.get("type", _HTML).lower()
        if TYPES.get(kind, kind) in _PAGES:
            taken[field] = href
    return True


def _takes_tag(walk: Walk, element: Element, field: str, taken: _Taken, several: _Several) -> bool:
    """Take a tag that is a word; one without takes that of the next."""
    attributes, text = element.attrib, element.text
    text = text.strip() if text else ""
    if len(element) or not attributes.keys() <= _TAG_ATTRIBUTES:
        return False
    word = attributes.get("term")
    if text:
        several[field].append(mended(text))
        return word is None and "label" not in attributes
    several[field].append(attributes.get("label") or word or "")
    return bool(word)


def _takes_written(walk: Walk, element: Element, field: str, taken: _Taken, several: _Several) -> bool:
    """Take a text that says whether it is HTML."""
    attributes = element.attrib
    if field in taken or attributes.keys() != {"type"}:
        return False
    given = {"type": attributes["type"].lower()}
    kind, taken[field] = content_of(element, given, _TEXT, walk.names, unwrap=walk.version == "atom10")
    if kind != _TEXT:
        taken[f"{field} in HTML"] = kind
    return kind == _TEXT or kind in _PAGES


def _takes_person(walk: Walk, element: Element, field: str, taken: _Taken, several: _Several) -> bool:
    """Take an author's name, which may have an address and a mail beside it."""
    authors = several[field]
    if (authors and "person" not in taken) or element.items() or _holds(element.text):
        return False  # after an author without parts, feedparser mistakes one record for another
    found: dict[str, str] = {}
    for part in element:
        name = walk.names.element(part.tag)
        if name in found or len(part) or _holds(part.tail):
            return False
        if name not in _NAMES_OF_PEOPLE and not part.text and not walk.knows(name):
            walk.learn(part.tag)
            if _says_nothing(walk, part, "", taken, several):
                continue
        if name not in _NAMES_OF_PEOPLE or part.items():
            return False
        found[name] = part.text.strip() if part.text else ""
    authors.append(found.get("name", ""))
    if "email" in taken:
        return False
    if found.get("email"):
        taken["email"] = found["email"]
    taken["person"] = ""
    return authors[-1] != ""


def _holds(text: str | None) -> bool:
    return text is not None and text != "" and not text.isspace()


def _takes_only(attribute: str) -> _Takes:
    """Make what takes the text of an element that may have one attribute and nothing inside."""

    def takes(walk: Walk, element: Element, field: str, taken: _Taken, several: _Several) -> bool:
        if field in taken or len(element) or element.keys() != [attribute]:
            return False
        taken[field] = mended(element.text.strip() if element.text else "")
        taken[attribute] = element.attrib[attribute]
        return True

    return takes


_MARKED: dict[str, _Takes] = {
    "": _says_nothing,
    "link": _takes_link,
    "tag": _takes_tag,
    "title": _takes_written,
    "summary": _takes_written,
    "content": _takes_written,
    "author": _takes_person,
    "id": _takes_only("isPermaLink"),
    "source": _takes_only("url"),
    **dict.fromkeys(("published", "updated", "original", "rights", "subtitle", _ODD), _is_odd),
}


def _entry(walk: Walk, taken: _Taken, several: _Several, about: str, depth: int) -> Entry | None:
    get, authors = taken.get, several["author"]
    addresses = _addresses(walk, taken, several["link"], about)
    if addresses is None:
        return None
    name, link = addresses
    if "@" in "".join(authors) or ("email" in taken and len(authors) > 1):
        return None
    title, summary, body = get("title", ""), get("summary", ""), get("content", "")
    if len(summary) > LONGEST or len(body) > LONGEST or len(title) > LONGEST:
        return None
    says_type = walk.version.startswith("atom")  # where it does not say HTML, it is plain
    published, updated = get("published"), get("updated")
    day = read_date(published) if published else None
    walk.title_depth = _title_depth(taken, depth) if title else -1
    walk.has_content = False
    return entry_of(
        bare(name),
        link,
        _seen(title, says_type and "title in HTML" not in taken),
        "" if summary == body else _seen(summary, says_type and "summary in HTML" not in taken),
        _seen(body, says_type and "content in HTML" not in taken) if body else "",
        _people(authors, taken) if authors else "",
        distinct(several["tag"]) if several["tag"] else (),
        language_tag(walk.lang) if "title" in taken else "",
        visible(taken["source"]) if "source" in taken else "",
        day,
        day if updated == published else read_date(updated) if updated else None,
    )


def _addresses(walk: Walk, taken: _Taken, links: list[str], about: str) -> tuple[str, str] | None:
    """Give the id and the link; None where that is no ordinary address."""
    name, renamed = taken.get("id", about), "original" in taken
    given = taken.get("link") or (links[0] if links else "")
    link = taken["original"] if renamed else given
    if not is_whole_address(link):
        link = walk.resolved(given) if given and not renamed else ""
        if (links or renamed) and not is_whole_address(link):
            return None
    if "&" in given and ";" in given:
        return None
    if name and "id" in taken and taken.get("isPermaLink", "true") == "true":  # it may be the link, too
        name = link if name == given and not renamed else mended(walk.resolved(name))
        if not link:
            return (name, name) if is_whole_address(name) else None
    return name, link


def _people(authors: list[str], taken: _Taken) -> str:
    if "email" in taken:
        return beside_mail(f"{authors[0]} ({taken['email']})")
    return ", ".join(distinct(authors))


def _seen(text: str, plain: bool) -> str:
    return clean(text).strip() if plain else visible_text(text)


def _title_depth(taken: _Taken, depth: int) -> int:
    """Say for those who come after how deep a title stands; a source makes feedparser forget it."""
    if "source" not in taken:
        return depth
    order = list(taken)
    return -1 if order.index("source") > order.index("title") else depth
