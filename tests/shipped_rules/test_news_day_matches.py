"""What the shipped rules say of the demonstration's news day, article by article."""

from datetime import UTC, datetime
from pathlib import Path

from monitor.demo.news_day import load_news_day
from monitor.matching.engine import Matcher
from monitor.model import Article
from monitor.rules.book import load_rulebook
from monitor.text.visible import visible_text

RULES = Path(__file__).parents[2] / "rules"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = load_news_day()

SECRETARIES = "iran-russia-security-secretaries"
SECURITY = "iran-russia-security"
COUNCIL = "russia-security-council-on-iran"
IN_BRICS = "iran-in-brics"
IN_SCO = "iran-in-sco"
AFGHANISTAN = "afghanistan-regional-security"
RECOGNITION = "taliban-recognition"
MEMBERSHIP = "bloc-membership"
TRANSIT = "iran-russia-transit"
ENERGY = "iran-russia-energy"
ABROAD = "iran-secretary-abroad"
DIALOGUE = "afghanistan-security-dialogue"

WHOLE_MEETING = {SECRETARIES, SECURITY, COUNCIL, IN_BRICS, IN_SCO}
EXPECTED = {
    "old-trip": {AFGHANISTAN, DIALOGUE, ABROAD},
    "old-visit-ru": {AFGHANISTAN, DIALOGUE, ABROAD},
    "meeting-wire": WHOLE_MEETING | {ENERGY},
    "meeting-copy-link": {SECRETARIES, SECURITY, COUNCIL},
    "meeting-copy-text": WHOLE_MEETING | {ENERGY},
    "meeting-fa": WHOLE_MEETING | {ABROAD},
    "meeting-fa-arabic-letters": {SECRETARIES},
    "meeting-ru": WHOLE_MEETING,
    "meeting-ar": WHOLE_MEETING,
    "meeting-zh": WHOLE_MEETING,
    "meeting-tr": WHOLE_MEETING,
    "meeting-fr": WHOLE_MEETING - {IN_SCO},
    "dialogue-wire": {AFGHANISTAN, DIALOGUE},
    "dialogue-wire-renamed": {AFGHANISTAN, DIALOGUE},
    "dialogue-ru": {AFGHANISTAN, DIALOGUE},
    "dialogue-fa": {AFGHANISTAN},
    "taliban-inclusive": {RECOGNITION},
    "taliban-recognition-ar": {RECOGNITION},
    "brics-trade": {IN_BRICS},
    "sco-accession": {IN_SCO, MEMBERSHIP},
    "brics-expansion-zh": {MEMBERSHIP},
    "corridor-wire": {TRANSIT},
    "corridor-ru": {TRANSIT},
    "medvedev-council": {COUNCIL},
}


def _article(played):
    feed = DAY.feed(played.feed)
    return Article(
        id=played.key,
        title=visible_text(played.title),
        summary=visible_text(played.summary),
        body=visible_text(played.body),
        url=played.url,
        author=played.author,
        tags=played.tags,
        feed=feed.id,
        source=feed.title,
        lang=feed.lang,
        country=feed.country,
        published=played.published,
        first_seen=NOW,
    )


def _matches():
    matcher = Matcher(load_rulebook([RULES], now=NOW))
    return {played.key: matcher.match(_article(played)) for played in DAY.articles}


def test_each_article_matches_what_it_should_and_the_rest_nothing():
    """The day's articles match exactly the rules listed above; every other article matches none."""
    found = {key: {match.rule for match in matches} for key, matches in _matches().items()}
    assert {key: rules for key, rules in found.items() if rules} == EXPECTED


def test_the_meeting_names_both_holders_in_every_language():
    """Each version of the Moscow meeting gives both offices with the persons who held them that day."""
    for key, matches in _matches().items():
        if not key.startswith("meeting-"):
            continue
        first = next(match for match in matches if match.rule == SECRETARIES)
        holders = {hit.office: hit.person for hit in first.evidence.offices}
        assert holders == {
            "iran-snsc-secretary": "ali-shamkhani",
            "russia-security-council-secretary": "nikolai-patrushev",
        }, key
