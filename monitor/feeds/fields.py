"""What every format does with the texts of a feed's fields."""

from __future__ import annotations

import re
from typing import Any

from monitor.text.visible import clean, visible_text

LONGEST = 2_000_000  # characters of one field
_SHORT = 1000
_SURROGATES = re.compile("[\ud800-\udfff]")
_MAIL = re.compile(r"(?<![^\s(<])[^\s()<>@]{1,100}@[^\s()<>@]{1,100}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def whole(raw: Any) -> str:
    """Give text that every encoder takes, of a bearable length."""
    if not isinstance(raw, str):
        return ""
    text: str = raw[:LONGEST]
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def visible(raw: Any) -> str:
    """Give the visible text of a field."""
    if isinstance(raw, str) and len(raw) < _SHORT and raw.isprintable() and "<" not in raw and "&" not in raw:
        return raw  # most are like this
    return visible_text(whole(raw)) if raw else ""


def beside_mail(raw: Any) -> str:
    """Give what stands beside a mail address, which is a name mostly; the address where it is alone."""
    text = visible(raw)
    return _MAIL.sub("", text).strip(" ()<>,;") or text


def bare(raw: Any) -> str:
    """Give a text that is no HTML, such as an id, without controls and without blanks around it."""
    if isinstance(raw, str) and len(raw) < _SHORT and raw.isprintable():
        return raw.strip()
    return clean(whole(raw)).strip()


def distinct(raw: list[Any]) -> tuple[str, ...]:
    """Give the visible ones of some texts, each once."""
    if len(raw) == 1:
        return (text,) if (text := visible(raw[0])) else ()
    return tuple(dict.fromkeys([text for one in raw if (text := visible(one))]))


def language_tag(raw: str | None) -> str:
    """Give the tag of a language in small letters; empty for what is none."""
    if raw and len(raw) == 2 and raw.isascii() and raw.isalpha():
        return raw.lower()  # most are like this
    found = _LANGUAGE.match(raw.strip()) if raw else None
    return found[0].replace("_", "-").lower() if found else ""
