"""What users may write about feeds."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from monitor.feeds.config import FeedConfig, OutboundConfig, is_own_site, registrable_domain
from monitor.strict_yaml import parse_yaml


def feed(**fields):
    return FeedConfig(**({"id": "iran-press", "url": "https://news.example.co.uk/rss"} | fields))


def test_defaults_are_those_of_a_patient_reader():
    """Ten minutes, thirty days, a silent first poll, and the registrable domain as publisher."""
    found = feed()
    assert (found.every, found.usual, found.max_age, found.backfill) == (
        None,
        timedelta(minutes=10),
        timedelta(days=30),
        "silent",
    )
    assert found.publisher == "example.co.uk"
    assert feed(source="Iran Press").publisher == "Iran Press"


def test_values_are_read_as_users_write_them():
    """Ages may be none, countries and languages any case."""
    found = feed(max_age="none", country="ir", lang="pt_BR", every="1s", tags=["a"])
    assert (found.max_age, found.country, found.lang, found.every) == (
        None,
        "IR",
        "pt-br",
        timedelta(seconds=1),
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "Iran Press"},
        {"id": "-x"},
        {"url": "ftp://a.example/"},
        {"url": "https://user:pw@a.example/"},
        {"url": "http://2130706433/"},
        {"url": "a.example"},
        {"every": "0s"},
        {"every": "often"},
        {"country": "Iran"},
        {"lang": "persian language"},
        {"backfill": "loud"},
        {"max_age": "old"},
        {"at_most": "5m"},
        {"at_least": "20m", "every": "10m"},
        {"every": "sometimes"},
        {"moves": "never"},
        {"colour": "red"},
    ],
)
def test_what_makes_no_sense_is_refused(fields):
    """Every field is checked, and unknown ones are errors."""
    with pytest.raises(ValidationError):
        feed(**fields)


def test_every_problem_is_told_with_its_place_and_a_way_out():
    """The messages fit the strict reader of files."""
    source = parse_yaml(b"id: Iran\nurl: file:///etc/passwd\ncountry: Iran\n", "watchword.yaml")
    _, problems = source.validate(FeedConfig)
    assert [(problem.line, problem.hint[:9]) for problem in problems] == [
        (1, "lower-cas"),
        (2, ""),
        (3, "two lette"),
    ]


@pytest.mark.parametrize(
    "fields",
    [{"allow": ["10.0.0.1/8"]}, {"allow": ["home"]}, {"proxy": "socks5://a.example"}, {"user_agent": "a\nb"}],
)
def test_going_out_is_checked_too(fields):
    """Networks have no host bits, proxies speak http, the user agent is one line."""
    with pytest.raises(ValidationError):
        OutboundConfig(**fields)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.news.example.com/x", "example.com"),
        ("https://a.b.gov.uk./", "b.gov.uk"),
        ("http://localhost:8000/", "localhost"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("https://someone.github.io/feed", "someone.github.io"),
    ],
)
def test_the_registrable_domain_is_what_its_owner_registered(url, domain):
    """Suffixes of two parts and private ones are known; addresses stay as they are."""
    assert registrable_domain(url) == domain


def test_every_may_be_left_to_the_feed_and_the_floor_is_never_above_it():
    """`auto` is what goes without saying."""
    assert feed(every="auto") == feed()
    assert (feed().floor, feed(every="30s").floor) == (timedelta(minutes=2), timedelta(seconds=30))


@pytest.mark.parametrize(
    ("site", "own"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("localhost", True),
        ("rsshub", True),
        ("printer.local", True),
        ("8.8.8.8", False),
        ("example.org", False),
        ("local.example", False),
    ],
)
def test_sites_of_ones_own_network_are_told_by_name_or_address(site, own):
    """They are spared the pause between polls."""
    assert is_own_site(site) is own
