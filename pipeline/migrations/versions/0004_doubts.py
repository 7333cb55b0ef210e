"""What is doubtful is said once, where it is decided; what readers found wrong stays with the document."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_doubts"
down_revision = "0003_mail"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add both columns; stored values are doubtful by the rule that held when they were stored."""
    with op.batch_alter_table("facts") as facts:
        facts.add_column(sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("documents") as documents:
        documents.add_column(sa.Column("findings", Json, nullable=False, server_default="[]"))
    op.execute(
        "UPDATE facts SET doubtful = (status = 'conflict' OR defect IS NOT NULL OR confidence < 0.85)"
        " WHERE status NOT IN ('agent_confirmed', 'uw_overridden', 'derived')"
    )
    with op.batch_alter_table("facts") as facts:
        facts.alter_column("doubtful", server_default=None)
    with op.batch_alter_table("documents") as documents:
        documents.alter_column("findings", server_default=None)
