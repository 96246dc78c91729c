"""What every format does with the texts of a feed's fields."""

from __future__ import annotations

import re
from typing import Any

from monitor.text.visible import clean, visible_text

_LONGEST = 2_000_000  # characters of one field
_SHORT = 1000
_SURROGATES = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def whole(raw: Any) -> str:
    """Give text that every encoder takes, of a bearable length."""
    if not isinstance(raw, str):
        return ""
    raw = str(raw[:_LONGEST])
    if raw.isascii():
        return raw
    try:
        raw.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", raw)
    return raw


def visible(raw: Any) -> str:
    """Give the visible text of a field."""
    if isinstance(raw, str) and len(raw) < _SHORT and raw.isascii() and "<" not in raw and "&" not in raw:
        return clean(raw)
    return visible_text(whole(raw)) if raw else ""


def language_tag(raw: str | None) -> str:
    """Give the tag of a language in small letters; empty for what is none."""
    found = _LANGUAGE.match(raw.strip()) if raw else None
    return found[0].replace("_", "-").lower() if found else ""
