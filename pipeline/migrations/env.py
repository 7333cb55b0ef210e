"""What Alembic runs: the revisions, inside the transaction the caller opened."""

from alembic import context

from pipeline.records.models import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    # SQLite takes back table changes too, since our transactions begin explicitly.
    transactional_ddl=True,
)
context.run_migrations()
