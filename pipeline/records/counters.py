"""Named counters: they only rise, and a rolled back transaction gives its number back."""

from __future__ import annotations

from sqlalchemy import select

from pipeline.records.models import SequenceRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_into

_sequences = table(SequenceRow)


def next_value(tx: Transaction, name: str) -> int:
    """Raise the counter by one and return it; a new counter starts at 1."""
    statement = insert_into(tx, _sequences).values(name=name, value=1)
    raised = statement.on_conflict_do_update(index_elements=["name"], set_={"value": _sequences.c.value + 1})
    return int(tx.execute(raised.returning(_sequences.c.value)).scalar_one())


def current(tx: Transaction, name: str) -> int:
    """Return the counter as it stands, 0 when it was never raised."""
    found = tx.execute(select(_sequences.c.value).where(_sequences.c.name == name)).scalar_one_or_none()
    return 0 if found is None else int(found)
