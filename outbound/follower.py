"""Follow what was decided: the next checklist revision, whether it may go out, and the row that sends it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from outbound import checklist, compose, policy
from outbound.checklist import Checklist
from outbound.policy import Occasion, Verdict
from pipeline import events, vouching
from pipeline.booking import SILENT
from pipeline.doors import SOURCE as PORTAL
from pipeline.jobs import COMPLETED, Handlers
from pipeline.joining import ANSWER, ANSWER_PRIORITY
from pipeline.office import Office
from pipeline.records import (
    access,
    agencies,
    correspondence,
    items,
    ledger,
    outbox,
    people,
    queue,
    submissions,
)
from pipeline.records.agencies import Agency
from pipeline.records.ledger import Message
from pipeline.records.matches import senders_of
from pipeline.records.outbox import NewOutgoing
from pipeline.records.queue import Step
from pipeline.records.session import Transaction, transaction
from pipeline.records.submissions import Submission

DELIVER = "outgoing.deliver"
"""The step that hands one mail of the outbox to the courier."""

CHECKLIST = "checklist"
LINK_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """Whom we answer: the person, and the message that our mail answers."""

    address: str | None
    name: str
    message: Message | None
    by_page: bool = False


def handlers(office: Office) -> Handlers:
    """Return what this room can do with a due step."""
    return {ANSWER: lambda step: answer(office, step)}


def answer(office: Office, step: Step) -> str:
    """Write the next revision of a submission's checklist, if there is one, and queue its mail."""
    with transaction(office.engine) as tx:
        record = submissions.existing(tx, step.subject_id)
        stored = correspondence.latest_checklist(tx, record.id)
        last = checklist.from_json(stored.content) if stored else None
        revision = _next(tx, record, last)
        if revision is not None:
            _publish(office, tx, record, revision, last)
        else:
            _release(office, tx, record)
        queue.complete(tx, step)
    return COMPLETED


def _next(tx: Transaction, record: Submission, last: Checklist | None) -> Checklist | None:
    if record.gate is None or record.score is None or record.merged_into_id is not None:
        return None
    return checklist.revise(
        ref=record.ref,
        insured=record.insured_name or "your insured",
        lines=record.lines,
        effective=record.effective_date,
        gate=record.gate,
        score=record.score,
        items=[one.item for one in items.items_of(tx, record.id)],
        last=last,
    )


def _publish(office: Office, tx: Transaction, record: Submission, revision: Checklist, last: Checklist | None) -> None:
    now = office.clock.now()
    correspondence.save_checklist(
        tx,
        record.id,
        revision=revision.revision,
        content=checklist.to_json(revision),
        content_hash=checklist.fingerprint(revision),
        at=now,
    )
    asked = [ask.key for ask in revision.asks]
    items.mark_requested(tx, record.id, asked, at=now)
    to = _correspondent(office, tx, record)
    gate_moved = last is None or last.gate != revision.gate
    verdict = policy.judge(replace(occasion(office, tx, record, to, now), gate_moved=gate_moved))
    outgoing = _queue_mail(office, tx, record, revision, to, verdict, now)
    payload = {"revision": revision.revision, "asks": len(asked), "sent": verdict.send, "reason": verdict.reason}
    events.append(tx, events.submission_stream(record.id), "checklist.revised", payload, actor="rules", at=now)
    if verdict.send:
        submissions.mark_answered(tx, record.id, at=now)
        queue.enqueue(tx, DELIVER, outgoing, due_at=now, priority=ANSWER_PRIORITY - 1)
    elif verdict.wait:
        queue.enqueue(tx, DELIVER, outgoing, due_at=now + verdict.wait)


def _release(office: Office, tx: Transaction, record: Submission) -> None:
    """Send the newest mail that waited until its reader was vouched for, once, when that is so now."""
    mails = [one for one in outbox.outgoing_of(tx, record.id) if one.kind == CHECKLIST]
    newest = next(reversed(mails), None)
    if newest is None or newest.state != "suppressed" or newest.reason != policy.UNPROVEN:
        return
    now, to = office.clock.now(), _correspondent(office, tx, record)
    verdict = policy.judge(replace(occasion(office, tx, record, to, now), by_page=False))
    same = (to.address or "").lower() == newest.to_address.lower()
    if not same or not (verdict.send or verdict.wait) or not outbox.release(tx, newest.id, at=now):
        return
    if verdict.send:
        submissions.mark_answered(tx, record.id, at=now)
    queue.enqueue(tx, DELIVER, newest.id, due_at=now + (verdict.wait or timedelta(0)), priority=ANSWER_PRIORITY - 1)
    payload = {"revision": newest.revision, "sent": verdict.send}
    events.append(tx, events.submission_stream(record.id), "checklist.released", payload, actor="rules", at=now)


