"""Drafts: a message to the preflight address is looked at, answered once with what is missing, and filed nowhere.

It ends ``discarded`` for the reason ``preflight``; a day later its bytes and everything read from it are gone, and the
ledger keeps who sent it, when, and how it ended. A message that also names our submission address is a submission.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake import delivered
from intake.message import InboundMessage
from pipeline import booking, deciding, events, gathering, kinds, vouching
from pipeline.deciding import Decision
from pipeline.joining import Work
from pipeline.log import event_words
from pipeline.office import Office
from pipeline.records import ledger, preflights, queue
from pipeline.records import repairs as mendings
from pipeline.records.documents import ReadDocument
from pipeline.records.preflights import REASON
from pipeline.records.queue import Step
from pipeline.records.session import reading, transaction
from pipeline.rulebook import Rules
from pipeline.settings import Settings
from pipeline.stages import ReadMessage

ANSWER_DRAFT = "preflight.answer"
"""The step that answers whoever sent a draft."""
PURGE_DRAFT = "preflight.purge"
KEPT_FOR = timedelta(hours=24)
PRIORITY = 5
"""Somebody sits and waits for the report: before everything else."""

_UNREAD = {
    "encrypted": "It is encrypted or sealed and cannot be read. Please send it without encryption.",
    "over_budget": "Part of it is over the limits and was not read. Please send fewer or smaller files.",
}
"""Rules of the screen after which the sender is told so instead of a list."""


def is_draft(message: InboundMessage, settings: Settings) -> bool:
    """Return whether a message came to the preflight address, and does not name the submission address as well."""
    wanted = settings.preflight_address.lower()
    if not wanted:
        return False
    named = delivered.named_to(message)
    return settings.own_address.lower() not in named and wanted in named | delivered.noted_to(message)


def look_at(work: Work) -> None:
    """Make the report on a draft and its answer due; the same draft delivered again is not answered again."""
    tx, message, read = work.tx, work.message.id, work.read
    earlier = preflights.same_draft(tx, message, message_id=read.message.message_id, sha256=work.message.sha256)
    booking.describe(tx, message, read)
    doubt = None if read.unwound is None else vouching.look(work.office, tx, message, read, at=work.now)
    ledger.finish_message(tx, message, "discarded", REASON, at=work.now, duplicate_of=earlier)
    sender = read.message.sender
    told = None if earlier or doubt or not sender else _report(work)
    preflights.add(tx, message, to_address=sender.email if sender else "", report=told, at=work.now)
    if told is None:
        silent = "duplicate" if earlier else doubt.reason if doubt else read.screening.reason or "no_recipient"
        preflights.record(tx, message, "suppressed", at=work.now, reason=silent)
    else:
        queue.enqueue(tx, ANSWER_DRAFT, message, due_at=work.now, priority=PRIORITY)
    queue.enqueue(tx, PURGE_DRAFT, message, due_at=work.now + KEPT_FOR)
    payload = {"message": message, "answered": told is not None}
    events.append(tx, events.message_stream(message), "message.preflighted", payload, actor="rules", at=work.now)


def purge(office: Office, step: Step) -> None:
    """Forget what a draft said and its bytes, unless they are those of another message too."""
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, step.subject_id)
        mended = [one.sha256 for one in mendings.all_of(tx, step.subject_id)]
        names = dict.fromkeys([message.sha256, *mended] if message and message.reason == REASON else [])
        gone = [name for name in names if not preflights.needed_elsewhere(tx, name)]
    # The bytes go first: when the process dies in between, the step comes again.
    for name in gone:
        office.archive.forget(name)
    if names:
        with transaction(office.engine) as tx:
            preflights.purge(tx, step.subject_id, at=office.clock.now())


def decided_alone(read: ReadMessage, found: tuple[ReadDocument, ...], rules: Rules) -> Decision:
    """Return the decision on one message alone, as if nothing else had ever come."""
    candidates = [one for document in found for one in document.candidates]
    candidates += gathering.body_candidates(read, origin="extracted")
    return deciding.decide(
        candidates=candidates,
        documents=[document.filed for document in found],
        mentions=read.said.mentions,
        mail_lines=[one.line for one in read.said.lines],
        as_of=read.received_at.date(),
        received_at=read.received_at,
        rules=rules,
        cloud_hosts=read.said.cloud_hosts,
        said=read.said.text,
    )


def _report(work: Work) -> Mapping[str, Any] | None:
    """Return what the answer is composed from, or None for mail that gets no answer."""
    read = work.read
    if not read.screening.answerable and read.screening.disposition == "accept":
        return None
    head = {"recipient_name": _name(read), "subject": read.message.subject, "references": list(_thread(read))}
    if read.screening.disposition != "accept":
        trouble = _UNREAD.get(read.screening.reason)
        return None if trouble is None else {**head, "trouble": trouble, "documents": [], "list": None}
    found = gathering.read_documents(read)
    listed = _list(decided_alone(read, found, work.office.rules)) if found or read.said.facts.fields else None
    return {**head, "trouble": "", "documents": [_document(one) for one in found], "list": listed}


def _name(read: ReadMessage) -> str:
    name = read.message.sender.name if read.message.sender else ""
    return "" if "@" in name else name


def _thread(read: ReadMessage) -> tuple[str, ...]:
    own = read.message.message_id
    return (*read.message.references[:8], own) if own else ()


def _document(one: ReadDocument) -> dict[str, Any]:
    filed = one.filed
    return {"name": event_words(filed.name), "kind": kinds.label(filed.kind), "status": filed.status}


def _list(decision: Decision) -> dict[str, Any]:
    facts, completeness = decision.facts, decision.completeness
    names = ("code", "line", "subject", "severity", "state", "title", "ask")
    return {
        "insured": str(facts.value("named_insureds[0].name") or ""),
        "lines": list(facts.lines),
        "effective": facts.value("proposed_effective_date"),
        "gate": completeness.gate,
        "score": completeness.score,
        "items": [{name: getattr(item, name) for name in names} for item in completeness.items if item.is_open],
    }
