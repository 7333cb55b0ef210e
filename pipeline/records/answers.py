"""What people said about items. Rows are only added: a later answer does not undo that an earlier one was given."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select

from pipeline.records.models import AnswerRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.submission import Answer

_answers = table(AnswerRow)
_ADD = insert(_answers).returning(_answers.c.id)
_OF_SUBMISSION = select(_answers).where(_answers.c.submission_id == bindparam("submission")).order_by(_answers.c.id)


def add_answer(
    tx: Transaction, submission: int, answer: Answer, *, person_id: int | None = None, message: int | None = None
) -> int:
    """Add one answer, given on the page or in a message, and return its id."""
    row = {
        "submission_id": submission,
        "code": answer.code,
        "line": answer.line or "",
        "subject": answer.subject,
        "kind": answer.kind,
        "text": answer.text,
        "by": answer.by,
        "role": answer.role,
        "person_id": person_id,
        "message_id": message,
        "at": answer.at,
    }
    return int(tx.execute(_ADD, row).scalar_one())


def answers_of(tx: Transaction, submission: int) -> tuple[Answer, ...]:
    """Return every answer of a submission, in the order given."""
    rows = tx.execute(_OF_SUBMISSION, {"submission": submission})
    return tuple(
        Answer(
            code=row.code,
            subject=row.subject,
            line=row.line or None,
            kind=row.kind,
            text=row.text,
            by=row.by,
            role=row.role,
            at=row.at,
        )
        for row in rows
    )
