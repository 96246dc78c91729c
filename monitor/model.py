"""The things that are handed from room to room, one meaning per word.

Feed (config) → Document → Entry → **Article** → **Match** → Story → **Alert** → **Notification** →
**Receipt**. All are frozen values; all times are aware and in UTC; all offsets are Unicode code points into
a field's visible text, half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
URGENT: tuple[Severity, ...] = ("critical", "high")
RuleStatus = Literal["draft", "shadow", "live", "retired"]
Field = Literal[
    "title", "summary", "body", "author", "url", "tag", "feed", "source", "lang", "country", "published"
]
TEXT_FIELDS: tuple[Literal["title", "summary", "body"], ...] = ("title", "summary", "body")
# What the heartbeat's feed, rule and receiver are called; none of them stands in files of users.
HEARTBEAT = "watchword-heartbeat"
EMPTY_LABELS: dict[str, str] = {}


class ArticleState(StrEnum):
    """Where an entry of a feed ended; every entry ends in exactly one."""

    MATCHED = "matched"
    NO_RULE = "no-rule"
    DUPLICATE = "duplicate"  # a new name for an article that this feed already brought
    BACKLOG = "backlog"  # it was there when the feed was first polled
    TOO_OLD = "too-old"  # older than the feed's max_age
    MALFORMED = "malformed"  # neither title nor text
    CAPPED = "capped"  # beyond the number of entries that one document may bring


class MatchState(StrEnum):
    """Where a match ended; every match ends in exactly one, `pending` is before the end."""

    PENDING = "pending"
    TOLD = "told"  # it raised an alert or a follow-up
    REPEATED = "repeated"  # everyone it is routed to was told of this rule in this story
    SHADOW = "shadow"  # the rule is tried out: counted and shown, nobody told
    RETIRED = "retired"  # the rule was retired or removed before dispatch
    BACKLOG = "backlog"
    TOO_OLD = "too-old"
    QUARANTINED = "quarantined"  # its dispatch ended the worker, or failed, too often; it may be replayed


class NotificationState(StrEnum):
    """Where a notification stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"  # given up, with the reason; it may be replayed
    DROPPED = "dropped"  # was dead, and somebody ended it for good
    SUPERSEDED = "superseded"  # not sent, for a later revision says all of it


class Relation(StrEnum):
    """How an article stands to the story that it joined."""

    NEW = "new"  # it opened the story
    COPY = "copy"  # the same text, as of an agency
    SAME = "same"
    FOLLOW_UP = "follow-up"  # later, or with much that is new


class Update(StrEnum):
    """A change of a story that a receiver may want to be told of."""

    RULE = "rule"
    SEVERITY = "severity"
    SOURCES = "sources"
    TIER = "tier"
    CORRECTION = "correction"


class AlertReason(StrEnum):
    """Why a revision of an alert was written."""

    FIRST = "first"
    NEW_RULE = "new-rule"
    SEVERITY = "severity"  # a rule that was told has become more severe
    MORE_SOURCES = "more-sources"
    FIRST_TIER = "first-tier"  # a source of the first tier has it now
    CORRECTION = "correction"
    RETRACTION = "retraction"
    SPLIT = "split"  # its story was split off by hand; nobody is told
    TEST = "test"
    OPERATIONS = "operations"  # about Watchword itself, to the operators


@dataclass(frozen=True, slots=True)
class Article:
    """One article as we say it: visible text only, cleaned of control characters.

    `id` is the archive's number as text (in `watchword match` the id or line number of the input).
    `body` is the full text where the feed carries it, else empty. `lang` is a lower-case BCP 47 tag or
    empty, `country` an upper-case ISO 3166 code or empty: both of the publisher, `source` its name.
    `published` is None where it could not be read; `first_seen` always stands.
    """

    id: str
    title: str
    first_seen: datetime
    summary: str = ""
    body: str = ""
    url: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    feed: str = ""
    source: str = ""
    lang: str = ""
    country: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One hit: the characters `start:end` of a field's visible text and the term that found them."""

    field: str
    start: int
    end: int
    text: str
    term: str


