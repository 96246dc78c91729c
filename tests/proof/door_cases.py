"""Every way into the house that we know of: addresses that no outbound path may ever connect to.

Each case is an address to ask for, with what a lying name server says meanwhile. `{port}` is the canary's.
"""
# ruff: noqa: E501 - a row stays on one line

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

Answers = tuple[
    tuple[str, ...], ...
]  # of one look-up after the other; the last one for ever; () is no such name

PUBLIC = "93.184.216.34"
INSIDE = "inside.example"

# The special-purpose registries of IANA, multicast, and the one public address that a cloud keeps for itself.
SPECIAL_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/31", "192.0.2.0/24",
    "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "168.63.129.16/32",
)  # fmt: skip
SPECIAL_V6 = (
    "::/128", "::1/128", "::ffff:0:0/104", "::/96", "::ffff:0:127.0.0.0/104", "64:ff9b::127.0.0.0/104",
    "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128",
    "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28",
    "2001:db8::/32", "2002:a00::/24", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20", "5f00::/16", "fc00::/7",
    "fd00:ec2::254/128", "fe80::/10", "fec0::/10", "ff00::/8", "4000::/3",
)  # fmt: skip

SPELLINGS = (
    "127.0.0.1", "2130706433", "0x7f000001", "0X7F000001", "017700000001", "0x7f.0.0.1", "0177.0.0.1", "0177.0.0.01",
    "127.1", "127.0.1", "127.0.0.01", "0127.0.0.1", "127.000.000.001", "127.0.0.1.", "127.0.0.1..", "0x7f.1", "0x7f.0x1",
    "00000177.0.0.1", "0x000000007f.0.0.1", "127.0.0.0x1", "127.0x0.0.1", "2130706433.", "0x7f000001.", "4425673729",
    "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "①②⑦。⓪。⓪。①", "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "%31%32%37%2e%30%2e%30%2e%31", "127.0.0.1%00", "127.0.0.1%2f", "127.0.0.1%09",
    "[127.0.0.1]", "[::1]", "[::1%25lo]", "[::1%lo]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::127.0.0.1]",
    "[::ffff:127.0.0.1]", "[::FFFF:7F00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:7f00:0001%251]", "[::1].", "[::1]x",
    "[v1.127.0.0.1]", "[::ffff:0x7f.0.0.1]", "[::]", "0", "0.0.0.0", "0x0", "00", "0.0", "+127.0.0.1", "-127.0.0.1",
    "127.0.0.1,", "127.0.0.1;", "127.0.0.1\u00ad", "127.0.0.1\u200b", "127.0.0\u20601", "ⓛocalhost", "localhost", "LOCALHOST",
    "localhost.", "ｌｏｃａｌｈｏｓｔ", "lo\u00adcalhost", "127.0.0.1.example@127.0.0.1", "١٢٧.٠.٠.١",
)  # fmt: skip

SCHEMES = (
    "file:///etc/passwd", "file://127.0.0.1:{port}/x", "file:/etc/passwd", "ftp://127.0.0.1:{port}/x", "ftps://127.0.0.1:{port}/",
    "sftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_x", "data:text/xml,<rss/>", "javascript:alert(1)",
    "jar:http://127.0.0.1:{port}/!/x", "dict://127.0.0.1:{port}/d", "ldap://127.0.0.1:{port}/", "ws://127.0.0.1:{port}/",
    "wss://127.0.0.1:{port}/", "unix:///run/x.sock", "http+unix://%2Frun%2Fx.sock/", "tcp://127.0.0.1:{port}/",
    "telnet://127.0.0.1:{port}/", "tftp://127.0.0.1:{port}/x", "netdoc:/etc/passwd", "php://filter", "feed://127.0.0.1:{port}/",
    "view-source:http://127.0.0.1:{port}/", "about:blank", "blob:http://127.0.0.1:{port}/x", "//127.0.0.1:{port}/", "http:127.0.0.1:{port}",
    "http:/127.0.0.1:{port}/", "http:///127.0.0.1:{port}/", "http:////127.0.0.1:{port}/", "htt\tp://127.0.0.1:{port}/",
    " http://127.0.0.1:{port}/", "http ://127.0.0.1:{port}/", "https:127.0.0.1:{port}/", "redis://127.0.0.1:{port}/",
)  # fmt: skip

