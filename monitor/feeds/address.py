"""Which addresses the daemon may speak to: the rules of the outbound door, without a socket.

`check_url` judges how an address is written, `refusal` judges a numeric address. The second is the one
that protects: it is asked about the very address that a socket is about to connect to.
"""

from __future__ import annotations

import errno
import ipaddress
import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address

from yarl import URL

Address = IPv4Address | IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# The IANA special-purpose registry for IPv4, with multicast, the reserved block, and the one public
# address that a cloud keeps for its own wire server.
_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
    )
)
# Of IPv6 only 2000::/3 is given out to the public; these are the exceptions inside it.
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    map(ipaddress.IPv6Network, ["2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20"])
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOW_32 = 0xFFFFFFFF
_ISATAP = (0x00005EFE, 0x02005EFE)

_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]")
_AUTHORITY = re.compile(r"^[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)
_READ_TWO_WAYS = "ßς"  # ss and σ in the first standard of international names, themselves in the second
_LONGEST = 8000


class Refused(OSError):
    """The outbound door stays shut; the message says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EACCES, reason)  # the client's own errors show a system error's text

    def __str__(self) -> str:
        return str(self.strerror)


def check_url(text: str) -> URL:
    """Read a web address strictly; raises `Refused` where two readers could take it for two hosts."""
    if len(text) > _LONGEST:
        raise Refused("the address is too long")
    if _UNFIT.search(text):
        raise Refused("the address holds white space, a backslash or a control character")
    try:
        url = URL(text)
        port, shown_host = url.port, url.host or ""
    except (ValueError, IndexError) as error:  # the latter at odd brackets
        raise Refused(f"not an address: {error}") from None
    if url.scheme not in ("http", "https"):
        said = f"not {url.scheme}" if url.scheme else "and the address names no scheme"
        raise Refused(f"only http and https are fetched, {said}")
    authority = _AUTHORITY.match(text)
    if not authority or not url.raw_host:
        raise Refused("the address names no host")
    if "@" in authority[1]:
        raise Refused("the address holds a user name before its host")
    if any(letter in authority[1].lower() and letter not in shown_host for letter in _READ_TWO_WAYS):
        raise Refused("the host holds a letter that old readers write as two")
    if "[" in authority[1] and ":" not in url.raw_host:
        raise Refused("the brackets hold no IPv6 address")
    if port == 0:
        raise Refused("the address names port 0")
    _check_host(url.raw_host)
    return url


def _check_host(host: str) -> None:
    if ":" in host:
        if "%" in host:
            raise Refused("the host is an address with a zone")
        try:
            IPv6Address(host)
        except ValueError:
            raise Refused("the host is not a valid IPv6 address") from None
        return
    if _ENDS_IN_NUMBER.search(host):
        try:
            IPv4Address(host)
        except ValueError:
            raise Refused("the host is a number in an odd spelling; write an address as 192.0.2.1") from None
        return
    labels = host.removesuffix(".").split(".")
    if len(host) > 254 or not all(len(label) < 64 and _NAME.fullmatch(label) for label in labels):
        raise Refused("the host is not a valid name")


def refusal(address: Address, allow: Iterable[Network] = ()) -> str:
    """Say why nothing may connect to `address`; empty where it may.

    A network in `allow` opens what lies in it, and forms of IPv6 that carry an IPv4 address of it.
    """
    networks = tuple(allow)
    for inner in _forms(address):
        if any(inner.version == network.version and inner in network for network in networks):
            continue
        if _is_special(inner):
            shown = f"{address}" if inner == address else f"{address} (carrying {inner})"
            return f"{shown} lies in a private or special range; outbound.allow may name it"
    return ""


def _forms(address: Address) -> tuple[Address, ...]:
    """Give the addresses that must all be fit: those carried inside, else the address itself."""
    if isinstance(address, IPv4Address):
        return (address,)
    return tuple(_carried(address)) or (address,)


def _carried(address: IPv6Address) -> Iterator[Address]:
    number = int(address)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address in _NAT64:
        yield IPv4Address(number & _LOW_32)
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    elif (number >> 32) & _LOW_32 in _ISATAP:
        yield IPv4Address(number & _LOW_32)
        yield address


def _is_special(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in network for network in _SPECIAL_V4)
    return address not in _PUBLIC_V6 or any(address in network for network in _SPECIAL_V6)
