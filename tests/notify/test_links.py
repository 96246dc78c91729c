from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.notify.links import web_link


@pytest.mark.parametrize(
    ("written", "url", "host"),
    [
        ("https://example.org", "https://example.org/", "example.org"),
        (" HTTPS://Example.ORG/A?b=c#d ", "https://example.org/A?b=c#d", "example.org"),
        ("http://example.org:8080/x", "http://example.org:8080/x", "example.org"),
        ("https://example.org?x=1", "https://example.org?x=1", "example.org"),
        ("https://example.org/a|b<c>d\"e'f", "https://example.org/a%7Cb%3Cc%3Ed%22e'f", "example.org"),
        ("https://example.org/a%20b%E2%80%AEc", "https://example.org/a%20b%E2%80%AEc", "example.org"),
        ("https://example.org/\u202egpj.exe", "https://example.org/%E2%80%AEgpj.exe", "example.org"),
        ("https://example.org/a b\tc", "https://example.org/a%20b%09c", "example.org"),
        ("https://example.org/\r\nBcc: x", "https://example.org/%0D%0ABcc:%20x", "example.org"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC", "xn--bcher-kva.example"),
        ("https://аpple.example/", "https://xn--pple-43d.example/", "xn--pple-43d.example"),
        ("https://[2001:DB8::1]:80/x", "https://[2001:db8::1]:80/x", "[2001:db8::1]"),
        ("https://example.org./x", "https://example.org./x", "example.org."),
    ],
)
def test_web_addresses(written: str, url: str, host: str) -> None:
    """A web address is kept in ASCII, and the host shown is the host it leads to."""
    link = web_link(written)
    assert link is not None
    assert (link.url, link.host) == (url, host)


@pytest.mark.parametrize(
    "written",
    [
        "", "javascript:alert(1)", "JaVaScRiPt://example.org/%0aalert(1)", "data:text/html,x", "ftp://example.org/",
        "mailto:ana@example.org", "//example.org/", "/relative", "https:example.org", "https:///example.org",
        "https://bank.example@evil.example/", "https://bank.example:80@evil.example/",
        "https://bank.example\\@evil.example/", "https://evil.example\\.bank.example/", "https://bank%2eexample/",
        "https://exa mple.org/", "https://exam\nple.org/", "https://example.org:99999999/", "https://[::1/",
        "https://[vF.x]/", "https://-/", "https://..", "https://a<b.example/", "https://a|b.example/",
        "https://" + "a" * 300 + ".example/", "https://example.org/" + "a" * 3000, "slack://open", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address(written: str) -> None:
    """Other schemes, user names, back slashes and hosts that are no names are no links."""
    assert web_link(written) is None


@given(st.text(max_size=80))
def test_any_link_is_safe_to_write(path: str) -> None:
    """Whatever follows the host, the link is printable ASCII without signs that end it anywhere."""
    link = web_link(f"https://example.org/{path}")
    assert link is not None
    assert re.fullmatch(r"[!-~]+", link.url)
    assert not set('<>|"`\\ ^{}') & set(link.url)
    assert urlsplit(link.url).hostname == "example.org"
