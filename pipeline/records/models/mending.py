"""What people did to messages that could not be read, and the reports on drafts that are looked at and not filed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Json, Row, Strange, one_of, points_to

REPORT_STATES = ("queued", "sent", "failed", "suppressed")


class RepairRow(Row):
    """One repair of a message: from which bytes to which, both in the archive. The newest not undone is in force."""

    __tablename__ = "repairs"
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: Mapped[Id]
    message_id: Mapped[int] = points_to("messages.id", index=False)
    number: Mapped[int]
    name: Mapped[str]
    from_sha256: Mapped[str]
    sha256: Mapped[str]
    widened: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ResendRow(Row):
    """One encrypted message whose sender is asked, once, to send it in a form we can read."""

    __tablename__ = "resends"
    __table_args__ = (
        CheckConstraint(one_of("state", *REPORT_STATES), name="state"),
        Index(None, "to_address", "made_at"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    to_address: Mapped[Strange]
    to_domain: Mapped[Strange]
    content: Mapped[Json]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Strange | None]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class PreflightRow(Row):
    """The report on one draft and its one answer. ``report`` is gone once ``purged_at`` is set."""

    __tablename__ = "preflights"
    __table_args__ = (
        CheckConstraint(one_of("state", *REPORT_STATES), name="state"),
        Index(None, "to_address", "made_at"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    to_address: Mapped[Strange]
    to_domain: Mapped[Strange]
    report: Mapped[Json | None]
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Strange | None]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