DIFFERENTIALS = (
    "http://good.example@127.0.0.1:{port}/", "http://good.example:80@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@good.example/",
    "http://good.example\\@127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}\\", "http://good.example#@127.0.0.1:{port}/",
    "http://good.example?@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@good.example/", "http://127.0.0.1:{port}?@good.example/",
    "http://good.example%40127.0.0.1:{port}/", "http://good.example%2f@127.0.0.1:{port}/", "http://@127.0.0.1:{port}/",
    "http://:@127.0.0.1:{port}/", "http://a@b@127.0.0.1:{port}/", "http://127.0.0.1:{port}:80/", "http://127.0.0.1:0{port}/",
    "http://127.0.0.1:+{port}/", "http://127.0.0.1:{port}\t/", "http://127.0.0.1\t:{port}/", "http://127.0.\n0.1:{port}/",
    "http://127.0.0.1:{port}/\r\nHost: good.example\r\n\r\n", "http://good.example\r\n@127.0.0.1:{port}/", "http://127.0.0.1 :{port}/",
    "http://127.0.0.1:{port} @good.example/", "http://good.example\x00@127.0.0.1:{port}/", "http://127.0.0.1:{port}/@good.example",
    "http://127.0.0.1:{port}//good.example/", "http://[::1]@127.0.0.1:{port}/", "http://[127.0.0.1]:{port}@good.example/",
    "http://good.example;@127.0.0.1:{port}/", "http://good.example／@127.0.0.1:{port}/", "http://127.0.0.1:{port}／.good.example/",
    "http://127.0.0.1：{port}/", "http：//127.0.0.1:{port}/", "http://127.0.0.1:{port}＃@good.example/", "http://good.example＠127.0.0.1:{port}/",
    "http://127.0.0.1:{port}?.good.example/", "http://good.example／.127.0.0.1:{port}/", "http://127.0.0.1:{port}\u2028@good.example/",
    "http://[::ffff:127.0.0.1:{port}/", "http://127.0.0.1]:{port}/", "http://127.0.0.1:{port}/" + "x" * 9_000,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An address to ask for; `zone` is what the name server says, `hops` the statuses of redirects to it."""

    name: str
    url: str
    zone: Mapping[str, Answers] = field(default_factory=dict)
    hops: tuple[int, ...] = ()


def literal(address: IPv4Address | IPv6Address) -> str:
    """Write a web address of a numeric address."""
    return f"http://{address}:{{port}}/" if address.version == 4 else f"http://[{address}]:{{port}}/"


def named(name: str, *answers: tuple[str, ...], scheme: str = "http") -> Case:
    """Write a case of a host that the name server answers for like that."""
    return Case(name, f"{scheme}://{INSIDE}:{{port}}/", {INSIDE: answers})


def carriers(inner: IPv4Address) -> dict[str, IPv6Address]:
    """Give the addresses of IPv6 that carry one of IPv4."""
    number = int(inner)
    return {
        "mapped": IPv6Address((0xFFFF << 32) | number),
        "compatible": IPv6Address(number),
        "translated": IPv6Address((0xFFFF << 48) | number),
        "NAT64": IPv6Address((0x64FF9B << 96) | number),
        "local NAT64": IPv6Address((0x64FF9B0001 << 80) | number),
        "6to4": IPv6Address((0x2002 << 112) | (number << 80) | 1),
        "Teredo client": IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | (number ^ 0xFFFFFFFF)),
        "Teredo server": IPv6Address((0x20010000 << 96) | (number << 64) | (0x08080808 ^ 0xFFFFFFFF)),
        "ISATAP": IPv6Address((0x2607F8B0 << 96) | (0x00005EFE << 32) | number),
        "universal ISATAP": IPv6Address((0x2607F8B0 << 96) | (0x02005EFE << 32) | number),
    }


def ranges() -> Iterator[Case]:
    """Give the ends of every special range: by number, by name, behind a redirect."""
    for text in SPECIAL_V4 + SPECIAL_V6:
        network = ipaddress.ip_network(text)
        last = network[-1]
        yield Case(f"{text} by number", literal(last))
        yield named(f"{text} by name", (str(network[0]),))
        yield Case(f"{text} behind a redirect", literal(last), hops=(302,))


def disguises() -> Iterator[Case]:
    """Give addresses of IPv4 inside addresses of IPv6."""
    for inner in map(
        IPv4Address, ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "0.0.0.0")
    ):
        for how, outer in carriers(inner).items():
            yield Case(f"{inner} as {how} by number", literal(outer))
            yield named(f"{inner} as {how} by name", (str(outer),))


def rebinding() -> Iterator[Case]:
    """Give what a lying name server may say: another answer each time, or one good address among bad ones."""
    inside, v6 = ("127.0.0.1",), ("::1",)
    yield named("inside at once", inside)
    yield named("inside at once, over TLS", inside, scheme="https")
    yield named("no such name, then inside", (), inside)
    yield named("one public and one inner address", (PUBLIC, "127.0.0.1"))
    yield named("one inner and one public address", ("127.0.0.1", PUBLIC))
    yield named(
        "an inner address at the end of many", (*(f"93.184.216.{n}" for n in range(1, 40)), "10.0.0.1")
    )
    yield named("only an address of IPv6, inside", v6)
    yield named("a public address of IPv4 and an inner one of IPv6", (PUBLIC, "::1"))
    yield named("a public address of IPv6 and an inner one of IPv4", ("2606:4700::1111", "127.0.0.1"))
    yield named("a link-local address with a zone", ("fe80::1%lo",))
    yield named("an inner address with a zone", ("::1%1",))
    yield named("a mapped address among public ones", (PUBLIC, "::ffff:127.0.0.1"))
    yield named("another inner address each time", inside, ("10.0.0.1",), v6, ("192.168.0.1",))
    yield named("all addresses of a cloud's inside", ("169.254.169.254", "fd00:ec2::254", "168.63.129.16"))
    yield named("the address of nobody", ("0.0.0.0",))
    for wild in (
        "127.0.0.1.nip.example",
        "a.b.c.d.e.f.inside.example",
        "xn--inside.example",
        "in_side.example",
        "INSIDE.example.",
    ):
        zone = {wild.lower().removesuffix("."): (inside,)}
        yield Case(f"{wild} leads inside", f"http://{wild}:{{port}}/", zone)


def chains() -> Iterator[Case]:
    """Give redirects that lead inside after some honest steps, of each kind."""
    inside = "http://127.0.0.1:{port}/"
    for status in (301, 302, 303, 307, 308):
        yield Case(f"a {status} inside", inside, hops=(status,))
    yield Case("three redirects inside", inside, hops=(301, 302, 307))
    yield Case("five redirects inside", inside, hops=(302,) * 5)
    yield Case("six redirects inside", inside, hops=(302,) * 6)
    yield Case("twenty redirects inside", inside, hops=(301,) * 20)
    yield Case("a redirect to the other family", "http://[::1]:{port}/", hops=(308, 301))
    yield Case("a redirect without a scheme", "//127.0.0.1:{port}/", hops=(302,))
    yield Case(
        "a redirect to a name that leads inside",
        f"http://{INSIDE}:{{port}}/",
        {INSIDE: (("127.0.0.1",),)},
        (302,),
    )
    yield Case(
        "a redirect to a name that leads inside the second time",
        f"http://{INSIDE}:{{port}}/",
        {INSIDE: ((), ("127.0.0.1",))},
        (302,),
    )
    yield Case("a redirect to TLS inside", "https://127.0.0.1:{port}/", hops=(302,))
    for odd in (*SCHEMES, *DIFFERENTIALS):
        if odd.isprintable() and odd == odd.strip():
            yield Case(f"a redirect to {odd:.60}", odd, hops=(302,))
    for spelling in SPELLINGS:
        yield Case(f"a redirect to {spelling!a}", f"http://{spelling}:{{port}}/", hops=(307,))


def written() -> Iterator[Case]:
    """Give addresses that two readers may take for two hosts, or that are of another scheme."""
    for spelling in SPELLINGS:
        yield Case(f"{spelling!a}", f"http://{spelling}:{{port}}/")
    for odd in (*SCHEMES, *DIFFERENTIALS):
        yield Case(f"{odd!a:.70}", odd, {"good.example": ((PUBLIC,),)})


def cases() -> list[Case]:
    """Give all of them."""
    return [*ranges(), *disguises(), *rebinding(), *chains(), *written()]
