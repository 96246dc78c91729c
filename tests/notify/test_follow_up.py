"""What a follow-up says: what has changed, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model import NOBODY, AlertReason, Corroboration, Notification, Opening
from monitor.notify.alert_text import alert_text
from monitor.notify.follow_up import FollowUp, told_by_in_words
from tests.notify.samples import (
    FIRST_TITLE,
    PERSIAN,
    TITLE,
    TOLD_BY,
    article,
    correction,
    first_article,
    follow_up,
    match,
    notification,
)

FIVE = "5 independent sources in 3 languages"
FIRST_TIER_TOO = f"{FIVE}, first from Iran Press; a first-tier source has it now; newest: Example Times."
NEWEST = f"{FIVE}, first from Iran Press; newest: Example Times."


def short(made: Notification) -> FollowUp:
    found = alert_text(made).short
    assert found is not None
    return found


def rows(made: Notification) -> list[tuple[str, str]]:
    return [(row.label, row.text.text) for row in short(made).rows]


@pytest.mark.parametrize(
    ("made", "kind", "sentence"),
    [
        (
            follow_up(),
            "more sources",
            f"{FIVE} have it now, first from Iran Press; newest: Example Times.",
        ),
        (
            follow_up(article=first_article()),
            "more sources",
            f"{FIVE} have it now, first from Iran Press.",
        ),
        (
            follow_up(told_by=Corroboration(("a", "b"), ("A", "B"), tier=1), article=article(source="A")),
            "more sources",
            "2 independent sources have it now, first from A, one of them of the first tier.",
        ),
        (
            follow_up(told_by=replace(TOLD_BY, tier=1), knew_first_tier=True),
            "more sources",
            f"{FIVE} have it now, first from Iran Press; newest: Example Times.",
        ),
        (follow_up(told_by=NOBODY), "more sources", "More sources have it now; newest: Example Times."),
        (
            follow_up(AlertReason.FIRST_TIER),
            "first tier",
            f"A first-tier source has it now; {NEWEST}",
        ),
        (
            follow_up(
                AlertReason.SEVERITY,
                severity="critical",
                matches=(match(title="BRICS", severity="critical"), match()),
            ),
            "more severe",
            f"It is critical now (at first medium), by rule “BRICS”; {NEWEST}",
        ),
        (
            follow_up(AlertReason.SEVERITY, matches=(), told_by=replace(TOLD_BY, tier=1)),
            "more severe",
            f"It is high now (at first medium); {FIRST_TIER_TOO}",
        ),
        (
            correction(),
            "correction",
            "CORRECTION: the article that you were told of has been corrected.",
        ),
        (
            correction(corrects=first_article()),
            "correction",
            "CORRECTION: a newer article corrects the story that you were told of.",
        ),
        (
            correction(AlertReason.RETRACTION),
            "retraction",
            "RETRACTION: the article that you were told of has been withdrawn.",
        ),
        (
            correction(AlertReason.RETRACTION, corrects=first_article()),
            "retraction",
            "RETRACTION: a newer article withdraws the story that you were told of.",
        ),
    ],
)  # fmt: skip
def test_one_sentence_says_what_changed(made: Notification, kind: str, sentence: str) -> None:
    """Who has it now, what it became or what is taken back; in a word where it goes along with others."""
    assert (short(made).kind, short(made).sentence) == (kind, sentence)
    assert alert_text(notification(others=(made,))).others[0].note == kind


def test_nothing_is_said_again() -> None:
    """Without a new rule there are no quotes, no reasons and no rules: the first message had them."""
    said = alert_text(follow_up())
    assert (said.quotes, said.reasons, said.rules, said.told_by) == ((), (), (), "")
    assert rows(follow_up()) == [("", TITLE)]


def test_a_new_rule_brings_its_evidence() -> None:
    """A follow-up for a new rule is a whole alert, with the line that says who has the story."""
    said = alert_text(follow_up(AlertReason.NEW_RULE, brings_rules=True))
    assert said.short is None
    assert said.notes == ("Follow-up: rule “Iran–Russia security ties” joined.",)
    assert said.quotes
    assert said.rules
    assert said.told_by == "5 sources in 3 languages, first from Iran Press (2 countries, 7 articles)"


def test_a_new_rule_says_what_else_came_with_it() -> None:
    """A severity above all that was told before, and the first source of the first tier."""
    made = follow_up(AlertReason.NEW_RULE, brings_rules=True, severity="critical", risen=True)
    joined = "Follow-up: rule “Iran–Russia security ties” joined"
    assert alert_text(made).notes == (f"{joined}. It is critical now (at first medium).",)
    first_tier = replace(TOLD_BY, tier=1)
    made = replace(made, told_by=first_tier, risen=False)
    assert alert_text(made).notes == (f"{joined}; a first-tier source has it now.",)
    assert alert_text(replace(made, knew_first_tier=True)).notes == (f"{joined}.",)


def test_a_correction_says_what_was_told_and_what_it_reads_now() -> None:
    """The headline as it was told stands before the one that it has now."""
    assert rows(correction()) == [("Told before", TITLE), ("Reads now", f"CORRECTION: {TITLE}")]


def test_where_only_the_text_was_corrected_the_text_is_told() -> None:
    """The headline is not told twice; the part of the text that changed is."""
    told = article(id="9", summary="In Moscow.")
    now = replace(told, summary="Correction: not in Moscow.")
    assert rows(correction(article=now, corrects=told)) == [
        ("Headline as before", TITLE),
        ("Text now", "Correction: not in Moscow."),
    ]
    now = replace(told, summary="", body="Correction: in Minsk.")
    assert rows(correction(article=now, corrects=told))[1] == ("Text now", "Correction: in Minsk.")
    assert rows(correction(article=told, corrects=told)) == [("Headline as before", TITLE)]


def test_what_the_archive_no_longer_has_is_left_out() -> None:
    """A correction whose article as told is gone says what it reads now."""
    gone = correction(corrects=None, opening=None)
    assert rows(gone) == [("Reads now", f"CORRECTION: {TITLE}")]
    assert short(gone).about is None
    assert alert_text(gone).topic == f"[high] CORRECTION: {TITLE}"


def test_a_correction_that_brings_a_rule_is_whole() -> None:
    """The evidence of a rule that joins with a correction is shown, below what was corrected."""
    said = alert_text(correction(brings_rules=True))
    assert said.short is None
    assert said.notes == (
        "CORRECTION: the article that you were told of has been corrected.",
        f"Told before: {TITLE}",
        "Follow-up: rule “Iran–Russia security ties” joined.",
    )
    assert said.rules


def test_no_rule_joins_what_was_not_told() -> None:
    """What begins a thread is told as a first alert is; a correction says what it corrects and no more."""
    begins = follow_up(AlertReason.NEW_RULE, begins_thread=True, brings_rules=True, opening=None)
    assert (alert_text(begins).follow_up, alert_text(begins).notes) == (None, ())
    assert alert_text(begins).rules
    corrects = alert_text(correction(begins_thread=True, brings_rules=True))
    assert corrects.notes == (
        "CORRECTION: the article that you were told of has been corrected.",
        f"Told before: {TITLE}",
    )


def test_the_story_is_named_once() -> None:
    """It has the headline that the alert began with, unless that is read in the message anyway."""
    about = short(follow_up()).about
    assert about is not None
    assert about.text == FIRST_TITLE
    assert short(follow_up(article=first_article())).about is None
    assert short(correction(corrects=first_article())).about is None


def test_all_messages_of_an_alert_have_one_topic() -> None:
    """Whatever the newest article is called and however severe it is by now."""
    began = notification(article=first_article(), severity="medium")
    later = follow_up(severity="critical", article=article(title=PERSIAN))
    long = first_article(title="A very long account of it. " * 40)
    assert alert_text(began).topic == alert_text(later).topic == f"[medium] {FIRST_TITLE}"
    first, second = notification(article=long), follow_up(opening=Opening(long, "high"))
    assert alert_text(first).topic == alert_text(second).topic


@pytest.mark.parametrize(
    ("told_by", "said"),
    [
        (NOBODY, ""),
        (Corroboration(("a",), ("Iran Press",), articles=4), ""),
        (Corroboration(("a", "b"), ("Iran Press", "B"), articles=2), "2 sources, first from Iran Press"),
        (Corroboration(("a", "b"), ("", "B"), articles=2), "2 sources"),
        (
            Corroboration(("a", "b", "c"), ("Iran Press", "B", "C"), ("fa", "en"), ("IR",), articles=3),
            "3 sources in 2 languages, first from Iran Press",
        ),
        (
            Corroboration(("a", "b"), ("ایران پرس", "B"), ("fa",), ("IR", "GB"), articles=3),
            "2 sources, first from \u2068ایران پرس\u2069 (2 countries, 3 articles)",
        ),
    ],
)
def test_who_has_the_story(told_by: Corroboration, said: str) -> None:
    """From two independent sources on: how many, in how many languages, and which was first."""
    assert told_by_in_words(told_by) == said
    assert alert_text(notification(told_by=told_by)).told_by == said


def test_sources_from_right_to_left_are_isolated() -> None:
    """Names of sources turn nothing around them."""
    made = follow_up(
        article=article(source="اطلاعات"),
        told_by=replace(TOLD_BY, sources=("ایران پرس", "اطلاعات", "c", "d", "e")),
    )
    assert short(made).sentence == (
        f"{FIVE} have it now, first from \u2068ایران پرس\u2069; newest: \u2068اطلاعات\u2069."
    )
