"""The ways in: portal links and web sessions. Only hashes of tokens are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Row, points_to


class LinkRow(Row):
    """A link that was mailed out for one submission and one checklist revision."""

    __tablename__ = "links"

    id: Mapped[Id]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    submission_id: Mapped[int] = points_to("submissions.id")
    person_id: Mapped[int | None] = points_to("people.id", index=False)
    revision: Mapped[int | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    opens: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]


class WebSessionRow(Row):
    """A browser session of a member of staff or of whoever opened a link."""

    __tablename__ = "web_sessions"
    __table_args__ = (CheckConstraint("person_id IS NOT NULL OR link_id IS NOT NULL", name="whose"),)

    id: Mapped[Id]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    csrf_secret: Mapped[str]
    person_id: Mapped[int | None] = points_to("people.id")
    link_id: Mapped[int | None] = points_to("links.id")
    level: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
