"""Compose the checklist mail: text and HTML from one checklist, in the agent's thread, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from outbound.checklist import Checklist
from pipeline import guarding

SHOWN = 10
"""Lines in a mail before the rest is left to the page (an agent reads no more)."""

PROMISES = re.compile(
    r"\b(?:is|are|has been|have been|you(?:'re| are)) (?:now )?(?:bound|covered|insured|in force)\b", re.I
)
"""Words only a licensed person may say."""


class UnsafeMail(ValueError):
    """A composed mail holds what no automatic mail may hold; it is not sent and a person is told why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who gets the mail, in which thread. Ids are without angle brackets; ``link`` is the private page."""

    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    reply_to: str
    subject: str
    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    written_at: datetime
    link: str = ""
    link_expires: date | None = None


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("outbound"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["us_date"] = us_date
    return environment


def us_date(day: date | None) -> str:
    """Return a date as agents write it, MM/DD/YYYY."""
    return f"{day:%m/%d/%Y}" if day else "not given yet"


def subject_line(original: str, ref: str) -> str:
    """Return the subject of an answer: the agent's own words, one ``RE:``, our number once."""
    return f"{reply_subject(original.replace(f'[{ref}]', ' '), 'Your submission')} [{ref}]"


def reply_subject(original: str, otherwise: str) -> str:
    """Return the subject of an answer without a number; ``otherwise`` where the agent gave none."""
    bare = re.sub(r"^(?:\s*(?:re|fw|fwd|aw|wg)\s*:)+\s*", "", original, flags=re.I)
    return f"RE: {(' '.join(bare.split()) or otherwise)[:150]}"


def message_id(ref: str, revision: int, domain: str) -> str:
    """Return the one Message-ID a revision can ever have."""
    return f"{ref.lower()}.{revision}@{domain}"


def compose(checklist: Checklist, envelope: Envelope) -> bytes:
    """Return the mail as RFC 5322 bytes.

    Raises:
        UnsafeMail: the text holds restricted data or promises coverage.
    """
    values = {"checklist": checklist, "shown": SHOWN, "words": _words(checklist)}
    return compose_from("checklist", values, envelope)


def compose_from(template: str, values: Mapping[str, Any], envelope: Envelope) -> bytes:
    """Return a mail of that pair of templates as RFC 5322 bytes. Raises UnsafeMail as ``compose`` does."""
    given = {**values, "envelope": envelope}
    text = _templates().get_template(f"{template}.txt").render(given)
    html = _templates().get_template(f"{template}.html").render(given)
    for said in (text, html):
        guard(said.replace(envelope.link, "") if envelope.link else said)
    mail = _headers(envelope)
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{envelope.message_id.partition('@')[0]}")
    return mail.as_bytes()


def guard(text: str) -> None:
    """Refuse what no automatic mail may hold.

    Raises:
        UnsafeMail: naming what was found, not the value itself.
    """
    if not guarding.is_safe(text):
        raise UnsafeMail("the mail holds what looks like a social security or licence number, or a birth date")
    if PROMISES.search(text):
        raise UnsafeMail("the mail seems to promise coverage")


def _headers(envelope: Envelope) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(envelope.sender_name, addr_spec=envelope.sender)
    mail["To"] = Address(_one_line(envelope.recipient_name), addr_spec=envelope.recipient)
    mail["Reply-To"] = Address(envelope.sender_name, addr_spec=envelope.reply_to)
    mail["Subject"] = _one_line(envelope.subject)
    mail["Date"] = format_datetime(envelope.written_at)
    mail["Message-ID"] = f"<{envelope.message_id}>"
    if envelope.in_reply_to:
        mail["In-Reply-To"] = f"<{envelope.in_reply_to}>"
        mail["References"] = " ".join(f"<{known}>" for known in (*envelope.references, envelope.in_reply_to))
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Intake-Loop"] = envelope.sender
    return mail


def _one_line(text: str) -> str:
    return " ".join(text.split())


def headline(checklist: Checklist) -> str:
    """Return the sentence that says how much is missing."""
    return _words(checklist)["headline"]


def _words(checklist: Checklist) -> dict[str, str]:
    """Return the sentences that depend on how much is missing."""
    blocking, quote, nice = (len(checklist.of(severity)) for severity in ("blocking", "needed_to_quote", "nice"))
    return {"headline": _headline(blocking, quote + nice), "ball": _ball(blocking, quote)}


def _headline(blocking: int, more: int) -> str:
    if blocking:
        stop = f"{blocking} item{'s' if blocking > 1 else ''} stop{'s' if blocking == 1 else ''} us from quoting"
        return f"{stop}; {more} more would help." if more else f"{stop}."
    if more:
        return f"Nothing stops us from quoting; {more} item{'s' if more > 1 else ''} would help."
    return "Nothing is missing."


def _ball(blocking: int, quote: int) -> str:
    if blocking:
        return "Next: you. As soon as these items are in, an underwriter gets the file."
    if quote:
        return "Next: us. An underwriter has the file; the items above make the quote better and faster."
    return "Next: us. An underwriter has the file; you need to do nothing now."
