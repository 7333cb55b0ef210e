"""The one outbox: what goes out, once for each (submission, kind, revision), and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, bindparam, exists, func, select, update

from pipeline.records.models import OutgoingRow
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, Transaction
from pipeline.records.upsert import insert_unless_known

OutgoingState = Literal["queued", "sent", "ambiguous", "failed", "suppressed"]

_outgoing = table(OutgoingRow)

# Put together once: building a statement costs more than running it.
_BY_ID = select(_outgoing).where(_outgoing.c.id == bindparam("outgoing"))
_BY_MESSAGE_ID = select(_outgoing).where(_outgoing.c.message_id == bindparam("message_id"))
_NEWER = select(
    exists().where(
        _outgoing.c.submission_id == bindparam("submission"),
        _outgoing.c.kind == bindparam("of_kind"),
        _outgoing.c.revision > bindparam("revision"),
        _outgoing.c.state != "suppressed",
    )
)
_QUEUED_SINCE = select(func.count()).where(
    _outgoing.c.submission_id == bindparam("submission"),
    _outgoing.c.queued_at > bindparam("since"),
    _outgoing.c.state != "suppressed",
)
_SPEND = (
    update(_outgoing)
    .where(_outgoing.c.id == bindparam("outgoing"))
    .values(attempts=_outgoing.c.attempts + 1, tried_at=bindparam("at"))
    .returning(_outgoing.c.attempts)
)
_ALTER_UNSENT = update(_outgoing).where(_outgoing.c.id == bindparam("outgoing"), _outgoing.c.state != "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutgoing:
    """A mail to send: ``content`` is what it is composed from; ``message_id`` has no brackets, made from its key."""

    submission_id: int
    kind: str
    revision: int
    message_id: str
    to_address: str
    subject: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One row of the outbox. ``ambiguous``: the server may have taken it; ``permanent``: trying again is useless."""

    id: int
    submission_id: int
    kind: str
    revision: int
    message_id: str
    to_address: str
    subject: str
    content: Mapping[str, Any]
    state: OutgoingState
    attempts: int
    permanent: bool
    reason: str | None
    queued_at: datetime
    tried_at: datetime | None
    sent_at: datetime | None


def queue_outgoing(
    tx: Transaction, new: NewOutgoing, *, at: datetime, suppressed: str | None = None
) -> tuple[int, bool]:
    """Put a mail into the outbox; return its id and whether it is new.

    The same (submission, kind, revision) is the same mail: nothing changes then. ``suppressed`` is the reason why it
    must not go out; the row is kept to show it.
    """
    row = {
        **{name: getattr(new, name) for name in NewOutgoing.__slots__},
        "to_domain": new.to_address.rpartition("@")[2].lower(),
        "state": "suppressed" if suppressed else "queued",
        "reason": suppressed,
        "queued_at": at,
        "attempts": 0,
        "permanent": False,
    }
    created = insert_unless_known(tx, _outgoing, row)
    if created is not None:
        return created, True
    known = outgoing_by_key(tx, new.submission_id, new.kind, new.revision)
    if known is None:
        raise RecordsError(f"the Message-ID {new.message_id} belongs to another mail of the outbox")
    return known.id, False


def outgoing_by_id(tx: Transaction, outgoing: int) -> Outgoing | None:
    """Return one row of the outbox."""
    return _first(tx, _BY_ID, {"outgoing": outgoing})


def outgoing_by_key(tx: Transaction, submission: int, kind: str, revision: int) -> Outgoing | None:
    """Return the mail of that kind and revision."""
    same = and_(_outgoing.c.submission_id == submission, _outgoing.c.kind == kind, _outgoing.c.revision == revision)
    return _first(tx, select(_outgoing).where(same), {})


def outgoing_by_message_id(tx: Transaction, message_id: str) -> Outgoing | None:
    """Return the mail that went out under that Message-ID; bounces and replies name it."""
    return _first(tx, _BY_MESSAGE_ID, {"message_id": message_id})


