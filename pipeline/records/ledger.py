"""The mail ledger: every message ever seen, what became of it, and whether the numbers add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, exists, func, insert, or_, select, update

from pipeline.records.counters import current, next_value
from pipeline.records.models import AttachmentRow, FilingRow, MessageRow, StepRow
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, Transaction
from pipeline.records.upsert import insert_unless_known

MessageState = Literal["received", "processing", "filed", "held", "discarded", "shunted"]
FINISHED: frozenset[str] = frozenset({"filed", "held", "discarded", "shunted"})
RECEIVED_COUNTER = "messages.received"

_messages = table(MessageRow)
_attachments = table(AttachmentRow)
_filings = table(FilingRow)
_steps = table(StepRow)

# Put together once: building a statement costs more than running it.
_BY_ID = select(_messages).where(_messages.c.id == bindparam("message"))
_ALTER = update(_messages).where(_messages.c.id == bindparam("message"))
_FILED_TO = (
    select(_messages)
    .join(_filings, _filings.c.message_id == _messages.c.id)
    .where(_filings.c.submission_id == bindparam("submission"))
    .order_by(_filings.c.id)
)
_DROP_ATTACHMENTS = delete(_attachments).where(_attachments.c.message_id == bindparam("message"))
_ADD_ATTACHMENTS = insert(_attachments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line of the mail ledger. ``sha256`` names the raw bytes in the archive."""

    id: int
    source: str
    source_key: str
    sha256: str
    content_sha256: str | None
    message_id: str | None
    size: int
    state: MessageState
    reason: str | None
    disposition: str | None
    duplicate_of: int | None
    sender: str | None
    sender_name: str | None
    subject: str
    thread_key: str | None
    references: tuple[str, ...]
    intents: tuple[str, ...]
    received_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentOutcome:
    """What came of one attachment. ``path`` is unique inside the message, outermost name first, joined by ``/``."""

    path: str
    name: str
    media_type: str
    sha256: str
    size: int
    outcome: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """The first line of the operations page. ``received`` is counted on its own, as messages arrive, never derived.

    ``stranded`` counts messages in work that no live step will pick up.
    """

    received: int
    filed: int
    held: int
    discarded: int
    shunted: int
    in_work: int
    stranded: int

    @property
    def adds_up(self) -> bool:
        """Return whether every message received is in exactly one state and none is stranded."""
        ended = self.filed + self.held + self.discarded + self.shunted
        return self.received == ended + self.in_work and not self.stranded


def record_received(
    tx: Transaction,
    *,
    source: str,
    source_key: str,
    sha256: str,
    size: int,
    received_at: datetime,
    message_id: str | None = None,
    sender: str | None = None,
    subject: str = "",
) -> tuple[int, bool]:
    """Record a message whose raw bytes are archived; return its id and whether it is new.

    The same (source, source_key) is the same delivery however often it is recorded; nothing changes then.
    """
    row = {
        "source": source,
        "source_key": source_key,
        "sha256": sha256,
        "size": size,
        "received_at": received_at,
        "message_id": message_id,
        "sender": sender,
        "subject": subject,
        "state": "received",
        "references": [],
        "intents": [],
    }
    created = insert_unless_known(tx, _messages, row)
    if created is not None:
        next_value(tx, RECEIVED_COUNTER)
        return created, True
    where = and_(_messages.c.source == source, _messages.c.source_key == source_key)
    return int(tx.execute(select(_messages.c.id).where(where)).scalar_one()), False


def begin_message(tx: Transaction, message: int) -> None:
    """Mark a message as being worked on."""
    tx.execute(_ALTER, {"message": message, "state": "processing", "finished_at": None})


def describe_message(
    tx: Transaction,
    message: int,
    *,
    content_sha256: str | None,
    message_id: str | None,
    sender: str | None,
    sender_name: str | None,
    subject: str,
    thread_key: str | None,
    references: Iterable[str],
    intents: Iterable[str],
    disposition: str | None,
) -> None:
    """Keep what reading a message told; ``references`` are the ids of References and In-Reply-To without brackets."""
    values = {
        "content_sha256": content_sha256,
        "message_id": message_id,
        "sender": sender,
        "sender_name": sender_name,
        "subject": subject,
        "thread_key": thread_key,
        "references": list(references),
        "intents": list(intents),
        "disposition": disposition,
    }
    tx.execute(_ALTER, {"message": message, **values})


def finish_message(
    tx: Transaction,
    message: int,
    state: MessageState,
    reason: str,
    *,
    at: datetime,
    duplicate_of: int | None = None,
) -> None:
    """Put a message in its final state with the reason; raise RecordsError for a state that is not final."""
    if state not in FINISHED:
        raise RecordsError(f"a message ends filed, held, discarded or shunted, not {state}")
    values = {"state": state, "reason": reason, "finished_at": at, "duplicate_of": duplicate_of}
    if not tx.execute(_ALTER, {"message": message, **values}).rowcount:
        raise RecordsError(f"there is no message {message} on the ledger")


