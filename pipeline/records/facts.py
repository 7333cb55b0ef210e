"""Resolved facts of a submission: one row a field, saved as a whole, told as what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, delete, select, text, update

from parsers.document import Scalar
from pipeline.doubts import is_doubtful
from pipeline.records.models import FactRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.storable import storable, storable_json
from pipeline.submission import ResolvedField, Rival, Source

MASK = "•••"

_facts = table(FactRow)
_COLUMNS = ("field", "value", "raw", "confidence", "status", "source", "rivals", "restricted", "defect")

# One parameter instead of one statement a row: a third of the client's time for 300 rows.
_INSERT_AT_ONCE = text(
    "INSERT INTO facts (submission_id, field, value, raw, confidence, status, source, rivals, restricted, defect,"
    " doubtful)"
    " SELECT :submission, field, NULLIF(value, 'null'), raw, confidence, status, source, NULLIF(rivals, 'null'),"
    " restricted, defect, doubtful FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS fresh(field text, value jsonb,"
    " raw text, confidence float8, status text, source jsonb, rivals jsonb, restricted boolean, defect text,"
    " doubtful boolean)"
)

# Straight to the driver: passing 300 rows through the column types costs four times the inserting.
_INSERT_ROWS = (
    "INSERT INTO facts (submission_id, field, value, raw, confidence, status, source, rivals, restricted, defect,"
    " doubtful) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_OF_SUBMISSION = select(_facts).where(_facts.c.submission_id == bindparam("submission")).order_by(_facts.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """One field whose value or standing changed; ``before`` or ``after`` is None when it was not there."""

    field: str
    before: Scalar
    after: Scalar
    restricted: bool

    @property
    def payload(self) -> Mapping[str, Scalar]:
        """Return the change as an event may hold it: restricted values masked."""
        if not self.restricted:
            return {"field": self.field, "before": self.before, "after": self.after}
        return {"field": self.field, "before": _masked(self.before), "after": _masked(self.after)}


def save_facts(
    tx: Transaction, submission: int, fields: Mapping[str, ResolvedField], *, is_new: bool = False
) -> tuple[FactChange, ...]:
    """Make the stored facts those given, and return the fields whose value or status changed.

    Rows that are the same are left alone; fields that are no longer known are removed. Of a submission that
    ``is_new`` nothing is stored yet.
    """
    stored = {} if is_new else {row.field: row for row in tx.execute(_OF_SUBMISSION, {"submission": submission})}
    before = {field: _resolved(row) for field, row in stored.items()}
    fresh = [fact for field, fact in fields.items() if field not in before]
    moved = [fact for field, fact in fields.items() if field in before and before[field] != fact]
    gone = [stored[field].id for field in before if field not in fields]
    if fresh:
        _insert(tx, submission, fresh)
    if moved:
        rows = [{"row_id": stored[fact.field].id, **_values(fact)} for fact in moved]
        tx.execute(update(_facts).where(_facts.c.id == bindparam("row_id")), rows)
    if gone:
        tx.execute(delete(_facts).where(_facts.c.id.in_(gone)))
    return _changes(before, fields)


def facts_of(tx: Transaction, submission: int) -> Mapping[str, ResolvedField]:
    """Return the resolved fields of a submission by name, restricted ones unmasked: mask them before showing."""
    rows = tx.execute(_OF_SUBMISSION, {"submission": submission})
    return {row.field: _resolved(row) for row in rows}


def fact(tx: Transaction, submission: int, field: str) -> ResolvedField | None:
    """Return one resolved field."""
    query = select(_facts).where(_facts.c.submission_id == submission, _facts.c.field == field)
    row = tx.execute(query).one_or_none()
    return None if row is None else _resolved(row)


def _insert(tx: Transaction, submission: int, fresh: Sequence[ResolvedField]) -> None:
    if tx.dialect.name == "postgresql":
        rows = [_values(fact) for fact in fresh]
        tx.execute(_INSERT_AT_ONCE, {"submission": submission, "rows": storable_json(rows)})
    else:
        tx.exec_driver_sql(_INSERT_ROWS, [_stored(submission, fact) for fact in fresh])


def _stored(submission: int, fact: ResolvedField) -> tuple[Any, ...]:
    """Return one row as SQLite keeps it, JSON as text."""
    return (
        submission,
        storable(fact.field),
        None if fact.value is None else storable_json(fact.value),
        storable(fact.raw),
        fact.confidence,
        fact.status,
        storable_json(fact.source),
        storable_json(fact.rivals) if fact.rivals else None,
        fact.restricted,
        None if fact.defect is None else storable(fact.defect),
        is_doubtful(fact),
    )


def _changes(before: Mapping[str, ResolvedField], after: Mapping[str, ResolvedField]) -> tuple[FactChange, ...]:
    changes = []
    for field in dict.fromkeys([*after, *before]):
        old, new = before.get(field), after.get(field)
        if old and new and (old.value, old.status) == (new.value, new.status):
            continue
        restricted = bool((old and old.restricted) or (new and new.restricted))
        values = {"before": old.value if old else None, "after": new.value if new else None}
        changes.append(FactChange(field=field, restricted=restricted, **values))
    return tuple(changes)


def _values(fact: ResolvedField) -> dict[str, Any]:
    values = {name: getattr(fact, name) for name in _COLUMNS}
    return {**values, "rivals": fact.rivals or None, "doubtful": is_doubtful(fact)}


def _resolved(row: Row[Any]) -> ResolvedField:
    rivals = msgspec.convert(row.rivals, tuple[Rival, ...]) if row.rivals else ()
    return ResolvedField(
        field=row.field,
        value=row.value,
        raw=row.raw,
        confidence=row.confidence,
        status=row.status,
        source=msgspec.convert(row.source, Source),
        rivals=rivals,
        restricted=row.restricted,
        defect=row.defect,
    )


def _masked(value: Scalar) -> Scalar:
    return None if value is None else MASK
