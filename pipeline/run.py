"""One message through all stages, and the pipeline's own handlers for the queue."""

from __future__ import annotations

from datetime import timedelta

from pipeline import doors, drafts, events, rawmail
from pipeline.filing import TooEarly, file_by_hand, file_message
from pipeline.jobs import COMPLETED, Handlers, NotYet
from pipeline.office import Office
from pipeline.probation import lifted
from pipeline.reception import READ_AND_FILE
from pipeline.records import editions, ledger, queue, repairs, submissions
from pipeline.records.ledger import Message
from pipeline.records.queue import Step
from pipeline.records.session import RecordsError, Transaction, filing_lock, reading, transaction
from pipeline.settling import settle
from pipeline.stages import ReadMessage, read_message


def handlers(office: Office) -> Handlers:
    """Return what the pipeline itself can do with a due step."""
    return {
        READ_AND_FILE: lambda step: read_and_file(office, step),
        drafts.PURGE_DRAFT: lambda step: drafts.purge(office, step),
    }


def read_and_file(office: Office, step: Step) -> str:
    """Read a message with no transaction open, then file it in one."""
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, step.subject_id)
    if message is None:
        raise RecordsError(f"there is no message {step.subject_id} on the ledger")
    read = read_now(office, message)
    try:
        with transaction(office.engine) as tx:
            file_message(office, tx, message, read)
            queue.complete(tx, step)
    except TooEarly as early:
        raise NotYet(_patience(office)) from early
    if read.intents:
        settle()
    return COMPLETED


def read_now(office: Office, message: Message) -> ReadMessage:
    """Return a message of the ledger as it reads today, repaired where a repair is in force."""
    with reading(office.engine) as tx:
        confirmed = editions.confirmations(tx)
        repair = repairs.in_force(tx, message.id)
    return read_message(
        rawmail.of_bytes(office.archive, repair, message.sha256),
        reader=office.sandbox,
        house=office.house,
        fallback=message.received_at,
        trusted=message.source == doors.SOURCE,
        lifted=lifted(confirmed, needed=office.settings.edition_confirmations),
    )


def place(office: Office, message: int, ref: str, *, by: str) -> str:
    """File a message that waits for a person to the submission of that number; return the number it came to.

    ``by`` is who says so, for the log.

    Raises:
        RecordsError: the message does not wait or was not read, or there is no such submission.
    """
    with reading(office.engine) as tx:
        known = _held(tx, message)
    read = read_now(office, known)
    with transaction(office.engine) as tx:
        # Two who place it at once would both find that it waits.
        filing_lock(tx)
        found = submissions.by_ref(tx, ref)
        if found is None:
            raise RecordsError(f"there is no submission {ref}" if ref else "name the submission it belongs to")
        record = submissions.standing(tx, found.id)
        file_by_hand(office, tx, _held(tx, message), read, record.id)
        stream, told = events.submission_stream(record.id), {"message": message, "to": record.ref}
        events.append(tx, stream, "message.placed", told, actor=by, at=office.clock.now())
    return record.ref


def _held(tx: Transaction, message: int) -> Message:
    known = ledger.message_by_id(tx, message)
    if known is None or known.state != "held":
        raise RecordsError(f"message {message} does not wait for a person")
    return known


def _patience(office: Office) -> timedelta:
    """Return how long a reply waits for what it answers; a pretended day stands still, so nothing can be due later."""
    return timedelta(seconds=2) if office.settings.today is None else timedelta(0)
