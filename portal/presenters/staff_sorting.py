"""What the page shows on which the mail of a record is put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline import kinds
from pipeline.doors import SOURCE as PORTAL
from pipeline.log import event_words
from pipeline.records.documents import DocumentRecord
from pipeline.records.ledger import Message
from pipeline.records.regroupings import Regrouping

NEAREST = 5
"""Other records that are offered for a message: those that came nearest when it was filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message of a record: what it brought, why it is here, and which other records came near."""

    id: int
    at: datetime
    sender: str
    subject: str
    brought: tuple[str, ...]
    why: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One move or merging. ``can_undo`` is whether it is the newest that stands."""

    number: int
    at: datetime
    by: str
    what: str
    reason: str
    undone: bool
    can_undo: bool


def message_view(
    message: Message, papers: Iterable[DocumentRecord], told: Sequence[Mapping[str, Any]], ref: str
) -> MessageView:
    """Return one message; ``told`` is what the logs tell of where it was put, the latest first."""
    latest = told[0] if told else {}
    mine = (paper.filed for paper in papers if paper.message_id == message.id)
    return MessageView(
        id=message.id,
        at=message.received_at,
        sender="the page" if message.source == PORTAL else message.sender or "unknown",
        subject=event_words(message.subject) or "(no subject)",
        brought=tuple(f"{event_words(filed.name)} ({kinds.label(filed.kind)})" for filed in mine),
        why=event_words(str(latest.get("sentence", ""))),
        nearest=tuple(one for one in nearest(latest) if one != ref),
    )


def nearest(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the records that came near when a message was weighed."""
    found = (str(one.get("ref", "")) for one in told.get("candidates", ()))
    return tuple(dict.fromkeys(filter(None, found)))[:NEAREST]


def move_view(one: Regrouping, refs: Sequence[str], *, by: str, can_undo: bool) -> MoveView:
    """Return one move; ``refs`` are the numbers of the record it was on and of the one it came to."""
    source, target = refs
    moved = f"Message {one.message_id} moved from {source} to {target}"
    return MoveView(
        number=one.id,
        at=one.at,
        by=by,
        what=moved if one.kind == "move" else f"{source} became part of {target}",
        reason=event_words(one.reason),
        undone=one.undone_at is not None,
        can_undo=can_undo,
    )
