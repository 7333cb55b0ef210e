"""What was said on a submission: checklists as sent, communications and their audience, decisions and inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, func, insert, select

from pipeline.records.models import ChecklistRow, CommunicationRow, DecisionRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_unless_known

Audience = Literal["agent", "agency", "internal", "underwriting"]
CommunicationKind = Literal["mail_in", "mail_out", "comment", "note", "call"]

_checklists = table(ChecklistRow)
_communications = table(CommunicationRow)
_decisions = table(DecisionRow)

_LATEST = (
    select(_checklists)
    .where(_checklists.c.submission_id == bindparam("submission"))
    .order_by(_checklists.c.revision.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChecklist:
    """One revision as frozen; ``content`` is the JSON its author gave."""

    id: int
    submission_id: int
    revision: int
    content: Mapping[str, Any]
    content_hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Communication:
    """One mail, comment, note or call. ``audience`` says who may ever see it; there is no default.

    ``documents`` are keys of documents of the submission.
    """

    kind: CommunicationKind
    audience: Audience
    by: str
    body: str
    at: datetime
    subject: str = ""
    person_id: int | None = None
    message_id: int | None = None
    outgoing_id: int | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanDecision:
    """A decision somebody took, with the authority checked at the time and the inputs as they were seen."""

    kind: str
    approver_id: int | None
    reason: str
    at: datetime
    second_approver_id: int | None = None
    authority: str | None = None
    conditions: tuple[str, ...] = ()
    inputs: Mapping[str, Any]


def save_checklist(
    tx: Transaction, submission: int, *, revision: int, content: Mapping[str, Any], content_hash: str, at: datetime
) -> bool:
    """Freeze one revision; return False when that revision exists already, which stays as it is."""
    row = {
        "submission_id": submission,
        "revision": revision,
        "content": content,
        "content_hash": content_hash,
        "created_at": at,
    }
    return insert_unless_known(tx, _checklists, row) is not None


def latest_checklist(tx: Transaction, submission: int) -> StoredChecklist | None:
    """Return the newest revision."""
    return _checklist(tx.execute(_LATEST, {"submission": submission}).one_or_none())


def checklist_revision(tx: Transaction, submission: int, revision: int) -> StoredChecklist | None:
    """Return one revision."""
    mine = (_checklists.c.submission_id == submission, _checklists.c.revision == revision)
    return _checklist(tx.execute(select(_checklists).where(*mine)).one_or_none())


def add_communication(tx: Transaction, submission: int, communication: Communication) -> bool:
    """Put a communication on the record; a message or outgoing mail stands there once. Return whether it was added."""
    row = {
        "submission_id": submission,
        **{name: getattr(communication, name) for name in Communication.__slots__},
        "documents": list(communication.documents),
    }
    return insert_unless_known(tx, _communications, row) is not None


def submission_of(tx: Transaction, message: int) -> int | None:
    """Return the submission on whose record a mail's words stand; the first of several."""
    found = select(func.min(_communications.c.submission_id)).where(_communications.c.message_id == message)
    submission: int | None = tx.execute(found).scalar_one()
    return submission


def communications_of(tx: Transaction, submission: int, audiences: Iterable[Audience]) -> tuple[Communication, ...]:
    """Return what these audiences may see, oldest first."""
    seen = _communications.c.audience.in_(tuple(audiences))
    query = select(_communications).where(_communications.c.submission_id == submission, seen)
    rows = tx.execute(query.order_by(_communications.c.at, _communications.c.id))
    return tuple(_communication(row) for row in rows)


def record_decision(tx: Transaction, submission: int, decision: HumanDecision) -> int:
    """Keep a decision with its inputs frozen, and return its id."""
    given = {name: getattr(decision, name) for name in HumanDecision.__slots__}
    row = {"submission_id": submission, **given, "conditions": list(decision.conditions)}
    return int(tx.execute(insert(_decisions).values(row).returning(_decisions.c.id)).scalar_one())


def decisions_of(tx: Transaction, submission: int) -> tuple[HumanDecision, ...]:
    """Return every decision on a submission, oldest first."""
    rows = tx.execute(select(_decisions).where(_decisions.c.submission_id == submission).order_by(_decisions.c.id))
    return tuple(_decision(row) for row in rows)


def _checklist(row: Row[Any] | None) -> StoredChecklist | None:
    return None if row is None else StoredChecklist(**row._mapping)


def _communication(row: Row[Any]) -> Communication:
    given = {name: row._mapping[name] for name in Communication.__slots__}
    return Communication(**{**given, "documents": tuple(row.documents)})


def _decision(row: Row[Any]) -> HumanDecision:
    given = {name: row._mapping[name] for name in HumanDecision.__slots__}
    return HumanDecision(**{**given, "conditions": tuple(row.conditions)})


def submissions_about(tx: Transaction, message: int) -> tuple[int, ...]:
    """Return the submissions on whose record a message stands."""
    query = select(_communications.c.submission_id).where(_communications.c.message_id == message)
    return tuple(tx.execute(query.order_by(_communications.c.submission_id)).scalars())
