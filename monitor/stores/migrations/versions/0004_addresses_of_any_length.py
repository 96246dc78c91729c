"""Articles are found by addresses of any length, which an ordered index of PostgreSQL does not take."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_articles_url", table_name="articles")
        op.create_index("ix_articles_url", "articles", ["url"], postgresql_using="hash")
