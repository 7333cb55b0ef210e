"""What is known of the sender of a message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Json, Row, Strange, one_of, points_to


class SenderCheckRow(Row):
    """One message's sender: what was proven, what was doubted, and what one of us said."""

    __tablename__ = "sender_checks"
    __table_args__ = (CheckConstraint(one_of("verdict", "proven", "unproven", "failed", "unchecked"), name="verdict"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    author: Mapped[Strange] = mapped_column(index=True)
    sent_by: Mapped[Strange] = mapped_column(index=True)
    verdict: Mapped[str]
    vouched: Mapped[bool]
    evidence: Mapped[Json]
    warnings: Mapped[Json]
    rivals: Mapped[Json]
    agency_id: Mapped[int | None] = points_to("agencies.id", index=False)
    said: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
