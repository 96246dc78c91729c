"""What stands as one value in a rule file: ids, texts, languages, days, times, and lists that hold something.

Each type reads what a user typed and says, for the JSON Schema, what an editor will find there.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitor.text.stems import LANGUAGES

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""An article that says it is older was dated by mistake: it is judged by when it was first seen."""
AHEAD = timedelta(days=1)
"""So far ahead of the moment an article was first seen its time is still believed."""
_LEAP_SECOND = re.compile(r"(:\d\d:)60")  # allowed in RFC 3339, unknown to the clock
_ID = r"[a-z0-9][a-z0-9-]*"
_LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"


def fault(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """Make the error of a validator, with its hint."""
    return PydanticCustomError("rule_" + code, "{said}", {"said": message, "hint": hint})


def _id(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(_ID, text):
        suggestion = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        hint = f"write {suggestion}" if suggestion else ""
        raise fault("id", f"{text!r} is no id: small letters a-z, digits and hyphens", hint)
    return text


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, list | dict):
        raise fault("text", "a text belongs here")
    raise fault("text", "a value is missing: a text belongs here")


def listed(value: object) -> object:
    """Refuse a lone text where a list belongs, and a list that holds nothing."""
    if isinstance(value, str):
        raise fault("lone_text", "a list belongs here", f"write [{value}]")
    if value is None or value == []:
        raise fault("empty", "the list is empty", "name something or remove the key")
    return value


def _language(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(_LANGUAGE, text):
        raise fault("lang", f"{text!r} is no language code", "write two letters such as en, fa or ru")
    return text.lower().split("-", maxsplit=1)[0]


def _language_label(value: object) -> str:
    if value != "":
        _language(value)
    return str(value)  # as typed: en and en-GB are two lists


def _stemmer(value: object) -> str:
    code = _language(value)
    if code not in LANGUAGES:
        raise fault("stem", f"there is no stemmer for {code!r}", f"valid are: {', '.join(sorted(LANGUAGES))}")
    return code


def _day_or_less(value: object) -> str:
    text = _text(value)
    try:
        first_day(text)
    except ValueError:
        raise fault("date", f"{text!r} is no date", "write 2013-09-10, 2013-09 or 2013") from None
    return text


def _days(value: object) -> int:
    found = re.fullmatch(r"(\d{1,5})\s*d?", str(value).strip())
    if not found:
        raise fault("days", f"{value!r} is no number of days", "write 14")
    return int(found[1])


def _yes_or_no(value: object) -> bool:
    if value not in ("true", "false", True, False):
        raise fault("bool", "true or false belongs here")
    return value in ("true", True)


def first_day(text: str) -> datetime:
    """Give the first moment of a day, month or year, in UTC; `ValueError` where it is none."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text)
    if not found:
        raise ValueError(text)
    day = date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def end_of(text: str, start: datetime) -> datetime:
    """Give the end of the day, month or year that `first_day` read; the calendar's end bounds it."""
    try:
        if len(text) == 4:
            return start.replace(year=start.year + 1)
        if len(text) == 7:
            return (start + timedelta(days=31)).replace(day=1)
        return start + timedelta(days=1)
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


def interval(text: str) -> tuple[datetime | None, datetime | None]:
    """Read a date as `first_day` does, with `>=`, `>`, `<` or `<=` before it; None is open."""
    found = re.fullmatch(r"(>=|<=|>|<|=)?(.*)", text, re.DOTALL)
    assert found is not None
    start = first_day(found[2])
    end = end_of(found[2], start)
    spans = {">=": (start, None), ">": (end, None), "<": (None, start), "<=": (None, end)}
    return spans.get(found[1], (start, end))


def moment(text: str) -> datetime:
    """Read an RFC 3339 time or a day, month or year, in UTC; `ValueError` where it is neither."""
    try:
        return first_day(text.strip())
    except ValueError:
        parsed = datetime.fromisoformat(_LEAP_SECOND.sub(r"\g<1>59", text.strip().upper()))
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _moment(value: object) -> datetime:
    text = _text(value)
    try:
        return moment(text)
    except (ValueError, OverflowError):
        raise fault("moment", f"{text!r} is no time", "write 2023-02-09 or 2023-02-09T18:00:00Z") from None


def _schema(pattern: str, said: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "description": said})


Id = Annotated[str, BeforeValidator(_id), _schema(_ID, "An id: small letters a-z, digits and hyphens.")]
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string", "pattern": r"\S"})]
Language = Annotated[
    str, BeforeValidator(_language), _schema(_LANGUAGE, "A language code, such as en, fa or ru.")
]
LanguageKey = Annotated[
    str,
    BeforeValidator(_language_label),
    _schema(f"({_LANGUAGE})?", "A language code, such as en, fa or ru."),
]
Stemmer = Annotated[
    str, BeforeValidator(_stemmer), WithJsonSchema({"type": "string", "enum": sorted(LANGUAGES)})
]
Day = Annotated[
    str,
    BeforeValidator(_day_or_less),
    _schema(r"\d{4}(-\d\d(-\d\d)?)?", "A day, month or year: 2013-09-10, 2013-09 or 2013."),
]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    _schema(r"\s*\d{4}[-\dWTZwtz:.,+ ]*", "A day or a time: 2023-02-09 or 2023-02-09T18:00:00Z."),
]
Flag = Annotated[bool, BeforeValidator(_yes_or_no), WithJsonSchema({"enum": [True, False, "true", "false"]})]
Days = Annotated[int, BeforeValidator(_days), _schema(r"\s*\d{1,5}\s*d?\s*", "A number of days, such as 14.")]
Something = (BeforeValidator(listed), Field(json_schema_extra={"minItems": 1}))
"""A list that holds something where it is written; use it as `Annotated[tuple[X, ...], *Something]`."""
