from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.model import ActorHit, AlertReason, Evidence, OfficeHit, Quote
from monitor.notify.alert_text import alert_text
from tests.notify.samples import AT, PERSIAN, SENTENCE, TITLE, article, evidence, match, notification


def office(**changes: object) -> OfficeHit:
    return replace(evidence().offices[0], **changes)  # type: ignore[arg-type]


def reasons(*offices: OfficeHit, lang: str = "en", **changes: object) -> tuple[str, ...]:
    found = Evidence(at=AT, at_from="published", offices=offices)
    return alert_text(notification(lang=lang, matches=(match(evidence=found),), **changes)).reasons


@pytest.mark.parametrize(
    ("hit", "said"),
    [
        ({}, "Secretary of Russia's Security Council: Nikolai Patrushev, since 12 May 2008"),
        (
            {"until": "2024-05"},
            "Secretary of Russia's Security Council: Nikolai Patrushev, from 12 May 2008 until May 2024",
        ),
        (
            {"since": None, "until": "2024"},
            "Secretary of Russia's Security Council: Nikolai Patrushev, until 2024",
        ),
        ({"since": None}, "Secretary of Russia's Security Council: Nikolai Patrushev"),
        (
            {"note": "acting"},
            "Secretary of Russia's Security Council: Nikolai Patrushev (acting), since 12 May 2008",
        ),
        (
            {"note": "former"},
            "former Secretary of Russia's Security Council: Nikolai Patrushev, since 12 May 2008",
        ),
        (
            {"person": None, "person_name": None, "until": "2008-05-20"},
            "Secretary of Russia's Security Council: vacant from 12 May 2008 until 20 May 2008",
        ),
        (
            {"person": None, "person_name": None, "since": None},
            "Secretary of Russia's Security Council: holder at the time not known",
        ),
        ({"office_name": "", "person_name": None}, "ru-sc-secretary: patrushev, since 12 May 2008"),
        (
            {"since": "around 2008"},
            "Secretary of Russia's Security Council: Nikolai Patrushev, since around 2008",
        ),
    ],
)
def test_office_lines(hit: dict[str, object], said: str) -> None:
    """An office is told with its holder then and the interval of the rule file, or why there is none."""
    assert reasons(office(**hit)) == (said,)


def test_dates_follow_the_receivers_language() -> None:
    """Dates are written in the receiver's language, and isolated where that runs from right to left."""
    assert reasons(office(), lang="fr")[0].endswith("since 12 mai 2008")
    assert reasons(office(), lang="en-US")[0].endswith("since May 12, 2008")
    assert "\u2068" in reasons(office(), lang="fa")[0]


def test_published_in_the_receivers_zone() -> None:
    """The published time is told in the receiver's zone, with the zone's name."""
    assert alert_text(notification(tz="Europe/Paris")).published == "9 February 2023, 11:40 CET"
    assert alert_text(notification(tz="Asia/Tehran")).published == "9 February 2023, 14:10 UTC+03:30"


def test_first_seen_is_said() -> None:
    """Where the article's time was not the published one, the alert says which was used and why."""
    found = replace(evidence(), at_from="first seen")
    undated = alert_text(notification(article=article(published=None), matches=(match(evidence=found),)))
    assert undated.published == "no usable date; first seen 9 February 2023, 10:40 UTC"
    assert undated.reasons[-1].endswith("9 February 2023, 10:40 UTC: the feed gave no usable date")
    silly = article(published=datetime(1970, 1, 1, tzinfo=UTC))
    told = alert_text(notification(article=silly, matches=(match(evidence=found),)))
    assert told.reasons[-1].endswith("the feed gave no believable date")


def test_actors_with_the_words_that_named_them() -> None:
    """Actors are told once each, with the name as it stands in the article where that differs."""
    hits = (
        ActorHit("sco", "Shanghai Cooperation Organisation", "Shanghai"),
        ActorHit("brics", "BRICS", "brics"),
    )
    found = Evidence(at=AT, at_from="published", actors=(*hits, hits[0]))
    told = alert_text(notification(matches=(match(evidence=found), match(evidence=found))))
    assert told.reasons == ("Actors: Shanghai Cooperation Organisation (as “Shanghai”) · BRICS",)


