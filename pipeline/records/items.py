"""Items asked for: saved as the rules see them now, while what people and mails did to them is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, tuple_, update

from pipeline.records.models import ItemRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.submission import CLOSED_ITEM_STATES, Item, ItemState, LookedAt

ItemKey = tuple[str, str, str]

_items = table(ItemRow)

# Put together once: building a statement costs more than running it.
_OF_SUBMISSION = select(_items).where(_items.c.submission_id == bindparam("submission")).order_by(_items.c.id)
_ADD = insert(_items)
_ALTER = update(_items).where(_items.c.id == bindparam("row_id"))
_ASKED = update(_items).where(
    _items.c.submission_id == bindparam("submission"),
    _items.c.state == "open",
    tuple_(_items.c.code, _items.c.line, _items.c.subject).in_(bindparam("keys", expanding=True)),
)

_SHOWN = (
    "severity",
    "ask",
    "title",
    "have",
    "looked_at",
    "why",
    "example",
    "field",
    "field_type",
    "kinds",
    "group",
    "satisfied_share",
    "accepts_none",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """One item with what the record adds: who owns it, until when, and when it moved."""

    id: int
    item: Item
    owner_role: str
    owner_id: int | None
    due_on: date | None
    opened_at: datetime
    requested_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One item that appeared or changed its state; ``before`` is None for a new one."""

    key: ItemKey
    before: ItemState | None
    after: ItemState

    @property
    def payload(self) -> Mapping[str, str | None]:
        """Return the change as an event may hold it."""
        code, line, subject = self.key
        return {"code": code, "line": line or None, "subject": subject, "before": self.before, "after": self.after}


def save_items(
    tx: Transaction,
    submission: int,
    items: Iterable[Item],
    *,
    at: datetime,
    by: str,
    due_on: date | None = None,
    is_new: bool = False,
) -> tuple[ItemChange, ...]:
    """Make the stored items agree with the rules' items and return which appeared or changed state.

    An open item that was asked for already stays ``requested``. A stored open item the rules no longer raise is
    ``superseded`` when they raise the same code on another subject instead, otherwise ``satisfied``. Of a submission
    that ``is_new`` nothing is stored yet.
    """
    stored = {} if is_new else {record.item.key: record for record in items_of(tx, submission)}
    wanted = {item.key: item for item in (*items, *_vanished(stored, tuple(items)))}
    fresh = [item for key, item in wanted.items() if key not in stored]
    if fresh:
        rows = [_new_row(submission, item, at, by, due_on) for item in fresh]
        tx.execute(_ADD, rows)
    changes = [ItemChange(key=item.key, before=None, after=item.state) for item in fresh]
    updates = []
    for key, record in stored.items():
        item = wanted.get(key, record.item)
        state = _state(record, item.state)
        if state != record.item.state:
            changes.append(ItemChange(key=key, before=record.item.state, after=state))
        if state != record.item.state or _shown(item) != _shown(record.item):
            updates.append({"row_id": record.id, **_shown(item), **_moved(record, state, at, by)})
    if updates:
        tx.execute(_ALTER, updates)
    return tuple(changes)


def items_of(tx: Transaction, submission: int) -> tuple[ItemRecord, ...]:
    """Return every item a submission ever had, in the order they appeared."""
    return tuple(_record(row) for row in tx.execute(_OF_SUBMISSION, {"submission": submission}))


def mark_requested(tx: Transaction, submission: int, keys: Iterable[ItemKey], *, at: datetime) -> None:
    """Note that open items were asked for in a mail that is queued now."""
    asked = tuple(keys)
    if asked:
        values = {"submission": submission, "keys": asked, "state": "requested", "requested_at": at}
        tx.execute(_ASKED, values)


def _vanished(stored: Mapping[ItemKey, ItemRecord], items: Sequence[Item]) -> list[Item]:
    raised = {item.key for item in items}
    reworded = {(item.code, item.line) for item in items if item.is_open}
    closed = []
    for key, record in stored.items():
        if key in raised or not record.item.is_open:
            continue
        replaced = (record.item.code, record.item.line) in reworded
        state: ItemState = "superseded" if replaced else "satisfied"
        share = record.item.satisfied_share if replaced else 1.0
        closed.append(replace(record.item, state=state, satisfied_share=share))
    return closed


def _state(record: ItemRecord, ruled: ItemState) -> ItemState:
    return "requested" if ruled == "open" and record.item.state == "requested" else ruled


def _moved(record: ItemRecord, state: ItemState, at: datetime, by: str) -> dict[str, Any]:
    closes, was_open = state in CLOSED_ITEM_STATES, record.item.is_open
    if closes and was_open:
        times: dict[str, Any] = {"closed_at": at, "closed_by": by, "requested_at": record.requested_at}
    elif not closes and not was_open:
        times = {"closed_at": None, "closed_by": None, "requested_at": None}
    else:
        times = {"closed_at": record.closed_at, "closed_by": record.closed_by, "requested_at": record.requested_at}
    return {"state": state, **times}


def _new_row(submission: int, item: Item, at: datetime, by: str, due_on: date | None) -> dict[str, Any]:
    code, line, subject = item.key
    return {
        "submission_id": submission,
        "code": code,
        "line": line,
        "subject": subject,
        "state": item.state,
        "owner_role": "staff" if item.severity == "internal" else "agent",
        "due_on": due_on if item.is_open else None,
        "opened_at": at,
        "closed_at": None if item.is_open else at,
        "closed_by": None if item.is_open else by,
        **_shown(item),
    }


def _shown(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _SHOWN}


def _record(row: Row[Any]) -> ItemRecord:
    given = {name: getattr(row, name) for name in _SHOWN}
    looked_at = tuple(LookedAt(document=place["document"], page=place["page"]) for place in row.looked_at)
    kept = {**given, "have": tuple(row.have), "kinds": tuple(row.kinds), "looked_at": looked_at}
    item = Item(code=row.code, line=row.line or None, subject=row.subject, state=row.state, **kept)
    return ItemRecord(
        id=row.id,
        item=item,
        owner_role=row.owner_role,
        owner_id=row.owner_id,
        due_on=row.due_on,
        opened_at=row.opened_at,
        requested_at=row.requested_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )
