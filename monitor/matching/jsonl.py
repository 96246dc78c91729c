"""The machine interface: articles as JSON lines in, matches as JSON lines out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from monitor.errors import Malformed
from monitor.model import Article, Match
from monitor.rules.scalars import moment
from monitor.text.visible import clean, visible_text

_TEXTS = ("title", "summary", "body", "author")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOST_DIGITS = 1000
_VALUES = ("url", "feed", "source", "lang", "country")


def _say_nothing(_: str) -> None:
    """Leave a remark unsaid."""


def read_article(
    line: str, number: int, now: datetime, remark: Callable[[str], None] = _say_nothing
) -> Article:
    """Read one line; `number` serves where there is no id, and `now` is when the article was first seen.

    Unknown keys are passed over and null is absent. A published time that cannot be read gives way to `now`,
    with a remark. Raises `Malformed` with the reason where the line is broken.
    """
    try:
        read = json.loads(line, parse_int=_whole_number)
    except RecursionError:
        raise Malformed("not JSON: nested too deeply") from None
    except ValueError as error:
        raise Malformed(f"not JSON: {error}") from None
    if not isinstance(read, dict):
        raise Malformed("not a JSON object")
    given = {key: value for key, value in read.items() if value is not None}
    if "title" not in given:
        raise Malformed("'title' is missing")
    title, summary, body, author = (visible_text(_text(given, key)) for key in _TEXTS)
    url, feed, source, lang, country = (clean(_text(given, key)).strip() for key in _VALUES)
    return Article(
        id=_id(given, number),
        title=title,
        first_seen=now,
        summary=summary,
        body=body,
        url=url,
        author=author,
        tags=_tags(given),
        feed=feed,
        source=source,
        lang=lang.lower(),
        country=country.upper(),
        published=_published(given, remark),
    )


def read_line(
    raw: bytes, number: int, now: datetime, remark: Callable[[str], None] = _say_nothing
) -> Article:
    """Read one line as bytes, of which the first may begin with a byte order mark; see `read_article`."""
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    return read_article(text, number, now, remark)


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key, "")
    if not isinstance(value, str):
        raise Malformed(f"{key!r} is not a text")
    return value


def _id(given: dict[str, Any], number: int) -> str:
    value = given.get("id", number)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed("'id' is neither a text nor a whole number")
    return _SURROGATES.sub("\ufffd", str(value))  # as given: whoever asks joins by it


def _whole_number(digits: str) -> int | str:
    """Read a number; one of thousands of digits stands in a key that nobody asks for."""
    return int(digits) if len(digits) < _MOST_DIGITS else digits


def _tags(given: dict[str, Any]) -> tuple[str, ...]:
    tags = given.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Malformed("'tags' is not a list of texts")
    return tuple(visible_text(tag) for tag in tags)


def _published(given: dict[str, Any], remark: Callable[[str], None]) -> datetime | None:
    text = _text(given, "published").strip()
    if not text:
        return None
    try:
        return moment(text)
    except (ValueError, OverflowError):
        remark(f"'published' is no time: {text!r}; the moment of the run serves")
        return None


def match_line(article: Article, matches: Sequence[Match]) -> dict[str, Any]:
    """Give the matches of an article in the shape of the machine interface."""
    return {"id": article.id, "matches": [_match(match) for match in matches]}


def _match(match: Match) -> dict[str, Any]:
    evidence = match.evidence
    return {
        "rule": match.rule,
        "status": match.status,
        "severity": match.severity,
        "actors": [actor.id for actor in evidence.actors],
        "offices": [
            {
                "office": office.office,
                "person": office.person,
                "from": office.since,
                "until": office.until,
                "via": office.via,
            }
            for office in evidence.offices
        ],
        "spans": [
            {"field": span.field, "start": span.start, "end": span.end, "text": span.text, "term": span.term}
            for span in evidence.spans
        ],
    }
