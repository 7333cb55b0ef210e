"""Messages that jump the queue to people, until one of us takes them, and the guesses of those nobody could tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from pipeline.records.models import MessageRow, MessageWishRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_into

_wishes = table(MessageWishRow)
_messages = table(MessageRow)
_OF = select(_wishes).where(_wishes.c.message_id == bindparam("message"))
_WAITING = (
    select(_messages.c.id, _messages.c.received_at, _messages.c.sender, _messages.c.subject, _wishes.c.urgent)
    .join(_wishes, _wishes.c.message_id == _messages.c.id)
    .where(_wishes.c.urgent.is_not(None), _wishes.c.taken_at.is_(None))
    .order_by(_messages.c.received_at, _messages.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a message may want, how likely that is in [0, 1], and what speaks for it."""

    intent: str
    confidence: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that people must see at once; ``urgent`` is the wish that makes it so."""

    id: int
    at: datetime
    sender: str
    subject: str
    urgent: str


def keep(tx: Transaction, message: int, *, urgent: str | None, guesses: Sequence[Guess]) -> None:
    """Keep what is urgent in a message and what it may want; that one of us took it stays."""
    if urgent is None and not guesses:
        return
    told = [{"intent": one.intent, "confidence": one.confidence, "why": list(one.why)} for one in guesses]
    values: dict[str, Any] = {"urgent": urgent, "guesses": told}
    statement = insert_into(tx, _wishes).values(message_id=message, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=values))


def waiting(tx: Transaction) -> tuple[Waiting, ...]:
    """Return the urgent messages that nobody took yet, the oldest first."""
    return tuple(
        Waiting(id=row.id, at=row.received_at, sender=row.sender or "", subject=row.subject or "", urgent=row.urgent)
        for row in tx.execute(_WAITING)
    )


def guesses_of(tx: Transaction, message: int) -> tuple[Guess, ...]:
    """Return what a message may want, the likeliest first; nothing where that was plain."""
    row = tx.execute(_OF, {"message": message}).one_or_none()
    told = row.guesses if row else ()
    return tuple(Guess(intent=one["intent"], confidence=one["confidence"], why=tuple(one["why"])) for one in told)


def take(tx: Transaction, message: int, *, by: str, at: datetime) -> bool:
    """Note that one of us sees to an urgent message; return whether it still waited."""
    untaken = _wishes.c.message_id == message, _wishes.c.urgent.is_not(None), _wishes.c.taken_at.is_(None)
    return bool(tx.execute(update(_wishes).where(*untaken).values(taken_by=by, taken_at=at)).rowcount)
