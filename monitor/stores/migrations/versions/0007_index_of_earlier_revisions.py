"""What a notification must wait for is found by alert and destination, however many others wait."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = ["alert", "destination", "revision"]


def upgrade() -> None:
    op.create_index("ix_notifications_alert_destination_revision", "notifications", _COLUMNS)
    op.drop_index("ix_notifications_alert", "notifications")
