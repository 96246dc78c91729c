"""Texts in seventeen languages, row by row: what is found in each, where, and what only looks like it."""

from datetime import UTC, datetime

import pytest

from monitor.model import Match
from monitor.text.visible import visible_text
from tests.languages import asian, cyrillic, english, german_turkish, right_to_left, romance
from tests.languages.conftest import Judge
from tests.languages.forms import AFFIXES, INFLECTED, INFORMAL, MEMBERS, REGEX, UNKNOWN
from tests.languages.holders import HOLDERS
from tests.languages.raw import RAW

PAGES = (english, romance, german_turkish, cyrillic, right_to_left, asian)
LANGUAGES = {name.lower(): getattr(page, name) for page in PAGES for name in dir(page) if name.isupper()}
EXPRESSIONS = {lang: tuple(dict.fromkeys(row[1] for row in rows)) for lang, rows in LANGUAGES.items()}
ROWS = [(lang, *row) for lang, rows in LANGUAGES.items() for row in rows]
FORMS = (*REGEX, *AFFIXES, *INFLECTED, *INFORMAL, *UNKNOWN)
EITHER = "actor:secretary OR actor:russia-secretary"


def words_of(match: Match | None) -> str:
    """Give the words that a match marks, one after another."""
    return " | ".join(span.text for span in match.evidence.spans) if match else ""


@pytest.mark.parametrize(("lang", "why", "expression", "text", "found"), ROWS)
def test_what_is_found_in_a_text(
    judge: Judge, lang: str, why: str, expression: str, text: str, found: str
) -> None:
    """Exactly the words of the row are marked in the text, or nothing is."""
    match = judge(expression, EXPRESSIONS[lang], text, lang)
    assert words_of(match) == found, why
    assert bool(match) == bool(found), why


@pytest.mark.parametrize(("why", "lang", "expression", "text", "found"), FORMS)
def test_forms_that_are_asked_for(
    judge: Judge, why: str, lang: str, expression: str, text: str, found: str
) -> None:
    """Patterns, inflected and informal names, attached particles, and texts that say no language."""
    match = judge(expression, tuple(dict.fromkeys(row[2] for row in FORMS)), text, lang)
    assert words_of(match) == found, why


@pytest.mark.parametrize(("why", "lang", "expression", "text", "day", "found"), MEMBERS)
def test_who_was_a_member_then(
    judge: Judge, why: str, lang: str, expression: str, text: str, day: str, found: str
) -> None:
    """Members of a group count from the first day to the one before they leave; ever for `member.any:`."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    match = judge(expression, tuple(dict.fromkeys(row[2] for row in MEMBERS)), text, lang, at)
    assert words_of(match) == found, why


@pytest.mark.parametrize(("why", "lang", "expression", "raw", "found"), RAW)
def test_what_is_found_in_a_field_as_it_came(
    judge: Judge, why: str, lang: str, expression: str, raw: str, found: str
) -> None:
    """Tags and entities are read as a browser reads them before words are looked for."""
    match = judge(expression, tuple(dict.fromkeys(row[2] for row in RAW)), visible_text(raw), lang)
    assert words_of(match) == found, why


@pytest.mark.parametrize(("why", "lang", "text", "day", "offices"), HOLDERS)
def test_who_held_the_office_then(
    judge: Judge, why: str, lang: str, text: str, day: str, offices: str
) -> None:
    """The evidence names the holder of the article's day, and says who only acts."""
    match = judge(EITHER, (EITHER,), text, lang, datetime.fromisoformat(day).replace(tzinfo=UTC))
    said = [
        ":".join(filter(None, (hit.office, hit.person or "nobody", hit.note)))
        for hit in (match.evidence.offices if match else ())
    ]
    assert said == offices.split(), why


def test_every_language_has_its_rows() -> None:
    """Seventeen languages, a dozen rows each at the least, and no row twice."""
    assert len(LANGUAGES) == 17
    assert min(len(rows) for rows in LANGUAGES.values()) >= 12
    assert len({(lang, expression, text) for lang, _, expression, text, _ in ROWS}) == len(ROWS) >= 500
