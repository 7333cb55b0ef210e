"""Senders of encrypted mail who are asked, once, to send it in a form we can read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_resends"
down_revision = "0011_documents"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "resends",
        sa.Column("id", sa.Integer(), sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submissions.id")),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("to_domain", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed', 'suppressed')", name=op.f("ck_resends_state")),
    )
    op.create_index("ix_resends_to_address_made_at", "resends", ["to_address", "made_at"])
