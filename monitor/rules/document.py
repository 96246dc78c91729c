"""The shape of rule files: actors, topics and rules as users write them, checked key by key.

What a field is for stands in its description, which the JSON Schema gives to editors.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic.json_schema import SkipJsonSchema

from monitor.model import EMPTY_LABELS, RuleStatus, Severity
from monitor.rules.scalars import (
    Day,
    Days,
    Flag,
    Id,
    Language,
    LanguageKey,
    Moment,
    Something,
    Stemmer,
    Text,
    fault,
    listed,
)
from monitor.values import Strict

ActorKind = Literal["person", "organisation", "office", "country", "place", "group", "other"]


_UNDER_A_LANGUAGE = "put the names under their language, such as ru: {terms: […], inflect: true}"


def _any_language(value: object) -> object:
    if isinstance(value, dict):
        if not value:
            raise fault("empty", "the mapping is empty", "name something or remove the key")
        if stray := [key for key in NameList.model_fields if key in value]:
            raise fault("no_language", f"{stray[0]!r} stands where a language belongs", _UNDER_A_LANGUAGE)
        return value
    return {"": listed(value)}


def _written_term(value: object) -> object:
    return {"term": value} if isinstance(value, str) else value


class TermEntry(Strict):
    """One name or topic term: a text alone, or a mapping with what is special about it."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["term"]}, {"required": ["regex"]}]})

    term: Text | None = Field(default=None, description="The word, phrase or prefix (sanction*) to look for.")
    regex: Text | None = Field(
        default=None, description="A regular expression (RE2) over folded text to look for instead."
    )
    case: Literal["exact"] | None = Field(
        default=None, description="Upper and lower case, and accents, as written."
    )
    accents: Literal["exact"] | None = Field(default=None, description="Accents as written.")
    stem: Stemmer | None = Field(
        default=None, description="Look for inflected forms too, by this language's stemmer."
    )
    lang: Annotated[tuple[Language, ...], *Something] = Field(
        default=(), description="Look for the term only in articles of these languages."
    )
    inflect: Flag | None = Field(
        default=None, description="Every word may stand in any form of the list's language."
    )
    affixes: Flag | None = Field(
        default=None, description="Arabic and Hebrew names count with attached particles; true where unsaid."
    )


TermItem = Annotated[TermEntry, BeforeValidator(_written_term, json_schema_input_type=Text | TermEntry)]
Terms = Annotated[tuple[TermItem, ...], *Something]


class NameList(Strict):
    """The names of one language, with what is common to all of them."""

    terms: Terms = Field(description="The names or terms.")
    inflect: Flag | None = Field(
        default=None, description="Every word may stand in any form of the list's language."
    )
    affixes: Flag | None = Field(
        default=None, description="Arabic and Hebrew names count with attached particles; true where unsaid."
    )


def _bare_list(value: object) -> object:
    return value if isinstance(value, dict) else {"terms": value}


NameListItem = Annotated[NameList, BeforeValidator(_bare_list, json_schema_input_type=Terms | NameList)]
ByLanguage = Annotated[dict[LanguageKey, NameListItem], Field(json_schema_extra={"minProperties": 1})]
NamesByLanguage = Annotated[
    dict[LanguageKey, NameListItem], BeforeValidator(_any_language, json_schema_input_type=Terms | ByLanguage)
]
NO_NAMES: dict[str, NameList] = {}


LintCode = Literal[
    "acronym-case",
    "cancelled-name",
    "contained-name",
    "country-name",
    "empty-language",
    "holder-gap",
    "holder-overlap",
    "holder-unchecked",
    "impossible-date",
    "live-without-owner",
    "live-without-tests",
    "live-without-why",
    "member-circle",
    "never-true",
    "not-inflected",
    "same-operand",
    "shared-name",
    "test-date-unused",
    "test-without-date",
    "wide-near",
]


class LintEntry(Strict):
    """Findings that somebody accepts, by their code."""

    allow: Annotated[tuple[LintCode, ...], *Something] = Field(
        description="The codes of accepted findings; say the reason in a comment."
    )


