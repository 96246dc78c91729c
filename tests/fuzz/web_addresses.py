"""To which host a browser goes: the host parsing of the URL Standard (url.spec.whatwg.org), for http(s)."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

import idna

_IGNORED = re.compile("[\t\n\r]")
_AUTHORITY = re.compile(r"https?:[/\\]*([^/\\?#]*)", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)


def host_on_the_web(address: str) -> str | None:
    """Give the host as a browser writes it, an IPv6 address without brackets; None where it refuses."""
    found = _AUTHORITY.match(_IGNORED.sub("", address.strip("".join(map(chr, range(33))))))
    if not found:
        return None
    host = found[1].rpartition("@")[2]
    if host.startswith("["):
        return _version_6(host.partition("]")[0][1:])
    host = unquote_to_bytes(host.partition(":")[0]).decode("utf-8", "replace")
    try:
        ascii_host = _in_ascii(host)
    except (idna.IDNAError, UnicodeError):
        return None
    if not ascii_host or _FORBIDDEN.search(ascii_host):
        return None
    last = ascii_host.removesuffix(".").rpartition(".")[2]
    return _version_4(ascii_host) if last.isdigit() or re.fullmatch("0x[0-9a-f]*", last) else ascii_host


def _in_ascii(host: str) -> str:
    mapped = idna.uts46_remap(host, std3_rules=False, transitional=False).lower()
    labels = [
        label if label.isascii() else "xn--" + label.encode("punycode").decode()
        for label in mapped.split(".")
    ]
    return ".".join(labels)


def _version_6(text: str) -> str | None:
    try:
        return str(IPv6Address(text)) if "%" not in text else None
    except AddressValueError:
        return None


def _version_4(host: str) -> str | None:
    """Read an address of up to four numbers, each decimal, octal or hexadecimal, the last taking the rest."""
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4 or not all(map(_NUMBER.fullmatch, parts)):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    *firsts, last = numbers
    if any(number > 255 for number in firsts) or last >= 256 ** (5 - len(numbers)):
        return None
    high = sum(number * 256 ** (3 - place) for place, number in enumerate(firsts))
    return str(IPv4Address(high + last))


def _number(part: str) -> int:
    if part.lower().startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)
