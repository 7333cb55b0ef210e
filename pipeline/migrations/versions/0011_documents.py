"""Which documents the rules require is asked of the rules, never kept with the documents."""

from alembic import op

revision = "0011_documents"
down_revision = "0010_wishes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the column, which nothing ever filled."""
    op.drop_column("documents", "required")
