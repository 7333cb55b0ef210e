"""The event log: append-only streams, each chained by hashes, read by followers with their own cursor.

The hash of an event covers the hash before it and the canonical JSON of all it says, so that changing, removing or
reordering a row breaks the chain from there on. A counter of all events ever appended shows a cut-off end. Streams are
named ``submission:12`` and ``message:7``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from pipeline.log import mask_restricted
from pipeline.records import eventlog
from pipeline.records.counters import current, next_value
from pipeline.records.eventlog import StoredEvent
from pipeline.records.session import Transaction, events_lock
from pipeline.records.storable import storable, storable_json

GENESIS = "0" * 64
COUNTER = "events.appended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. ``id`` rises over all streams in the order of commits."""

    id: int
    stream: str
    seq: int
    kind: str
    actor: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What checking a stream came to; ``broken_at`` is the first sequence number that does not fit."""

    stream: str
    events: int
    broken_at: int | None = None

    @property
    def ok(self) -> bool:
        """Return whether the chain is whole."""
        return self.broken_at is None


def submission_stream(submission: int) -> str:
    """Return the name of a submission's stream."""
    return f"submission:{submission}"


def message_stream(message: int) -> str:
    """Return the name of a message's stream."""
    return f"message:{message}"


def append(tx: Transaction, stream: str, kind: str, payload: Mapping[str, Any], *, actor: str, at: datetime) -> int:
    """Append one event and return its id. Restricted values in the payload are masked before anything is kept.

    ``kind`` is ``noun.verb``; ``actor`` is ``rules``, ``person:3`` or the like. Append last in a transaction: on
    PostgreSQL the right to append is held until it ends.
    """
    (row,) = _chained(tx, stream, [(kind, payload)], actor=actor, at=at)
    return eventlog.insert_event(tx, row)


def append_all(
    tx: Transaction, stream: str, said: Sequence[tuple[str, Mapping[str, Any]]], *, actor: str, at: datetime
) -> None:
    """Append several events of one stream, each a kind and a payload, in their order; otherwise as ``append``."""
    if said:
        eventlog.insert_events(tx, _chained(tx, stream, said, actor=actor, at=at))


def events_of(tx: Transaction, stream: str) -> tuple[Event, ...]:
    """Return every event of a stream, in order."""
    return tuple(_event(stored) for stored in eventlog.stream_events(tx, stream))


def read_on(tx: Transaction, follower: str, *, limit: int = 100) -> tuple[Event, ...]:
    """Return the events a follower has not dealt with yet, oldest first; ``advance`` in the same transaction."""
    position = eventlog.position_of(tx, follower)
    return tuple(_event(stored) for stored in eventlog.events_after(tx, position, limit=limit))


def advance(tx: Transaction, follower: str, event: int, *, at: datetime) -> None:
    """Note that a follower dealt with everything up to that event id."""
    eventlog.move_follower(tx, follower, event, at=at)


def verify(tx: Transaction, stream: str) -> Verdict:
    """Check one stream from its first event to its last."""
    prev_hash, count = GENESIS, 0
    for stored in eventlog.stream_events(tx, stream):
        count += 1
        if stored.seq != count or stored.prev_hash != prev_hash or stored.hash != _hash_of(stored):
            return Verdict(stream=stream, events=count, broken_at=count)
        prev_hash = stored.hash
    return Verdict(stream=stream, events=count)


def verify_all(tx: Transaction) -> tuple[Verdict, ...]:
    """Return the verdicts that are not well; the stream ``*`` stands for events that are gone without a trace."""
    verdicts = [verify(tx, stream) for stream in tuple(eventlog.streams(tx))]
    broken = [verdict for verdict in verdicts if not verdict.ok]
    found, appended = sum(verdict.events for verdict in verdicts), current(tx, COUNTER)
    if not broken and found != appended:
        broken.append(Verdict(stream="*", events=found, broken_at=appended))
    return tuple(broken)


def _chained(
    tx: Transaction, stream: str, said: Sequence[tuple[str, Mapping[str, Any]]], *, actor: str, at: datetime
) -> list[dict[str, Any]]:
    """Take the right to append, count the events, and return their rows, each with the hash of the one before."""
    events_lock(tx)
    seq, before = eventlog.head(tx, stream) or (0, GENESIS)
    next_value(tx, COUNTER, by=len(said))
    rows = []
    for kind, payload in said:
        seq += 1
        row: dict[str, Any] = {
            "stream": stream,
            "seq": seq,
            "kind": kind,
            "actor": storable(actor),
            "payload": storable_json(mask_restricted(payload)),
            "at": at.astimezone(UTC),
        }
        chained = _hash(before, **row)
        rows.append({**row, "prev_hash": before, "hash": chained})
        before = chained
    return rows


def _hash_of(stored: StoredEvent) -> str:
    return _hash(
        stored.prev_hash,
        stream=stored.stream,
        seq=stored.seq,
        kind=stored.kind,
        actor=stored.actor,
        payload=stored.payload,
        at=stored.at,
    )


def _hash(prev_hash: str, *, stream: str, seq: int, kind: str, actor: str, payload: str, at: datetime) -> str:
    said = [prev_hash, stream, seq, kind, actor, payload, at.isoformat(timespec="microseconds")]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def _event(stored: StoredEvent) -> Event:
    return Event(
        id=stored.id,
        stream=stored.stream,
        seq=stored.seq,
        kind=stored.kind,
        actor=stored.actor,
        payload=msgspec.json.decode(stored.payload),
        at=stored.at,
    )
