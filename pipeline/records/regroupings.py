"""What people moved from one submission to another, and the rows that go with a message when it moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, literal, select, update

from pipeline.records.models import (
    AnswerRow,
    AttachmentRow,
    CommunicationRow,
    DocumentRow,
    EditionWordRow,
    FilingRow,
    RegroupingRow,
    SubmissionRow,
)
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, Transaction

Kind = Literal["move", "merge"]

_documents = table(DocumentRow)
_filings = table(FilingRow)
_attachments = table(AttachmentRow)
_submissions = table(SubmissionRow)
_regroupings = table(RegroupingRow)
_SPOKEN = (_filings, table(CommunicationRow), table(AnswerRow), table(EditionWordRow))
"""Tables whose rows are what one message said to one submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """One move or merging; ``detail`` is what taking it back needs."""

    id: int
    kind: Kind
    message_id: int | None
    source_id: int
    target_id: int
    detail: Mapping[str, Any]
    by: str
    reason: str
    at: datetime
    undone_at: datetime | None


def record_regrouping(
    tx: Transaction,
    *,
    kind: Kind,
    source: int,
    target: int,
    by: str,
    reason: str,
    at: datetime,
    message: int | None = None,
    detail: Mapping[str, Any],
) -> int:
    """Keep that something was moved, and return the id it is taken back by."""
    row = {
        "kind": kind,
        "message_id": message,
        "source_id": source,
        "target_id": target,
        "detail": dict(detail),
        "by": by,
        "reason": reason,
        "at": at,
    }
    return int(tx.execute(insert(_regroupings).values(row).returning(_regroupings.c.id)).scalar_one())


def regrouping(tx: Transaction, regrouping: int) -> Regrouping:
    """Return one move or merging; raise RecordsError when there is none."""
    row = tx.execute(select(_regroupings).where(_regroupings.c.id == regrouping)).one_or_none()
    if row is None:
        raise RecordsError(f"there is no move {regrouping}")
    return Regrouping(**row._mapping)


def regroupings_of(tx: Transaction, submission: int) -> tuple[Regrouping, ...]:
    """Return the moves and mergings that a submission was part of, newest first."""
    touched = (_regroupings.c.source_id == submission) | (_regroupings.c.target_id == submission)
    query = select(_regroupings).where(touched).order_by(_regroupings.c.id.desc())
    return tuple(Regrouping(**row._mapping) for row in tx.execute(query))


def later_than(tx: Transaction, known: Regrouping) -> tuple[int, ...]:
    """Return the later moves, not taken back, that touched one of the same submissions."""
    both = (known.source_id, known.target_id)
    touched = _regroupings.c.source_id.in_(both) | _regroupings.c.target_id.in_(both)
    later = select(_regroupings.c.id).where(_regroupings.c.id > known.id, touched, _regroupings.c.undone_at.is_(None))
    return tuple(tx.execute(later.order_by(_regroupings.c.id)).scalars())


def mark_undone(tx: Transaction, regrouping: int, *, at: datetime) -> None:
    """Note that a move was taken back."""
    tx.execute(update(_regroupings).where(_regroupings.c.id == regrouping).values(undone_at=at))


def messages_of(tx: Transaction, submission: int) -> tuple[int, ...]:
    """Return the messages whose words or documents stand on a submission's record, oldest first."""
    spoken = (select(rows.c.message_id).where(rows.c.submission_id == submission) for rows in _SPOKEN)
    found = {message for query in spoken for message in tx.execute(query).scalars() if message is not None}
    return tuple(sorted(found))


