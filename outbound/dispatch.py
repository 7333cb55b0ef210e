"""Hand one mail of the outbox to the courier: the attempt is spent first, the outcome recorded after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from outbound import checklist
from outbound.compose import Envelope, UnsafeMail, compose
from outbound.courier import Courier, Delivery, FolderCourier, SmtpCourier
from outbound.follower import DELIVER
from outbound.statuses import STATUS, compose_status
from pipeline import events
from pipeline.jobs import COMPLETED, Handlers
from pipeline.office import Office
from pipeline.records import correspondence, outbox, queue
from pipeline.records.correspondence import Communication
from pipeline.records.outbox import Outgoing
from pipeline.records.queue import Step
from pipeline.records.session import RecordsError, Transaction, transaction

SENDER_NAME = "Submission intake"
WAITS = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""Waits after each transient failure; after the last the mail is given up and a person is told."""


def courier_for(office: Office) -> Courier:
    """Return SMTP where a server is named, else the folder ``outgoing`` in the data folder."""
    if office.settings.smtp_url is not None:
        return SmtpCourier(office.settings.smtp_url.get_secret_value())
    return FolderCourier(office.settings.data / "outgoing")


def handlers(office: Office, courier: Courier) -> Handlers:
    """Return what this module can do with a due step."""
    return {DELIVER: lambda step: deliver(office, courier, step)}


def deliver(office: Office, courier: Courier, step: Step) -> str:
    """Send one queued mail and record what became of it; one that is sent already is left alone."""
    with transaction(office.engine) as tx:
        mail = outbox.outgoing_by_id(tx, step.subject_id)
        if mail is None:
            raise RecordsError(f"there is no mail {step.subject_id} in the outbox")
        attempt = _begin(office, tx, mail)
        if not attempt:
            queue.complete(tx, step)
    if attempt:
        delivery = _hand_over(office, courier, mail)
        with transaction(office.engine) as tx:
            _record(office, tx, mail, delivery, attempt)
            queue.complete(tx, step)
    return COMPLETED


def _begin(office: Office, tx: Transaction, mail: Outgoing) -> int:
    """Spend an attempt and return its number; 0 for a mail that is sent, or that a newer revision has overtaken."""
    if mail.state == "sent":
        return 0
    if outbox.is_overtaken(tx, mail):
        outbox.record_delivery(tx, mail.id, "suppressed", at=office.clock.now(), reason="newer_revision")
        return 0
    return outbox.begin_attempt(tx, mail.id, at=office.clock.now())


def _hand_over(office: Office, courier: Courier, mail: Outgoing) -> Delivery:
    try:
        raw = render(office, mail)
    except UnsafeMail as refusal:
        return Delivery(status="failed", permanent=True, detail=str(refusal))
    sender = office.settings.own_address
    return courier.deliver(raw, sender=sender, recipient=mail.to_address, message_id=mail.message_id)


def render(office: Office, mail: Outgoing) -> bytes:
    """Return the mail as it goes out; the link's secret part is put in here and kept nowhere."""
    content: Mapping[str, Any] = mail.content
    local, _, domain = office.settings.own_address.partition("@")
    ref = content["checklist"]["ref"]
    envelope = Envelope(
        sender=office.settings.own_address,
        sender_name=SENDER_NAME,
        recipient=mail.to_address,
        recipient_name=content["recipient_name"],
        reply_to=f"{local}+{office.reply_token(ref)}@{domain}",
        subject=mail.subject,
        message_id=mail.message_id,
        in_reply_to=content["in_reply_to"],
        references=tuple(content["references"]),
        written_at=mail.queued_at,
        link=f"{office.settings.public_url.rstrip('/')}/l/{office.link_token(content['link']['name'])}",
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
