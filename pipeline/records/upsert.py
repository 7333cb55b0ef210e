"""Inserts that name what happens when the row is there already; both databases speak the same ON CONFLICT.

Putting a statement together costs more than running it, so each is put together once and run with its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.records.session import Transaction


def insert_into(tx: Transaction, target: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT with ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return insert_of(tx.dialect.name, target)


def insert_unless_known(tx: Transaction, target: Table, row: Mapping[str, Any]) -> int | None:
    """Insert one row and return its id; None when a unique constraint says that it is there already."""
    created: int | None = tx.execute(_unless_known(tx.dialect.name, target), dict(row)).scalar_one_or_none()
    return created


def insert_or_replace(tx: Transaction, target: Table, keys: tuple[str, ...], replaced: tuple[str, ...]) -> Insert:
    """Return an INSERT that, where a row with those keys is there, replaces the columns named."""
    return _or_replace(tx.dialect.name, target, keys, replaced)


@cache
def insert_of(dialect: str, target: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the same by the dialect's name, for statements that are kept."""
    return postgresql.insert(target) if dialect == "postgresql" else sqlite.insert(target)


@cache
def _unless_known(dialect: str, target: Table) -> Insert:
    return insert_of(dialect, target).on_conflict_do_nothing().returning(target.c.id)


@cache
def _or_replace(dialect: str, target: Table, keys: tuple[str, ...], replaced: tuple[str, ...]) -> Insert:
    statement = insert_of(dialect, target)
    fresh = {name: statement.excluded[name] for name in replaced}
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)
