"""What is known of the senders of messages: proof and doubts as the message was read, and the word of our people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, select, update

from pipeline.records.models import AgencyDomainRow, AgencyRow, PersonRow, SenderCheckRow
from pipeline.records.models.columns import table
from pipeline.records.people import Person, person_by_id
from pipeline.records.session import RecordsError, Transaction
from pipeline.records.upsert import insert_into

_checks = table(SenderCheckRow)
_people = table(PersonRow)
_agencies = table(AgencyRow)
_domains = table(AgencyDomainRow)

# Put together once: building a statement costs more than running it.
_OF = select(_checks).where(_checks.c.message_id == bindparam("message"))
_CONFIRMED = select(
    exists().where(
        _checks.c.author == bindparam("author"), _checks.c.confirmed_at.is_not(None), _checks.c.verdict != "failed"
    )
)
_CONFIRMED_COURIER = select(
    exists().where(
        _checks.c.sent_by == bindparam("sent_by"), _checks.c.confirmed_at.is_not(None), _checks.c.verdict != "failed"
    )
)
_REGISTERED = (
    select(_domains.c.domain, _agencies.c.name)
    .join(_agencies, _agencies.c.id == _domains.c.agency_id)
    .where(_agencies.c.status.in_(("active", "suspended")))
    .order_by(_domains.c.domain)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderCheck:
    """One message's sender.

    ``author`` is who it is from as far as known, ``sent_by`` its From, both in lower case. ``vouched`` is whether the
    proof speaks for the author. ``agency_id`` is an agency the signature names, ``said`` the author one of us named
    instead.
    """

    message_id: int
    author: str = ""
    sent_by: str = ""
    verdict: str = "unchecked"
    vouched: bool = True
    evidence: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    agency_id: int | None = None
    said: str | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


def check_of(tx: Transaction, message: int) -> SenderCheck | None:
    """Return what is known of a message's sender; None where nothing is out of the ordinary."""
    row = tx.execute(_OF, {"message": message}).one_or_none()
    return None if row is None else _check(row)


def keep(tx: Transaction, check: SenderCheck) -> None:
    """Keep what reading a message told of its sender; what one of us said before stays."""
    values: dict[str, Any] = {
        "author": check.author,
        "sent_by": check.sent_by,
        "verdict": check.verdict,
        "vouched": check.vouched,
        "evidence": list(check.evidence),
        "warnings": list(check.warnings),
        "rivals": list(check.rivals),
        "agency_id": check.agency_id,
    }
    statement = insert_into(tx, _checks).values(message_id=check.message_id, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=values))


def confirm(tx: Transaction, message: int, *, by: str, at: datetime, said: str | None = None) -> None:
    """Keep the word of one of us that a message is from whom it says, or from the address ``said``."""
    values = {
        "confirmed_by": by,
        "confirmed_at": at,
        **({"said": said.lower(), "author": said.lower()} if said else {}),
    }
    if not tx.execute(update(_checks).where(_checks.c.message_id == message).values(values)).rowcount:
        raise RecordsError(f"nothing is in doubt about the sender of message {message}")


def is_confirmed(tx: Transaction, author: str) -> bool:
    """Return whether one of us confirmed a message of that address which had not failed."""
    return bool(tx.execute(_CONFIRMED, {"author": author.lower()}).scalar_one())


def is_confirmed_courier(tx: Transaction, sent_by: str) -> bool:
    """Return whether one of us confirmed a message with that From, whoever its author was."""
    return bool(tx.execute(_CONFIRMED_COURIER, {"sent_by": sent_by.lower()}).scalar_one())


def waiting(tx: Transaction, *, limit: int = 100) -> tuple[SenderCheck, ...]:
    """Return messages whose sender is in doubt and which nobody spoke for, newest first."""
    doubted = select(_checks).where(_checks.c.vouched.is_(False), _checks.c.confirmed_at.is_(None))
    rows = tx.execute(doubted.order_by(_checks.c.message_id.desc()).limit(limit)).all()
    return tuple(_check(row) for row in rows)


def registered_domains(tx: Transaction) -> dict[str, str]:
    """Return the mail domains of the agencies we registered, each with the agency's name."""
    return {row.domain: row.name for row in tx.execute(_REGISTERED)}


def people_named(tx: Transaction, spellings: Iterable[str], *, limit: int = 5) -> tuple[Person, ...]:
    """Return the people on record under one of these names, in any case."""
    wanted = tuple({one.lower() for one in spellings if one})
    if not wanted:
        return ()
    query = select(_people.c.id).where(func.lower(_people.c.name).in_(wanted), _people.c.active).order_by(_people.c.id)
    found = (person_by_id(tx, one) for one in tx.execute(query.limit(limit)).scalars().all())
    return tuple(one for one in found if one is not None)


def _check(row: Row[Any]) -> SenderCheck:
    values = dict(row._mapping)
    listed = {name: tuple(values[name]) for name in ("evidence", "warnings", "rivals")}
    return SenderCheck(**{**values, **listed})
