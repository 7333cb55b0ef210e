"""Repairs of messages: which bytes are read in place of those received. Rows are added and undone, never removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from pipeline.records.models import RepairRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction

_repairs = table(RepairRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One repair. ``widened`` means that the message was given more room than others get."""

    id: int
    message_id: int
    number: int
    name: str
    from_sha256: str
    sha256: str
    widened: bool
    by: str
    at: datetime
    undone_at: datetime | None


def add(
    tx: Transaction, message: int, *, name: str, from_sha256: str, sha256: str, widened: bool, by: str, at: datetime
) -> int:
    """Keep a repair, which is in force from now on; return its number within the message."""
    newest = tx.execute(select(func.max(_repairs.c.number)).where(_repairs.c.message_id == message)).scalar_one()
    number = int(newest or 0) + 1
    row = {
        "message_id": message,
        "number": number,
        "name": name,
        "from_sha256": from_sha256,
        "sha256": sha256,
        "widened": widened,
        "by": by,
        "at": at,
    }
    tx.execute(insert(_repairs), row)
    return number


def in_force(tx: Transaction, message: int) -> Repair | None:
    """Return the newest repair that was not undone; the message is read from its bytes."""
    live = select(_repairs).where(_repairs.c.message_id == message, _repairs.c.undone_at.is_(None))
    row = tx.execute(live.order_by(_repairs.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else _repair(row)


def all_of(tx: Transaction, message: int) -> tuple[Repair, ...]:
    """Return every repair of a message, oldest first, those undone too."""
    query = select(_repairs).where(_repairs.c.message_id == message).order_by(_repairs.c.number)
    return tuple(_repair(row) for row in tx.execute(query))


def undo(tx: Transaction, repair: int, *, at: datetime) -> bool:
    """Take one repair back; return whether it was in force."""
    live = (_repairs.c.id == repair, _repairs.c.undone_at.is_(None))
    return bool(tx.execute(update(_repairs).where(*live).values(undone_at=at)).rowcount)


def _repair(row: Row[Any]) -> Repair:
    return Repair(**row._mapping)
