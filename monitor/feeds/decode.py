"""Bytes to text, by evidence rather than by label.

The order: a byte order mark; the zeros of wide characters; bytes that are valid UTF-8; UTF-8 with a few bad
bytes, which are replaced; a label under which the bytes are text; what they most likely are. A wrong label
garbles nothing that can be told from text, and one bad byte spoils one character.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from monitor.feeds.plausibility import MULTIBYTE, likeliest, telling_sample

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS = {
    "utf-32-le": [False, True, True, True],
    "utf-32-be": [True, True, True, False],
    "utf-16-le": [False, True, False, True],
    "utf-16-be": [True, False, True, False],
}
_WIDE_HEAD = 64  # bytes, of which mark-up leaves most of every other one zero
_RESUME = "watchword.resume"
_RUN_END = re.compile(rb"[\x00-\x3f]")  # no second byte of the usual character sets
_LONGEST_RUN = 400  # bytes
# Bytes that Python takes for private characters of their own; nothing at all begins with 0x85.
_NEVER_JAPANESE = re.compile(rb"(?<![\x81-\x9f\xe0-\xfc])[\xfd-\xff]")
_ODD = re.compile("[\ufffd\x21-\x9f\ue000-\uf8ff\uff61-\uff9f]")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_UTF8_SAID = re.compile(
    rb"""(?:<\?xml\ version=["']1\.0["'] (?:\ encoding=["']utf-8["'])? (?:\ standalone=["'](?:yes|no)["'])?
    \s*\?>\s*)? <(?!\?xml\s)""",
    re.IGNORECASE | re.VERBOSE,
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_ESCAPE = re.compile(rb"\x1b[$(]|~\{")
_SWITCHING = ("iso2022_jp", "iso2022_jp_2", "iso2022_kr")
_KNOWN = re.compile(
    r"utf|iso8859|iso2022|cp\d|gb|big5|euc|ks|shiftjis|sjis|koi8|mac|tis|hz|johab|u?s?ascii|latin"
)
_WINDOWS = re.compile(r"^(?:ms|win(?:dows)?)(?=\d)")
# Labels that mean more than they say: what browsers read for them.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ILLEGAL_BYTES = bytes((*range(9), 11, 12, *range(14, 32)))
_ILLEGAL_ENDS = ("\ufffe".encode(), "\uffff".encode())


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text, the encoding it was read as, and what was wrong with its bytes."""

    text: str
    encoding: str
    problems: tuple[str, ...] = ()


def decode(body: bytes, http_charset: str = "") -> Decoded:
    """Decode a document. Never fails: what cannot be read becomes U+FFFD, and is named as a problem."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _replacing(body[len(mark) :], encoding)
    if wide := _wide(body[:_WIDE_HEAD]):
        return _replacing(body, wide)
    named = dict.fromkeys((_codec(_declared(body)), _codec(http_charset)))
    labels = [label for label in named if label and not label.startswith("utf")]
    may_escape = b"\x1b" in body or b"~{" in body  # much sooner told than by the pattern
    if may_escape and _ESCAPE.search(body) and (escaped := _escaped(body, labels)):
        return escaped
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, labels)
    # Of bytes it is told sooner than of text whether there is anything to clean.
    illegal = len(body.translate(None, _ILLEGAL_BYTES)) < len(body) or any(
        bad in body for bad in _ILLEGAL_ENDS
    )
    return Decoded(_clean(text) if illegal else text, "utf-8")


def stands_as_utf8(body: bytes, http_charset: str = "") -> bool:
    """Tell whether a document is UTF-8 and needs no mending, if only it is well-formed.

    XML allows neither bytes that are not UTF-8 nor the characters that are cleaned away.
    """
    return bool(_UTF8_SAID.match(body)) and not _codec(http_charset).startswith(("iso2022", "hz"))


def as_utf8(text: str) -> bytes:
    """Write a document as UTF-8 with a declaration that says so."""
    declaration = _DECLARATION.match(text)
    rest = text[declaration.end() :] if declaration else text
    return b'<?xml version="1.0" encoding="utf-8"?>' + rest.lstrip().encode()


def _not_utf8(body: bytes, labels: list[str]) -> Decoded:
    damaged = _replacing(body, "utf-8")
    if _mostly_utf8(damaged.text):
        return damaged
    chosen = likeliest(telling_sample(body), labels)
    found = _replacing(body, chosen)
    guessed = () if chosen in labels else ("the encoding was guessed",)
    return Decoded(found.text, chosen, guessed + found.problems)


def _mostly_utf8(replaced: str) -> bool:
    bad = replaced.count("\ufffd")
    good = len(replaced) - len(replaced.encode("ascii", "ignore")) - bad
    return good > 4 * bad


def _escaped(body: bytes, labels: list[str]) -> Decoded | None:
    """Decode what switches its character sets by escapes, which are ASCII to everybody else."""
    for encoding in (*labels, *(_SWITCHING if b"\x1b" in body else ())):
        if encoding.startswith(("iso2022", "hz")):
            try:
                return Decoded(_clean(body.decode(encoding)), encoding)
            except UnicodeDecodeError:
                continue
    return None


def _replacing(body: bytes, encoding: str) -> Decoded:
    if encoding == "cp932":
        body = _NEVER_JAPANESE.sub(b"\x85", body)
    text = body.decode(encoding, _RESUME if encoding in MULTIBYTE else "replace")
    bad = text.count("\ufffd")
    problems = (f"{bad} characters are not valid {encoding} and were replaced",) if bad else ()
    return Decoded(_clean(text), encoding, problems)


def _resume(error: UnicodeError) -> tuple[str, int]:
    """Go on after a bad byte where the text goes on: with the next byte, or after a character it has split.

    Whoever takes the second bytes of characters for first ones soon meets half a character, or letters that
    nobody writes between such characters; the place is taken where least of that follows.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    following = error.start + 1
    run_ends = _RUN_END.search(error.object, following, following + _LONGEST_RUN)
    end = run_ends.start() if run_ends else following + _LONGEST_RUN

    def oddity(place: int) -> int:
        run = error.object[place:end]
        return len(_ODD.findall(run.decode(error.encoding, "replace")))

    places = range(following, min(following + 3, len(error.object) + 1))
    return "\ufffd", min(places, key=oddity)


codecs.register_error(_RESUME, _resume)


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text) if _ILLEGAL.search(text) else text


def _wide(head: bytes) -> str:
    """Tell UTF-16 and UTF-32 without a mark by the zeros between the letters of mark-up."""
    if len(head) < 8:
        return ""
    mostly_zero = [head[place::4].count(0) > 0.15 * len(head) for place in range(4)]
    return next((encoding for encoding, zeros in _ZEROS.items() if mostly_zero == zeros), "")


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body[:1000])
    return found[1].decode("ascii") if found else ""


def _codec(label: str) -> str:
    """Name Python's codec for a label; empty for none, and for codecs that are not character sets."""
    plain = _WINDOWS.sub("cp", re.sub("[-_ .:]", "", label.lower()).removeprefix("x"))
    if not _KNOWN.match(plain) or plain == "utf7":
        return ""
    for spelling in (label, plain, plain.removesuffix("i").removesuffix("e")):  # iso-8859-8-i: direction
        try:
            name = codecs.lookup(spelling).name
        except LookupError:
            continue
        return _MEANT.get(name, name)
    return ""
