"""Messages that people must see at once, and what those may want whose wish nobody could tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_wishes"
down_revision = "0009_senders"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table; messages read before have no row, and none of them is urgent."""
    op.create_table(
        "message_wishes",
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
        sa.Column("urgent", sa.Text()),
        sa.Column("guesses", Json, nullable=False),
        sa.Column("taken_by", sa.Text()),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_message_wishes_urgent", "message_wishes", ["urgent"])
