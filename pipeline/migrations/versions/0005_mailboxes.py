"""The mailboxes that are watched, their folders, what is left to mark in them, and their tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0005_mailboxes"
down_revision = "0004_doubts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the four tables."""
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("contact_at", sa.DateTime(timezone=True)),
        sa.Column("trouble", sa.Text()),
        sa.Column("trouble_kind", sa.Text()),
        sa.Column("trouble_since", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("name", name="uq_mailboxes_name"),
    )
    op.create_table(
        "mailbox_folders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("mailbox_id", sa.Integer(), sa.ForeignKey("mailboxes.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger()),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("modseq", sa.BigInteger()),
        sa.Column("reconciled_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("mailbox_id", "name", name="uq_mailbox_folders_mailbox_id_name"),
    )
    op.create_table(
        "mailbox_marks",
        sa.Column("folder_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("uid", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    op.create_table(
        "mailbox_tokens",
        sa.Column("mailbox", sa.Text(), primary_key=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
    )
