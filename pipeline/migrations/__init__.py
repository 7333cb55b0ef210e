"""The steps from an empty database to the tables of today, and the call that takes them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.records.session import Engine, Transaction, migration_lock, transaction


def upgrade(engine: Engine) -> None:
    """Bring a database to today's tables, in one transaction: all or nothing, and nothing when it is there already.

    Two processes may call it at once: the second waits and finds it done.
    """
    with transaction(engine) as tx:
        migration_lock(tx)
        if revision(tx) != head():
            command.upgrade(config(tx), "head")


def revision(tx: Transaction) -> str | None:
    """Return the revision a database is at, or None for an empty one."""
    return MigrationContext.configure(tx).get_current_revision()


def head() -> str | None:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(config(None)).get_current_head()


def config(tx: Transaction | None) -> Config:
    """Return the Alembic configuration that works inside an open transaction."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = tx
    return made
