"""Authors, and other people, as feedparser joins them from names, addresses and mails."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from monitor.feeds.markup import has_text, mended, text_of, value_of
from monitor.feeds.namespaces import Attributes, Unsure
from monitor.feeds.walk import Fields, Walk

_LONGEST_AUTHOR = 300  # feedparser's pattern of mail addresses, which we share, needs quadratic time
_MAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))"
    r"([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)
_PARTS = {
    "name": "name",
    "itunes_name": "name",
    "email": "email",
    "itunes_email": "email",
    "url": "href",
    "uri": "href",
    "homepage": "href",
}


def author(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read an author: text, or a name, an address and a mail."""
    walk.context.setdefault("authors", []).append({})
    text = ""
    if len(element):
        if has_text(element) or any(_is_odd(walk, child) for child in element):
            raise Unsure("an unusual author")
        walk.in_author = True
        walk.read_inside(element, depth + 1)
        walk.in_author = False
    else:
        text = value_of(element)
    walk.store("author", text, depth)
    _settle(walk.context)


def _is_odd(walk: Walk, child: Element) -> bool:
    name = walk.names.element(child.tag)
    return name not in _PARTS and (walk.knows(name) or len(child) > 0 or bool(child.items() and child.text))


def part(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read a name, an address or a mail, which means something inside an author."""
    text = text_of(element)
    if not walk.in_author:
        return
    key = _PARTS[walk.names.element(element.tag)]
    if key == "href":
        text = mended(walk.resolved(text) if text else text)
    walk.context.setdefault("author_detail", {})[key] = text  # may be the record of an earlier author
    _settle(walk.context)
    walk.context["authors"][-1][key] = text


def others(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read past people who are no authors."""
    if any(walk.names.element(child.tag) not in _PARTS for child in element):
        raise Unsure("unusual people")
    walk.read_inside(element, depth + 1)


def owner(walk: Walk, element: Element, attributes: Attributes, depth: int) -> None:
    """Read past the owner of a podcast; feedparser takes the owner of an episode for an author."""
    if walk.in_entry:
        raise Unsure("an owner of an episode")
    others(walk, element, attributes, depth)


def _settle(context: Fields) -> None:
    """Join name and mail into `author`, or take them apart, as feedparser does after each author.

    A later author begins with the one before, until it has a name of its own.
    """
    detail = context["authors"][-1]
    if detail:
        name, mail = detail.get("name"), detail.get("email")
        if name or mail:
            context["author"] = f"{name} ({mail})" if name and mail else name or mail
        return
    said = context.get("author")
    if not said:
        return
    found = None
    if "@" in said:
        if len(said) > _LONGEST_AUTHOR:
            raise Unsure("a long author")
        found = _MAIL.search(said)
    if found:
        context.setdefault("author_detail", detail)
        said = said.replace(found[0], "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "")
        said = said.strip().removeprefix("(").removesuffix(")").strip()
        detail["email"] = found[0]
    if said:
        context.setdefault("author_detail", detail)
        detail["name"] = said