def message_by_id(tx: Transaction, message: int) -> Message | None:
    """Return one message."""
    row = tx.execute(_BY_ID, {"message": message}).one_or_none()
    return None if row is None else _message(row)


def message_by_source(tx: Transaction, source: str, source_key: str) -> Message | None:
    """Return the message delivered there under that key."""
    return _one(tx, select(_messages).where(_messages.c.source == source, _messages.c.source_key == source_key))


def messages_filed_to(tx: Transaction, submission: int) -> tuple[Message, ...]:
    """Return the messages filed to a submission, in the order they were filed."""
    return tuple(_message(row) for row in tx.execute(_FILED_TO, {"submission": submission}))


def find_duplicate(tx: Transaction, message: int, *, message_id: str | None, content_sha256: str) -> int | None:
    """Return the earliest other message that is the same mail delivered again.

    The same mail has the same raw bytes, or the same content with the same Message-ID (or none in both). The same
    Message-ID alone is not enough: strangers reuse them.
    """
    asked: dict[str, Any] = {"message": message, "content": content_sha256}
    if message_id:
        found = tx.execute(_SAME_BY_ID, {**asked, "of_id": message_id}).scalar_one()
    else:
        found = tx.execute(_SAME_WITHOUT_ID, asked).scalar_one()
    return None if found is None else int(found)


def messages_in(
    tx: Transaction, state: MessageState, *, limit: int = 100, before: int | None = None
) -> tuple[Message, ...]:
    """Return messages of one state, newest first; ``before`` is the last id of the page already shown."""
    query = select(_messages).where(_messages.c.state == state).order_by(_messages.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_messages.c.id < before)
    return tuple(_message(row) for row in tx.execute(query))


def earlier_in_work(tx: Transaction, message: int) -> bool:
    """Return whether a message that came before this one is still being worked on."""
    before = and_(_messages.c.id < message, _messages.c.state.in_(("received", "processing")))
    return bool(tx.execute(select(exists().where(before))).scalar_one())


def accounting(tx: Transaction) -> Accounting:
    """Return the accounting of all mail ever received."""
    states = _messages.c.state
    counts = {state: int(n) for state, n in tx.execute(select(states, func.count()).group_by(states))}
    return Accounting(
        received=current(tx, RECEIVED_COUNTER),
        filed=counts.get("filed", 0),
        held=counts.get("held", 0),
        discarded=counts.get("discarded", 0),
        shunted=counts.get("shunted", 0),
        in_work=counts.get("received", 0) + counts.get("processing", 0),
        stranded=_stranded(tx),
    )


def _stranded(tx: Transaction) -> int:
    live = exists().where(
        _steps.c.subject_id == _messages.c.id, _steps.c.kind.like("message.%"), _steps.c.state.in_(("due", "leased"))
    )
    in_work = _messages.c.state.in_(("received", "processing"))
    return int(tx.execute(select(func.count()).select_from(_messages).where(in_work, ~live)).scalar_one())


def _same_mail(same_id: ColumnElement[bool]) -> Select[Any]:
    own = select(_messages.c.sha256).where(_messages.c.id == bindparam("message")).scalar_subquery()
    same = or_(_messages.c.sha256 == own, and_(_messages.c.content_sha256 == bindparam("content"), same_id))
    earlier = _messages.c.id < bindparam("message")
    # A draft was looked at and filed nowhere: the same mail sent in earnest is no duplicate of it.
    filed = _messages.c.reason.is_distinct_from("preflight")
    return select(func.min(_messages.c.id)).where(same, earlier, filed, _messages.c.duplicate_of.is_(None))


_SAME_BY_ID = _same_mail(_messages.c.message_id == bindparam("of_id"))
_SAME_WITHOUT_ID = _same_mail(_messages.c.message_id.is_(None))


def record_attachments(tx: Transaction, message: int, outcomes: Iterable[AttachmentOutcome]) -> None:
    """Replace the attachment ledger of one message."""
    tx.execute(_DROP_ATTACHMENTS, {"message": message})
    rows = [{"message_id": message, **_outcome_values(outcome)} for outcome in outcomes]
    if rows:
        tx.execute(_ADD_ATTACHMENTS, rows)


def attachments_of(tx: Transaction, message: int) -> tuple[AttachmentOutcome, ...]:
    """Return what came of each attachment of a message, in the order recorded."""
    columns = [_attachments.c[name] for name in AttachmentOutcome.__slots__]
    query = select(*columns).where(_attachments.c.message_id == message).order_by(_attachments.c.id)
    return tuple(AttachmentOutcome(**row._mapping) for row in tx.execute(query))


def _outcome_values(outcome: AttachmentOutcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in AttachmentOutcome.__slots__}


def _one(tx: Transaction, query: Select[Any]) -> Message | None:
    row = tx.execute(query).one_or_none()
    return None if row is None else _message(row)


def _message(row: Row[Any]) -> Message:
    values = dict(row._mapping)
    return Message(**{**values, "references": tuple(values["references"]), "intents": tuple(values["intents"])})
