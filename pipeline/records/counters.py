"""Named counters: they only rise, and a rolled back transaction gives its number back."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.sql.dml import ReturningInsert

from pipeline.records.models import SequenceRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_of

_sequences = table(SequenceRow)
_VALUE = select(_sequences.c.value).where(_sequences.c.name == bindparam("name"))


def next_value(tx: Transaction, name: str, *, by: int = 1) -> int:
    """Raise the counter and return it; a new counter starts at 0."""
    return int(tx.execute(_raise(tx.dialect.name), {"name": name, "value": by}).scalar_one())


@cache
def _raise(dialect: str) -> ReturningInsert[Any]:
    statement = insert_of(dialect, _sequences)
    higher = {"value": _sequences.c.value + statement.excluded.value}
    return statement.on_conflict_do_update(index_elements=["name"], set_=higher).returning(_sequences.c.value)


def current(tx: Transaction, name: str) -> int:
    """Return the counter as it stands, 0 when it was never raised."""
    found = tx.execute(_VALUE, {"name": name}).scalar_one_or_none()
    return 0 if found is None else int(found)
