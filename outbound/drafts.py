"""Answer whoever sent a draft with what is missing, once; nothing of it is kept beyond the report's day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from outbound import checklist, compose, policy
from outbound.checklist import Checklist
from outbound.compose import Envelope
from outbound.courier import Courier, Delivery
from outbound.delivering import SENDER_NAME, WAITS, Errand, deliver, hand_over
from outbound.policy import Occasion, Verdict
from pipeline import vouching
from pipeline.booking import SILENT
from pipeline.drafts import ANSWER_DRAFT
from pipeline.jobs import Handlers
from pipeline.office import Office
from pipeline.records import agencies, ledger, outbox, preflights, queue
from pipeline.records.preflights import Preflight
from pipeline.records.session import RecordsError, Transaction
from pipeline.submission import Item


def handlers(office: Office, courier: Courier) -> Handlers:
    """Return what this module can do with a due step."""
    errand = Errand(
        find=_find,
        begin=lambda tx, draft: _begin(office, tx, draft),
        send=lambda draft: _send(office, courier, draft),
        record=lambda tx, draft, delivery, attempt: _record(office, tx, draft, delivery, attempt),
    )
    return {ANSWER_DRAFT: lambda step: deliver(office, step, errand)}


def _find(tx: Transaction, message: int) -> Preflight:
    draft = preflights.by_message(tx, message)
    if draft is None:
        raise RecordsError(f"there is no report on message {message}")
    return draft


def _begin(office: Office, tx: Transaction, draft: Preflight) -> int:
    """Spend an attempt and return its number; 0 for a report that must not go."""
    if draft.state != "queued" or draft.report is None:
        return 0
    if not draft.attempts:
        verdict = _verdict(office, tx, draft)
        if not verdict.send:
            preflights.record(tx, draft.id, "suppressed", at=office.clock.now(), reason=verdict.reason)
            return 0
    return preflights.begin_attempt(tx, draft.id)


def _verdict(office: Office, tx: Transaction, draft: Preflight) -> Verdict:
    message = ledger.message_by_id(tx, draft.id)
    now, hour = office.clock.now(), timedelta(hours=1)
    agency = agencies.agency_by_domain(tx, draft.to_domain)
    registered = agency is not None and agency.status == "active"
    asked = preflights.asked_from(tx, draft.to_domain, since=now - hour) - 1
    occasion = Occasion(
        recipient=draft.to_address,
        intent="preflight",
        answerable=message is not None and message.disposition != SILENT,
        sender_vouched=registered and vouching.may_be_answered(tx, draft.id, draft.to_address),
        agency_do_not_mail=bool(agency and (agency.do_not_mail or agency.status == "suspended")),
        sent_to_domain_last_hour=outbox.sent_to_domain(tx, draft.to_domain, since=now - hour) + asked,
        own_addresses=office.house.addresses,
    )
    drafts = preflights.asked_by(tx, draft.to_address, since=now - timedelta(days=1))
    return policy.judge_draft(occasion, drafts_last_day=drafts)


def _send(office: Office, courier: Courier, draft: Preflight) -> Delivery:
    name = f"preflight.{draft.id}@{office.house.domain}"
    return hand_over(office, courier, lambda: _render(office, draft, name), recipient=draft.to_address, message_id=name)


def _render(office: Office, draft: Preflight, name: str) -> bytes:
    report = draft.report or {}
    *earlier, last = report["references"] or [None]
    envelope = Envelope(
        sender=office.settings.own_address,
        sender_name=SENDER_NAME,
        recipient=draft.to_address,
        recipient_name=report["recipient_name"],
        reply_to=office.settings.own_address,
        subject=compose.reply_subject(report["subject"], "your draft"),
        message_id=name,
        in_reply_to=last,
        references=tuple(earlier),
        written_at=draft.made_at,
    )
    found = _checklist(report["list"]) if report["list"] else None
    values = {
        "trouble": report["trouble"],
        "checklist": found,
        "headline": compose.headline(found) if found else "",
        "documents": report["documents"],
    }
    return compose.compose_from("preflight", values, envelope)


def _checklist(told: Mapping[str, Any]) -> Checklist:
    items = [Item(**item) for item in told["items"]]
    return Checklist(
        revision=1,
        ref="",
        insured=told["insured"],
        lines=tuple(told["lines"]),
        effective=date.fromisoformat(told["effective"]) if told["effective"] else None,
        gate=told["gate"],
        score=told["score"],
        asks=checklist.number(items),
    )


def _record(office: Office, tx: Transaction, draft: Preflight, delivery: Delivery, attempt: int) -> None:
    now = office.clock.now()
    if delivery.status == "sent":
        preflights.record(tx, draft.id, "sent", at=now)
    elif delivery.permanent or attempt > 2:
        preflights.record(tx, draft.id, "failed", at=now, reason=delivery.detail)
    else:
        # A report is worth waiting an hour for, not a day: its content is gone by then.
        queue.enqueue(tx, ANSWER_DRAFT, draft.id, due_at=now + WAITS[attempt - 1])