def _correspondent(office: Office, tx: Transaction, record: Submission) -> Correspondent:
    """Return the agent of the submission and the last mail from outside that was filed to it."""
    agent = people.person_by_id(tx, record.agent_id) if record.agent_id else None
    filed = ledger.messages_filed_to(tx, record.id)
    mails = [message for message in filed if message.source != PORTAL]
    by_page = bool(filed and filed[-1].source == PORTAL)
    last = mails[-1] if mails else None
    address = last.sender if last and last.sender else (agent.emails[0] if agent and agent.emails else None)
    name = last.sender_name if last and last.sender_name else (agent.name if agent else "")
    return Correspondent(address=address, name="" if "@" in name else name, message=last, by_page=by_page)


def occasion(office: Office, tx: Transaction, record: Submission, to: Correspondent, now: datetime) -> Occasion:
    """Return what the rules look at before a mail about a submission may go to that correspondent."""
    agency = agencies.agency_by_id(tx, record.agency_id) if record.agency_id else None
    intents = to.message.intents if to.message else ()
    answered = [intent for intent in intents if intent in policy.ANSWERED_INTENTS]
    personal = [intent for intent in intents if intent in policy.HUMAN_NOW]
    return Occasion(
        recipient=to.address,
        intent=(personal or answered or list(intents) or ["unknown"])[0],
        by_page=to.by_page,
        answerable=to.message is None or to.message.disposition != SILENT,
        is_party=_is_party(tx, record, agency, to),
        sender_vouched=to.message is None or vouching.may_be_answered(tx, to.message.id, to.address or ""),
        agency_do_not_mail=bool(agency and (agency.do_not_mail or agency.status == "suspended")),
        sent_last_day=outbox.queued_since(tx, record.id, now - timedelta(days=1)),
        sent_to_domain_last_hour=outbox.sent_to_domain(
            tx, (to.address or "").rpartition("@")[2], since=now - timedelta(hours=1)
        ),
        own_addresses=office.house.addresses,
    )


def _is_party(tx: Transaction, record: Submission, agency: Agency | None, to: Correspondent) -> bool:
    """Return whether an address belongs to the submission: known there, or of the domain of a registered agency."""
    address = (to.address or "").lower()
    if address in senders_of(tx, record.id):
        return True
    return agency is not None and agency.status == "active" and address.rpartition("@")[2] in agency.domains


def _queue_mail(
    office: Office,
    tx: Transaction,
    record: Submission,
    revision: Checklist,
    to: Correspondent,
    verdict: Verdict,
    now: datetime,
) -> int:
    subject = compose.subject_line(to.message.subject if to.message else "", record.ref)
    new = NewOutgoing(
        submission_id=record.id,
        kind=CHECKLIST,
        revision=revision.revision,
        message_id=compose.message_id(record.ref, revision.revision, office.house.domain),
        to_address=to.address or "",
        subject=subject,
        content={
            "checklist": checklist.to_json(revision),
            **addressing(office, tx, record, to, now),
        },
    )
    suppressed = None if verdict.wait else verdict.reason
    outgoing, _ = outbox.queue_outgoing(tx, new, at=now, suppressed=suppressed)
    return outgoing


def addressing(office: Office, tx: Transaction, record: Submission, to: Correspondent, now: datetime) -> dict[str, Any]:
    """Return what every mail about a submission keeps of its envelope: whom it greets, what it answers, its link."""
    return {
        "recipient_name": to.name,
        "in_reply_to": to.message.message_id if to.message else None,
        "references": list(to.message.references[:8]) if to.message else [],
        "link": link(office, tx, record, now),
    }


def reply_address(office: Office, ref: str) -> str:
    """Return the address at which answers are known to be about a submission."""
    local, _, domain = office.settings.own_address.partition("@")
    return f"{local}+{office.reply_token(ref)}@{domain}"


def link_address(office: Office, link: Mapping[str, str]) -> str:
    """Return the address of a link; its secret part is put in here and kept nowhere."""
    return f"{office.settings.public_url.rstrip('/')}/l/{office.link_token(link['name'])}"


def link(office: Office, tx: Transaction, record: Submission, now: datetime) -> dict[str, str]:
    """Return the name and last day of the submission's link: the one that still opens, or a new one."""
    links = access.links_of(tx, record.id)
    name = f"{record.ref}.{len(links)}"
    if links and links[-1].valid(now):
        return {"name": name, "until": links[-1].expires_at.date().isoformat()}
    name, until = f"{record.ref}.{len(links) + 1}", now + timedelta(days=LINK_DAYS)
    access.create_link(
        tx,
        office.link_token(name),
        submission_id=record.id,
        person_id=record.agent_id,
        expires_at=until,
        at=now,
    )
    return {"name": name, "until": until.date().isoformat()}
