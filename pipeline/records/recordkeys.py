"""Keys of submissions beyond their own columns: policy numbers, agencies' customer numbers, telling words of names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import bindparam, delete, insert, select

from pipeline.records.models import RecordKeyRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction

KeyKind = Literal["policy", "customer", "word"]
RecordKey = tuple[KeyKind, str]

_keys = table(RecordKeyRow)
_OF = select(_keys.c.kind, _keys.c.value).where(_keys.c.submission_id == bindparam("submission"))
_ADD = insert(_keys)


def keys_of(tx: Transaction, submission: int) -> frozenset[RecordKey]:
    """Return the keys of a submission."""
    return frozenset((row.kind, row.value) for row in tx.execute(_OF, {"submission": submission}))


def set_keys(tx: Transaction, submission: int, wanted: Iterable[RecordKey]) -> None:
    """Replace the keys of a submission by these."""
    stored, after = keys_of(tx, submission), frozenset(wanted)
    for kind, value in stored - after:
        mine = (_keys.c.submission_id == submission, _keys.c.kind == kind, _keys.c.value == value)
        tx.execute(delete(_keys).where(*mine))
    rows = [{"submission_id": submission, "kind": kind, "value": value} for kind, value in sorted(after - stored)]
    if rows:
        tx.execute(_ADD, rows)
