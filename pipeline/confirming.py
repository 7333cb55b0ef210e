"""One of us says who a message is from: kept, told, and what waited for it goes on."""

from __future__ import annotations

from pipeline import events
from pipeline.joining import ANSWER
from pipeline.office import Office
from pipeline.reception import READ_AND_FILE
from pipeline.records import agencies, documents, ledger, people, queue, resends, senders, submissions
from pipeline.records.senders import SenderCheck
from pipeline.records.session import RecordsError, Transaction
from pipeline.resending import ASK_AGAIN
from pipeline.vouching import UNCLEAR, UNPROVEN


def confirm(office: Office, tx: Transaction, message: int, *, by: str, said: str | None = None) -> None:
    """Keep the word of one of us that a message is from whom it says, or from the address ``said``.

    A message that was held for its sender is worked on again; where it was filed, the answer that waited is due. The
    agency that the signature named counts from now on.

    Raises:
        RecordsError: nothing is in doubt about the sender of that message, nobody is named, or it is filed already.
    """
    known, check = ledger.message_by_id(tx, message), senders.check_of(tx, message)
    if known is None or check is None:
        raise RecordsError(f"nothing is in doubt about the sender of message {message}")
    if known.reason == UNCLEAR and not said and not check.said:
        raise RecordsError(f"message {message} needs the address it is from")
    if said and known.state != "held":
        raise RecordsError(f"message {message} is {known.state} as it is; only one that is held gets another sender")
    now = office.clock.now()
    senders.confirm(tx, message, by=by, at=now, said=said)
    found = documents.submissions_of_message(tx, message)
    if check.agency_id is not None and not said:
        _join_agency(office, tx, check, found)
    if known.state == "held" and known.reason in (UNPROVEN, UNCLEAR):
        ledger.begin_message(tx, message)
        queue.enqueue(tx, READ_AND_FILE, message, due_at=now)
    elif not (said or check.said) and resends.release(tx, message, UNPROVEN):
        # Where it is from somebody else, nobody spoke for the address that would be asked.
        queue.enqueue(tx, ASK_AGAIN, message, due_at=now)
    payload = {"message": message, "author": said or check.author, "verdict": check.verdict}
    events.append(tx, events.message_stream(message), "sender.confirmed", payload, actor=by, at=now)
    for submission in found:
        queue.enqueue(tx, ANSWER, submission, due_at=now)
        events.append(tx, events.submission_stream(submission), "sender.confirmed", payload, actor=by, at=now)


def _join_agency(office: Office, tx: Transaction, check: SenderCheck, found: tuple[int, ...]) -> None:
    """Make the author a member of the agency they signed for, and theirs the submissions that had none."""
    person = people.person_by_email(tx, check.author)
    agency = agencies.agency_by_id(tx, check.agency_id) if check.agency_id else None
    if person is None or agency is None:
        return
    people.add_membership(tx, person.id, agency.id, role="producer", starts_on=office.clock.today())
    for submission in found:
        submissions.identify(tx, submission, agency_id=agency.id)
