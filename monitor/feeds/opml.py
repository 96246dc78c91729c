"""OPML: the lists of feeds that feed readers exchange. Pure: bytes in, outlines out, and back.

Read by expat itself, because the place of every outline is told and a file that breaks off is refused
rather than read as a shorter list. A document type is refused too, so there are no entities to expand.

What OPML has no words for travels in attributes of our own prefix (`watchword:id`, `watchword:every`, …),
which other programs pass over. Secrets, headers and proxies never do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import Problem
from monitor.text.display import displayable

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 40
PREFIX = "watchword:"
NAMESPACE = "urn:watchword:opml"
# Settings that go through OPML whole, under our prefix; names of `FeedConfig`.
SETTINGS = ("id", "source", "country", "every", "at_least", "at_most", "max_age", "moves", "backfill")
_FEED_OF_ITS_OWN = re.compile(r"feed:(?://)?(https?://.*)", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(r"feed:(?=//)", re.IGNORECASE)
_SAVE_AS_UTF8 = "save it as UTF-8"


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list. Tags are the titles of the outlines around it, then its categories.

    `said` holds further settings by their names in `FeedConfig`, as written. `line` and `column` count
    from 1.
    """

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    lang: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    line: int = 0
    column: int = 0


def read_opml(raw: bytes, name: str) -> tuple[list[Outline], list[Problem]]:
    """Read a list; `name` is the path shown in problems. With an error among them, no outline is given."""
    if len(raw) > MAX_BYTES:
        said = f"the file has more than {MAX_BYTES:,} bytes"
        return [], [Problem(name, 0, 0, said, "split it into several files")]
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return [], [Problem(name, line, 1, "the file is not UTF-8 text", _SAVE_AS_UTF8)]
    reader = _Reader(name)
    try:
        reader.read(raw)
    except _Refused as refused:
        return [], [refused.problem]
    except expat.ExpatError as error:
        said = f"not well-formed: {expat.errors.messages[error.code]}"
        hint = "has the file been cut off, or holds it a bare & or <? export it again"
        return [], [Problem(name, error.lineno, error.offset + 1, said, hint)]
    return reader.outlines, reader.remarks


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._depth = 0
        self._groups: list[str] = []
        self.outlines: list[Outline] = []
        self.remarks: list[Problem] = []

    def read(self, raw: bytes) -> None:
        self._parser.Parse(raw, True)
        if not (self.outlines or self.remarks):
            self.remarks.append(Problem(self._name, 0, 0, "no feed is listed in it", level="remark"))

    def _place(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def _refuse(self, message: str, hint: str) -> None:
        raise _Refused(Problem(self._name, *self._place(), message, hint))

    def _doctype(self, *_: object) -> None:
        self._refuse("a document type", "remove the <!DOCTYPE …> from the file")

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        tag = element.rpartition(":")[2].lower()
        if self._depth == 0 and tag != "opml":
            self._refuse(f"not OPML: its root is <{element[:40]}>", "name a file that a feed reader exported")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse(f"nested more than {MAX_DEPTH} deep", "flatten the outlines")
        if tag == "outline":
            self._outline({name.lower(): value for name, value in attributes.items()})

    def _end(self, element: str) -> None:
        self._depth -= 1
        if element.rpartition(":")[2].lower() == "outline":
            self._groups.pop()

    def _outline(self, said: Mapping[str, str]) -> None:
        title = displayable(said.get("text", "")) or displayable(said.get("title", ""))
        if title == said.get(f"{PREFIX}id") and "title" not in said:
            title = ""  # written by us for a feed without a title, as OPML wants a text
        url = said.get("xmlurl", "").strip()
        if url:
            self.outlines.append(self._feed(url, title, said))
        elif said.get("type", "").lower() == "include":
            remark = f"the list {displayable(title or said.get('url', ''))!r} inside it is not followed"
            hint = "name its file in an opml: entry of its own"
            self.remarks.append(Problem(self._name, *self._place(), remark, hint, level="remark"))
        self._groups.append("" if url else title)

    def _feed(self, url: str, title: str, said: Mapping[str, str]) -> Outline:
        own = {name.removeprefix(PREFIX): value for name, value in said.items() if name.startswith(PREFIX)}
        tags = _exact_tags(own.get("tags", "")) or (*self._groups, *_categories(said.get("category", "")))
        return Outline(
            url=_plain_scheme(url),
            title=title,
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            lang=said.get("language", "").strip(),
            said={name: own[name] for name in SETTINGS if own.get(name)},
            line=self._place()[0],
            column=self._place()[1],
        )


def _plain_scheme(url: str) -> str:
    """Turn `feed://…` and `feed:https://…`, which only feed readers know, into addresses of the web."""
    found = _FEED_OF_ITS_OWN.fullmatch(url)
    return found[1] if found else _FEED.sub("http:", url, 1)


def _categories(text: str) -> list[str]:
    """Read `/World/Asia,Energy` as three tags."""
    return [displayable(part) for part in re.split("[,/]", text)]


def _exact_tags(text: str) -> tuple[str, ...]:
    """Read tags that hold a comma or a slash, as `write_opml` puts them beside `category`."""
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return ()
    return tuple(displayable(tag) for tag in found if isinstance(tag, str)) if isinstance(found, list) else ()


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """Write OPML 2.0; feeds stand in groups by their first tag, and `category` holds all tags."""
    groups: dict[str, list[Outline]] = {}
    for outline in outlines:
        groups.setdefault(outline.tags[0] if outline.tags else "", []).append(outline)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0" xmlns:watchword="{NAMESPACE}">']
    lines += [f"  <head><title>{_element_text(title)}</title></head>", "  <body>"]
    for group, members in groups.items():
        indent = "      " if group else "    "
        written = [f"{indent}<outline {_attributes(outline)}/>" for outline in members]
        if group:
            named = _attribute("text", group)
            written = [f"    <outline {named}>", *written, "    </outline>"]
        lines += written
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _attributes(outline: Outline) -> str:
    said = {"type": "rss", "text": outline.title or outline.said.get("id", outline.url)}
    if outline.title:
        said["title"] = outline.title
    said["xmlUrl"] = outline.url
    if outline.tags:
        said["category"] = ",".join(outline.tags)
    if any(set(",/") & set(tag) for tag in outline.tags):
        said[f"{PREFIX}tags"] = json.dumps(outline.tags, ensure_ascii=False)
    if outline.lang:
        said["language"] = outline.lang
    said |= {f"{PREFIX}{name}": outline.said[name] for name in SETTINGS if name in outline.said}
    return " ".join(_attribute(name, value) for name, value in said.items())


def _attribute(name: str, value: str) -> str:
    return f"{name}={quoteattr(value)}"


def _element_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
