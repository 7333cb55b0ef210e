"""Send the mails of the outbox, and put on the record what went out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from outbound import checklist
from outbound.compose import Envelope, compose
from outbound.courier import Courier, Delivery
from outbound.delivering import SENDER_NAME, WAITS, Errand, deliver, hand_over
from outbound.follower import DELIVER, link_address, reply_address
from outbound.statuses import STATUS, compose_status
from pipeline import events
from pipeline.jobs import Handlers
from pipeline.office import Office
from pipeline.records import correspondence, outbox, queue
from pipeline.records.correspondence import Communication
from pipeline.records.outbox import Outgoing
from pipeline.records.session import RecordsError, Transaction


def handlers(office: Office, courier: Courier) -> Handlers:
    """Return what this module can do with a due step."""
    errand = Errand(
        find=_find,
        begin=lambda tx, mail: _begin(office, tx, mail),
        send=lambda mail: hand_over(
            office, courier, lambda: render(office, mail), recipient=mail.to_address, message_id=mail.message_id
        ),
        record=lambda tx, mail, delivery, attempt: _record(office, tx, mail, delivery, attempt),
    )
    return {DELIVER: lambda step: deliver(office, step, errand)}


def _find(tx: Transaction, outgoing: int) -> Outgoing:
    mail = outbox.outgoing_by_id(tx, outgoing)
    if mail is None:
        raise RecordsError(f"there is no mail {outgoing} in the outbox")
    return mail


def _begin(office: Office, tx: Transaction, mail: Outgoing) -> int:
    """Spend an attempt and return its number; 0 for a mail that is sent, or that a newer revision has overtaken."""
    if mail.state == "sent":
        return 0
    if outbox.is_overtaken(tx, mail):
        outbox.record_delivery(tx, mail.id, "suppressed", at=office.clock.now(), reason="newer_revision")
        return 0
    return outbox.begin_attempt(tx, mail.id, at=office.clock.now())


def render(office: Office, mail: Outgoing) -> bytes:
    """Return the mail as it goes out; the link's secret part is put in here and kept nowhere."""
    content: Mapping[str, Any] = mail.content
    envelope = Envelope(
        sender=office.settings.own_address,
        sender_name=SENDER_NAME,
        recipient=mail.to_address,
        recipient_name=content["recipient_name"],
        reply_to=reply_address(office, content["checklist"]["ref"]),
        subject=mail.subject,
        message_id=mail.message_id,
        in_reply_to=content["in_reply_to"],
        references=tuple(content["references"]),
        written_at=mail.queued_at,
        link=link_address(office, content["link"]),
        link_expires=date.fromisoformat(content["link"]["until"]),
    )
    if mail.kind == STATUS:
        return compose_status(content, envelope)
    return compose(checklist.from_json(content["checklist"]), envelope)


def _record(office: Office, tx: Transaction, mail: Outgoing, delivery: Delivery, attempt: int) -> None:
    now = office.clock.now()
    outbox.record_delivery(
        tx, mail.id, delivery.status, at=now, permanent=delivery.permanent, reason=delivery.detail or None
    )
    if delivery.status == "sent":
        _put_on_record(office, tx, mail)
    elif not delivery.permanent and attempt <= len(WAITS):
        queue.enqueue(tx, DELIVER, mail.id, due_at=now + WAITS[attempt - 1])
    payload = {"mail": mail.message_id, "status": delivery.status, "attempt": attempt, "detail": delivery.detail}
    events.append(
        tx, events.submission_stream(mail.submission_id), "mail.handed_over", payload, actor="courier", at=now
    )


def _put_on_record(office: Office, tx: Transaction, mail: Outgoing) -> None:
    said = checklist.from_json(mail.content["checklist"])
    body = "\n".join(f"{ask.number}. {ask.title}: {ask.text}" for ask in said.asks) or "Nothing is missing."
    correspondence.add_communication(
        tx,
        mail.submission_id,
        Communication(
            kind="mail_out",
            audience="agency",
            by=office.settings.own_address,
            body=body,
            subject=mail.subject,
            outgoing_id=mail.id,
            at=mail.queued_at,
        ),
    )
