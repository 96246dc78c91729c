"""Alerts to try channels with, in our own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.model import (
    ActorHit,
    AlertReason,
    Article,
    Evidence,
    Match,
    Notification,
    OfficeHit,
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
