"""Articles of stories, who has a story, updates of alerts, corrections, and why matches ended."""

import sqlalchemy as sa
from alembic import op

from monitor.stores.columns import RowId, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UPDATES = '["rule", "severity", "sources", "tier", "correction"]'


def upgrade() -> None:
    with op.batch_alter_table("stories", schema=None) as stories:
        stories.add_column(sa.Column("told_by", sa.JSON(), server_default="{}", nullable=False))
        stories.add_column(sa.Column("joined_to", RowId, nullable=True))
    with op.batch_alter_table("matches", schema=None) as matches:
        matches.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("alerts", schema=None) as alerts:
        alerts.add_column(sa.Column("updates", sa.JSON(), server_default=_UPDATES, nullable=False))
        alerts.add_column(sa.Column("passed", sa.Integer(), server_default="1", nullable=False))
        alerts.add_column(
            sa.Column("knows_first_tier", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("revisions", schema=None) as revisions:
        revisions.add_column(sa.Column("told_by", sa.JSON(), server_default="{}", nullable=False))
    _create_story_articles()
    op.create_table(
        "story_moves",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("article", RowId, nullable=False),
        sa.Column("story", RowId, nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_moves")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_story_moves_moved_at"), "story_moves", ["moved_at"])
    op.create_table(
        "corrections",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("article", RowId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article"], ["articles.id"], name=op.f("fk_corrections_article_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_corrections_article"), "corrections", ["article"])
    op.create_index(op.f("ix_corrections_ended_at"), "corrections", ["ended_at"])


def _create_story_articles() -> None:
    op.create_table(
        "story_articles",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("article", RowId, nullable=False),
        sa.Column("story", RowId, nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Float(), server_default="0", nullable=False),
        sa.Column("like", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("actors", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("voice", sa.Text(), server_default="", nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article"], ["articles.id"], name=op.f("fk_story_articles_article_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story"], ["stories.id"], name=op.f("fk_story_articles_story_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_articles")),
        sa.UniqueConstraint("article", name=op.f("uq_story_articles_article")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_story_articles_story"), "story_articles", ["story"])
    op.create_index(op.f("ix_story_articles_joined_at"), "story_articles", ["joined_at"])
