"""Bytes to text, by evidence rather than by label.

The order: a byte order mark; bytes that are valid UTF-8; a declaration that the bytes bear out; UTF-8 with
a few bad bytes, which are replaced; the detector. A wrong label never garbles a feed that is honest UTF-8,
and one bad byte spoils one character.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = {
    b"<\x00\x00\x00": "utf-32-le",
    b"\x00\x00\x00<": "utf-32-be",
    b"<\x00?\x00": "utf-16-le",
    b"\x00<\x00?": "utf-16-be",
}
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_ESCAPED = re.compile(rb"\x1b[$(]|~\{")
_KNOWN = re.compile(
    r"utf|iso8859|iso2022|cp\d|windows|koi8|gb|big5|euc|ks|shiftjis|sjis|xsjis|mac|tis|hz|johab|u?s?ascii|latin"
)
# Labels that mean more than they say: what browsers read for them.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "tis-620": "cp874"}
_MULTIBYTE = re.compile(r"gb|big5|euc|shift_jis|cp9[345]|johab|iso2022|hz")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ILLEGAL_BYTES = bytes((*range(9), 11, 12, *range(14, 32)))
_ILLEGAL_ENDS = ("\ufffe".encode(), "\uffff".encode())
_CONTROLS = re.compile("[\x80-\x9f]")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_SAMPLE = 60_000
# What feeds are written in that are not UTF-8: the detector may choose among these.
_LIKELY = [
    *(f"cp{number}" for number in (1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 866, 932, 949)),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "euc_jp", "gb18030", "big5"),
]
_MARKUP = re.compile(rb"<[^>]{0,2000}>|&#?\w{1,10};")


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
    if body[:4] in _WIDE:
        return _replacing(body, _WIDE[body[:4]])
    declared = _declared(body)
    labels = [label for label in (_codec(declared), _codec(http_charset)) if label]
    may_escape = b"\x1b" in body or b"~" in body
    if may_escape and _ESCAPED.search(body) and (escaped := _borne_out(body, labels, only=("iso2022", "hz"))):
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


def as_utf8(text: str) -> bytes:
    """Write a document as UTF-8 with a declaration that says so."""
    declaration = _DECLARATION.match(text)
    rest = text[declaration.end() :] if declaration else text
    return b'<?xml version="1.0" encoding="utf-8"?>' + rest.lstrip().encode()


def _not_utf8(body: bytes, labels: list[str]) -> Decoded:
    damaged = _replacing(body, "utf-8")
    if _mostly_utf8(damaged.text):
        return damaged
    found = _borne_out(body, labels)
    if found:
        return found
    detected = _detected(body)
    if detected:
        return Decoded(_clean(body.decode(detected, "replace")), detected, ("the encoding was guessed",))
    return damaged


def _mostly_utf8(replaced: str) -> bool:
    bad = replaced.count("\ufffd")
    good = len(replaced) - len(replaced.encode("ascii", "ignore")) - bad
    return good > 4 * bad


def _borne_out(body: bytes, labels: list[str], only: tuple[str, ...] = ("",)) -> Decoded | None:
    """Decode by the first label that fits the bytes: strictly, and without stray control characters."""
    for label in labels:
        if label == "utf-8" or not label.startswith(only):
            continue
        try:
            text = body.decode(label)
        except (UnicodeDecodeError, LookupError):
            if _MULTIBYTE.match(label) and (damaged := _little_damaged(body, label)):
                return damaged
            continue
        if not _CONTROLS.search(text):
            return Decoded(_clean(text), label)
    return None


def _little_damaged(body: bytes, label: str) -> Decoded | None:
    found = _replacing(body, label)
    return found if _mostly_utf8(found.text) else None


def _detected(body: bytes) -> str | None:
    """Ask the detector about a sample that holds the most telling lines."""
    telling = [line for line in _MARKUP.sub(b" ", body).split(b"\n") if not line.isascii()]
    sample = b"\n".join(telling)[:_SAMPLE]
    for label in ("euc_jp", "cp932"):  # Japanese is full of hiragana, which the detector takes for Hangul
        if len(_HIRAGANA.findall(sample.decode(label, "replace"))) * 12 > len(sample):
            return label
    best = charset_normalizer.from_bytes(sample, cp_isolation=_LIKELY).best()
    return _codec(best.encoding) if best else None


def _replacing(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace")
    bad = text.count("\ufffd")
    problems = (f"{bad} characters are not valid {encoding} and were replaced",) if bad else ()
    return Decoded(_clean(text), encoding, problems)


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text) if _ILLEGAL.search(text) else text


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body[:1000])
    return found[1].decode("ascii") if found else ""


def _codec(label: str) -> str:
    """Name Python's codec for a label; empty for none, and for codecs that are not character sets."""
    plain = re.sub("[-_ .:]", "", label.lower())
    if not _KNOWN.match(plain) or plain == "utf7":
        return ""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return ""
    return _MEANT.get(name, name)
