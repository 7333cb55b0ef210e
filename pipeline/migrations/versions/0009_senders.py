"""What is known of the senders of messages: proof, doubts, and the word of our people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_senders"
down_revision = "0008_regrouping"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table; messages read before have no row, and nothing is held against them."""
    op.create_table(
        "sender_checks",
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("warnings", Json, nullable=False),
        sa.Column("rivals", Json, nullable=False),
        sa.Column("agency_id", sa.Integer(), sa.ForeignKey("agencies.id")),
        sa.Column("said", sa.Text()),
        sa.Column("confirmed_by", sa.Text()),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "verdict IN ('proven', 'unproven', 'failed', 'unchecked')", name=op.f("ck_sender_checks_verdict")
        ),
    )
    op.create_index("ix_sender_checks_author", "sender_checks", ["author"])
    op.create_index("ix_sender_checks_sent_by", "sender_checks", ["sent_by"])
