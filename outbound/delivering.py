"""The steps by which every mail leaves: the attempt is spent first, the courier called, the outcome recorded after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from outbound.compose import UnsafeMail
from outbound.courier import Courier, Delivery, FolderCourier, SmtpCourier
from pipeline.jobs import COMPLETED
from pipeline.office import Office
from pipeline.records import queue
from pipeline.records.queue import Step
from pipeline.records.session import Transaction, transaction

SENDER_NAME = "Submission intake"
WAITS = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""Waits after each transient failure; after the last the mail is given up and a person is told."""

Mail = TypeVar("Mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand(Generic[Mail]):
    """How one kind of mail leaves.

    ``find`` returns the mail of a step; ``begin`` spends an attempt and returns its number, 0 for a mail that must not
    go; ``send`` composes it and hands it over, with no transaction open; ``record`` keeps what came of that attempt.
    """

    find: Callable[[Transaction, int], Mail]
    begin: Callable[[Transaction, Mail], int]
    send: Callable[[Mail], Delivery]
    record: Callable[[Transaction, Mail, Delivery, int], None]


def deliver(office: Office, step: Step, errand: Errand[Any]) -> str:
    """Send the mail of one step, if it may still go."""
    with transaction(office.engine) as tx:
        mail = errand.find(tx, step.subject_id)
        attempt = errand.begin(tx, mail)
        if not attempt:
            queue.complete(tx, step)
    if attempt:
        delivery = errand.send(mail)
        with transaction(office.engine) as tx:
            errand.record(tx, mail, delivery, attempt)
            queue.complete(tx, step)
    return COMPLETED


def hand_over(
    office: Office, courier: Courier, compose: Callable[[], bytes], *, recipient: str, message_id: str
) -> Delivery:
    """Compose a mail and hand it to the courier; what no mail may hold fails for good."""
    try:
        raw = compose()
    except UnsafeMail as refusal:
        return Delivery(status="failed", permanent=True, detail=str(refusal))
    return courier.deliver(raw, sender=office.settings.own_address, recipient=recipient, message_id=message_id)


def courier_for(office: Office) -> Courier:
    """Return SMTP where a server is named, else the folder ``outgoing`` in the data folder."""
    if office.settings.smtp_url is not None:
        return SmtpCourier(office.settings.smtp_url.get_secret_value())
    return FolderCourier(office.settings.data / "outgoing")
