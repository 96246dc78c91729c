"""Alerts to try channels with, in our own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.model import (
    ActorHit,
    AlertReason,
    Article,
    Corroboration,
    Evidence,
    Match,
    Notification,
    OfficeHit,
    Opening,
    Quote,
)

AT = datetime(2023, 2, 9, 10, 40, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TITLE = "Shamkhani and Patrushev speak of common threats"
SENTENCE = "In Moscow the two secretaries said that Shanghai and BRICS give new room."
PERSIAN = "ایران و روسیه از تهدیدهای مشترک گفتند"


def marks(text: str, *words: str) -> tuple[tuple[int, int], ...]:
    return tuple((text.index(word), text.index(word) + len(word)) for word in words)


def evidence() -> Evidence:
    return Evidence(
        at=AT,
        at_from="published",
        actors=(ActorHit("sco", "Shanghai Cooperation Organisation", "Shanghai"), ActorHit("brics", "BRICS")),
        offices=(
            OfficeHit(
                office="ru-sc-secretary",
                office_name="Secretary of Russia's Security Council",
                person="patrushev",
                person_name="Nikolai Patrushev",
                since="2008-05-12",
                until=None,
                via="title",
            ),
        ),
        quotes=(
            Quote("title", TITLE, marks(TITLE, "common threats")),
            Quote("body", SENTENCE, marks(SENTENCE, "secretaries", "Shanghai", "BRICS")),
        ),
    )


def match(**changes: object) -> Match:
    made = Match(
        rule="iran-russia",
        title="Iran–Russia security ties",
        severity="high",
        status="live",
        checksum="c0ffee",
        evidence=evidence(),
        why="Such contacts have come before arms deals.",
        owner="iran-desk@example.org",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def article(**changes: object) -> Article:
    made = Article(
        id="7",
        title=TITLE,
        first_seen=AT,
        body=SENTENCE,
        url="https://news.example.org/2023/moscow?a=1&b=2",
        feed="caspian",
        source="Caspian Wire",
        lang="en",
        published=AT,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def notification(**changes: object) -> Notification:
    made = Notification(
        key="a1/1/here",
        alert="a1",
        revision=1,
        reason=AlertReason.FIRST,
        receiver="iran-desk",
        destination="terminal:stderr",
        severity="high",
        article=article(),
        matches=(match(),),
        feed_title="Caspian Wire: Politics",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


FIRST_TITLE = "Secretaries meet in Moscow behind closed doors"
TOLD_BY = Corroboration(
    voices=("iran-press", "caspian", "example", "times", "tass"),
    sources=("Iran Press", "Caspian Wire", "Example Times", "Harbour Times", "TASS"),
    languages=("fa", "en", "ru"),
    countries=("IR", "GB"),
    tier=2,
    articles=7,
    first_at=AT,
)


def first_article(**changes: object) -> Article:
    return replace(article(id="1", title=FIRST_TITLE, source="Iran Press"), **changes)  # type: ignore[arg-type]


def follow_up(reason: AlertReason = AlertReason.MORE_SOURCES, **changes: object) -> Notification:
    """Make a follow-up that brings no new rule; its alert began with another article."""
    made = notification(
        key="a1/4/here",
        revision=4,
        reason=reason,
        article=article(id="9", source="Example Times", url="https://times.example/2023/talks"),
        told_by=TOLD_BY,
        brings_rules=False,
        opening=Opening(first_article(), "medium"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def correction(reason: AlertReason = AlertReason.CORRECTION, **changes: object) -> Notification:
    """Make a correction of the article that a follow-up told of."""
    now = article(id="9", title=f"CORRECTION: {TITLE}", summary="Correction: not in Moscow.")
    made = follow_up(reason, article=now, corrects=article(id="9", title=TITLE, summary="In Moscow."))
    return replace(made, **changes)  # type: ignore[arg-type]
