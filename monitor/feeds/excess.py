"""What no honest document has, counted before the parser that would spend minutes on it. Pure, and linear.

It reads mark-up by its tags alone, so that it sees broken documents too. What slips past meets the limits of
the parsing worker.
"""

from __future__ import annotations

import re

from monitor.errors import Malformed

MOST_ITEMS = 50_000
MOST_TAGS = 100_000  # of one item, closing ones too
MOST_ATTRIBUTES = 1_000  # of one element
MOST_NAMESPACES = 1_000
MOST_DEPTH = 10_000
LONGEST_WORD = 1_000  # letters in one piece that an author's mail address is looked for in

# Comments and CDATA hold no tags of the document; one that never closes goes to the end.
_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z) | <!\[CDATA\[.*?(?:\]\]>|\Z)
    | <(?P<closing>/?)(?P<name>[A-Za-z_][^\s/<>]*+)(?P<inside>(?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""",
    re.DOTALL | re.VERBOSE,
)
_ITEMS = frozenset(("item", "entry"))
# Pages written without escaping leave these open, which is broken but not deep.
_OPEN_IN_PAGES = frozenset(("br", "hr", "img", "input", "li", "link", "meta", "p"))
_PEOPLE = frozenset(("author", "contributor", "creator", "managingeditor", "owner", "publisher", "webmaster"))
_WORD = re.compile(rf"(?<![\w.+&#;@-])[\w.+&#;@-]{{{LONGEST_WORD}}}", re.ASCII)
_PREFIX = re.compile(r"\sxmlns:([^\s=]+)")


def refuse_excess(text: str) -> None:
    """Raise `Malformed`, naming what there is too much of."""
    met, since = _Met(), 0
    for tag in _TAG.finditer(text):
        if met.inside_person and _WORD.search(text, since, tag.end()):
            raise Malformed(f"an author's name has a word of more than {LONGEST_WORD:,} letters")
        since = tag.end()
        closing, name, inside = tag.groups()
        if name is not None:
            local = name.rpartition(":")[2].lower()
            met.end(local) if closing else met.begin(local, inside)


class _Met:
    """What was met so far."""

    __slots__ = ("_depth", "_items", "_prefixes", "_tags", "inside_person")

    def __init__(self) -> None:
        self.inside_person = False
        self._items = self._tags = self._depth = 0
        self._prefixes: set[str] = set()

    def end(self, name: str) -> None:
        """Count a tag that closes."""
        if name in _PEOPLE:
            self.inside_person = False
        self._depth -= self._depth > 0 and name not in _OPEN_IN_PAGES
        self._count_tag()

    def begin(self, name: str, inside: str) -> None:
        """Count a tag that opens; `inside` is what it holds after the name."""
        self._count_tag()
        if name in _ITEMS:
            self._items += 1
            self._tags = 0
        if inside[-1:] != "/":
            self._depth += name not in _OPEN_IN_PAGES
            self.inside_person = self.inside_person or name in _PEOPLE
        if "xmlns:" in inside:
            self._prefixes.update(_PREFIX.findall(inside))
            _refuse_above(MOST_NAMESPACES, len(self._prefixes), "namespaces")
        if len(inside) > MOST_ATTRIBUTES:
            _refuse_above(MOST_ATTRIBUTES, inside.count("="), "attributes on one element")
        _refuse_above(MOST_ITEMS, self._items, "items")
        _refuse_above(MOST_DEPTH, self._depth, "elements inside each other")

    def _count_tag(self) -> None:
        self._tags += 1
        _refuse_above(MOST_TAGS, self._tags, "tags in one item")


def _refuse_above(most: int, met: int, what: str) -> None:
    if met > most:
        raise Malformed(f"more than {most:,} {what}")
