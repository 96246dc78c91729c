"""Where a redirect may lead."""

import pytest
from yarl import URL

from monitor.errors import Unreachable
from monitor.feeds.address import Refused
from monitor.feeds.redirect import Hop, next_hop

HERE = Hop(URL("https://a.example/news/feed?x=1"))


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/other", "https://a.example/other"),
        ("other.xml", "https://a.example/news/other.xml"),
        ("?y=2", "https://a.example/news/feed?y=2"),
        ("//b.example/feed", "https://b.example/feed"),
        (" https://b.example/%D8%AE?a=b%26c ", "https://b.example/%D8%AE?a=b%26c"),
        ("https://a.example:8443/", "https://a.example:8443/"),
    ],
)
def test_locations_are_read_against_the_address_that_sent_them(location, target):
    """Relative locations, paths alone and other hosts are understood."""
    assert str(next_hop(HERE, 301, location).url) == target


@pytest.mark.parametrize("location", ["http://a.example/feed", "http://b.example/", "HTTP://a.example/"])
def test_https_is_never_left_for_http(location):
    """A redirect that gives up encryption is not followed; from http to https it is."""
    with pytest.raises(Unreachable, match="https to http"):
        next_hop(HERE, 301, location)
    assert next_hop(Hop(URL("http://a.example/")), 301, "https://a.example/").moved_to == "https://a.example/"


@pytest.mark.parametrize(
    "location",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user@b.example/",
        "https://0x7f.1/",
        "/\\\\b.example/",
        "https://b.example\\@127.0.0.1/",
        "//user:pw@b.example/",
        "https://[::1/",
        "data:text/xml,<rss/>",
        "https://b.example:0/",
        "//[::~]/",
        "https://[::1]:>@//[:",
    ],
)
def test_locations_that_are_no_plain_web_address_are_refused(location):
    """Other schemes, user names, odd numbers and backslashes lead nowhere."""
    with pytest.raises(Refused):
        next_hop(HERE, 302, location)


def test_one_temporary_hop_makes_the_whole_way_temporary():
    """A feed has moved only where every hop says so for good."""
    first = next_hop(HERE, 308, "/a")
    assert first.moved_to == "https://a.example/a"
    assert next_hop(next_hop(first, 302, "/b"), 301, "/c").moved_to is None
    assert HERE.moved_to is None
