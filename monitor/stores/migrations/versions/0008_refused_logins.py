"""Since when a destination refuses our login."""

import sqlalchemy as sa
from alembic import op

from monitor.stores.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("destinations", sa.Column("locked_out_at", UtcDateTime(), nullable=True))
