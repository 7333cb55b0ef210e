"""What people said of values read on editions of forms that nobody had seen."""

import sqlalchemy as sa
from alembic import op

revision = "0006_editions"
down_revision = "0005_mailboxes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; what was settled before is not counted."""
    op.create_table(
        "edition_words",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("form_state", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("message_id", "field", name="uq_edition_words_message_id_field"),
    )
    op.create_index("ix_edition_words_form_edition_form_state", "edition_words", ["form", "edition", "form_state"])
