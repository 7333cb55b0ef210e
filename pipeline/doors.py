"""The page's doors: an answer, an upload or a correction becomes an inbound message and takes the road of mail.

The message is written here, kept in the archive, put on the ledger and made due, all before the page says "thank you".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from pipeline.office import Office
from pipeline.reception import Arrival, receive

SOURCE = "portal"
ITEM_HEADER = "X-Portal-Item"
KIND_HEADER = "X-Portal-Answer"
ROLE_HEADER = "X-Portal-Role"
FIELD_HEADER = "X-Portal-Field"
TYPE_HEADER = "X-Portal-Type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who stands at the door: an agent behind a link, or a member of staff."""

    email: str
    name: str
    role: Literal["agent", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file as the browser sent it."""

    name: str
    content: bytes


def answer_item(
    office: Office,
    *,
    ref: str,
    item: tuple[str, str, str],
    kind: Literal["value", "none", "waived", "not_applicable"],
    text: str,
    by: Person,
    once: str,
) -> Arrival:
    """Take an answer to one item. ``once`` is the form's own key: the same form sent twice is one message."""
    mail = _mail(office, ref, by)
    mail[ITEM_HEADER] = json.dumps(item)
    mail[KIND_HEADER] = kind
    mail.set_content(text)
    return _take(office, mail, once)


def upload_files(
    office: Office, *, ref: str, item: tuple[str, str, str] | None, files: Sequence[Upload], by: Person, once: str
) -> Arrival:
    """Take files, for one item or for the whole submission."""
    mail = _mail(office, ref, by)
    if item:
        mail[ITEM_HEADER] = json.dumps(item)
    mail.set_content("")
    for file in files:
        mail.add_attachment(file.content, maintype="application", subtype="octet-stream", filename=file.name)
    return _take(office, mail, once)


def settle_field(
    office: Office, *, ref: str, field: str, field_type: str, value: str, by: Person, once: str
) -> Arrival:
    """Take a member of staff's word on one field: what the machine read, accepted, or the right value."""
    mail = _mail(office, ref, by)
    mail[FIELD_HEADER] = field
    mail[TYPE_HEADER] = field_type
    mail.set_content(value)
    return _take(office, mail, once)


def _mail(office: Office, ref: str, by: Person) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = by.email
    mail["To"] = office.settings.own_address
    mail["Subject"] = f"[{ref}]"
    mail["Date"] = format_datetime(office.clock.now())
    mail[ROLE_HEADER] = by.role
    return mail


def _take(office: Office, mail: EmailMessage, once: str) -> Arrival:
    mail["Message-ID"] = f"<portal.{once}@{office.house.domain}>"
    return receive(office, raw=mail.as_bytes(), source=SOURCE, key=once)
