"""Make a message part of the submission it belongs to: its documents, its words, and the decision that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pipeline import events, foundby, hearing, probation, telling
from pipeline.doors import FIELD_HEADER
from pipeline.doors import SOURCE as PORTAL
from pipeline.hearing import Heard
from pipeline.matching import Match
from pipeline.office import Office
from pipeline.opening import keep_account, keep_agency_name
from pipeline.producer import Producer
from pipeline.records import answers, assessments, correspondence, documents, editions, facts, items, queue
from pipeline.records.assessments import Case
from pipeline.records.correspondence import Communication
from pipeline.records.documents import Filing, ReadDocument
from pipeline.records.ledger import Message
from pipeline.records.session import Transaction
from pipeline.records.submissions import Submission
from pipeline.redeciding import redecide
from pipeline.revising import revise
from pipeline.stages import ReadMessage
from pipeline.versions import Revision

ANSWER = "submission.answer"
"""The step that answers the agent after a submission was decided."""

ANSWER_PRIORITY = 10
"""Answers go before new mail: the reply to what is known should not wait for what is not."""


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

    @property
    def actor(self) -> str:
        """Return who the log names."""
        author = self.read.author
        return f"mail:{author.email}" if author and not self.is_portal else f"portal:{author.email if author else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The submission a message became part of, as it stood; ``is_new`` when the message opened it.

    ``weighed`` is what the log tells of the placing. ``speaks`` is whether the words of the mail are about it: a mail
    about several insureds brings documents to each, and its words to none.
    """

    record: Submission
    is_new: bool
    how: Match
    weighed: dict[str, Any]
    speaks: bool = True


def keep_words(work: Work, submission: int, producer: Producer) -> None:
    """Put the words of a message on the record."""
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


def join(work: Work, joined: Joined, found: Sequence[ReadDocument], producer: Producer) -> None:
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
    redecided = redecide(work.office, tx, case, as_of=work.as_of, actor=work.actor, is_new=joined.is_new)
    account = keep_account(tx, joined.record, redecided.decision, at=work.now)
    foundby.keep_trade_names(tx, account, case, redecided.decision.facts)
    keep_agency_name(tx, producer, redecided.decision)
    foundby.keep_keys(tx, case, redecided.decision.facts)
    filed = telling.filed(work.message.id, joined.how, joined.weighed, new, heard)
    story = [filed, *telling.revised(revisions), *telling.decided(redecided)]
    events.append_all(tx, events.submission_stream(submission), story, actor=work.actor, at=work.now)
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
        lines=tuple(one.line for one in read.said.lines) if joined.speaks else (),
        mentions=tuple(read.said.mentions) if joined.speaks else (),
        candidates=heard.candidates,
        cloud_hosts=read.said.cloud_hosts,
        said=read.said.text if joined.speaks else "",
        at=read.received_at,
    )


def _first_case(joined: Joined, found: Sequence[ReadDocument], filing: Filing, heard: Heard) -> Case:
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
    heard = hearing.hear_mail(work.read, known, asked, is_reply=is_reply)
    return heard if joined.speaks else replace(heard, candidates=())
