"""What an HTTP answer to a notification asks for: done, later or never; and what may be repeated of it."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from math import ceil
from urllib.parse import quote, unquote

from monitor.headers import retry_after
from monitor.text.display import displayable, shorten

_LATER = frozenset({408, 425, 429})
# Logins in the forms that servers and proxies repeat them in; whose they are does not matter.
_LOGIN = re.compile(r"\b(basic|bearer|digest|negotiate)\s+(?=\S*[^a-z\s])[^\s,;<>\"']{4,}", re.IGNORECASE)
_LOGIN_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
_LOOKED_AT = 20_000  # characters of an answer, of which a few are shown
_FRACTION = re.compile(r"[0-9]+\.[0-9]+")


def may_succeed_later(status: int) -> bool:
    """Say whether the same request may succeed later, by its HTTP status alone."""
    return status in _LATER or status >= 500


def asked_wait(values: Iterable[str], date: str, now: datetime) -> float | None:
    """Read all `Retry-After` of an answer, with its `Date`; the longest counts, so that none comes early."""
    waits = [_wait({"Retry-After": value.strip(), "Date": date}, now) for value in values]
    return max((wait for wait in waits if wait is not None), default=None)


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    value = headers["Retry-After"]
    if _FRACTION.fullmatch(value) and len(value) < 20:
        return retry_after({"Retry-After": str(ceil(float(value)))}, now)
    return retry_after(headers, now)


def said(answer: str, *secrets: str) -> str:
    """Make what a server said fit for a reason: displayable, short and without secrets.

    Ours are found in every spelling that a server may give back; logins of others by their form.
    """
    text = displayable(answer[:_LOOKED_AT])[: _LOOKED_AT // 5]
    for spelling in _every_spelling(secrets):
        text = spelling.sub("***", text)
    text = _LOGIN.sub(r"\1 ***", text)
    return shorten(_LOGIN_IN_ADDRESS.sub("***@", text), 160)


@lru_cache(maxsize=256)
def _every_spelling(secrets: tuple[str, ...]) -> list[re.Pattern[str]]:
    """Give what finds secrets in whatever spelling, longer ones first."""
    forms = {form for secret in secrets for form in _spellings(secret)}
    return [re.compile(re.escape(form), re.IGNORECASE) for form in sorted(forms, key=len, reverse=True)]


def _spellings(secret: str) -> Iterable[str]:
    """Give a secret as it is, and as addresses, JSON, pages and logins write it."""
    if not secret:
        return
    yield displayable(secret) or secret
    for form in (quote(secret, safe=""), quote(secret), unquote(secret), html.escape(secret)):
        yield displayable(form) or form
    for form in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield form
        yield form.replace("/", r"\/")
    coded = secret.encode(errors="surrogateescape")
    yield coded.hex()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(coded).decode().rstrip("=")
        yield from filter(
            _long_enough, (_within(encode(b"\0" * before + coded), before) for before in (1, 2))
        )


def _within(coded: bytes, before: int) -> str:
    """Give the letters that a secret alone decides inside of a longer text in base64, such as a login."""
    return coded.decode().rstrip("=")[before + 1 : -1]


def _long_enough(form: str) -> bool:
    return len(form) >= 6
