"""The rows of the event log: the head of a stream, reading on, and how far each follower is. Hashing is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from pipeline.records.models import EventRow, FollowerRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_into

_events = table(EventRow)
_followers = table(FollowerRow)
_HEAD = (
    select(_events.c.seq, _events.c.hash)
    .where(_events.c.stream == bindparam("stream"))
    .order_by(_events.c.seq.desc())
    .limit(1)
)
_APPEND = insert(_events)
_APPEND_ONE = _APPEND.returning(_events.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event. ``payload`` is canonical JSON text, exactly what ``hash`` covers."""

    id: int
    stream: str
    seq: int
    kind: str
    actor: str
    payload: str
    at: datetime
    prev_hash: str
    hash: str


def head(tx: Transaction, stream: str) -> tuple[int, str] | None:
    """Return sequence number and hash of the newest event of a stream."""
    row = tx.execute(_HEAD, {"stream": stream}).one_or_none()
    return None if row is None else (row.seq, row.hash)


def insert_event(tx: Transaction, row: Mapping[str, Any]) -> int:
    """Append one row and return its id; a sequence number that is taken raises."""
    return int(tx.execute(_APPEND_ONE, dict(row)).scalar_one())


def insert_events(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Append several rows in their order; a sequence number that is taken raises."""
    tx.execute(_APPEND, rows)


def stream_events(tx: Transaction, stream: str) -> tuple[StoredEvent, ...]:
    """Return every event of a stream, in order."""
    rows = tx.execute(select(_events).where(_events.c.stream == stream).order_by(_events.c.seq))
    return tuple(_event(row) for row in rows)


def streams(tx: Transaction) -> Iterator[str]:
    """Yield the names of all streams."""
    yield from tx.execute(select(_events.c.stream).distinct().order_by(_events.c.stream)).scalars()


def events_after(tx: Transaction, position: int, *, limit: int = 100) -> tuple[StoredEvent, ...]:
    """Return the events behind that position, of all streams, oldest first."""
    query = select(_events).where(_events.c.id > position).order_by(_events.c.id).limit(limit)
    return tuple(_event(row) for row in tx.execute(query))


def position_of(tx: Transaction, follower: str) -> int:
    """Return the id of the last event a follower dealt with, 0 for a new one; holds its row until the end."""
    query = select(_followers.c.position).where(_followers.c.name == follower).with_for_update()
    found = tx.execute(query).scalar_one_or_none()
    return 0 if found is None else int(found)


def move_follower(tx: Transaction, follower: str, position: int, *, at: datetime) -> None:
    """Note that a follower dealt with everything up to that event; call it in the transaction of its effects."""
    statement = insert_into(tx, _followers).values(name=follower, position=position, moved_at=at)
    moved = {"position": position, "moved_at": at}
    tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=moved))


def _event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(**row._mapping)
