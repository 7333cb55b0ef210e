"""Keys a submission is found by, submissions that turned out to be one, and what people moved from one to another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_regrouping"
down_revision = "0007_mending"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables; submissions decided before have their keys after their next decision."""
    op.create_table(
        "record_keys",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.UniqueConstraint("submission_id", "kind", "value", name="uq_record_keys_submission_id_kind_value"),
    )
    op.create_index("ix_record_keys_kind_value", "record_keys", ["kind", "value"])
    op.create_table(
        "regroupings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), nullable=True),
        sa.Column("source_id", sa.Integer(), sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("target_id", sa.Integer(), sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_regroupings_source_id", "regroupings", ["source_id"])
    op.create_index("ix_regroupings_target_id", "regroupings", ["target_id"])
    op.add_column("submissions", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.create_index("ix_submissions_merged_into_id", "submissions", ["merged_into_id"])
