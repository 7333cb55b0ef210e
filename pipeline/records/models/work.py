"""The queue of record, the event log, its followers, and named counters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Row, Strange, one_of

STEP_STATES = ("due", "leased", "done", "dead")


class StepRow(Row):
    """One piece of work: a kind such as ``message.file`` on one subject. ``attempts`` is also the fencing token."""

    __tablename__ = "steps"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "generation"),
        CheckConstraint(one_of("state", *STEP_STATES), name="state"),
        Index(None, "state", "priority", "due_at", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    subject_id: Mapped[int]
    generation: Mapped[int] = mapped_column(default=1)
    state: Mapped[str]
    priority: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    reason: Mapped[Strange | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class EventRow(Row):
    """One thing that happened. ``payload`` is the canonical JSON text that the hash covers, so it is kept as text."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    id: Mapped[Id]
    stream: Mapped[str]
    seq: Mapped[int]
    kind: Mapped[str]
    actor: Mapped[Strange]
    payload: Mapped[Strange]
    at: Mapped[datetime]
    prev_hash: Mapped[str]
    hash: Mapped[str]


class FollowerRow(Row):
    """How far one follower has read the event log: the id of the last event it dealt with."""

    __tablename__ = "followers"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    moved_at: Mapped[datetime | None]


class SequenceRow(Row):
    """A named counter: submission numbers of a year, messages ever received."""

    __tablename__ = "sequences"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