class HolderEntry(Strict):
    """Who held an office from when until when, or that nobody did."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["person"]}, {"required": ["vacant"]}]}
    )

    person: Id | None = Field(default=None, description="The id of the actor who held the office.")
    vacant: Flag = Field(default=False, description="Nobody held the office.")
    acting: Flag = Field(default=False, description="The person only acted in the office.")
    from_: Day | None = Field(default=None, alias="from", description="The first day; left out: since ever.")
    until: Day | None = Field(default=None, description="The first day no longer in office; left out: still.")
    grace: Days | None = Field(
        default=None, description="Days before and after that count too; 14 where unsaid."
    )
    checked: Day | None = Field(
        default=None, description="The day for which a source shows the holder in office."
    )
    source: Text | None = Field(default=None, description="Where the dates are from.")


class MemberEntry(Strict):
    """Who belonged to a group from when until when."""

    actor: Id = Field(description="The id of the actor that belonged to the group.")
    from_: Day | None = Field(default=None, alias="from", description="The first day; left out: since ever.")
    until: Day | None = Field(default=None, description="The first day no longer in it; left out: still.")
    status: Literal["disputed"] | None = Field(
        default=None, description="Sources disagree on the membership; it counts, and findings say so."
    )
    checked: Day | None = Field(default=None, description="The day for which a source shows the membership.")
    source: Text | None = Field(default=None, description="Where the dates are from.")


class _Names(Strict):
    """The lists of names of an actor, and the forms in which they count."""

    names: NamesByLanguage = Field(default=NO_NAMES, description="Names that count wherever they stand.")
    weak: NamesByLanguage = Field(
        default=NO_NAMES, description="Names that count once the article makes them certain."
    )
    context: NamesByLanguage = Field(default=NO_NAMES, description="Words that make the weak names certain.")
    not_: NamesByLanguage = Field(
        default=NO_NAMES, alias="not", description="Phrases inside which no name counts."
    )
    titles: NamesByLanguage = Field(default=NO_NAMES, description="Titles of the office, such as secretary.")
    informal: NamesByLanguage = Field(
        default=NO_NAMES,
        description="Titles such as security chief, which need the body or its country in the same sentence.",
    )
    inflect: Flag = Field(
        default=False, description="Every word of a name may stand in any form of its list's language."
    )
    affixes: Flag = Field(
        default=True, description="Arabic and Hebrew names count with attached particles too."
    )


class ActorEntry(_Names):
    """A person, organisation, office, country, place or group."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["names"]}, {"required": ["weak"]}, {"required": ["titles"]}],
            "if": {"properties": {"kind": {"const": "office"}}},
            "then": {"required": ["of"]},
            "else": {"properties": dict.fromkeys(("of", "titles", "informal", "holders"), False)},
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": "group"}}},
                    "else": {"properties": {"members": False}},
                }
            ],
        }
    )

    id: Id = Field(description="The actor's id, by which rules name it: actor:ID.")
    kind: ActorKind = Field(description="What the actor is; names of one kind compete for the longest match.")
    name: Text | None = Field(default=None, description="The name that alerts show.")
    of: Id | None = Field(default=None, description="The organisation or country that the office belongs to.")
    part_of: Id | None = Field(default=None, description="The larger actor that this one is part of.")
    grace: Days | None = Field(
        default=None, description="Days before and after each holder's dates that count too."
    )
    holders: Annotated[tuple[HolderEntry, ...], *Something] = Field(
        default=(), description="Who held the office, from when until when."
    )
    members: Annotated[tuple[MemberEntry, ...], *Something] = Field(
        default=(), description="The members of the group, from when until when; member:ID asks for them."
    )
    lint: LintEntry | None = Field(default=None, description="Findings of the check that are accepted here.")
    source: Text | None = Field(default=None, description="Where what is said here is from.")


