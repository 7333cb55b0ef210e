"""Book what reading a message told on the mail ledger: who, what about, which intents, and what came of each part."""

from __future__ import annotations

from pipeline.records import ledger
from pipeline.records.ledger import AttachmentOutcome
from pipeline.records.session import Transaction
from pipeline.stages import ReadMessage

SILENT = "silent"
"""Disposition of a message that is worked on, but whose sender no automatic mail may reach."""


def describe(tx: Transaction, message: int, read: ReadMessage) -> None:
    """Keep what reading told of a message, and the outcome of each of its attachments."""
    author = read.author
    ledger.describe_message(
        tx,
        message,
        content_sha256=read.content_sha256,
        message_id=read.message.message_id,
        sender=author.email if author else None,
        sender_name=author.name if author else None,
        subject=read.message.subject,
        thread_key=read.keys.subject or None,
        references=read.keys.message_ids,
        intents=[one.intent for one in read.intents],
        disposition=read.screening.disposition if read.screening.answerable else SILENT,
    )
    ledger.record_attachments(tx, message, _outcomes(read))


def _outcomes(read: ReadMessage) -> list[AttachmentOutcome]:
    sizes = {file.path: file for file in read.files}
    return [
        AttachmentOutcome(
            path="/".join(line.path),
            name=line.name,
            media_type=sizes[line.path].document.media_type if line.path in sizes else "",
            sha256=line.sha256 or "",
            size=sizes[line.path].size if line.path in sizes else 0,
            outcome=line.fate,
            reason=line.detail or None,
        )
        for line in read.unpacked.ledger
    ]
