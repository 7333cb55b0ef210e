"""File one read message: one transaction from the screen's verdict to a submission decided anew.

machine mail and duplicates end on the ledger → place it → open a submission or join one → keep its documents and words
→ decide → save what changed, tell the log, and make the answer due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pipeline import events, hearing, probation, returned, telling
from pipeline.doors import FIELD_HEADER
from pipeline.doors import SOURCE as PORTAL
from pipeline.gathering import read_documents
from pipeline.hearing import Heard
from pipeline.matching import Match
from pipeline.office import Office
from pipeline.opening import Producer, keep_account, keep_agency_name, open_submission, producer_of
from pipeline.placing import NAME, Placed, place
from pipeline.records import (
    answers,
    assessments,
    correspondence,
    documents,
    editions,
    facts,
    items,
    ledger,
    outbox,
    queue,
    submissions,
)
from pipeline.records.assessments import Case
from pipeline.records.correspondence import Communication
from pipeline.records.documents import Filing, ReadDocument
from pipeline.records.ledger import AttachmentOutcome, Message, MessageState
from pipeline.records.session import RecordsError, Transaction, filing_lock
from pipeline.records.submissions import Submission
from pipeline.redeciding import redecide
from pipeline.revising import revise
from pipeline.stages import ReadMessage
from pipeline.versions import Revision

ANSWER = "submission.answer"
"""The step that answers the agent after a submission was decided."""

ANSWER_PRIORITY = 10
"""Answers go before new mail: the reply to what is known should not wait for what is not."""

OPENING = frozenset({"new_business", "renewal"})
"""Intents that open a submission."""

JOINING = OPENING | {"missing_info_reply", "internal_forward", "unknown"}
"""Intents whose documents and words become part of the submission they belong to."""

APPLICATIONS = frozenset({"acord_125", "acord_126", "acord_127", "acord_130", "acord_131", "acord_140", "acord_160"})

SUBMITTED = APPLICATIONS | {"loss_run", "sov", "driver_list", "vehicle_schedule", "supplemental_app", "exmod_worksheet"}
"""Papers that somebody sends because a submission needs them."""

SILENT = "silent"
"""Disposition of a message that is worked on, but whose sender no automatic mail may reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One message being filed."""

    office: Office
    tx: Transaction
    message: Message
    read: ReadMessage
    now: datetime

    @property
    def is_portal(self) -> bool:
        """Return whether it came through the page's doors."""
        return self.message.source == PORTAL

    @property
    def as_of(self) -> date:
        """Return the day its decision is made for: the day it was received."""
        return self.read.received_at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The submission a message became part of, as it stood; ``is_new`` when the message opened it."""

    record: Submission
    is_new: bool
    how: Match


class TooEarly(Exception):
    """A reply came up before what it answers was filed or sent: another worker still has that in hand."""


def file_message(office: Office, tx: Transaction, message: Message, read: ReadMessage) -> None:
    """File one message. Nothing is kept unless all of it is.

    Raises:
        TooEarly: work on it again in a moment.
    """
    work = Work(office=office, tx=tx, message=message, read=read, now=office.clock.now())
    filing_lock(tx)
    if not work.is_portal and _is_too_early(work):
        raise TooEarly
    _describe(work)
    if read.screening.disposition != "accept" and not work.is_portal:
        _set_aside(work)
        return
    earlier = ledger.find_duplicate(
        tx, message.id, message_id=read.message.message_id, content_sha256=read.content_sha256
    )
    if earlier is not None:
        _finish(work, "discarded", "duplicate", duplicate_of=earlier)
        return
    _file_business(work)


def _is_too_early(work: Work) -> bool:
    """Return whether it answers a mail of ours that is not written yet, while work that may write it goes on."""
    tx, keys, domain = work.tx, work.read.keys, work.office.house.domain
    ours = [known for known in keys.message_ids if known.endswith(f"@{domain}")]
    waits = any(outbox.outgoing_by_message_id(tx, known) is None for known in ours)
    return waits and (ledger.earlier_in_work(tx, work.message.id) or queue.any_live(tx, ANSWER))


def _describe(work: Work) -> None:
    read = work.read
    author = read.author
    ledger.describe_message(
        work.tx,
        work.message.id,
        content_sha256=read.content_sha256,
        message_id=read.message.message_id,
        sender=author.email if author else None,
        sender_name=author.name if author else None,
        subject=read.message.subject,
        thread_key=read.keys.subject or None,
        references=read.keys.message_ids,
        intents=[one.intent for one in read.intents],
        disposition=read.screening.disposition if read.screening.answerable else SILENT,
    )
    ledger.record_attachments(work.tx, work.message.id, _outcomes(read))


def _outcomes(read: ReadMessage) -> list[AttachmentOutcome]:
    sizes = {file.path: file for file in read.files}
    return [
        AttachmentOutcome(
            path="/".join(line.path),
            name=line.name,
            media_type=sizes[line.path].document.media_type if line.path in sizes else "",
            sha256=line.sha256 or "",
            size=sizes[line.path].size if line.path in sizes else 0,
            outcome=line.fate,
            reason=line.detail or None,
        )
        for line in read.unpacked.ledger
    ]


def _set_aside(work: Work) -> None:
    """End machine mail on the ledger, tied to the mail of ours it is about."""
    screening = work.read.screening
    returned.note(work.tx, work.read, message=work.message.id, at=work.now)
    _finish(work, "held" if screening.disposition == "hold" else "discarded", screening.reason)


def _file_business(work: Work) -> None:
    read = work.read
    found = read_documents(read)
    producer = producer_of(work.office, work.tx, read, at=work.now)
    placed = (
        _at_the_door(work)
        if work.is_portal
        else place(work.tx, read, found, agency=producer.vouched_agency_id, house=work.office.house)
    )
    is_new = placed.submission is None
    if placed.submission is None:
        if not opens(read, found) and not _is_other_business(read, placed):
            _leave_open(work)
            return
        record = open_submission(work.office, work.tx, read, producer, at=work.now)
    else:
        record = submissions.existing(work.tx, placed.submission)
    _keep_words(work, record.id, producer)
    if work.is_portal or read.intent in JOINING:
        _join(work, Joined(record=record, is_new=is_new, how=placed.match), found, producer)
    _finish(work, "filed", PORTAL if work.is_portal else read.intent)


def _leave_open(work: Work) -> None:
    """End a message that belongs nowhere: a service request is filed as such, other business waits for a person."""
    intent = work.read.intent
    papers = {part.classification.kind for file in work.read.files for part in file.parts}
    if intent in JOINING or papers & SUBMITTED:
        _finish(work, "held", "no_match")
    else:
        _finish(work, "filed", intent)


def _is_other_business(read: ReadMessage, placed: Placed) -> bool:
    """Return whether a mail on an old thread names an insured that the thread is not about: new business."""
    names_insured = any(one.field == NAME and one.value for one in read.said.facts.fields)
    return bool(placed.match.reasons) and names_insured


def _at_the_door(work: Work) -> Placed:
    """Return the submission a page's message names; the door has checked who may speak there."""
    ref = next(iter(work.read.keys.references), "")
    known = submissions.by_ref(work.tx, ref)
    if known is None:
        raise RecordsError(f"the page named submission {ref!r}, which does not exist")
    match = Match(how="token", ref=known.ref, confidence=1.0, reasons=("the portal",))
    return Placed(match=match, submission=known.id)


