"""Accounts, their submissions, and what we know of each: facts, documents, people's words, items, checklists."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Json, Row, Strange, one_of, points_to

AUDIENCES = ("agent", "agency", "internal", "underwriting")
COMMUNICATION_KINDS = ("mail_in", "mail_out", "comment", "note", "call")
GATES = ("complete", "quotable", "blocked")


class AccountRow(Row):
    """An insured across its submissions. ``name_key`` is the normalised name, ``fein_hash`` the key for matching."""

    __tablename__ = "accounts"

    id: Mapped[Id]
    name: Mapped[Strange]
    dba: Mapped[Strange | None]
    name_key: Mapped[Strange] = mapped_column(index=True)
    entity_type: Mapped[str | None]
    fein: Mapped[str | None]
    fein_hash: Mapped[str | None] = mapped_column(index=True)
    naics: Mapped[str | None]
    street: Mapped[Strange | None]
    city: Mapped[Strange | None]
    state: Mapped[str | None]
    zip: Mapped[str | None]
    merged_into_id: Mapped[int | None] = points_to("accounts.id")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AliasRow(Row):
    """Another name an account goes by."""

    __tablename__ = "account_aliases"
    __table_args__ = (UniqueConstraint("account_id", "name_key"),)

    id: Mapped[Id]
    account_id: Mapped[int] = points_to("accounts.id", index=False)
    name: Mapped[Strange]
    name_key: Mapped[Strange] = mapped_column(index=True)
    kind: Mapped[str]


class SubmissionRow(Row):
    """The unit of work. ``state`` is internal, ``status`` what the agent reads; ``version`` rises with every save."""

    __tablename__ = "submissions"
    __table_args__ = (
        CheckConstraint(one_of("gate", *GATES), name="gate"),
        Index(None, "status", "updated_at"),
        Index(None, "agency_id", "updated_at"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    cycle: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    account_id: Mapped[int | None] = points_to("accounts.id")
    agency_id: Mapped[int | None] = points_to("agencies.id", index=False)
    agent_id: Mapped[int | None] = points_to("people.id")
    owner_id: Mapped[int | None] = points_to("people.id")
    queue: Mapped[str | None] = mapped_column(index=True)
    reply_token: Mapped[str | None] = mapped_column(unique=True)
    insured_name: Mapped[Strange | None]
    states: Mapped[Json]
    primary_state: Mapped[str | None]
    effective_date: Mapped[date | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    status_reason: Mapped[str | None]
    score: Mapped[int | None]
    score_override: Mapped[int | None]
    score_override_reason: Mapped[Strange | None]
    gate: Mapped[str | None]
    flags: Mapped[Json]
    legal_hold: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    state_at: Mapped[datetime]
    status_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(index=True)
    """The submission that this one turned out to be; always one that stands for itself."""


class CoverageRow(Row):
    """One line of business of a submission, in the order shown, with its own score."""

    __tablename__ = "submission_lines"
    __table_args__ = (UniqueConstraint("submission_id", "line"),)

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    line: Mapped[str] = mapped_column(index=True)
    position: Mapped[int]
    score: Mapped[int | None]


class FactRow(Row):
    """The value we go by for one field, where it stood, and who disagrees."""

    __tablename__ = "facts"
    __table_args__ = (UniqueConstraint("submission_id", "field"),)

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    field: Mapped[Strange]
    value: Mapped[Json | None]
    raw: Mapped[Strange]
    confidence: Mapped[float]
    status: Mapped[str]
    source: Mapped[Json]
    rivals: Mapped[Json | None]
    restricted: Mapped[bool]
    defect: Mapped[Strange | None]
    doubtful: Mapped[bool]


class DocumentRow(Row):
    """A page range of one file as one document; ``key`` is sha256 and first page. Candidates are one JSON value.

    ``version_of`` is the key of the first version, ``version`` counts from 1.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("submission_id", "key"),
        CheckConstraint(one_of("visibility", *AUDIENCES), name="visibility"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    message_id: Mapped[int | None] = points_to("messages.id")
    uploaded_by: Mapped[int | None] = points_to("people.id", index=False)
    key: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[Strange]
    kind: Mapped[str]
    confidence: Mapped[float]
    first_page: Mapped[int]
    last_page: Mapped[int]
    status: Mapped[str]
    reason: Mapped[str | None]
    form: Mapped[str | None]
    edition: Mapped[str | None]
    form_state: Mapped[str | None]
    insured: Mapped[Strange | None]
    wrong_insured: Mapped[bool]
    filled_ratio: Mapped[float | None]
    tables: Mapped[Json]
    findings: Mapped[Json]
    candidates: Mapped[Json]
    version: Mapped[int] = mapped_column(default=1)
    version_of: Mapped[str | None]
    visibility: Mapped[str] = mapped_column(default="agency")
    retention: Mapped[str] = mapped_column(default="submission")
    received_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class AnswerRow(Row):
    """What a person said about one item. Rows are added, never changed."""

    __tablename__ = "answers"

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id")
    code: Mapped[str]
    line: Mapped[str]
    subject: Mapped[Strange]
    kind: Mapped[str]
    text: Mapped[Strange]
    by: Mapped[Strange]
    role: Mapped[str]
    person_id: Mapped[int | None] = points_to("people.id", index=False)
    message_id: Mapped[int | None] = points_to("messages.id", index=False)
    at: Mapped[datetime]


class ItemRow(Row):
    """One thing asked for, named for good by code, line and subject; ``line`` is empty for general items."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("submission_id", "code", "line", "subject"),
        Index(None, "state", "due_on"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    code: Mapped[str]
    line: Mapped[str]
    subject: Mapped[Strange]
    severity: Mapped[str]
    state: Mapped[str]
    ask: Mapped[Strange]
    title: Mapped[Strange]
    have: Mapped[Json]
    looked_at: Mapped[Json]
    why: Mapped[Strange]
    example: Mapped[Strange]
    field: Mapped[str | None]
    field_type: Mapped[str | None]
    kinds: Mapped[Json]
    group: Mapped[str]
    satisfied_share: Mapped[float]
    accepts_none: Mapped[bool]
    owner_role: Mapped[str] = mapped_column(default="agent")
    owner_id: Mapped[int | None] = points_to("people.id", index=False)
    due_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    requested_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


class ChecklistRow(Row):
    """One numbered revision of what was asked, frozen as it was sent."""

    __tablename__ = "checklists"
    __table_args__ = (UniqueConstraint("submission_id", "revision"),)

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    revision: Mapped[int]
    content: Mapped[Json]
    content_hash: Mapped[str]
    created_at: Mapped[datetime]


class CommunicationRow(Row):
    """A mail, comment, note or call on the record. The audience is never left open."""

    __tablename__ = "communications"
    __table_args__ = (
        CheckConstraint(one_of("audience", *AUDIENCES), name="audience"),
        CheckConstraint(one_of("kind", *COMMUNICATION_KINDS), name="kind"),
        UniqueConstraint("submission_id", "kind", "message_id"),
        UniqueConstraint("submission_id", "kind", "outgoing_id"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id", index=False)
    kind: Mapped[str]
    audience: Mapped[str]
    by: Mapped[Strange]
    person_id: Mapped[int | None] = points_to("people.id", index=False)
    message_id: Mapped[int | None] = points_to("messages.id", index=False)
    outgoing_id: Mapped[int | None] = points_to("outgoing.id", index=False)
    subject: Mapped[Strange]
    body: Mapped[Strange]
    documents: Mapped[Json]
    at: Mapped[datetime]


class DecisionRow(Row):
    """A decision with its approver, the authority checked at the time, and the inputs frozen as they were seen."""

    __tablename__ = "decisions"

    id: Mapped[Id]
    submission_id: Mapped[int] = points_to("submissions.id")
    kind: Mapped[str]
    approver_id: Mapped[int | None] = points_to("people.id", index=False)
    second_approver_id: Mapped[int | None] = points_to("people.id", index=False)
    authority: Mapped[str | None]
    reason: Mapped[Strange]
    conditions: Mapped[Json]
    inputs: Mapped[Json]
    at: Mapped[datetime]
