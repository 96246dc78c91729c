"""The shape of rule files: actors, topics and rules as users write them, checked key by key."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from monitor.model import EMPTY_LABELS, RuleStatus, Severity
from monitor.text.stems import LANGUAGES
from monitor.values import Strict

_LEAP_SECOND = re.compile(r"(:\d\d:)60")  # allowed in RFC 3339, unknown to the clock
ActorKind = Literal["person", "organisation", "office", "country", "place", "group", "other"]


def fault(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """Make the error of a validator, with its hint."""
    return PydanticCustomError("rule_" + code, "{said}", {"said": message, "hint": hint})


def _id(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", text):
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


def _listed(value: object) -> object:
    if isinstance(value, str):
        raise fault("lone_text", "a list belongs here", f"write [{value}]")
    if value is None or value == []:
        raise fault("empty", "the list is empty", "name something or remove the key")
    return value


def _any_language(value: object) -> object:
    if isinstance(value, dict):
        if not value:
            raise fault("empty", "the mapping is empty", "name something or remove the key")
        return value
    return {"": _listed(value)}


def _language(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
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


def _written_term(value: object) -> object:
    return {"term": value} if isinstance(value, str) else value


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


Id = Annotated[str, BeforeValidator(_id)]
Text = Annotated[str, BeforeValidator(_text)]
Language = Annotated[str, BeforeValidator(_language)]
Day = Annotated[str, BeforeValidator(_day_or_less)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Flag = Annotated[bool, BeforeValidator(_yes_or_no)]
Days = Annotated[int, BeforeValidator(_days)]


class TermEntry(Strict):
    """One name or topic term: a text alone, or a mapping with what is special about it."""

    term: Text | None = None
    regex: Text | None = None
    case: Literal["exact"] | None = None
    accents: Literal["exact"] | None = None
    stem: Annotated[str | None, BeforeValidator(_stemmer)] = None
    lang: Annotated[tuple[Language, ...], BeforeValidator(_listed)] = ()
    inflect: Flag | None = None
    affixes: Flag | None = None

    @field_validator("regex", "inflect", "affixes")
    @classmethod
    def _later(cls, value: object) -> object:
        raise fault("later", "this key is not in this version", "remove it; write the forms out")


TermItem = Annotated[TermEntry, BeforeValidator(_written_term)]
Terms = Annotated[tuple[TermItem, ...], BeforeValidator(_listed)]
LanguageKey = Annotated[str, BeforeValidator(_language_label)]
NamesByLanguage = Annotated[dict[LanguageKey, Terms], BeforeValidator(_any_language)]
NO_NAMES: dict[str, tuple[TermEntry, ...]] = {}


LintCode = Literal[
    "acronym-case",
    "contained-name",
    "country-name",
    "holder-gap",
    "holder-overlap",
    "holder-unchecked",
    "live-without-owner",
    "live-without-tests",
    "live-without-why",
    "shared-name",
    "test-without-date",
    "wide-near",
]


class LintEntry(Strict):
    """Findings that somebody accepts, by their code."""

    allow: Annotated[tuple[LintCode, ...], BeforeValidator(_listed)]


class HolderEntry(Strict):
    """Who held an office from when until when, or that nobody did."""

    person: Id | None = None
    vacant: Flag = False
    acting: Flag = False
    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None
    grace: Days | None = None
    checked: Day | None = None
    source: Text | None = None


class ActorEntry(Strict):
    """A person, organisation, office, country, place or group."""

    id: Id
    kind: ActorKind
    name: Text | None = None
    names: NamesByLanguage = NO_NAMES
    weak: NamesByLanguage = NO_NAMES
    context: NamesByLanguage = NO_NAMES
    not_: Annotated[NamesByLanguage, Field(alias="not")] = NO_NAMES
    titles: NamesByLanguage = NO_NAMES
    of: Id | None = None
    part_of: Id | None = None
    grace: Days | None = None
    holders: Annotated[tuple[HolderEntry, ...], BeforeValidator(_listed)] = ()
    members: Any = None
    informal: Any = None
    inflect: Any = None
    affixes: Any = None
    extend: Any = None
    lint: LintEntry | None = None
    source: Text | None = None

    @field_validator("members", "informal", "inflect", "affixes", "extend")
    @classmethod
    def _later(cls, value: object) -> object:
        raise fault("later", "this key is not in this version", "remove it")


class TopicEntry(Strict):
    """A list of terms that rules share."""

    id: Id
    name: Text | None = None
    terms: NamesByLanguage
    lint: LintEntry | None = None


class ArticleEntry(Strict):
    """An article inside a test."""

    title: Text = " "
    summary: Text | None = None
    body: Text | None = None
    url: Text | None = None
    author: Text | None = None
    tags: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    feed: Text | None = None
    source: Text | None = None
    lang: Text | None = None
    country: Text | None = None
    published: Moment | None = None


def _body_alone(value: object) -> object:
    if value is None:
        raise fault("text", "a value is missing: a text or an article belongs here")
    return {"body": value} if isinstance(value, str) else value


Example = Annotated[ArticleEntry | None, BeforeValidator(_body_alone)]
TestKind = Literal["match", "no_match", "todo_match", "todo_no_match"]
TEST_KINDS: tuple[TestKind, ...] = ("match", "no_match", "todo_match", "todo_no_match")


class TestEntry(Strict):
    """A text or article that the rule must match, or must not."""

    __test__ = False  # not a test of this project's own

    match: Example = None
    no_match: Example = None
    todo_match: Example = None
    todo_no_match: Example = None
    published: Moment | None = None
    lang: Text | None = None
    feed: Text | None = None
    actors: Annotated[tuple[Id, ...], BeforeValidator(_listed)] = ()
    texts: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    series: Any = None
    alerts_at: Any = None

    @field_validator("series", "alerts_at")
    @classmethod
    def _later(cls, value: object) -> object:
        raise fault("later", "this key is not in this version", "tests over time come with `when:`")

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, value: object) -> object:
        given = [kind for kind in TEST_KINDS if isinstance(value, dict) and kind in value]
        if isinstance(value, dict) and len(given) != 1 and not {"series", "alerts_at"} & value.keys():
            raise fault("test_kind", f"a test has one of {', '.join(TEST_KINDS)}")
        return value

    def kind(self) -> TestKind:
        """Tell which of the four kinds this test is."""
        return next(kind for kind in TEST_KINDS if getattr(self, kind) is not None)


def _label(value: object) -> str:
    return _text(value)


class AlertEntry(Strict):
    """What an alert of the rule carries for the routes."""

    labels: dict[str, Annotated[str, BeforeValidator(_label)]] = EMPTY_LABELS


class RuleEntry(Strict):
    """A rule: an expression with its reason, owner, severity and tests."""

    id: Id
    title: Text | None = None
    why: Text | None = None
    status: RuleStatus = "shadow"
    severity: Severity = "medium"
    owner: Text | None = None
    match: Text
    alert: AlertEntry = AlertEntry()
    tests: Annotated[tuple[TestEntry, ...], BeforeValidator(_listed)] = ()
    when: Any = None
    lint: LintEntry | None = None

    @field_validator("when")
    @classmethod
    def _later(cls, value: object) -> object:
        raise fault("later", "conditions over time (when:) are not in this version", "remove it")


class RuleFile(Strict):
    """A rule file: any of the three lists."""

    actors: tuple[ActorEntry, ...] = ()
    topics: tuple[TopicEntry, ...] = ()
    rules: tuple[RuleEntry, ...] = ()

    @field_validator("actors", "topics", "rules", mode="before")
    @classmethod
    def _may_be_empty(cls, value: object) -> object:
        return () if value is None else value