def opens(read: ReadMessage, found: tuple[ReadDocument, ...]) -> bool:
    """Return whether a message that belongs nowhere opens a submission: it asks for one, or an application came."""
    if any(one.intent in OPENING for one in read.intents):
        return True
    return read.intent in JOINING and any(one.filed.kind in APPLICATIONS for one in found)


def _keep_words(work: Work, submission: int, producer: Producer) -> None:
    read = work.read
    if work.is_portal and read.message.header(FIELD_HEADER):
        # A reviewer's value is no comment: the log tells of it, with what is restricted masked.
        return
    correspondence.add_communication(
        work.tx,
        submission,
        Communication(
            kind="comment" if work.is_portal else "mail_in",
            audience="agency",
            by=read.author.email if read.author else "unknown",
            body=read.unwound.new_text if read.unwound else read.message.text,
            subject=read.message.subject,
            person_id=producer.person_id,
            message_id=work.message.id,
            at=read.received_at,
        ),
    )


def _join(work: Work, joined: Joined, found: tuple[ReadDocument, ...], producer: Producer) -> None:
    """Make documents and words part of the submission, decide, and save what changed."""
    tx, submission = work.tx, joined.record.id
    new = documents.add_documents(tx, submission, found, message=work.message.id)
    heard = _hear(work, joined)
    for answer in heard.answers:
        answers.add_answer(tx, submission, answer, message=work.message.id)
    filing = _filing(work, joined, heard)
    documents.file_message(tx, submission, filing)
    revisions: tuple[Revision, ...] = ()
    if joined.is_new:
        case = _first_case(joined, found, filing, heard)
    else:
        case = assessments.load(tx, submission)
        _keep_words_on_editions(work, case, heard)
        case, revisions = revise(tx, case, new, at=work.now)
    redecided = redecide(work.office, tx, case, as_of=work.as_of, actor=_actor(work), is_new=joined.is_new)
    keep_account(tx, joined.record, redecided.decision, at=work.now)
    keep_agency_name(tx, producer, redecided.decision)
    filed = telling.filed(work.message.id, joined.how, new, heard)
    story = [filed, *telling.revised(revisions), *telling.decided(redecided)]
    events.append_all(tx, events.submission_stream(submission), story, actor=_actor(work), at=work.now)
    queue.enqueue(tx, ANSWER, submission, due_at=work.now, priority=ANSWER_PRIORITY)


