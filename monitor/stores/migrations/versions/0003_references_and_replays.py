"""What destinations call their messages; when a dead notification was taken up again."""

import sqlalchemy as sa
from alembic import op

from monitor.stores.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reference", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replayed_at", UtcDateTime(), nullable=True))
