"""A submission's story for its page: what machines and people did, and what was said, by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from pipeline.records.correspondence import Audience, Communication, communications_of
from pipeline.records.eventlog import StoredEvent, stream_events
from pipeline.records.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of the story. ``kind`` is the event's ``noun.verb`` or the kind of communication."""

    at: datetime
    kind: str
    actor: str
    audience: Audience
    payload: Mapping[str, Any]


def timeline(tx: Transaction, submission: int, audiences: Iterable[Audience]) -> tuple[TimelineEntry, ...]:
    """Return what these audiences may see of a submission, oldest first; the log's own events are internal."""
    seen = tuple(audiences)
    said = [_said(communication) for communication in communications_of(tx, submission, seen)]
    done = [_done(event) for event in stream_events(tx, f"submission:{submission}")] if "internal" in seen else []
    return tuple(sorted((*done, *said), key=lambda entry: entry.at))


def _done(event: StoredEvent) -> TimelineEntry:
    payload = msgspec.json.decode(event.payload)
    return TimelineEntry(at=event.at, kind=event.kind, actor=event.actor, audience="internal", payload=payload)


def _said(communication: Communication) -> TimelineEntry:
    payload = {
        "subject": communication.subject,
        "body": communication.body,
        "documents": list(communication.documents),
        "message": communication.message_id,
        "outgoing": communication.outgoing_id,
    }
    return TimelineEntry(
        at=communication.at,
        kind=communication.kind,
        actor=communication.by,
        audience=communication.audience,
        payload=payload,
    )
