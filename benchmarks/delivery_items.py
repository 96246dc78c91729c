"""What travels: numbered items, each of which one rule matches, and the feeds that publish them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

# One word, one rule, one receiver, one destination each.
WORDS = (
    "alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel",
    "india", "juliett", "kilo", "lima", "mike", "november", "oscar", "papa",
)  # fmt: skip
NUMBER = re.compile(rb"Report (\d{6}) ")
_ABOUT = (
    "The ministers met for two days behind closed doors, and said afterwards that the corridor, the loans "
    "and the prisoners would be spoken of again before the winter; no text was signed."
)

_SYLLABLES = (
    "ka",
    "vel",
    "dor",
    "mi",
    "san",
    "tul",
    "bre",
    "gon",
    "fi",
    "lar",
    "zu",
    "pen",
    "rok",
    "ist",
    "ha",
    "jem",
)


def word_of(number: int, destinations: int) -> str:
    """Say for which destination an item is."""
    return WORDS[number % destinations]


def text_of(number: int) -> str:
    """Give an item's text, with names of its own: no two items tell one story."""
    drawn = Random(number)
    names = ("".join(drawn.choices(_SYLLABLES, k=3)).capitalize() for _ in range(8))
    return f"{', '.join(names)}. {_ABOUT}"


def title_of(number: int, destinations: int) -> str:
    """Give an item's title: its number, and the word that its rule looks for."""
    return f"Report {number:06d} on {word_of(number, destinations)} and its neighbours"


def rules(destinations: int) -> str:
    """Write a rule file with a rule for each destination."""
    rows = "".join(
        f"  - {{id: {word}, title: 'About {word}', why: 'The desk of {word} asked.', status: live, "
        f"severity: medium, owner: bench, match: {word}, alert: {{labels: {{desk: {word}}}}}, "
        f"tests: [{{match: '{word}'}}]}}\n"
        for word in WORDS[:destinations]
    )
    return f"rules:\n{rows}"


def feed(name: str, numbers: list[int], destinations: int) -> bytes:
    """Write an RSS document with these items, the newest first."""
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{escape(title_of(number, destinations))}</title>"
        f"<link>http://news.example/{name}/{number}</link><guid>{name}-{number}</guid>"
        f"<description>{escape(text_of(number))}</description><pubDate>{now}</pubDate></item>"
        for number in reversed(numbers)
    )
    document = f'<rss version="2.0"><channel><title>{name}</title><link>http://news.example/</link>'
    return f"{document}<description>{name}</description>{items}</channel></rss>".encode()
