"""Visible text: what a reader sees of a field that may hold HTML.

Tags are cut by the tokenising rules of HTML and no tree is built: a tree builder moves or drops the stray
table cells and unclosed tags that feeds are full of. Every pattern runs in linear time.
"""

from __future__ import annotations

import html
import html.entities
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
# What ends an easy stretch of text and tags: comments, and elements whose content nobody sees.
_HARD = re.compile(rf"<(?:!|/?(?:{'|'.join(sorted(_DROPPED))})(?=[\s/>]))", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)?")
# A `>` between quotes that begin a value does not end the tag.
_TAG_END = re.compile(r"""(?:[^>="']++|=\s*+(?:"[^"]*+"|'[^']*+')?|["'])*+>""")
# A tag with an ordinary name and without a `<` inside, so that no search looks beyond the next tag.
_EASY_TAG = re.compile(
    r"""</?([A-Za-z][^\s/<>="']*+)(?:>|(?=[\s/])(?:[^<>="']++|=\s*+(?:"[^"<]*+"|'[^'<]*+')?|["'])*+>)"""
)
# A tag whose values, if any, stand between double quotes, which is soonest found.
_USUAL_TAG = re.compile(
    r"""<(/?[A-Za-z][A-Za-z0-9:-]*+)(?:[\s/][^"'=<>]*+(?:="[^"<]*+"[^"'=<>]*+)*+)?>""", re.ASCII
)
# These stand for tags until white space is collapsed; one that makes no break still parts two texts.
_NO_BREAK, _LINE, _PARAGRAPH = "\x1c", "\x1d", "\x1e"
_MARKS = dict.fromkeys(_BLOCKS, _PARAGRAPH) | {"br": _LINE}
_BEGINS_DROPPED = "<"  # what has it is not done yet


class _MarksOfTags(dict[str, str]):
    """What stands for a tag, by its name as it is written, a closing one with its slash."""

    def __missing__(self, written: str) -> str:
        name = written.lstrip("/").lower()
        return _BEGINS_DROPPED if name in _DROPPED else _MARKS.get(name, _NO_BREAK)