class ExtensionEntry(_Names):
    """More names for an actor of another file, which stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [key]} for key in ("names", "weak", "context", "not", "titles", "informal")
            ]
        }
    )

    extend: Id = Field(description="The id of the actor that gets the names.")
    source: Text | None = Field(default=None, description="Where what is said here is from.")


def _actor_or_more(value: object) -> str:
    return "more names" if isinstance(value, dict) and "extend" in value else "an actor"


ActorItem = Annotated[
    Annotated[ActorEntry, Tag("an actor")] | Annotated[ExtensionEntry, Tag("more names")],
    Discriminator(_actor_or_more),
]


class TopicEntry(Strict):
    """A list of terms that rules share."""

    id: Id = Field(description="The topic's id, by which rules name it: topic:ID.")
    name: Text | None = Field(default=None, description="The name that people read.")
    terms: NamesByLanguage = Field(description="The terms, by language; topic:ID includes another topic.")
    lint: LintEntry | None = Field(default=None, description="Findings of the check that are accepted here.")


class ArticleEntry(Strict):
    """An article inside a test."""

    title: Text = Field(default=" ", description="The headline.")
    summary: Text | None = Field(default=None, description="The summary, as the feed carries it.")
    body: Text | None = Field(default=None, description="The full text.")
    url: Text | None = Field(default=None, description="The address of the article.")
    author: Text | None = Field(default=None, description="Who wrote it.")
    tags: Annotated[tuple[Text, ...], *Something] = Field(default=(), description="Its tags or categories.")
    feed: Text | None = Field(default=None, description="The id of the feed that brought it.")
    source: Text | None = Field(default=None, description="The publisher.")
    lang: Text | None = Field(default=None, description="Its language, such as en or fa.")
    country: Text | None = Field(default=None, description="The publisher's country, such as IR.")
    published: Moment | None = Field(
        default=None, description="When it was published; offices are judged by it."
    )


def _body_alone(value: object) -> object:
    if value is None:
        raise fault("text", "a value is missing: a text or an article belongs here")
    return {"body": value} if isinstance(value, str) else value


Example = Annotated[
    ArticleEntry | None, BeforeValidator(_body_alone, json_schema_input_type=Text | ArticleEntry)
]
TestKind = Literal["match", "no_match", "todo_match", "todo_no_match"]
TEST_KINDS: tuple[TestKind, ...] = ("match", "no_match", "todo_match", "todo_no_match")


def _time_later(value: object) -> object:
    raise fault("later", "this key is not in this version", "tests over time come with `when:`")


TimeLater = Annotated[SkipJsonSchema[Any], BeforeValidator(_time_later)]


class TestEntry(Strict):
    """A text or article that the rule must match, or must not."""

    __test__ = False  # not a test of this project's own
    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [kind]} for kind in TEST_KINDS]})

    match: Example = Field(default=None, description="A text or article that the rule must match.")
    no_match: Example = Field(default=None, description="A text or article that the rule must not match.")
    todo_match: Example = Field(
        default=None, description="One it should match and does not yet; not counted."
    )
    todo_no_match: Example = Field(
        default=None, description="One it should not match and still does; not counted."
    )
    published: Moment | None = Field(default=None, description="When the article was published.")
    lang: Text | None = Field(default=None, description="The article's language, such as en or fa.")
    feed: Text | None = Field(default=None, description="The id of the feed that brought the article.")
    actors: Annotated[tuple[Id, ...], *Something] = Field(
        default=(), description="Actors that must be among the findings."
    )
    texts: Annotated[tuple[Text, ...], *Something] = Field(
        default=(), description="Words of the article that must be among the hits."
    )
    series: TimeLater = None
    alerts_at: TimeLater = None

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


class AlertEntry(Strict):
    """What an alert of the rule carries for the routes."""

    labels: dict[str, Text] = Field(default=EMPTY_LABELS, description="Labels that routes can ask for.")


NO_ALERT = AlertEntry()


def _when_later(value: object) -> object:
    raise fault("later", "conditions over time (when:) are not in this version", "remove it")


class RuleEntry(Strict):
    """A rule: an expression with its reason, owner, severity and tests."""

    id: Id = Field(description="The rule's id, unique over all files.")
    title: Text | None = Field(default=None, description="What an alert is headed with.")
    why: Text | None = Field(default=None, description="The reason given to whoever is alerted.")
    status: RuleStatus = Field(
        default="shadow", description="Only a live rule tells people; a shadow one is counted."
    )
    severity: Severity = Field(default="medium", description="How much it matters; routes can ask for it.")
    owner: Text | None = Field(default=None, description="Who mends the rule.")
    match: Text = Field(description="The expression that an article must satisfy.")
    # Not `default=`: pydantic would copy it deeply for every rule.
    alert: AlertEntry = Field(default_factory=lambda: NO_ALERT, description="What the rule's alerts carry.")
    tests: Annotated[tuple[TestEntry, ...], *Something] = Field(
        default=(), description="Texts that the rule must match, or must not."
    )
    when: Annotated[SkipJsonSchema[Any], BeforeValidator(_when_later)] = None
    lint: LintEntry | None = Field(default=None, description="Findings of the check that are accepted here.")


def _may_be_empty(value: object) -> object:
    return () if value is None else value


class RuleFile(Strict):
    """A rule file: any of the three lists."""

    actors: Annotated[
        tuple[ActorItem, ...],
        BeforeValidator(_may_be_empty, json_schema_input_type=tuple[ActorItem, ...] | None),
    ] = Field(default=(), description="People, organisations, offices, countries, places and groups.")
    topics: Annotated[
        tuple[TopicEntry, ...],
        BeforeValidator(_may_be_empty, json_schema_input_type=tuple[TopicEntry, ...] | None),
    ] = Field(default=(), description="Lists of terms that rules share.")
    rules: Annotated[
        tuple[RuleEntry, ...],
        BeforeValidator(_may_be_empty, json_schema_input_type=tuple[RuleEntry, ...] | None),
    ] = Field(default=(), description="The rules.")
