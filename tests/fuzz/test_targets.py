"""The fuzz targets as ordinary tests: every seed, and every finding there was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS
from tests.fuzz.web_addresses import host_on_the_web


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_passes(target):
    """What the fuzzer starts from keeps every promise."""
    found = seeds()[target]
    assert found
    for seed in found:
        TARGETS[target](seed)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=30, deadline=None)
@given(raw=st.binary(max_size=200))
def test_drawn_bytes_pass(target, raw):
    """So do a few drawn bytes, where there is no fuzzer."""
    TARGETS[target](raw)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("json", b'],"items":[{"id":"2","content_text":"a"}],"feed_url":"http://a.]example/f"}'),
        ("addresses", b"\x00\x00//[::~]/"),
        ("addresses", b"http://[::1]:>@//[:"),
        ("addresses", "https://ß☃/".encode()),
        ("addresses", b"http://xn--+/"),
        ("addresses", b"tp://[::1]:>\x00@//[:"),
    ],
)
def test_what_was_found_once_passes(target, found):
    """Each input here has broken its target once."""
    TARGETS[target](found)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://a.example@b.example/", "b.example"),
        ("http://a.example\\@b.example/", "a.example"),
        ("http:a.example", "a.example"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://017700000001/", "127.0.0.1"),
        ("http://1.2.3.4.5/", None),
        ("http://256/", "0.0.1.0"),
        ("http://a。example/", "a.example"),
        ("http://①②⑦.0.0.1/", "127.0.0.1"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://[::0001]/x", "::1"),
        ("http://[::1%25eth0]/", None),
        ("http://a b/", None),
        ("ftp://a.example/", None),
    ],
)
def test_the_judge_of_addresses_reads_them_as_browsers_do(address, host):
    """The address target's own reading is that of the URL Standard."""
    assert host_on_the_web(address) == host
