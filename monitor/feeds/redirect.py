"""Where a redirect may lead. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yarl import URL

from monitor.errors import Unreachable
from monitor.feeds.address import Refused, check_url

MAX_HOPS = 5
REDIRECTS = {301: True, 302: False, 303: False, 307: False, 308: True}  # status → is it for good

_NO_UTF8 = re.compile("[\udc80-\udcff]")  # how bytes that are not UTF-8 come out of a header


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a request goes, after how many redirects, and whether all of them were for good.

    `home` says that no hop has left the origin that the feed's secrets are for; coming back is not enough.
    """

    url: URL
    number: int = 0
    for_good: bool = True
    home: bool = False

    @property
    def moved_to(self) -> str | None:
        """The new address, where every hop on the way was for good."""
        return str(self.url) if self.number and self.for_good else None


def next_hop(hop: Hop, status: int, location: str) -> Hop:
    """Give the hop that a redirect asks for; raises `Unreachable` or `Refused` where it may not be taken."""
    if hop.number >= MAX_HOPS:
        raise Unreachable(f"more than {MAX_HOPS} redirects")
    location = _NO_UTF8.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", location.strip())
    if "\\" in location:
        raise Refused("redirected to an address with a backslash")
    try:
        joined = str(hop.url.join(URL(location)).with_fragment(None))
    except (ValueError, IndexError) as error:  # the latter at odd brackets
        raise Refused(f"redirected to what is no address: {error}") from None
    url = check_url(joined)
    if url == hop.url:
        raise Unreachable("the address redirects to itself")
    if hop.url.scheme == "https" and url.scheme == "http":
        raise Unreachable("redirected from https to http")
    home = hop.home and url.origin() == hop.url.origin()
    return Hop(url, hop.number + 1, hop.for_good and REDIRECTS[status], home)
