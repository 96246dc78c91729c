"""A made-up month of news: events, and what two agencies and two dozen papers make of them.

An event is reported by an agency, printed by papers word for word or nearly so, told by others in words of
their own and in two languages, taken up again a day later, edited, corrected; and another event like it
happens nearby. Everything follows from a seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

Words = dict[str, str]  # a title and a text


@cache
def _written() -> dict[str, Any]:
    return dict(yaml.safe_load((Path(__file__).parent / "made_news.yaml").read_text("utf-8")))


@dataclass(frozen=True)
class Outlet:
    """Whoever publishes: a feed of its own, with what a configuration says of it."""

    id: str
    source: str
    country: str
    lang: str
    tier: int | None
    agency: bool = False


@dataclass(frozen=True)
class Piece:
    """What an outlet publishes at a time; the same link at a later time is an edit.

    `event` is what it is about, empty for chatter. `role` says what it is to the event.
    """

    at: datetime
    outlet: str
    link: str
    title: str
    text: str
    event: str
    role: str


OUTLETS = (
    Outlet("agency-a", "Meridian Press", "CH", "en", 1, agency=True),
    Outlet("agency-b", "Northern Wire", "NO", "en", 1, agency=True),
    *(
        Outlet(f"paper-{n}", f"Courier {n}", country, lang, 2 if n % 3 else None)
        for n, (country, lang) in enumerate([("GB", "en"), ("IE", "en"), ("FR", "fr"), ("BE", "fr")] * 5)
    ),
)


def month(seed: int, start: datetime, days: int, events_a_day: float = 6.0) -> list[Piece]:
    """Make up so many days, in the order of their times."""
    random = Random(seed)
    pieces: list[Piece] = []
    number = 0
    for day in range(days):
        for _ in range(round(events_a_day)):
            at = start + timedelta(days=day, minutes=random.randrange(1440))
            facts = _facts(random)
            kind = random.choice(list(_written()["events"].values()))
            pieces += _event(f"e{number}", kind, facts, at, random)
            if random.random() < 0.3:  # another of its kind, nearby and soon after
                number += 1
                again = _facts(random) | ({"place": facts["place"]} if random.random() < 0.5 else {})
                pieces += _event(
                    f"e{number}", kind, again, at + timedelta(hours=random.randrange(1, 40)), random
                )
            number += 1
            pieces += _chatter(number, at, random)
    end = start + timedelta(days=days)
    return sorted((piece for piece in pieces if piece.at < end), key=lambda piece: (piece.at, piece.link))


def _facts(random: Random) -> dict[str, str]:
    names = _written()["names"]

    def name() -> str:
        return "".join(map(random.choice, (names["heads"], names["middles"], names["tails"])))

    return {
        "place": name(),
        "name": name(),
        "person": f"{random.choice(names['first'])} {name()}",
        "number": str(random.randrange(11, 990)),
        "other": str(random.randrange(11, 990)),
    }


def _event(event: str, kind: dict[str, Any], facts: Words, at: datetime, random: Random) -> Iterator[Piece]:
    agency = random.choice(OUTLETS[:2])
    papers = list(OUTLETS[2:])
    random.shuffle(papers)

    def piece(outlet: Outlet, words: Words, after: timedelta, role: str) -> Piece:
        title, text = words["title"].format(**facts), words["text"].format(**facts)
        link = f"https://{outlet.id}.example/{event}/{role}"
        return Piece(at + after, outlet.id, link, title, text, event, role)

    def minutes(least: int, most: int) -> timedelta:
        return timedelta(minutes=random.randrange(least, most))

    first = piece(agency, kind["agency"], timedelta(), "original")
    yield first
    for paper in [papers.pop() for _ in range(random.randrange(0, 10))]:
        if paper.lang == "en":
            copied = piece(paper, kind["agency"], minutes(2, 300), "copy")
            title = copied.title if random.random() < 0.6 else f"{copied.title} - {paper.source}"
            yield replace(copied, title=title, text=f"({agency.source}) {copied.text}")
    for paper in [papers.pop() for _ in range(random.randrange(0, 5))]:
        words = kind["french"] if paper.lang == "fr" else random.choice(kind["told"])
        yield piece(paper, words, minutes(10, 600), "rewrite")
    if random.random() < 0.35:
        yield piece(random.choice(OUTLETS[:2]), kind["later"], minutes(1000, 2400), "follow-up")
    if random.random() < 0.15:
        yield replace(
            first, at=first.at + minutes(20, 200), title=f"{first.title}, officials say", role="edit"
        )
    if random.random() < 0.08:
        corrected = first.text.replace(facts["number"], str(int(facts["number"]) + 1))
        at_last = first.at + minutes(250, 900)
        yield replace(first, at=at_last, title=f"CORRECTED: {first.title}", text=corrected, role="correction")
    elif random.random() < 0.03:
        yield replace(
            first, at=first.at + minutes(250, 900), title=f"RETRACTED: {first.title}", role="retraction"
        )


def _chatter(number: int, at: datetime, random: Random) -> Iterator[Piece]:
    for place in range(2):
        outlet = random.choice(OUTLETS[2:])
        words, facts = random.choice(_written()["chatter"]), _facts(random)
        title, text = words["title"].format(**facts), words["text"].format(**facts)
        link = f"https://{outlet.id}.example/chatter/{number}-{place}"
        yield Piece(
            at + timedelta(minutes=random.randrange(600)), outlet.id, link, title, text, "", "chatter"
        )