def test_a_quoted_title_is_marked_in_the_headline() -> None:
    """A quote of the title marks the headline and is not told twice."""
    told = alert_text(notification())
    assert [piece for piece, marked in told.headline.pieces() if marked] == ["common threats"]
    assert [quote.text for quote in told.quotes] == [SENTENCE]


def test_one_sentence_of_two_rules_stands_once() -> None:
    """A sentence that two rules quote stands once, with the marks of both."""
    one = Evidence(at=AT, at_from="published", quotes=(Quote("body", SENTENCE, ((0, 2),)),))
    two = Evidence(at=AT, at_from="published", quotes=(Quote("body", SENTENCE, ((3, 9),)),))
    told = alert_text(notification(matches=(match(evidence=one), match(evidence=two))))
    assert [quote.marks for quote in told.quotes] == [((0, 2), (3, 9))]


def test_every_rule_is_quoted_before_any_is_quoted_twice() -> None:
    """Where there are more quotes than fit, each rule's best comes before another rule's second."""

    def quoting(*texts: str) -> Evidence:
        return Evidence(at=AT, at_from="published", quotes=tuple(Quote("body", text, ()) for text in texts))

    several = (match(evidence=quoting(*(f"{name}{number}" for number in range(3)))) for name in "abc")
    told = alert_text(notification(matches=tuple(several)))
    assert [quote.text for quote in told.quotes] == ["a0", "b0", "c0", "a1", "b1"]


def test_offices_are_not_told_again_as_actors() -> None:
    """An office that has its own line is not in the line of actors."""
    found = replace(
        evidence(), actors=(ActorHit("ru-sc-secretary", "Secretary", "he"), ActorHit("brics", "BRICS"))
    )
    assert alert_text(notification(matches=(match(evidence=found),))).reasons[-1] == "Actor: BRICS"


def test_notes() -> None:
    """A follow-up names the rules that joined; a possible repeat and a test say that they are that."""
    joined = notification(
        revision=2,
        reason=AlertReason.NEW_RULE,
        matches=(match(), match(title="BRICS")),
        possible_repeat=True,
    )
    assert alert_text(joined).notes == (
        "Follow-up: rules “Iran–Russia security ties” and “BRICS” joined.",
        "Possible repeat: an earlier attempt may already have reached you.",
    )
    assert alert_text(notification()).notes == ()
    assert alert_text(notification(reason=AlertReason.TEST)).notes[0].startswith("Test alert")


def test_right_to_left_titles_are_isolated_in_the_subject() -> None:
    """A Persian title is isolated in the subject, a Latin one is left alone."""
    assert alert_text(notification(article=article(title=PERSIAN))).subject == f"[high] \u2068{PERSIAN}\u2069"
    assert alert_text(notification()).subject == f"[high] {TITLE}"


def test_an_untitled_article_is_told_by_its_text() -> None:
    """Without a title the text stands in; without both the headline says so."""
    assert alert_text(notification(article=article(title=""))).headline.text == SENTENCE
    assert alert_text(notification(article=article(title="", body=""))).headline.text == "(untitled)"


def test_a_test_alert_without_matches() -> None:
    """A notification without matches can be told too."""
    told = alert_text(notification(reason=AlertReason.TEST, matches=()))
    assert told.rules == ()
    assert told.reasons == ()


def test_origin_names_the_feed_only_where_it_says_more() -> None:
    """Source and feed are told once when they are the same."""
    assert alert_text(notification(feed_title="caspian wire")).origin == "Caspian Wire"
    assert alert_text(notification()).origin == "Caspian Wire, feed “Caspian Wire: Politics”"


def test_what_is_left_out_is_counted() -> None:
    """More rules or offices than fit are counted, not dropped without a word."""
    many = alert_text(notification(matches=tuple(match(rule=f"r{n}", title=f"Rule {n}") for n in range(12))))
    assert many.rules[-1].title == "and 4 more rules"
    told = reasons(*(office(office=f"o{n}", office_name=f"Office {n}") for n in range(15)))
    assert told[-1] == "and 3 more offices"


def test_a_hostile_language_tag_is_dropped() -> None:
    """The article's language goes into mark-up only where it is one."""
    assert alert_text(notification(article=article(lang='en" onload="x'))).lang == ""
    assert alert_text(notification(article=article(lang="zh-hant"))).lang == "zh-hant"
