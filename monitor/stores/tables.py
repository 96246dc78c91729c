"""The tables of the archive, the one durable truth."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.stores.columns import AnyText, RowId, UtcDateTime, metadata, number, required, text

# What we know of each feed between two polls; column names equal the fields of `feeds.state.FeedState`.
feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("feed", AnyText, primary_key=True),
    required("url", AnyText),
    text("title"),
    sa.Column("etag", AnyText),
    sa.Column("last_modified", AnyText),
    sa.Column("body_hash", AnyText),
    sa.Column("first_success_at", UtcDateTime),
    sa.Column("last_polled_at", UtcDateTime),
    sa.Column("last_success_at", UtcDateTime),
    sa.Column("next_poll_at", UtcDateTime),
    text("next_reason"),
    required("failures", sa.Integer, server_default="0"),
    text("last_error"),
    sa.Column("last_unconditional_at", UtcDateTime),
    # What one owner serves: a registrable domain, or a host of one's own network.
    text("site"),
    sa.Column("learned_url", AnyText),
    sa.Column("moving_to", AnyText),
    number("moving_count"),
    sa.Column("gone_at", UtcDateTime),
    sa.Column("last_new_at", UtcDateTime),
    number("entries"),
    number("unchanged"),
    number("lies"),
    sa.Column("distrusted_at", UtcDateTime),
    number("gaps"),
    sa.Column("last_gap_at", UtcDateTime),
    sa.Column("tightened", sa.Integer),
    text("format"),
    text("usual_format"),
    sa.Column("format_since", UtcDateTime),
    required("rhythm", sa.JSON, server_default="{}"),
    required("recent", sa.JSON, server_default="[]"),
    # Who polls the feed now, until when nobody else may, and the number of that grant.
    sa.Column("lease_owner", AnyText),
    sa.Column("lease_until", UtcDateTime),
    required("fence", sa.BigInteger, server_default="0"),
)

# Work that one process at a time may do; `fence` grows with every change of hands.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", AnyText, primary_key=True),
    text("owner"),
    required("until", UtcDateTime),
    required("fence", sa.BigInteger),
)

# The processes that run, each with what it works by; `report` is JSON for `status`.
workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", AnyText, primary_key=True),
    required("role", AnyText),
    required("pid", sa.BigInteger),
    required("version", AnyText),
    required("started_at", UtcDateTime),
    required("seen_at", UtcDateTime),
    text("rulebook"),
    required("report", sa.JSON),
)

# How many entries of a feed ended in each state, over its whole life (rows of articles are pruned).
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("feed", AnyText, primary_key=True),
    sa.Column("state", AnyText, primary_key=True),
    required("entries", sa.BigInteger),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("feed", AnyText),
    text("entry_id"),
    text("url"),
    text("title"),
    text("summary"),
    text("body"),
    text("author"),
    required("tags", sa.JSON),
    text("source"),
    text("lang"),
    text("country"),
    sa.Column("published", UtcDateTime),
    sa.Column("updated", UtcDateTime),
    required("first_seen", UtcDateTime, index=True),
    required("state", AnyText),
    # By what an edit is noticed, and how many texts the article has had.
    text("text_hash"),
    number("version", 1),
    # What a feed brought all at once though it is not new: told together.
    text("digest"),
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
    required("last_seen_at", UtcDateTime, index=True),
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
    required("until", UtcDateTime),
    text("title"),
    text("summary"),
    text("body"),
)

stories = sa.Table(
    "stories",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("created_at", UtcDateTime),
    required("last_at", UtcDateTime, index=True),
    # Who has the story: `model.Corroboration`.
    required("told_by", sa.JSON, server_default="{}"),
    # The story that this one was joined to by hand.
    sa.Column("joined_to", RowId),
    sqlite_autoincrement=True,
)

# The articles of stories, in the order in which they joined: how each stands to its story, whose word it is,
# and what it takes to know others that tell the same.
story_articles = sa.Table(
    "story_articles",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("article", RowId, sa.ForeignKey("articles.id", ondelete="CASCADE"), unique=True),
    required("story", RowId, sa.ForeignKey("stories.id", ondelete="CASCADE"), index=True),
    required("relation", AnyText),
    required("likeness", sa.Float, server_default="0"),
    # The article that it is most like, 0 where there was none.
    required("like", sa.BigInteger, server_default="0"),
    required("at", UtcDateTime),
    required("joined_at", UtcDateTime, index=True),
    required("actors", sa.JSON, server_default="[]"),
    text("voice"),
    sa.Column("tier", sa.Integer),
    # When a split or a join by hand last changed how it stands to its story; null where none did.
    sa.Column("moved_at", UtcDateTime),
    sqlite_autoincrement=True,
)

# Articles that were put into other stories by hand, for those who hold stories in memory.
story_moves = sa.Table(
    "story_moves",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("article", RowId),
    required("story", RowId),
    required("moved_at", UtcDateTime, index=True),
    sqlite_autoincrement=True,
)

# Edits by which an article corrects or takes back what was told of it; `ended_at` is null until dispatch.
corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("article", RowId, sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True),
    required("kind", AnyText),
    required("created_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime, index=True),
    sqlite_autoincrement=True,
)

# The keys by which an article joins a story: normalised link, fingerprint of title and body.
story_keys = sa.Table(
    "story_keys",
    metadata,
    sa.Column("key", AnyText, primary_key=True),
    required("story", RowId, sa.ForeignKey("stories.id", ondelete="CASCADE"), index=True),
)

matches = sa.Table(
    "matches",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("article", RowId, sa.ForeignKey("articles.id", ondelete="CASCADE")),
    required("rule", AnyText),
    text("title"),
    text("why"),
    required("severity", AnyText),
    text("owner"),
    required("labels", sa.JSON),
    required("status", AnyText),
    required("checksum", AnyText),
    required("evidence", sa.JSON),
    required("state", AnyText),
    # Why it ended so: what it was told for, or how its article stands to what was told.
    text("reason"),
    required("created_at", UtcDateTime),
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
    required("story", RowId, sa.ForeignKey("stories.id", ondelete="CASCADE")),
    required("receiver", AnyText),
    required("severity", AnyText),
    required("revision", sa.Integer),
    required("created_at", UtcDateTime, index=True),
    # The updates that the receiver wants, and what of its story it knows: the mark of independent voices that
    # was passed, and whether a source of the first tier has it.
    required("updates", sa.JSON, server_default='["rule", "severity", "sources", "tier", "correction"]'),
    number("passed", 1),
    required("knows_first_tier", sa.Boolean, server_default=sa.false()),
    sa.UniqueConstraint("story", "receiver"),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("alert", AnyText, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    required("reason", AnyText),
    required("severity", AnyText),
    required("article", RowId, sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True),
    number("version", 1),
    required("created_at", UtcDateTime),
    # Who had the story then: `model.Corroboration`.
    required("told_by", sa.JSON, server_default="{}"),
)

# The rules an alert has told of; its primary key is the promise that no rule is told twice in a story.
alert_rules = sa.Table(
    "alert_rules",
    metadata,
    sa.Column("alert", AnyText, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("rule", AnyText, primary_key=True),
    required("revision", sa.Integer),
    required("match", RowId, sa.ForeignKey("matches.id", ondelete="CASCADE"), index=True),
)

notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("key", AnyText, unique=True),
    required("alert", AnyText, sa.ForeignKey("alerts.id", ondelete="CASCADE")),
    required("revision", sa.Integer),
    required("receiver", AnyText),
    required("destination", AnyText),
    required("severity", AnyText),
    required("state", AnyText),
    text("reason"),
    required("created_at", UtcDateTime),
    # When it may be tried; while a worker sends, the end of that worker's lease.
    required("next_attempt_at", UtcDateTime),
    sa.Column("lease_owner", AnyText),
    sa.Column("ended_at", UtcDateTime),
    # When somebody took it up again after it was dead: its tries and its patience count from there.
    sa.Column("replayed_at", UtcDateTime),
    # The notification in whose message this one goes along, from before the send until the outcome.
    sa.Column("carrier", RowId, index=True),
    # What it is told together with, whatever else waits.
    text("digest"),
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
    required("failures", sa.Integer, server_default="0"),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("paused_until", UtcDateTime),
    sa.Column("locked_out_at", UtcDateTime),
    sa.Column("disabled_at", UtcDateTime),
    text("reason"),
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
    required("tries", sa.Integer),
    required("last_at", UtcDateTime),
    text("reason"),
)

# Every try to deliver. `outcome` is null while it is under way, or for ever where the worker died.
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    required("notification", RowId, sa.ForeignKey("notifications.id", ondelete="CASCADE"), index=True),
    required("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", AnyText),
    text("detail"),
    sqlite_autoincrement=True,
)

# The ledger: what is written here was delivered and is never sent again.
receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("key", AnyText, primary_key=True),
    required("sent_at", UtcDateTime, index=True),
    text("detail"),
    # What the destination calls the message; follow-ups name it.
    text("reference"),
)

# What is wrong with Watchword itself, one row a trouble: when it began, was last seen, and ended; when it was
# tried to be told, and when somebody was told last.
troubles = sa.Table(
    "troubles",
    metadata,
    sa.Column("key", AnyText, primary_key=True),
    required("what", AnyText),
    required("what_to_do", AnyText),
    required("since", UtcDateTime),
    required("seen_at", UtcDateTime),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("told_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
)
