"""Visible text: what a reader sees of a field that may hold HTML.

Tags are cut by the tokenising rules of HTML and no tree is built: a tree builder moves or drops the stray
table cells and unclosed tags that feeds are full of. Every pattern runs in linear time.
"""

from __future__ import annotations

import html
import re

_BLOCK_NAMES = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html img legend li main menu nav ol optgroup option p
pre section select summary table tbody td tfoot th thead title tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_DROPPED = frozenset(("script", "style", "noscript", "template", "textarea", "svg", "iframe"))
_NESTING = frozenset(("template", "svg"))
_TAGS_OF = {name: re.compile(rf"<(/?){name}(?=[\s/>])(?!\s*/>)", re.IGNORECASE) for name in _DROPPED}
_OPEN = re.compile(r"<(?=[A-Za-z/!])")
_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)?")
# A `>` between quotes that begin a value does not end the tag.
_TAG_END = re.compile(r"""(?:[^>="']++|=\s*+(?:"[^"]*+"|'[^']*+')?|["'])*+>""")
_LINE, _PARAGRAPH = "\x1d", "\x1e"  # stand for breaks until white space is collapsed
_SPACE_RUN = re.compile(f"[ \t\n\f\r{_LINE}{_PARAGRAPH}]+")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BEYOND_ALL = re.compile("&#[0-9]{1000,};?")  # int() refuses such numbers


def visible_text(raw: str) -> str:
    """Give the visible text of `raw`, which is HTML or plain.

    A text without tags and entities is its own visible text. Otherwise inline tags vanish, white space
    collapses, `<br>` is a line break and a block tag or two `<br>` a blank line. Control characters other
    than line breaks never come out.
    """
    if "<" not in raw and "&" not in raw:
        return clean(raw)
    if not _OPEN.search(raw) and _unescaped(raw) == raw:
        return clean(raw)
    return _SPACE_RUN.sub(_collapsed, "".join(_pieces(raw))).strip()


def clean(text: str) -> str:
    """Remove control characters: line ends become `\\n`, tabs and their kin spaces, the rest goes."""
    if text.isprintable():  # without controls, line ends of any kind and lone surrogates
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = text.replace("\t", " ").replace("\v", " ").replace("\f", " ")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _unescaped(text: str) -> str:
    return html.unescape(_BEYOND_ALL.sub("\ufffd", text) if "&#" in text else text)


def _collapsed(run: re.Match[str]) -> str:
    marks = run[0]
    if _PARAGRAPH in marks or marks.count(_LINE) > 1:
        return "\n\n"
    return "\n" if _LINE in marks else " "


def _pieces(raw: str) -> list[str]:
    pieces: list[str] = []
    position = 0
    while position < len(raw):
        opening = _OPEN.search(raw, position)
        end = opening.start() if opening else len(raw)
        if end > position:
            pieces.append(clean(_unescaped(raw[position:end])))
        if not opening:
            break
        position, mark = _after_markup(raw, end)
        pieces.append(mark)
    return pieces


def _after_markup(raw: str, start: int) -> tuple[int, str]:
    """Give where the mark-up at `start` ends, and the break that it leaves."""
    if raw.startswith("<!", start):
        return _after_comment(raw, start), ""
    closing, name = _NAME.match(raw, start).groups()  # type: ignore[union-attr]
    if name is None:  # `</` without a name is a comment to a browser
        return _past(raw, ">", start), ""
    end = _TAG_END.match(raw, start + 1)
    if not end:
        return len(raw), ""
    name = name.lower()
    if name in _DROPPED and not closing:
        return _after_dropped(raw, name, end.end()), ""
    mark = _LINE if name == "br" else _PARAGRAPH if name in _BLOCKS else ""
    return end.end(), mark


def _after_comment(raw: str, start: int) -> int:
    if raw.startswith(("<!-->", "<!--->"), start):
        return raw.index(">", start) + 1
    return _past(raw, "-->" if raw.startswith("<!--", start) else ">", start)


def _past(raw: str, end: str, start: int) -> int:
    found = raw.find(end, start + 2)
    return len(raw) if found < 0 else found + len(end)


def _after_dropped(raw: str, name: str, start: int) -> int:
    """Give the place after the end tag of an element whose content nobody sees."""
    if raw[start - 2] == "/" and name == "svg":
        return start
    depth = 1
    for tag in _TAGS_OF[name].finditer(raw, start):
        depth += -1 if tag[1] else name in _NESTING
        if depth == 0:
            return _past(raw, ">", tag.start())
    return len(raw)