def carry(tx: Transaction, message: int, source: int, target: int) -> None:
    """Move a message with its documents, words and answers; raise RecordsError when it is not on the source.

    A document that another message, which stays, brought as well stands on both afterwards; one that the target has
    already stands there once.
    """
    if message not in messages_of(tx, source):
        raise RecordsError(f"message {message} is not on that submission")
    if message in messages_of(tx, target):
        raise RecordsError(f"message {message} is on both submissions: its documents were told apart by insured")
    _carry_documents(tx, message, source, target)
    for rows in _SPOKEN:
        mine = (rows.c.submission_id == source, rows.c.message_id == message)
        tx.execute(update(rows).where(*mine).values(submission_id=target))


def _carry_documents(tx: Transaction, message: int, source: int, target: int) -> None:
    brought = _files_of(tx, [message])
    staying = {other: _files_of(tx, [other]) for other in messages_of(tx, source) if other != message}
    known = frozenset(tx.execute(select(_documents.c.key).where(_documents.c.submission_id == target)).scalars())
    columns = (_documents.c.id, _documents.c.key, _documents.c.sha256, _documents.c.message_id)
    rows = tx.execute(select(*columns).where(_documents.c.submission_id == source).order_by(_documents.c.id)).all()
    for row in rows:
        if row.message_id != message and row.sha256 not in brought:
            continue
        keeper = next((other for other, files in staying.items() if row.sha256 in files), None)
        one = _documents.c.id == row.id
        if keeper is None and row.key in known:
            tx.execute(delete(_documents).where(one))
        elif keeper is None:
            tx.execute(update(_documents).where(one).values(submission_id=target, message_id=message))
        else:
            if row.key not in known:
                _copy(tx, row.id, target, message)
            if row.message_id == message:
                tx.execute(update(_documents).where(one).values(message_id=keeper))


def _copy(tx: Transaction, document: int, target: int, message: int) -> None:
    others = {"submission_id": literal(target), "message_id": literal(message)}
    kept = [column for column in _documents.c if column.name != "id"]
    chosen = select(*(others.get(column.name, column) for column in kept)).where(_documents.c.id == document)
    tx.execute(insert(_documents).from_select([column.name for column in kept], chosen))


def _files_of(tx: Transaction, messages: Iterable[int]) -> frozenset[str]:
    wanted = _attachments.c.message_id.in_(tuple(messages))
    return frozenset(tx.execute(select(_attachments.c.sha256).where(wanted)).scalars()) - {""}


def forget_versions(tx: Transaction, submission: int) -> None:
    """Make every document of a submission stand for itself again, so that versions can be told anew."""
    fresh = {"version": 1, "version_of": None, "withdrawn_at": None}
    tx.execute(update(_documents).where(_documents.c.submission_id == submission).values(fresh))


def close_as_merged(tx: Transaction, submission: int, into: int, *, at: datetime) -> tuple[int, ...]:
    """Close a submission as part of another; return those that were merged into it before, which lead on too."""
    earlier = tuple(tx.execute(select(_submissions.c.id).where(_submissions.c.merged_into_id == submission)).scalars())
    tx.execute(update(_submissions).where(_submissions.c.id.in_(earlier)).values(merged_into_id=into))
    closed = {"state": "duplicate_merged", "status": "Closed", "status_at": at, "state_at": at, "closed_at": at}
    _alter(tx, submission, {**closed, "merged_into_id": into, "updated_at": at})
    return earlier


def reopen(tx: Transaction, submission: int, state: str, status: str, earlier: Iterable[int], *, at: datetime) -> None:
    """Let a submission stand for itself again, in the state it had, and for those merged into it before."""
    tx.execute(update(_submissions).where(_submissions.c.id.in_(tuple(earlier))).values(merged_into_id=submission))
    opened = {"state": state, "status": status, "status_at": at, "state_at": at, "merged_into_id": None}
    _alter(tx, submission, {**opened, "closed_at": at if status == "Closed" else None, "updated_at": at})


def _alter(tx: Transaction, submission: int, values: Mapping[str, Any]) -> None:
    raised = {**values, "version": _submissions.c.version + 1}
    tx.execute(update(_submissions).where(_submissions.c.id == submission).values(raised))
