"""By what a submission is found, and what people moved from one submission to another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Json, Row, Strange, points_to


class RecordKeyRow(Row):
    """One key of a submission, normalised: a policy number, the agency's own number of the customer, a telling word."""

    __tablename__ = "record_keys"
    __table_args__ = (UniqueConstraint("submission_id", "kind", "value"), Index(None, "kind", "value"))

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    kind: Mapped[str]
    value: Mapped[Strange]


class RegroupingRow(Row):
    """One move of a message, or one merging of two submissions; ``detail`` is what taking it back needs."""

    __tablename__ = "regroupings"

    id: Mapped[Id]
    kind: Mapped[str]
    message_id: Mapped[int | None] = points_to("messages.id", index=False)
    source_id: Mapped[int] = points_to("submissions.id")
    target_id: Mapped[int] = points_to("submissions.id")
    detail: Mapped[Json]
    by: Mapped[Strange]
    reason: Mapped[Strange]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
