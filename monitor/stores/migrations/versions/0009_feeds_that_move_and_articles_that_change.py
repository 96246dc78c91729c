"""What is learned of a feed's address, rhythm and server, versions of articles, and digests."""

import sqlalchemy as sa
from alembic import op

from monitor.stores.columns import RowId, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NUMBERS = ("moving_count", "entries", "unchanged", "lies", "gaps")
_TIMES = ("gone_at", "last_new_at", "distrusted_at", "last_gap_at", "format_since")


def upgrade() -> None:
    with op.batch_alter_table("feeds", schema=None) as feeds:
        feeds.add_column(sa.Column("site", sa.Text(), server_default="", nullable=False))
        for name in ("learned_url", "moving_to"):
            feeds.add_column(sa.Column(name, sa.Text(), nullable=True))
        for name in ("format", "usual_format"):
            feeds.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
        for name in _NUMBERS:
            feeds.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        for name in _TIMES:
            feeds.add_column(sa.Column(name, UtcDateTime(), nullable=True))
        feeds.add_column(sa.Column("tightened", sa.Integer(), nullable=True))
        feeds.add_column(sa.Column("rhythm", sa.JSON(), server_default="{}", nullable=False))
        feeds.add_column(sa.Column("recent", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("seen_keys", schema=None) as seen_keys:
        seen_keys.add_column(sa.Column("article", RowId, nullable=True))
    with op.batch_alter_table("articles", schema=None) as articles:
        articles.add_column(sa.Column("text_hash", sa.Text(), server_default="", nullable=False))
        articles.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        articles.add_column(sa.Column("digest", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("revisions", schema=None) as revisions:
        revisions.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("notifications", schema=None) as notifications:
        notifications.add_column(sa.Column("digest", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "article_versions",
        sa.Column("article", RowId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.id"],
            name=op.f("fk_article_versions_article_articles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article", "version", name=op.f("pk_article_versions")),
    )
