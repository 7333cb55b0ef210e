"""What a delivery report says: which recipient failed, with which status, for which of our messages (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from intake import addresses, headers
from intake.budget import DEFAULT_BUDGET, Meter
from intake.headers import Fields
from intake.message import Attachment, InboundMessage

_REPORTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
_DAEMONS: Final = frozenset({"mailer-daemon", "postmaster"})
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY_CODE: Final = re.compile(r"\b(?:smtp[^\n]{0,40}?\b)?([45]\d\d)[ -](?=[\w#<])", re.I)
_SPOKEN: Final = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
#: Without a report only this much of the text is searched.
_TEXT_CHARS: Final = 20_000
_GROUPS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One delivery report. ``recipient`` is the address that failed, ``status`` the enhanced code (``5.1.1``).

    ``original_message_id`` is ours, without brackets. ``permanent`` is True for 5.x.x, False for 4.x.x and for reports
    of success or delay, None when the report says neither.
    """

    recipient: str | None = None
    status: str | None = None
    action: str | None = None
    diagnostic: str = ""
    original_message_id: str | None = None
    permanent: bool | None = None


def is_report(message: InboundMessage) -> bool:
    """Tell whether the message is a delivery report by its structure; one that a person passes on is none."""
    kind = dict(message.content_parameters).get("report-type", "").lower()
    if message.content_type == "multipart/report" and kind == "delivery-status":
        return True
    local = message.sender.email.lower().rpartition("@")[0] if message.sender else "mailer-daemon"
    machine = message.content_type == "multipart/report" or message.return_path == "" or local in _DAEMONS
    return machine and any(attachment.media_type in _REPORTS for attachment in message.attachments)


def read(message: InboundMessage) -> Bounce:
    """Return what a delivery report says; from its machine part when there is one, else from its words."""
    report = next((one for one in message.attachments if one.media_type in _REPORTS), None)
    fields = _report_fields(report) if report is not None else ()
    spoken = message.text[:_TEXT_CHARS]
    status = _status(headers.first(fields, "status") or headers.first(fields, "diagnostic-code") or spoken)
    action = (headers.first(fields, "action") or "").strip().lower() or None
    return Bounce(
        recipient=_recipient(fields, message, spoken),
        status=status,
        action=action,
        diagnostic=_line(headers.first(fields, "diagnostic-code") or ""),
        original_message_id=_original_id(message),
        permanent=_permanent(status, action, spoken, failed=message.header("X-Failed-Recipients") is not None),
    )


def _report_fields(report: Attachment) -> Fields:
    """Return the fields of every group; the first failed recipient's come first."""
    meter = Meter(DEFAULT_BUDGET)
    content = report.content[:65_536].replace(b"\r\n", b"\n")
    groups = [headers.split(group, 0, len(group), meter)[0] for group in content.split(b"\n\n")[:_GROUPS] if group]
    failed = [group for group in groups if (headers.first(group, "action") or "").strip().lower() == "failed"]
    ordered = [*failed, *(group for group in groups if group not in failed)]
    return tuple(field for group in ordered for field in group)


def _recipient(fields: Fields, message: InboundMessage, spoken: str) -> str | None:
    for value in (
        headers.first(fields, "original-recipient"),
        headers.first(fields, "final-recipient"),
        message.header("X-Failed-Recipients"),
    ):
        found = addresses.parse((value or "").rpartition(";")[2], Meter(DEFAULT_BUDGET), "recipient")
        if found:
            return found[0].email
    own = {message.sender.email} if message.sender else set()
    own |= {address.email for address in message.to}
    return next((match for match in _SPOKEN.findall(spoken) if match not in own), None)


def _status(text: str) -> str | None:
    found = _STATUS.search(text)
    return ".".join(found.groups()) if found else None


def _permanent(status: str | None, action: str | None, spoken: str, *, failed: bool) -> bool | None:
    if action in ("delivered", "relayed", "expanded", "delayed"):
        return False
    if status is not None:
        return status.startswith("5")
    code = _REPLY_CODE.search(spoken)
    if code:
        return code.group(1).startswith("5")
    # A system that names the recipients that failed has given up on them; delays name none.
    return True if failed or action == "failed" else None


def _original_id(message: InboundMessage) -> str | None:
    """Return the Message-ID of the returned message, its headers, or what the report answers to."""
    for attachment in message.attachments:
        if attachment.media_type in _RETURNED:
            content = attachment.content[:65_536]
            fields, _ = headers.split(content, 0, len(content), Meter(DEFAULT_BUDGET))
            found = addresses.single_id(headers.first(fields, "message-id"))
            if found:
                return found
    pointed = message.in_reply_to or message.references
    if pointed:
        return pointed[-1]
    spoken = re.search(r"^\s{0,10}Message-ID:\s{0,10}<([^<>\s]{3,998})>", message.text[:_TEXT_CHARS], re.I | re.M)
    return spoken.group(1) if spoken else None


def _line(text: str) -> str:
    return " ".join(text.partition(";")[2].split() or text.split())[:300]
