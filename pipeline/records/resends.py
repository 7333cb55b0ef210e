"""Encrypted mail whose senders are asked to send it in a form we can read: one ask a message, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select, update

from pipeline.records.models import ResendRow
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, Transaction
from pipeline.records.upsert import insert_unless_known

AskState = Literal["queued", "sent", "failed", "suppressed"]

_resends = table(ResendRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """One ask; ``id`` is the message's. ``submission_id`` is the record that the message answers, if it answers one."""

    id: int
    submission_id: int | None
    to_address: str
    to_domain: str
    content: Mapping[str, Any]
    state: AskState
    attempts: int
    reason: str | None
    made_at: datetime
    sent_at: datetime | None


def add(
    tx: Transaction, message: int, *, submission: int | None, to_address: str, content: Mapping[str, Any], at: datetime
) -> bool:
    """Keep that the sender of a message is to be asked; return False when that is kept already."""
    row = {
        "id": message,
        "submission_id": submission,
        "to_address": to_address.lower(),
        "to_domain": to_address.rpartition("@")[2].lower(),
        "content": dict(content),
        "state": "queued",
        "attempts": 0,
        "made_at": at,
    }
    return insert_unless_known(tx, _resends, row) is not None


def by_message(tx: Transaction, message: int) -> Resend:
    """Return the ask about a message. Raises RecordsError where there is none."""
    row = tx.execute(select(_resends).where(_resends.c.id == message)).one_or_none()
    if row is None:
        raise RecordsError(f"nobody is to be asked about message {message}")
    return Resend(**row._mapping)


def begin_attempt(tx: Transaction, message: int) -> int:
    """Spend an attempt before the courier is called and return its number; commit before sending."""
    spend = update(_resends).where(_resends.c.id == message).values(attempts=_resends.c.attempts + 1)
    return int(tx.execute(spend.returning(_resends.c.attempts)).scalar_one())


def record(tx: Transaction, message: int, state: AskState, *, at: datetime, reason: str | None = None) -> None:
    """Record what became of the ask. One that is sent stays sent."""
    times = {"sent_at": at} if state == "sent" else {}
    mine = (_resends.c.id == message, _resends.c.state != "sent")
    tx.execute(update(_resends).where(*mine).values(state=state, reason=reason, **times))


def release(tx: Transaction, message: int, reason: str) -> bool:
    """Queue an ask that was kept back for that reason; return whether there was one."""
    kept_back = (_resends.c.id == message, _resends.c.state == "suppressed", _resends.c.reason == reason)
    return bool(tx.execute(update(_resends).where(*kept_back).values(state="queued", reason=None)).rowcount)


def asked_before(tx: Transaction, ask: Resend, *, since: datetime) -> bool:
    """Return whether the same address was asked since then, or is to be asked about an earlier message.

    An ask that was kept back and released goes after those about later messages.
    """
    earlier = (_resends.c.id < ask.id) | (_resends.c.attempts > 0)
    return _count(tx, since, _resends.c.to_address == ask.to_address, _resends.c.id != ask.id, earlier) > 0


def asked_from(tx: Transaction, ask: Resend, *, since: datetime) -> int:
    """Return how many other asks went, or are to go, to the same domain since then."""
    return _count(tx, since, _resends.c.to_domain == ask.to_domain, _resends.c.id != ask.id)


def _count(tx: Transaction, since: datetime, *where: ColumnElement[bool]) -> int:
    when = func.coalesce(_resends.c.sent_at, _resends.c.made_at)
    counted = (*where, when >= since, _resends.c.state != "suppressed")
    return int(tx.execute(select(func.count()).select_from(_resends).where(*counted)).scalar_one())
