"""What people said of values read on forms of editions that nobody had seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pipeline.records.models.columns import Id, Row, Strange, points_to


class EditionWordRow(Row):
    """A person's word on one value: whether it was read right. ``form_state`` is empty for forms of all states."""

    __tablename__ = "edition_words"
    __table_args__ = (UniqueConstraint("message_id", "field"), Index(None, "form", "edition", "form_state"))

    id: Mapped[Id]
    form: Mapped[str]
    edition: Mapped[str]
    form_state: Mapped[str]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    message_id: Mapped[int] = points_to("messages.id", index=False)
    field: Mapped[Strange]
    agreed: Mapped[bool]
    at: Mapped[datetime]
