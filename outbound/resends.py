"""Ask whoever sent a mail that is encrypted as a whole to send it in a form we can read: once, then a person does."""

from __future__ import annotations

from datetime import date, timedelta

from outbound import compose, follower, policy
from outbound.compose import Envelope
from outbound.courier import Courier, Delivery
from outbound.delivering import SENDER_NAME, WAITS, Errand, deliver, hand_over
from outbound.policy import Occasion, Verdict
from pipeline import events, vouching
from pipeline.jobs import Handlers
from pipeline.office import Office
from pipeline.records import agencies, ledger, outbox, queue, resends, senders, submissions
from pipeline.records.resends import Resend
from pipeline.records.session import Transaction, transaction
from pipeline.resending import ASK_AGAIN, ASKED
from pipeline.stages import SEALED


def handlers(office: Office, courier: Courier) -> Handlers:
    """Return what this module can do with a due step."""
    errand = Errand(
        find=resends.by_message,
        begin=lambda tx, ask: _begin(office, tx, ask),
        send=lambda ask: _send(office, courier, ask),
        record=lambda tx, ask, delivery, attempt: _record(office, tx, ask, delivery, attempt),
    )
    return {ASK_AGAIN: lambda step: deliver(office, step, errand)}


def _begin(office: Office, tx: Transaction, ask: Resend) -> int:
    if ask.state != "queued":
        return 0
    if not ask.attempts:
        verdict = _verdict(office, tx, ask)
        if not verdict.send:
            resends.record(tx, ask.id, "suppressed", at=office.clock.now(), reason=verdict.reason)
            return 0
    return resends.begin_attempt(tx, ask.id)


def _verdict(office: Office, tx: Transaction, ask: Resend) -> Verdict:
    now = office.clock.now()
    hour = now - timedelta(hours=1)
    agency = agencies.agency_by_domain(tx, ask.to_domain)
    check = senders.check_of(tx, ask.id)
    spoken_for = check is not None and check.confirmed_at is not None
    known = spoken_for or ask.submission_id is not None or (agency is not None and agency.status == "active")
    lately = outbox.sent_to_domain(tx, ask.to_domain, since=hour) + resends.asked_from(tx, ask, since=hour)
    occasion = Occasion(
        recipient=ask.to_address,
        intent=SEALED,
        sender_vouched=known and vouching.may_be_answered(tx, ask.id, ask.to_address),
        agency_do_not_mail=bool(agency and (agency.do_not_mail or agency.status == "suspended")),
        sent_to_domain_last_hour=lately,
        own_addresses=office.house.addresses,
    )
    return policy.judge_resend(occasion, asked_before=resends.asked_before(tx, ask, since=now - policy.ASK_AGAIN_AFTER))


def _send(office: Office, courier: Courier, ask: Resend) -> Delivery:
    with transaction(office.engine) as tx:
        envelope = _envelope(office, tx, ask)
    return hand_over(
        office,
        courier,
        lambda: compose.compose_from("resend", {}, envelope),
        recipient=ask.to_address,
        message_id=envelope.message_id,
    )


def _envelope(office: Office, tx: Transaction, ask: Resend) -> Envelope:
    *earlier, last = ask.content["references"] or [None]
    own = office.settings.own_address
    reply_to, link, until = own, "", None
    subject = compose.reply_subject(ask.content["subject"], "your encrypted message")
    if ask.submission_id is not None:
        record = submissions.standing(tx, ask.submission_id)
        named = follower.link(office, tx, record, office.clock.now())
        reply_to, link = follower.reply_address(office, record.ref), follower.link_address(office, named)
        until = date.fromisoformat(named["until"])
        subject = compose.subject_line(ask.content["subject"], record.ref)
    return Envelope(
        sender=own,
        sender_name=SENDER_NAME,
        recipient=ask.to_address,
        recipient_name=ask.content["recipient_name"],
        reply_to=reply_to,
        subject=subject,
        message_id=f"encrypted.{ask.id}@{office.house.domain}",
        in_reply_to=last,
        references=tuple(earlier),
        written_at=ask.made_at,
        link=link,
        link_expires=until,
    )


def _record(office: Office, tx: Transaction, ask: Resend, delivery: Delivery, attempt: int) -> None:
    now = office.clock.now()
    if delivery.status == "sent":
        resends.record(tx, ask.id, "sent", at=now)
        _tell(office, tx, ask)
    elif delivery.permanent or attempt > len(WAITS):
        resends.record(tx, ask.id, "failed", at=now, reason=delivery.detail)
    else:
        queue.enqueue(tx, ASK_AGAIN, ask.id, due_at=now + WAITS[attempt - 1])


def _tell(office: Office, tx: Transaction, ask: Resend) -> None:
    """Say that the sender was asked: in the logs, and on the ledger unless a person has ended the message meanwhile."""
    now, message = office.clock.now(), ledger.message_by_id(tx, ask.id)
    if message is not None and (message.state, message.reason) == ("held", SEALED):
        ledger.finish_message(tx, ask.id, "held", ASKED, at=now)
    told = {"message": ask.id, "to": ask.to_address}
    streams = [events.message_stream(ask.id)]
    if ask.submission_id is not None:
        streams.append(events.submission_stream(submissions.standing(tx, ask.submission_id).id))
    for stream in streams:
        events.append(tx, stream, "message.resend_asked", told, actor="courier", at=now)
