"""Answer a reply that said STATUS with where the submission stands now, from the record, once for each message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from outbound import checklist, compose, follower, policy
from outbound.compose import Envelope
from outbound.follower import DELIVER, Correspondent
from outbound.policy import Verdict
from pipeline import events
from pipeline.jobs import COMPLETED, Handlers
from pipeline.joining import ANSWER_PRIORITY
from pipeline.office import Office
from pipeline.records import correspondence, items, ledger, outbox, queue, submissions
from pipeline.records.ledger import Message
from pipeline.records.outbox import NewOutgoing
from pipeline.records.queue import Step
from pipeline.records.session import RecordsError, Transaction, transaction
from pipeline.records.submissions import Submission
from pipeline.statusasks import ANSWER_STATUS, WINDOW

STATUS = "status"
"""Kind of these mails in the outbox; their revision is the id of the message that asked."""


def handlers(office: Office) -> Handlers:
    """Return what this module can do with a due step."""
    return {ANSWER_STATUS: lambda step: answer(office, step)}


def answer(office: Office, step: Step) -> str:
    """Queue the answer to one message that asked for the status."""
    with transaction(office.engine) as tx:
        message = ledger.message_by_id(tx, step.subject_id)
        submission = correspondence.submission_of(tx, step.subject_id)
        if message is None or submission is None:
            raise RecordsError(f"message {step.subject_id} asked for the status of nothing")
        _queue(office, tx, submissions.existing(tx, submission), message)
        queue.complete(tx, step)
    return COMPLETED


def compose_status(content: Mapping[str, Any], envelope: Envelope) -> bytes:
    """Return the mail as RFC 5322 bytes. Raises UnsafeMail as ``compose`` does."""
    told = checklist.from_json(content["checklist"])
    given = {**content, "checklist": told, "headline": compose.headline(told), "shown": compose.SHOWN}
    return compose.compose_from("status", given, envelope)


def _queue(office: Office, tx: Transaction, record: Submission, message: Message) -> None:
    now = office.clock.now()
    name = message.sender_name or ""
    to = Correspondent(address=message.sender, name="" if "@" in name else name, message=message)
    verdict = _verdict(office, tx, record, to, now)
    new = NewOutgoing(
        submission_id=record.id,
        kind=STATUS,
        revision=message.id,
        message_id=f"{record.ref.lower()}.status.{message.id}@{office.house.domain}",
        to_address=to.address or "",
        subject=compose.subject_line(message.subject, record.ref),
        content={**_standing(tx, record, now), **follower.addressing(office, tx, record, to, now)},
    )
    outgoing, is_new = outbox.queue_outgoing(tx, new, at=now, suppressed=verdict.reason)
    if not is_new:
        return
    if verdict.send:
        queue.enqueue(tx, DELIVER, outgoing, due_at=now, priority=ANSWER_PRIORITY - 1)
    payload = {"message": message.id, "sent": verdict.send, "reason": verdict.reason}
    events.append(tx, events.submission_stream(record.id), "status.answered", payload, actor="rules", at=now)


def _verdict(office: Office, tx: Transaction, record: Submission, to: Correspondent, now: datetime) -> Verdict:
    lately = [
        one
        for one in outbox.outgoing_of(tx, record.id)
        if one.kind == STATUS and one.queued_at > now - WINDOW and one.state != "suppressed"
    ]
    occasion = follower.occasion(office, tx, record, to, now)
    return policy.judge_asked(replace(occasion, sent_last_day=len(lately)))


def _standing(tx: Transaction, record: Submission, now: datetime) -> dict[str, Any]:
    """Return where the submission stands: in the numbers of the last checklist, without what came in since."""
    known = [one.item for one in items.items_of(tx, record.id)]
    stored = correspondence.latest_checklist(tx, record.id)
    last = checklist.from_json(stored.content) if stored else None
    told = checklist.Checklist(
        revision=last.revision if last else 0,
        ref=record.ref,
        insured=record.insured_name or "your insured",
        lines=record.lines,
        effective=record.effective_date,
        gate=record.gate or "blocked",
        score=record.score or 0,
        asks=checklist.number(known, last.asks if last else (), last.highest if last else 0),
    )
    return {
        "checklist": checklist.to_json(told),
        "status": record.status,
        "checking": [item.title for item in known if item.state == "received_unverified"],
        "as_of": now.isoformat(timespec="minutes"),
    }
