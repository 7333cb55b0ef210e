"""Inserts that name what happens when the row is there already; both databases speak the same ON CONFLICT."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.records.session import Transaction


def insert_into(tx: Transaction, target: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT with ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return postgresql.insert(target) if tx.dialect.name == "postgresql" else sqlite.insert(target)
