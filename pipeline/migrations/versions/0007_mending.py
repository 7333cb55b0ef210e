"""Repairs of messages that could not be read, and reports on drafts that are not filed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_mending"
down_revision = "0006_editions"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "repairs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("widened", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("undone_at", Moment),
        sa.UniqueConstraint("message_id", "number", name="uq_repairs_message_id_number"),
    )
    op.create_table(
        "preflights",
        sa.Column("id", sa.Integer(), sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("to_domain", sa.Text(), nullable=False),
        sa.Column("report", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("purged_at", Moment),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed', 'suppressed')", name=op.f("ck_preflights_state")),
    )
    op.create_index("ix_preflights_to_address_made_at", "preflights", ["to_address", "made_at"])
    op.create_index("ix_preflights_state", "preflights", ["state"])
