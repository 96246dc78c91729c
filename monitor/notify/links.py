"""Links from feeds: only web addresses, and the host that is shown is the host they lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import quote

_LONGEST = 2000  # characters; chat programs and mail clients cut or refuse longer ones
_ADDRESS = re.compile(r"(https?)://([^/?#\\]+)([/?#].*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@%]+)(?::(\d{1,5}))?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?")
_NOT_QUOTED = "%/?#@!$&'()*+,;=:~"


@dataclass(frozen=True, slots=True)
class WebLink:
    """An http or https address in ASCII, and its host as it is to be shown."""

    url: str
    host: str


def web_link(written: str) -> WebLink | None:
    """Read a link of a feed; None unless it is a plain web address that leads where it seems to lead.

    Refused are other schemes, user names before the host (`https://bank.example@evil.example`), back
    slashes, and hosts that are no names. A host in another script is written in its ASCII form, so that
    letters that look alike cannot pass for another host; all else that is not plain ASCII is
    percent-encoded, and so are `< > |` and quotes.
    """
    found = _ADDRESS.fullmatch(written.strip())
    authority = _AUTHORITY.fullmatch(found[2]) if found else None
    host = _ascii_host(authority[1]) if authority else None
    if not (found and authority and host):
        return None
    port = f":{authority[2]}" if authority[2] else ""
    rest = quote(found[3] or "/", safe=_NOT_QUOTED, errors="replace")
    url = f"{found[1].lower()}://{host}{port}{rest}"
    return WebLink(url, host) if len(url) <= _LONGEST else None


def _ascii_host(written: str) -> str | None:
    if written.startswith("["):
        try:
            return f"[{IPv6Address(written[1:-1])}]"
        except AddressValueError:
            return None
    try:
        host = written.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host if _HOST.fullmatch(host) else None
