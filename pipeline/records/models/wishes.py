"""What people must know of a message's wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Json, Row


class MessageWishRow(Row):
    """One message that people must see at once, or whose wish nobody could tell, with the guesses and their reasons."""

    __tablename__ = "message_wishes"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    urgent: Mapped[str | None] = mapped_column(index=True)
    guesses: Mapped[Json]
    taken_by: Mapped[str | None]
    taken_at: Mapped[datetime | None]
