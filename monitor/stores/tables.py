"""The tables of the archive, the one durable truth.

Times are UTC without a zone mark; `UtcDateTime` gives and takes aware datetimes.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware time, kept in UTC."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time to naive UTC; a naive one is a fault of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored time its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class AnyText(sa.types.TypeDecorator[str]):
    """Text from anywhere: what no database takes (NUL, halves of surrogate pairs) becomes U+FFFD."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        return None if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def encode_json(value: object) -> str:
    """Write JSON compactly, scripts as they are."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _required(name: str, kind: Any, *extra: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *extra, nullable=False, **options)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AnyText, nullable=False, server_default="")


def _number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=str(default))


# What we know of each feed between two polls; column names equal the fields of `feeds.state.FeedState`.
feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("feed", AnyText, primary_key=True),
    _required("url", AnyText),
    _text("title"),
    sa.Column("etag", AnyText),
    sa.Column("last_modified", AnyText),
    sa.Column("body_hash", AnyText),
    sa.Column("first_success_at", UtcDateTime),
    sa.Column("last_polled_at", UtcDateTime),
    sa.Column("last_success_at", UtcDateTime),
    sa.Column("next_poll_at", UtcDateTime),
    _text("next_reason"),
    _required("failures", sa.Integer, server_default="0"),
    _text("last_error"),
    sa.Column("last_unconditional_at", UtcDateTime),
    # What one owner serves: a registrable domain, or a host of one's own network.
    _text("site"),
    sa.Column("learned_url", AnyText),
    sa.Column("moving_to", AnyText),
    _number("moving_count"),
    sa.Column("gone_at", UtcDateTime),
    sa.Column("last_new_at", UtcDateTime),
    _number("entries"),
    _number("unchanged"),
    _number("lies"),
    sa.Column("distrusted_at", UtcDateTime),
    _number("gaps"),
    sa.Column("last_gap_at", UtcDateTime),
    sa.Column("tightened", sa.Integer),
    _text("format"),
    _text("usual_format"),
    sa.Column("format_since", UtcDateTime),
    _required("rhythm", sa.JSON, server_default="{}"),
    _required("recent", sa.JSON, server_default="[]"),
    # Who polls the feed now, until when nobody else may, and the number of that grant.
    sa.Column("lease_owner", AnyText),
    sa.Column("lease_until", UtcDateTime),
    _required("fence", sa.BigInteger, server_default="0"),
)

# Work that one process at a time may do; `fence` grows with every change of hands.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", AnyText, primary_key=True),
    _text("owner"),
    _required("until", UtcDateTime),
    _required("fence", sa.BigInteger),
)

# The processes that run, each with what it works by; `report` is JSON for `status`.
workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", AnyText, primary_key=True),
    _required("role", AnyText),
    _required("pid", sa.BigInteger),
    _required("version", AnyText),
    _required("started_at", UtcDateTime),
    _required("seen_at", UtcDateTime),
    _text("rulebook"),
    _required("report", sa.JSON),
)

# How many entries of a feed ended in each state, over its whole life (rows of articles are pruned).
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("feed", AnyText, primary_key=True),
    sa.Column("state", AnyText, primary_key=True),
    _required("entries", sa.BigInteger),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    _required("feed", AnyText),
    _text("entry_id"),
    _text("url"),
    _text("title"),
    _text("summary"),
    _text("body"),
    _text("author"),
    _required("tags", sa.JSON),
    _text("source"),
    _text("lang"),
    _text("country"),
    sa.Column("published", UtcDateTime),
    sa.Column("updated", UtcDateTime),
    _required("first_seen", UtcDateTime, index=True),
    _required("state", AnyText),
    # By what an edit is noticed, and how many texts the article has had.
    _text("text_hash"),
    _number("version", 1),
    # What a feed brought all at once though it is not new: told together.
    _text("digest"),
    sa.Index("ix_articles_feed_first_seen", "feed", "first_seen"),
    # PostgreSQL keeps no long values in ordered indexes; addresses may have any length.
    sa.Index("ix_articles_url", "url", postgresql_using="hash"),
    sqlite_autoincrement=True,
)

# The three keys by which an entry is known again, per feed, one row a key.
seen_keys = sa.Table(
    "seen_keys",
    metadata,
    sa.Column("feed", AnyText, primary_key=True),
    sa.Column("key", AnyText, primary_key=True),
    _required("last_seen_at", UtcDateTime, index=True),
    # The article that the key names now; it may have been forgotten.
    sa.Column("article", RowId),
)

# The texts that articles had before they were edited, each until when it stood.
article_versions = sa.Table(
    "article_versions",
    metadata,
    sa.Column(
        "article",
        RowId,
        sa.ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    _required("until", UtcDateTime),
    _text("title"),
    _text("summary"),
    _text("body"),
)

stories = sa.Table(
    "stories",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    _required("created_at", UtcDateTime),
    _required("last_at", UtcDateTime, index=True),
    sqlite_autoincrement=True,
)

# The keys by which an article joins a story: normalised link, fingerprint of title and body.
story_keys = sa.Table(
    "story_keys",
    metadata,
    sa.Column("key", AnyText, primary_key=True),
    _required("story", RowId, sa.ForeignKey("stories.id", ondelete="CASCADE"), index=True),
)

matches = sa.Table(
    "matches",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    _required("article", RowId, sa.ForeignKey("articles.id", ondelete="CASCADE")),
    _required("rule", AnyText),
    _text("title"),
    _text("why"),
    _required("severity", AnyText),
    _text("owner"),
    _required("labels", sa.JSON),
    _required("status", AnyText),
    _required("checksum", AnyText),
    _required("evidence", sa.JSON),
    _required("state", AnyText),
    _required("created_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("story", RowId, sa.ForeignKey("stories.id", ondelete="SET NULL"), index=True),
    sa.UniqueConstraint("article", "rule"),
    sa.Index("ix_matches_state_created_at", "state", "created_at"),
    sqlite_autoincrement=True,
)

# An alert is one story × one receiver.
alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", AnyText, primary_key=True),
    _required("story", RowId, sa.ForeignKey("stories.id", ondelete="CASCADE")),
    _required("receiver", AnyText),
    _required("severity", AnyText),
    _required("revision", sa.Integer),
    _required("created_at", UtcDateTime, index=True),
    sa.UniqueConstraint("story", "receiver"),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("alert", AnyText, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    _required("reason", AnyText),
    _required("severity", AnyText),
    _required("article", RowId, sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True),
    _number("version", 1),
    _required("created_at", UtcDateTime),
)

# The rules an alert has told of; its primary key is the promise that no rule is told twice in a story.
alert_rules = sa.Table(
    "alert_rules",
    metadata,
    sa.Column("alert", AnyText, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("rule", AnyText, primary_key=True),
    _required("revision", sa.Integer),
    _required("match", RowId, sa.ForeignKey("matches.id", ondelete="CASCADE"), index=True),
)

notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    _required("key", AnyText, unique=True),
    _required("alert", AnyText, sa.ForeignKey("alerts.id", ondelete="CASCADE")),
    _required("revision", sa.Integer),
    _required("receiver", AnyText),
    _required("destination", AnyText),
    _required("severity", AnyText),
    _required("state", AnyText),
    _text("reason"),
    _required("created_at", UtcDateTime),
    # When it may be tried; while a worker sends, the end of that worker's lease.
    _required("next_attempt_at", UtcDateTime),
    sa.Column("lease_owner", AnyText),
    sa.Column("ended_at", UtcDateTime),
    # When somebody took it up again after it was dead: its tries and its patience count from there.
    sa.Column("replayed_at", UtcDateTime),
    # The notification in whose message this one goes along, from before the send until the outcome.
    sa.Column("carrier", RowId, index=True),
    # What it is told together with, whatever else waits.
    _text("digest"),
    sa.Index("ix_notifications_state_next_attempt_at", "state", "next_attempt_at"),
    # What it must wait for is looked up by two columns, or the index above would be preferred for that.
    sa.Index("ix_notifications_alert_destination_revision", "alert", "destination", "revision"),
    sqlite_autoincrement=True,
)

# How each destination has behaved lately; one that never failed has no row.
destinations = sa.Table(
    "destinations",
    metadata,
    sa.Column("destination", AnyText, primary_key=True),
    _required("failures", sa.Integer, server_default="0"),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("paused_until", UtcDateTime),
    sa.Column("locked_out_at", UtcDateTime),
    sa.Column("disabled_at", UtcDateTime),
    _text("reason"),
)

# Articles whose dispatch began and has not come to an end, and how often it began.
dispatch_tries = sa.Table(
    "dispatch_tries",
    metadata,
    sa.Column(
        "article",
        RowId,
        sa.ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    _required("tries", sa.Integer),
    _required("last_at", UtcDateTime),
    _text("reason"),
)

# Every try to deliver. `outcome` is null while it is under way, or for ever where the worker died.
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    _required("notification", RowId, sa.ForeignKey("notifications.id", ondelete="CASCADE"), index=True),
    _required("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", AnyText),
    _text("detail"),
    sqlite_autoincrement=True,
)

# The ledger: what is written here was delivered and is never sent again.
receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("key", AnyText, primary_key=True),
    _required("sent_at", UtcDateTime, index=True),
    _text("detail"),
    # What the destination calls the message; follow-ups name it.
    _text("reference"),
)

# What is wrong with Watchword itself, one row a trouble: when it began, was last seen, and ended; when it was
# tried to be told, and when somebody was told last.
troubles = sa.Table(
    "troubles",
    metadata,
    sa.Column("key", AnyText, primary_key=True),
    _required("what", AnyText),
    _required("what_to_do", AnyText),
    _required("since", UtcDateTime),
    _required("seen_at", UtcDateTime),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("told_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
)