@dataclass(frozen=True, slots=True)
class ActorHit:
    """An actor that a rule names and the article mentions; `text` is the name as it stands there."""

    id: str
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class OfficeHit:
    """An office that was found, with its holder at the article's time.

    `since` and `until` are the dates as the rule file writes them (`2008-05-12`, `2008-05` or `2008`), None
    where the file names none; `person` is None in a vacancy or where no holder is known. `via` says how the
    office was found: `title` (a title bound to its body) or `holder` (a name of the holder). `note` is
    `acting` for an acting holder, `former` for a marked hit of `office.any`, else empty.
    """

    office: str
    office_name: str
    person: str | None
    person_name: str | None
    since: str | None
    until: str | None
    via: Literal["title", "holder"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of the article that shows why it matched; `marks` are half-open offsets into `text`."""

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a rule matched: which words, where, which actors, who held the offices then.

    `at` is the article's time that offices were judged by; `at_from` says whether it is the published time
    or the time the article was first seen.
    """

    at: datetime
    at_from: Literal["published", "first seen"]
    spans: tuple[Span, ...] = ()
    actors: tuple[ActorHit, ...] = ()
    offices: tuple[OfficeHit, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """An article × a rule, with the rule as it was: its checksum, title, severity and labels."""

    rule: str
    title: str
    severity: Severity
    status: RuleStatus
    checksum: str
    evidence: Evidence
    why: str = ""
    owner: str = ""
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corroboration:
    """Who has a story: independent voices, and what is known of them, each in the order of its coming.

    `voices` are owners, an agency standing for all who copied it; `sources` names whoever published. `tier`
    is the best tier of a source, None where none has one. `first_at` is the time of the first article.
    """

    voices: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tier: int | None = None
    articles: int = 0
    first_at: datetime | None = None

    @property
    def independent(self) -> int:
        """How many independent voices there are: never more than publishers, whomever they credit."""
        return min(len(self.voices), max(1, len(self.sources)))


NOBODY = Corroboration()


@dataclass(frozen=True, slots=True)
class Opening:
    """With what an alert began: its first article as it was told, and how severe it was then."""

    article: Article
    severity: Severity


@dataclass(frozen=True, slots=True)
class Notification:
    """A revision of an alert for one destination; all that a channel needs to write its message.

    `key` is alert id + revision + destination and never changes over retries. `matches` are all matches of
    this revision, the first is the most severe. `article` is the one that raised this revision. `tz` is the
    receiver's IANA zone and `lang` the language its dates are written in. `possible_repeat` is set where an
    earlier attempt may have arrived without our knowing. `thread` is what the destination calls the first
    message that it got about this alert, empty where there is none; `risen` says that the severity is above
    all that it was told before. `told_by` is who had the story when the revision was written;
    `knew_first_tier` says that one of the first tier had it when it was told before. `others` go along
    in the same message, where more came at once than may be sent one by one.

    `brings_rules` says that the matches are told for the first time. Of a follow-up, `opening` is what the
    alert began with, and of a correction or retraction `corrects` is the article as it was told before; both
    are None where the archive no longer has them. One that `begins_thread` is the first that its destination
    gets of the alert, whatever was told elsewhere: there is nothing to refer to.
    """

    key: str
    alert: str
    revision: int
    reason: AlertReason
    receiver: str
    destination: str
    severity: Severity
    article: Article
    matches: tuple[Match, ...]
    feed_title: str
    tz: str = "UTC"
    lang: str = "en"
    possible_repeat: bool = False
    thread: str = ""
    risen: bool = False
    told_by: Corroboration = NOBODY
    knew_first_tier: bool = False
    others: tuple[Notification, ...] = ()
    brings_rules: bool = True
    opening: Opening | None = None
    corrects: Article | None = None
    begins_thread: bool = False

    @property
    def takes_back(self) -> bool:
        """Whether it corrects or withdraws what was told before."""
        return self.reason in (AlertReason.CORRECTION, AlertReason.RETRACTION)

    @property
    def brings_first_tier(self) -> bool:
        """Whether a source of the first tier has the story, and had not when it was told before."""
        return self.told_by.tier == 1 and not self.knew_first_tier


@dataclass(frozen=True, slots=True)
class DestinationHealth:
    """How a destination has behaved lately.

    `failures` counts those in a row, since `failing_since`; nothing is sent before `paused_until`, and
    nothing at all once it is disabled. Since `locked_out_at` it refuses our login. `reason` is what was said
    last.
    """

    failures: int = 0
    failing_since: datetime | None = None
    paused_until: datetime | None = None
    locked_out_at: datetime | None = None
    disabled_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with Watchword itself, and what its operators can do.

    `key` is the same as long as it is the same trouble: a kind, and after a colon what it is about. It counts
    once it was seen all through `after`.
    """

    key: str
    what: str
    what_to_do: str
    after: timedelta = timedelta()

    @property
    def kind(self) -> str:
        """What sort of trouble it is; names no feed and no address."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of delivery; `detail` is what the destination answered, for the ledger.

    `reference` is what the destination calls the message, where follow-ups can name it; else empty.
    """

    detail: str
    sent_at: datetime
    reference: str = ""
