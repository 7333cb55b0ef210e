"""The mail ledger, what came of each attachment, which message went to which submission, and the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Json, Row, Strange, one_of, points_to

MESSAGE_STATES = ("received", "processing", "filed", "held", "discarded", "shunted")
OUTGOING_STATES = ("queued", "sent", "ambiguous", "failed", "suppressed")


class MessageRow(Row):
    """Every message ever seen, in exactly one state. ``sha256`` names its raw bytes in the archive.

    ``content_sha256`` is the same for two deliveries of one mail, whose raw bytes differ in their trace headers.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint(one_of("state", *MESSAGE_STATES), name="state"),
        Index(None, "thread_key", "sender"),
    )

    id: Mapped[Id]
    source: Mapped[str]
    source_key: Mapped[Strange]
    sha256: Mapped[str] = mapped_column(index=True)
    content_sha256: Mapped[str | None] = mapped_column(index=True)
    message_id: Mapped[Strange | None] = mapped_column(index=True)
    size: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[Strange | None]
    disposition: Mapped[str | None]
    duplicate_of: Mapped[int | None] = points_to("messages.id", index=False)
    sender: Mapped[Strange | None]
    sender_name: Mapped[Strange | None]
    subject: Mapped[Strange]
    thread_key: Mapped[Strange | None]
    references: Mapped[Json]
    intents: Mapped[Json]
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class FilingRow(Row):
    """One message filed to one submission: what its own text said there, and which documents it speaks of."""

    __tablename__ = "filings"
    __table_args__ = (UniqueConstraint("message_id", "submission_id"),)

    id: Mapped[Id]
    message_id: Mapped[int] = points_to("messages.id", index=False)
    submission_id: Mapped[int] = points_to("submissions.id")
    how: Mapped[str]
    lines: Mapped[Json]
    mentions: Mapped[Json]
    cloud_hosts: Mapped[Json]
    said: Mapped[Strange]
    candidates: Mapped[Json]
    at: Mapped[datetime]


class AttachmentRow(Row):
    """What came of one attachment: every one has an outcome."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("message_id", "path"),)

    id: Mapped[Id]
    message_id: Mapped[int] = points_to("messages.id", index=False)
    path: Mapped[Strange]
    name: Mapped[Strange]
    media_type: Mapped[Strange]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[Strange | None]


class OutgoingRow(Row):
    """The one outbox. (submission, kind, revision) goes out once; ``message_id`` is made from that key."""

    __tablename__ = "outgoing"
    __table_args__ = (
        UniqueConstraint("submission_id", "kind", "revision"),
        CheckConstraint(one_of("state", *OUTGOING_STATES), name="state"),
        Index(None, "to_address", "queued_at"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    kind: Mapped[str]
    revision: Mapped[int]
    message_id: Mapped[str] = mapped_column(unique=True)
    to_address: Mapped[Strange]
    to_domain: Mapped[Strange] = mapped_column(index=True)
    subject: Mapped[Strange]
    content: Mapped[Json]
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    permanent: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Strange | None]
    queued_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
