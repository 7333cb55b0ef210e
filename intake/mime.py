"""Raw bytes to an ``InboundMessage``: tolerant, budgeted, and silent about nothing.

Headers and structure are split here rather than by the standard library, which raises on several headers real senders
produce, needs minutes for hostile ones, and costs seven times as much on honest mail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from intake import addresses, bodies, headers, tree
from intake.budget import DEFAULT_BUDGET, Budget, Meter
from intake.headers import Fields
from intake.message import Address, InboundMessage
from intake.reasons import REASONS

__all__ = ["REASONS", "Budget", "parse"]

_ONCE: Final = frozenset({"from", "subject", "date", "message-id", "to", "cc", "reply-to", "content-type"})


def parse(raw: bytes, *, budget: Budget = DEFAULT_BUDGET, cut: tuple[int, ...] = ()) -> InboundMessage:
    """Return what a message holds; whatever is wrong with it stands in ``defects``. Never raises on bad mail.

    ``cut`` are offsets where parts that are too large were cut out (``oversize``): those parts are not decoded.
    """
    meter = Meter(budget, cut=cut)
    text = _readable(raw, meter)
    root = tree.read(text, meter)
    harvest = bodies.gather(text, root, meter)
    fields = root.fields
    _note_repeated(fields, meter)

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in fields if key.lower() == name)

    def listed(name: str) -> tuple[Address, ...]:
        return addresses.parse(", ".join(all_of(name)), meter, name.title())

    return InboundMessage(
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        message_id=addresses.single_id(headers.first(fields, "message-id")),
        subject=_line(headers.words(headers.first(fields, "subject") or "", meter, "Subject")),
        sender=_sender(fields, meter),
        reply_to=listed("reply-to"),
        to=listed("to"),
        cc=listed("cc"),
        return_path=_return_path(headers.first(fields, "return-path")),
        date=addresses.moment(headers.first(fields, "date"), meter, "Date"),
        received_at=addresses.received(all_of("received"), meter),
        in_reply_to=addresses.ids(" ".join(all_of("in-reply-to"))),
        references=addresses.ids(" ".join(all_of("references"))),
        headers=fields,
        content_type=root.media_type,
        content_parameters=tuple(root.parameters.items()),
        text=harvest.text(meter),
        html=harvest.html(meter),
        attachments=tuple(harvest.attachments),
        defects=tuple(meter.defects),
    )


def _readable(raw: bytes, meter: Meter) -> bytes:
    """Return the bytes to read: within the size limit and with line feeds somewhere in the line ends."""
    if not raw:
        meter.note("empty_message")
    if len(raw) > meter.budget.message_bytes:
        meter.note("message_too_large", f"{len(raw)} bytes")
        raw = raw[: meter.budget.message_bytes]
    if b"\n" not in raw and b"\r" in raw:
        meter.note("line_endings")
        return raw.replace(b"\r", b"\n")
    return raw


def _note_repeated(fields: Fields, meter: Meter) -> None:
    seen: set[str] = set()
    for name in (key.lower() for key, _ in fields):
        if name in seen and name in _ONCE:
            meter.note("header_repeated", "", name.title())
        seen.add(name)


def _sender(fields: Fields, meter: Meter) -> Address | None:
    """Return the first readable address of From, then of Sender."""
    for name in ("from", "sender"):
        found: Iterable[Address] = addresses.parse(headers.first(fields, name), meter, name.title())
        for address in found:
            return address
    meter.note("sender_missing")
    return None


def _line(text: str) -> str:
    return " ".join(text.split())


def _return_path(value: str | None) -> str | None:
    """Return the address of Return-Path; empty for the null path of machines, None when there is no such header."""
    if value is None:
        return None
    return value.strip().strip("<>").strip()