def _keep_words_on_editions(work: Work, case: Case, heard: Heard) -> None:
    """Count what our people say of values on editions on probation; agents' words on their own papers prove none."""
    said = [one.candidate for one in heard.candidates if one.origin == "uw_overridden"]
    if not said:
        return
    before = facts.facts_of(work.tx, case.submission.id)
    spoken = probation.words(said, before, (one.filed for one in case.documents))
    editions.add_words(work.tx, spoken, submission=case.submission.id, message=work.message.id, at=work.now)


def _filing(work: Work, joined: Joined, heard: Heard) -> Filing:
    read = work.read
    return Filing(
        message_id=work.message.id,
        how=joined.how.how,
        lines=tuple(one.line for one in read.said.lines),
        mentions=tuple(read.said.mentions),
        candidates=heard.candidates,
        cloud_hosts=read.said.cloud_hosts,
        said=read.said.text,
        at=read.received_at,
    )


def _first_case(joined: Joined, found: tuple[ReadDocument, ...], filing: Filing, heard: Heard) -> Case:
    """Return what is known of a submission that this message opens, without reading back what was just kept."""
    each = {document.filed.id: document for document in found}
    return Case(
        submission=joined.record, documents=tuple(each.values()), filings=(filing,), answers=tuple(heard.answers)
    )


def _hear(work: Work, joined: Joined) -> Heard:
    known = () if joined.is_new else items.items_of(work.tx, joined.record.id)
    if work.is_portal:
        return hearing.hear_door(work.read, known)
    last = None if joined.is_new else correspondence.latest_checklist(work.tx, joined.record.id)
    asks = last.content["asks"] if last else []
    asked = {ask["number"]: (ask["code"], ask["line"] or "", ask["subject"]) for ask in asks}
    is_reply = bool(work.read.unwound and work.read.unwound.kind == "reply")
    return hearing.hear_mail(work.read, known, asked, is_reply=is_reply)


def _actor(work: Work) -> str:
    author = work.read.author
    return f"mail:{author.email}" if author and not work.is_portal else f"portal:{author.email if author else ''}"


def _finish(work: Work, state: MessageState, reason: str, *, duplicate_of: int | None = None) -> None:
    ledger.finish_message(work.tx, work.message.id, state, reason, at=work.now, duplicate_of=duplicate_of)