_MARKS_OF_TAGS = _MarksOfTags(
    {f"{slash}{name}": mark for name, mark in _MARKS.items() for slash in ("", "/")}
    | {f"{slash}{name}": _NO_BREAK for name in ("a", "b", "em", "i", "span", "strong") for slash in ("", "/")}
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_UNCLEAN = re.compile(rb"\xc2[\x80-\x9f]")
_CHANGED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CLEAN = bytes((9, 10, 12, 13, *range(32, 127), *range(128, 256)))
_NUMBERS = (*range(32, 127), *range(160, 384), *range(0x2009, 0x2028), *range(0x2030, 0x2040), 0x20AC)
_ENTITIES = {name[:-1]: char for name, char in html.entities.html5.items() if name.endswith(";")} | {
    written: chr(number)
    for number in _NUMBERS
    for written in (f"#{number}", f"#x{number:x}", f"#x{number:X}")
}
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
    raw = raw.replace("\t", " ")
    if "<" in raw and (usual := _usual_text(raw)) is not None:
        return _collapsed(usual)
    if not _OPEN.search(raw) and _unescaped(raw) == raw:
        return clean(raw)
    return _collapsed("".join(_pieces(raw)))


def clean(text: str) -> str:
    """Remove control characters: line ends become `\\n`, tabs and their kin spaces, the rest goes."""
    if text.isprintable() or not _CHANGED.search(text):  # most texts hold line feeds at most
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = text.replace("\t", " ").replace("\v", " ").replace("\f", " ")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _collapsed(text: str) -> str:
    """Make one blank of white space, and of the marks and blanks that stand together one break."""
    for blank in "\n\t\r\f":
        text = text.replace(blank, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    if _LINE in text:
        text = text.replace(f" {_LINE}", _LINE).replace(f"{_LINE} ", _LINE)
        text = text.replace(f" {_PARAGRAPH}", _PARAGRAPH).replace(f"{_PARAGRAPH} ", _PARAGRAPH)
        for together in (_LINE + _LINE, _LINE + _PARAGRAPH, _PARAGRAPH + _LINE):
            text = text.replace(together, _PARAGRAPH)
        text = text.replace(_LINE, "\n")
    paragraphs = [part for one in text.split(_PARAGRAPH) if (part := one.strip(" "))]
    return "\n\n".join(paragraphs).strip()


def _usual_text(raw: str) -> str | None:
    """Give the text, with marks for the tags, of what has only ordinary tags; None of anything else."""
    if not _is_clean(raw):
        return None
    parts = _USUAL_TAG.split(raw)
    parts[1::2] = map(_MARKS_OF_TAGS.__getitem__, parts[1::2])
    text = "".join(parts)
    if "<" in text:
        return None
    resolved = _resolved_if_known(text) if "&" in text else text
    return None if resolved is None else resolved.replace(_NO_BREAK, "")


def _resolved_if_known(text: str) -> str | None:
    """Resolve entities; None where a number stands for a character that is not among the usual ones."""
    first, *others = text.split("&")
    pieces = [first]
    for other in others:
        name, semicolon, rest = other.partition(";")
        if semicolon and (known := _ENTITIES.get(name)):
            pieces += (known, rest)
        elif other[:1] == "#":
            return None
        else:
            pieces.append(html.unescape(f"&{other}"))
    return "".join(pieces)


def _pieces(raw: str) -> list[str]:
    easy = _easy_text(raw)
    if easy is not None:
        return [easy]
    pieces: list[str] = []
    position = 0
    while position < len(raw):
        hard = _HARD.search(raw, position)
        end = hard.start() if hard else len(raw)
        easy = _easy_text(raw[position:end])
        if easy is None:
            return pieces + _step_by_step(raw, position)
        pieces.append(easy)
        if not hard:
            break
        position, mark = _after_markup(raw, end)
        pieces.append(mark)
    return pieces


def _easy_text(raw: str) -> str | None:
    """Give the text of a stretch of ordinary tags, all at once; None where it holds any other mark-up."""
    parts = _EASY_TAG.split(raw)
    texts, names = parts[::2], parts[1::2]
    if _OPEN.search("".join(texts)):
        return None
    if names:
        names = ">".join(names).lower().split(">")
        if not _DROPPED.isdisjoint(names):
            return None
        parts[1::2] = [_MARKS.get(name, "") for name in names]
    if "&" in raw or not _is_clean(raw):
        parts[::2] = _resolved(texts)
    return "".join(parts)


def _resolved(texts: list[str]) -> list[str]:
    """Resolve the entities of all texts together, which is quicker; none of them reaches over a tab."""
    together = "\t".join(texts)
    if "&" in together:
        together = _unescaped(together)
    if not _is_clean(together):
        together = _CONTROLS.sub("", _LINE_ENDS.sub("\n", together)).replace("\v", " ")
        together = _SURROGATES.sub("\ufffd", together)
    resolved = together.split("\t")
    if len(resolved) == len(texts):
        return resolved
    return [clean(_standard(text)) for text in texts]  # they hold tabs themselves


def _standard(text: str) -> str:
    return html.unescape(_BEYOND_ALL.sub("\ufffd", text) if "&#" in text else text)


def _unescaped(text: str) -> str:
    """Do what `_standard` does, sooner for the entities that are written out."""
    first, *others = text.split("&")
    pieces = [first]
    for other in others:
        name, semicolon, rest = other.partition(";")
        known = _ENTITIES.get(name) if semicolon else None
        pieces.append(known + rest if known else _standard(f"&{other}"))
    return "".join(pieces)


def _is_clean(text: str) -> bool:
    """Tell whether `clean` would change nothing but white space that is collapsed anyway.

    Of bytes that is told sooner than of text.
    """
    try:
        written = text.encode()
    except UnicodeEncodeError:
        return False
    if written.translate(None, _CLEAN):
        return False
    return text.isascii() or not (_UNCLEAN.search(written) or "\u2028" in text or "\u2029" in text)


def _step_by_step(raw: str, position: int) -> list[str]:
    """Give the pieces from `position` on, one piece of mark-up after the other."""
    pieces: list[str] = []
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
    return end.end(), _MARKS.get(name, "")


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