def outgoing_of(tx: Transaction, submission: int) -> tuple[Outgoing, ...]:
    """Return every mail of a submission, oldest first."""
    query = select(_outgoing).where(_outgoing.c.submission_id == submission).order_by(_outgoing.c.id)
    return tuple(_row(row) for row in tx.execute(query))


def is_overtaken(tx: Transaction, mail: Outgoing) -> bool:
    """Return whether a later revision of that mail goes out, or went out, instead."""
    asked = {"submission": mail.submission_id, "of_kind": mail.kind, "revision": mail.revision}
    return bool(tx.execute(_NEWER, asked).scalar_one())


def queued_since(tx: Transaction, submission: int, since: datetime) -> int:
    """Return how many mails of a submission were queued after that moment, suppressed ones not counted."""
    return int(tx.execute(_QUEUED_SINCE, {"submission": submission, "since": since}).scalar_one())


def outgoing_in(tx: Transaction, state: OutgoingState, *, limit: int = 100) -> tuple[Outgoing, ...]:
    """Return mails of one state, oldest first."""
    query = select(_outgoing).where(_outgoing.c.state == state).order_by(_outgoing.c.id).limit(limit)
    return tuple(_row(row) for row in tx.execute(query))


def begin_attempt(tx: Transaction, outgoing: int, *, at: datetime) -> int:
    """Spend an attempt before the courier is called and return its number; commit before sending."""
    return int(tx.execute(_SPEND, {"outgoing": outgoing, "at": at}).scalar_one())


def record_delivery(
    tx: Transaction,
    outgoing: int,
    state: OutgoingState,
    *,
    at: datetime,
    permanent: bool = False,
    reason: str | None = None,
) -> None:
    """Record what the courier said. A mail that is sent stays sent, whatever is recorded later."""
    values = {"state": state, "permanent": permanent, "reason": reason}
    times = {"sent_at": at} if state == "sent" else {}
    tx.execute(_ALTER_UNSENT, {"outgoing": outgoing, **values, **times})


def release(tx: Transaction, outgoing: int, *, at: datetime) -> bool:
    """Queue a mail that was kept back; return whether it was: what goes out goes once."""
    kept_back = and_(_outgoing.c.id == outgoing, _outgoing.c.state == "suppressed")
    values = {"state": "queued", "reason": None, "queued_at": at}
    return bool(tx.execute(update(_outgoing).where(kept_back).values(values)).rowcount)


def record_bounce(tx: Transaction, outgoing: int, *, permanent: bool, reason: str) -> None:
    """Record that a mail which was sent came back."""
    values = {"state": "failed", "permanent": permanent, "reason": reason}
    tx.execute(update(_outgoing).where(_outgoing.c.id == outgoing).values(values))


def sent_to_domain(tx: Transaction, domain: str, *, since: datetime) -> int:
    """Return how many mails were queued to that domain since then, suppressed ones not counted."""
    counted = and_(
        _outgoing.c.to_domain == domain.lower(), _outgoing.c.queued_at >= since, _outgoing.c.state != "suppressed"
    )
    return int(tx.execute(select(func.count()).select_from(_outgoing).where(counted)).scalar_one())


def outbox_counts(tx: Transaction) -> dict[str, int]:
    """Return how many mails stand in each state."""
    query = select(_outgoing.c.state, func.count()).group_by(_outgoing.c.state)
    return {state: int(count) for state, count in tx.execute(query)}


def _first(tx: Transaction, query: Select[Any], asked: Mapping[str, Any]) -> Outgoing | None:
    row = tx.execute(query, dict(asked)).one_or_none()
    return None if row is None else _row(row)


def _row(row: Row[Any]) -> Outgoing:
    return Outgoing(**{name: row._mapping[name] for name in Outgoing.__slots__})
