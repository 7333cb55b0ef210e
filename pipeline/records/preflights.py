"""Reports on drafts: made once for each message, answered once, and gone after a day but for who asked and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from pipeline.records.models import AttachmentRow, MessageRow, PreflightRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_unless_known

ReportState = Literal["queued", "sent", "failed", "suppressed"]
REASON = "preflight"
"""Why a draft ends discarded on the ledger."""

_preflights = table(PreflightRow)
_messages = table(MessageRow)
_attachments = table(AttachmentRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """One report; ``id`` is the message's. ``report`` is None when it was purged, or none was made."""

    id: int
    to_address: str
    to_domain: str
    report: Mapping[str, Any] | None
    state: ReportState
    attempts: int
    reason: str | None
    made_at: datetime
    sent_at: datetime | None
    purged_at: datetime | None


def add(tx: Transaction, message: int, *, to_address: str, report: Mapping[str, Any] | None, at: datetime) -> bool:
    """Keep the report on a message; return False when there is one already, which stays."""
    row = {
        "id": message,
        "to_address": to_address.lower(),
        "to_domain": to_address.rpartition("@")[2].lower(),
        "report": report,
        "state": "queued",
        "attempts": 0,
        "made_at": at,
    }
    return insert_unless_known(tx, _preflights, row) is not None


def by_message(tx: Transaction, message: int) -> Preflight | None:
    """Return the report on a message."""
    row = tx.execute(select(_preflights).where(_preflights.c.id == message)).one_or_none()
    return None if row is None else Preflight(**row._mapping)


def same_draft(tx: Transaction, message: int, *, message_id: str | None, sha256: str) -> int | None:
    """Return the earliest other draft that is the same mail delivered again: the same Message-ID, or the same bytes."""
    same = _messages.c.sha256 == sha256
    if message_id:
        same = or_(same, _messages.c.message_id == message_id)
    earlier = and_(same, _messages.c.id != message, _messages.c.reason == REASON)
    found = tx.execute(select(func.min(_messages.c.id)).where(earlier)).scalar_one()
    return None if found is None else int(found)


def begin_attempt(tx: Transaction, message: int) -> int:
    """Spend an attempt before the courier is called and return its number; commit before sending."""
    spend = update(_preflights).where(_preflights.c.id == message).values(attempts=_preflights.c.attempts + 1)
    return int(tx.execute(spend.returning(_preflights.c.attempts)).scalar_one())


def record(tx: Transaction, message: int, state: ReportState, *, at: datetime, reason: str | None = None) -> None:
    """Record what became of the answer. One that is sent stays sent."""
    times = {"sent_at": at} if state == "sent" else {}
    mine = (_preflights.c.id == message, _preflights.c.state != "sent")
    tx.execute(update(_preflights).where(*mine).values(state=state, reason=reason, **times))


def asked_by(tx: Transaction, address: str, *, since: datetime) -> int:
    """Return how many reports were answered or wait to be, to that address since then."""
    return _count(tx, _preflights.c.to_address == address.lower(), since)


def asked_from(tx: Transaction, domain: str, *, since: datetime) -> int:
    """Return how many reports were answered or wait to be, to that domain since then."""
    return _count(tx, _preflights.c.to_domain == domain.lower(), since)


def purge(tx: Transaction, message: int, *, at: datetime) -> None:
    """Forget what a draft said: report, subject, names of files. Who sent it, when, and how it ended stay."""
    tx.execute(delete(_attachments).where(_attachments.c.message_id == message))
    forgotten: dict[str, Any] = {"subject": "", "thread_key": None, "references": [], "intents": []}
    forgotten["content_sha256"] = None
    tx.execute(update(_messages).where(_messages.c.id == message).values(forgotten))
    tx.execute(update(_preflights).where(_preflights.c.id == message).values(report=None, purged_at=at))


def needed_elsewhere(tx: Transaction, sha256: str) -> bool:
    """Return whether bytes in the archive are also those of a message that was no draft."""
    other = and_(_messages.c.sha256 == sha256, _messages.c.reason.is_distinct_from(REASON))
    return bool(tx.execute(select(func.count()).select_from(_messages).where(other)).scalar_one())


def _count(tx: Transaction, where: ColumnElement[bool], since: datetime) -> int:
    counted = and_(where, _preflights.c.made_at >= since, _preflights.c.state != "suppressed")
    return int(tx.execute(select(func.count()).select_from(_preflights).where(counted)).scalar_one())
