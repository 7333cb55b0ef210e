"""The rules of screening: each looks for one kind of machine mail and returns its evidence, or an empty string."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from intake import bounces
from intake.message import Attachment, InboundMessage
from intake.reasons import UNREAD

Verdict = Literal["discard", "hold", "silence"]

_DOCUMENT_NAME: Final = re.compile(
    r".{0,250}\.(?:pdf|docx?|docm|xlsx?|xlsm|xlsb|csv|rtf|odt|ods|tiff?|heic|zip|7z|rar|eml|msg|dat)", re.I | re.S
)
_DOCUMENT_STARTS: Final = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"II*\0", b"MM\0*", b"\x78\x9f\x3e\x22")
_ROBOT: Final = re.compile(
    r"(?:mailer[-_.]?daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?|auto[-_.]?(?:reply|responder)"
    r"|notifications?|listserv|majordomo)(?:[-+_.=].{0,100})?",
    re.I,
)
_DAEMON: Final = re.compile(r"(?:mailer[-_.]?daemon|postmaster|bounces?)(?:[-+_.=].{0,100})?", re.I)
_BOUNCE_SUBJECT: Final = re.compile(
    r"(?:undeliver(?:able|ed)|undelivered mail|returned mail|delivery status notification|delivery (?:has )?failed"
    r"|mail delivery (?:failed|system|subsystem)|failure notice|delivery failure|unzustellbar"
    r"|no se puede entregar|non remis)",
    re.I,
)
_AWAY_SUBJECT: Final = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|ooo\b|away from (?:the )?office"
    r"|on vacation|automatische antwort|abwesenheit|réponse automatique|absence du bureau|respuesta automática"
    r"|fuera de la oficina)",
    re.I,
)
_DMARC_SUBJECT: Final = re.compile(r"(?:\[[^\]]{0,40}\]\s{0,5})?report domain:", re.I)
_DMARC_NAME: Final = re.compile(r"[^!]{1,200}![^!]{1,200}!\d{6,}!\d{6,}.{0,100}\.(?:xml|gz|zip)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the message arrived: our addresses without plus parts, our domain, and what the message carries."""

    addresses: frozenset[str]
    domain: str
    documents: bool
    conversation: bool

    @classmethod
    def of(cls, message: InboundMessage, own_addresses: Iterable[str], own_domain: str) -> Desk:
        """Return the desk for one message; ``conversation`` is True when it answers to a plus-address of ours."""
        own = frozenset(bare(address) for address in own_addresses)
        to = [address.email for address in (*message.to, *message.cc)]
        return cls(
            addresses=own,
            domain=own_domain.lower().lstrip("@"),
            documents=any(_is_document(one) for one in message.attachments),
            conversation=any("+" in email.partition("@")[0] and bare(email) in own for email in to),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: ``silence`` accepts the message but never answers it."""

    id: str
    verdict: Verdict
    why: str
    test: Callable[[InboundMessage, Desk], str]


def bare(address: str) -> str:
    """Return an address in lower case without its plus part."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_document(attachment: Attachment) -> bool:
    if attachment.media_type in ("message/rfc822", "message/global"):
        return True
    return bool(_DOCUMENT_NAME.fullmatch(attachment.name)) or attachment.content.startswith(_DOCUMENT_STARTS)


def _local(message: InboundMessage) -> str:
    return message.sender.email.rpartition("@")[0] if message.sender else ""


def _automatic(message: InboundMessage) -> str:
    """Return the keyword of Auto-Submitted (RFC 3834) when it means a machine; an automatic forward is a person's."""
    keyword = (message.header("Auto-Submitted") or "").partition(";")[0].partition("(")[0].strip().lower()
    return "" if keyword in ("no", "auto-forwarded") else keyword


def _precedence(message: InboundMessage) -> str:
    return (message.header("Precedence") or "").strip().lower()


def _own_header(message: InboundMessage, desk: Desk) -> str:
    return next((name for name, _ in message.headers if name.lower().startswith("x-intake-")), "")


def _own_sender(message: InboundMessage, desk: Desk) -> str:
    return message.sender.email if message.sender and bare(message.sender.email) in desk.addresses else ""


def _delivery_report(message: InboundMessage, desk: Desk) -> str:
    return "delivery-status part" if bounces.is_report(message) else ""


def _bounce_words(message: InboundMessage, desk: Desk) -> str:
    """Old mail servers send plain words: the subject counts when a daemon or a null path says it."""
    if message.header("X-Failed-Recipients"):
        return "X-Failed-Recipients"
    machine = message.return_path == "" or _DAEMON.fullmatch(_local(message)) or _from_daemon(message)
    subject = _BOUNCE_SUBJECT.search(message.subject[:200])
    return subject.group(0) if machine and subject else ""


def _from_daemon(message: InboundMessage) -> bool:
    return message.sender is None and "mailer-daemon" in (message.header("From") or "").lower()


def _read_receipt(message: InboundMessage, desk: Desk) -> str:
    kind = dict(message.content_parameters).get("report-type", "").lower()
    if message.content_type == "multipart/report" and kind == "disposition-notification":
        return kind
    types = {attachment.media_type for attachment in message.attachments}
    return "disposition-notification part" if "message/disposition-notification" in types else ""


def _auto_reply(message: InboundMessage, desk: Desk) -> str:
    if _automatic(message) in ("auto-replied", "auto-notified"):
        return f"Auto-Submitted: {_automatic(message)}"
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply"):
        value = message.header(name)
        if value is not None and value.strip().lower() not in ("no", "false", "0"):
            return name
    if _precedence(message) in ("auto_reply", "auto-reply"):
        return "Precedence: auto_reply"
    subject = _AWAY_SUBJECT.match(message.subject[:200])
    return f"{subject.group(0)}; {seconded}" if subject and (seconded := _machine_sign(message)) else ""


def _machine_sign(message: InboundMessage) -> str:
    """Return a header that seconds an absence subject. X-Auto-Response-Suppress is none: it asks, it does not tell."""
    if message.return_path == "":
        return "null return path"
    if _automatic(message):
        return "Auto-Submitted"
    if _precedence(message) in ("bulk", "junk"):
        return "Precedence"
    return "inbox rule" if message.header("X-MS-Exchange-Inbox-Rules-Loop") else ""


def _domain_report(message: InboundMessage, desk: Desk) -> str:
    if dict(message.content_parameters).get("report-type", "").lower() in ("feedback-report", "tlsrpt"):
        return "abuse or TLS report"
    for attachment in message.attachments:
        if attachment.media_type in ("application/tlsrpt+gzip", "application/tlsrpt+json"):
            return attachment.media_type
        if _DMARC_NAME.fullmatch(attachment.name):
            return attachment.name
    return "Report domain" if _DMARC_SUBJECT.match(message.subject[:100]) and message.attachments else ""


def _calendar(message: InboundMessage, desk: Desk) -> str:
    if desk.documents:
        return ""
    invited = (one for one in message.attachments if one.media_type in ("text/calendar", "application/ics"))
    return "text/calendar" if message.content_type == "text/calendar" or next(invited, None) else ""


def _encrypted(message: InboundMessage, desk: Desk) -> str:
    if message.content_type == "multipart/encrypted":
        return message.content_type
    if message.content_type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return f"{message.content_type} {dict(message.content_parameters).get('smime-type', '')}".strip()
    return "PGP MESSAGE" if message.text.lstrip()[:60].startswith("-----BEGIN PGP MESSAGE") else ""


def _spam(message: InboundMessage, desk: Desk) -> str:
    if (message.header("X-Spam-Flag") or "").strip().lower() == "yes":
        return "X-Spam-Flag"
    if (message.header("X-Spam-Status") or "").strip().lower().startswith("yes"):
        return "X-Spam-Status"
    level = (message.header("X-MS-Exchange-Organization-SCL") or "").strip()
    return f"SCL {level}" if level.isascii() and level.isdigit() and len(level) <= 2 and int(level) >= 5 else ""


def _list_mail(message: InboundMessage, desk: Desk) -> str:
    """Return the sign of list mail; our own group's list header and answers to our plus-address are no sign."""
    if desk.conversation:
        return ""
    listed = message.header("List-Id") or ""
    if listed and desk.domain and listed.rstrip("> ").lower().endswith(desk.domain):
        return ""
    if listed:
        return "List-Id"
    if _precedence(message) in ("bulk", "list", "junk"):
        return f"Precedence: {_precedence(message)}"
    return "List-Unsubscribe" if message.header("List-Unsubscribe") else ""


def _list(message: InboundMessage, desk: Desk) -> str:
    return "" if desk.documents or message.in_reply_to else _list_mail(message, desk)


def _list_letter(message: InboundMessage, desk: Desk) -> str:
    """Agencies that route through a relay or a group send documents and replies under list headers."""
    return _list_mail(message, desk) if desk.documents or message.in_reply_to else ""


def _machine(message: InboundMessage) -> str:
    if message.return_path == "":
        return "null return path"
    return f"Auto-Submitted: {_automatic(message)}" if _automatic(message) else ""


def _machine_mail(message: InboundMessage, desk: Desk) -> str:
    return "" if desk.documents else _machine(message)


def _machine_documents(message: InboundMessage, desk: Desk) -> str:
    """Scanners and agency systems send real documents with a null path: read them, answer nobody."""
    return _machine(message) if desk.documents else ""


def _robot_sender(message: InboundMessage, desk: Desk) -> str:
    return message.sender.email if message.sender and _ROBOT.fullmatch(_local(message)) else ""


def _no_sender(message: InboundMessage, desk: Desk) -> str:
    return "no address in From" if message.sender is None else ""


def _unread(message: InboundMessage, desk: Desk) -> str:
    return next((defect.reason for defect in message.defects if defect.reason in UNREAD), "")


#: Rules whose messages carry a delivery report.
DELIVERY_RULES: Final = frozenset({"bounce", "bounce_words"})

#: The table, in order of decision.
RULES: Final[tuple[Rule, ...]] = (
    Rule(id="loop", verdict="discard", why="It carries a header only our own mail has.", test=_own_header),
    Rule(id="bounce", verdict="discard", why="It is a delivery report about a mail of ours.", test=_delivery_report),
    Rule(id="bounce_words", verdict="discard", why="A mail system says it could not deliver.", test=_bounce_words),
    Rule(id="own_address", verdict="discard", why="It comes from our own address.", test=_own_sender),
    Rule(id="read_receipt", verdict="discard", why="It only says that a mail was read.", test=_read_receipt),
    Rule(id="auto_reply", verdict="discard", why="It is an automatic reply.", test=_auto_reply),
    Rule(id="domain_report", verdict="discard", why="It is a report between mail systems.", test=_domain_report),
    Rule(id="encrypted", verdict="hold", why="It is encrypted or sealed and cannot be read.", test=_encrypted),
    Rule(id="calendar", verdict="discard", why="It is an invitation without documents.", test=_calendar),
    Rule(id="spam", verdict="hold", why="A mail filter on the way marked it as spam.", test=_spam),
    Rule(id="list", verdict="discard", why="It is list or marketing mail without documents.", test=_list),
    Rule(id="list_letter", verdict="hold", why="It is list mail with documents or a reply.", test=_list_letter),
    Rule(id="machine_mail", verdict="discard", why="A machine sent it, without documents.", test=_machine_mail),
    Rule(id="over_budget", verdict="hold", why="Part of it was not read: it is over the limits.", test=_unread),
    Rule(id="machine_documents", verdict="silence", why="A machine sent documents.", test=_machine_documents),
    Rule(id="robot_sender", verdict="silence", why="Nobody reads the sender's mailbox.", test=_robot_sender),
    Rule(id="no_sender", verdict="silence", why="It names no sender.", test=_no_sender),
)
