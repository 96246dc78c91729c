"""When a hand last changed how an article stands to its story."""

import sqlalchemy as sa
from alembic import op

from monitor.stores.columns import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("story_articles", schema=None) as story_articles:
        story_articles.add_column(sa.Column("moved_at", UtcDateTime(), nullable=True))
