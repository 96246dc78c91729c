"""How many independent voices have a story."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import NOBODY, Article
from monitor.stories.agencies import credited_agency, voice_of
from monitor.stories.corroboration import Report, corroboration_of, milestone, report_of, with_report, word_of
from tests.conftest import NOON


def report(
    voice: str, source: str = "", lang: str = "en", country: str = "", tier: int | None = None
) -> Report:
    return Report(voice, source or voice, lang, country, tier, NOON)


def test_copies_of_one_agency_count_once() -> None:
    """Five papers print the agency's text, one has a story of its own: two voices, six articles."""
    papers = [report("agency", f"paper {number}") for number in range(5)]
    found = corroboration_of([report("agency"), *papers, report("own paper")])
    assert (found.independent, found.articles) == (2, 7)
    assert len(found.sources) == 7


def test_languages_countries_and_the_best_tier_are_known() -> None:
    """Languages count without their regions; a source without a tier takes none away."""
    found = corroboration_of(
        [
            report("a", lang="pt-br", country="BR", tier=2),
            report("b", lang="pt"),
            report("c", lang="fa", tier=1),
        ]
    )
    assert (found.languages, found.countries, found.tier) == (("pt", "fa"), ("BR",), 1)


def test_the_first_article_stays_the_first() -> None:
    """Later reports do not change when and by whom the story was told first."""
    first = with_report(NOBODY, report("a"))
    later = with_report(first, Report("b", "b", "en", "", None, NOON + timedelta(hours=1)))
    assert (later.first_at, later.sources[0]) == (NOON, "a")


def test_there_are_never_more_voices_than_publishers() -> None:
    """One that credits five agencies in turn is one source."""
    agencies = [report(voice, "Spammer") for voice in ("Reuters", "AFP", "AP", "TASS", "Xinhua")]
    assert corroboration_of(agencies).independent == 1
    assert corroboration_of([*agencies, report("courier")]).independent == 2


def test_who_denies_a_report_is_no_witness_of_it() -> None:
    """What another one calls false is not told by him as well."""
    told = corroboration_of([report("wire")])
    denial = Article("2", "Correction: no fire", NOON, source="Courier")
    assert word_of(denial, "courier", NOBODY) == "courier"
    found = with_report(told, report_of(denial, word_of(denial, "courier", told), 1, NOON))
    assert (found.independent, found.articles, found.tier) == (1, 2, None)


@given(st.lists(st.sampled_from("abcdefgh")))
def test_each_voice_counts_once_whatever_the_order(voices: list[str]) -> None:
    """As many as there are different ones, and all articles."""
    found = corroboration_of(map(report, voices))
    assert (found.independent, found.articles) == (len(set(voices)), len(voices))


@given(st.integers(0, 10_000))
def test_a_mark_is_passed_and_stays_passed(voices: int) -> None:
    """The mark of more voices is never lower, and never above their number."""
    assert milestone(voices) <= milestone(voices + 1)
    assert milestone(voices) <= max(voices, 1)


@pytest.mark.parametrize(
    ("author", "text", "agency"),
    [
        ("Reuters", "Ships wait.", "Reuters"),
        ("By Ann Lee, Associated Press", "Ships wait.", "AP"),
        ("Ann Lee", "LONDON (Reuters) - Ships wait.", "Reuters"),
        ("", "تهران (ایرنا) - کشتی‌ها منتظرند.", "IRNA"),
        ("", "МОСКВА (ТАСС) - Суда ждут.", "TASS"),
        ("", "（新华社）船只等待。", "Xinhua"),
        ("", "Ships wait, the master said. (dpa)", "dpa"),
        ("", "VELMAR — Reuters — Ships wait.", "Reuters"),
        ("", "Ships wait, the master said. By Reuters", "Reuters"),
        ("", "船只等待。来源：新华社", "Xinhua"),
        ("Ann Lee", "Ships wait (see below).", ""),
        ("", "Ships wait — masters say — off the port.", ""),
        ("", "Reuters moved its office.", ""),
    ],
)
def test_an_agency_is_known_by_its_credit(author: str, text: str, agency: str) -> None:
    """As the author, or in brackets at the edges of the text; a mere mention is no credit."""
    assert credited_agency(Article("1", "Ships wait", NOON, body=text, author=author)) == agency


def test_the_agency_itself_and_who_prints_it_are_one_voice() -> None:
    """Its own feed, a paper with its credit; a paper's own word is the paper's, however it is spelt."""
    own = Article("1", "t", NOON, source="REUTERS")
    printed = Article("2", "t", NOON, source="Courier", summary="(Reuters) Ships wait.")
    courier = [Article("3", "t", NOON, source=name) for name in ("Courier", "COURIER ", " courier")]
    assert voice_of(own) == voice_of(printed) == "Reuters"
    assert {voice_of(article) for article in courier} == {"courier"}
