"""The outbound door's judgement of addresses."""
# ruff: noqa: SIM905 - tables of addresses read better as text

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.address import Refused, check_url, refusal

SPECIAL = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.0.1 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.9
203.0.113.7 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 2001:2::1 2001:20::1 2002:7f00:1:: 2002:a00:1::1
2002:c0a8:101:: 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 2607:f8b0::5efe:10.0.0.1
2607:f8b0:0:0:200:5efe:127.0.0.1 4000::1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 93.184.216.34 172.15.0.1 172.32.0.1 100.63.255.255 100.128.0.1 192.0.1.1 223.255.255.254
2606:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1
""".split()
ODD = """
http://2130706433/ http://0x7f000001/ http://0x7f.0.0.1/ http://0177.0.0.1/ http://127.1/ http://127.0.1/
http://0/ http://0x0/ http://127.0.0.1.0x1/ http://1.2.3.4.5/ http://256.1.1.1/ http://127.0.0.01/
http://①②⑦.⓪.⓪.①x.1/ http://user@host.example/ http://user:pw@host.example/ http://@host.example/
http://good.example\\@127.0.0.1/ http:\\\\127.0.0.1/ http://good.example\\.evil.example/ http://a.example:0/
http://a.example:99999/ http:///path http:a.example //a.example/ a.example ftp://a.example/ file:///etc/passwd
gopher://a.example/ javascript:alert(1) data:text/html,x unix:///run/x http://[fe80::1%25eth0]/ http://[::1
http://a.example/\r\nX:1 http://a.example/\tb http://a_b-.example/ http://-a.example/ http://a..example/
http://exa%6dple%00.example/ http://a.example\u200b/ http://[v1.x]/ dict://a.example/ HTTP//a.example
""".split(" ")


@pytest.mark.parametrize("text", SPECIAL)
def test_special_addresses_are_refused(text):
    """No private or special address passes, not in the disguise of another family either."""
    assert refusal(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_pass(text):
    """Public addresses pass, also through NAT64 and the mapped form."""
    assert refusal(ipaddress.ip_address(text)) == ""


@pytest.mark.parametrize("text", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "2002:a01:203::1"])
def test_a_network_that_is_allowed_opens_what_lies_in_it(text):
    """`allow` opens a network in every form of its addresses, and nothing beside it."""
    allow = [ipaddress.ip_network("10.0.0.0/8")]
    assert refusal(ipaddress.ip_address(text), allow) == ""
    assert refusal(ipaddress.ip_address("192.168.0.1"), allow)


@given(st.integers(0, 2**32 - 1))
def test_embedded_forms_are_judged_as_the_address_they_carry(number):
    """Mapped, NAT64 and 6to4 forms of an address are refused exactly when the address is."""
    plain = ipaddress.IPv4Address(number)
    forms = [(0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)]
    for form in forms:
        assert bool(refusal(ipaddress.IPv6Address(form))) == bool(refusal(plain))


@given(st.ip_addresses(v=4))
def test_no_address_passes_that_the_standard_library_calls_private(address):
    """The list is at least as strict as `is_global`."""
    if not address.is_global or address.is_multicast:
        assert refusal(address)


@pytest.mark.parametrize("text", [part for part in " ".join(ODD).replace("\n", " ").split(" ") if part])
def test_ambiguous_addresses_are_refused(text):
    """An address that two readers could take for two hosts is refused before any look-up."""
    with pytest.raises(Refused):
        check_url(text)


@pytest.mark.parametrize(
    "text", ["https://ß☃.example/", "https://☃ς/", "http://xn--+/", "http://[::1]:>@//[:"]
)
def test_international_names_that_are_read_in_two_ways_are_refused(text):
    """A name that only the older standard takes, and takes for another, is refused; so is a broken one."""
    with pytest.raises(Refused):
        check_url(text)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("https://news.example/feed?a=b#c", "news.example"),
        ("HTTP://NEWS.example:8080/", "news.example"),
        ("http://192.0.2.1/", "192.0.2.1"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("https://münchen.example/ä", "xn--mnchen-3ya.example"),
        ("https://خبر.example/", "xn--ngblk.example"),
        ("https://a.example/@user/feed", "a.example"),
        ("http://localhost/", "localhost"),
        ("http://under_score.example./", "under_score.example."),
    ],
)
def test_ordinary_addresses_are_read(text, host):
    """Ordinary addresses pass, international names and addresses in brackets among them."""
    assert check_url(text).raw_host == host
