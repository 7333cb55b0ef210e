"""Agencies, the people in them, our own staff, and who belonged where from when to when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Json, Row, Strange, one_of, points_to

AGENCY_STATUSES = ("active", "pending", "suspended", "unknown")
PERSON_KINDS = ("agent", "staff")


class AgencyRow(Row):
    """A producing organisation. ``flags`` are compliance flags that staff alone see."""

    __tablename__ = "agencies"
    __table_args__ = (CheckConstraint(one_of("status", *AGENCY_STATUSES), name="status"),)

    id: Mapped[Id]
    name: Mapped[Strange]
    code: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="unknown")
    tier: Mapped[str | None]
    parent_id: Mapped[int | None] = points_to("agencies.id")
    flags: Mapped[Json]
    do_not_mail: Mapped[bool] = mapped_column(default=False)
    insurance_expires_on: Mapped[date | None]
    created_at: Mapped[datetime]


class AgencyDomainRow(Row):
    """A mail domain that belongs to one agency."""

    __tablename__ = "agency_domains"

    id: Mapped[Id]
    agency_id: Mapped[int] = points_to("agencies.id")
    domain: Mapped[str] = mapped_column(unique=True)


class AppointmentRow(Row):
    """An agency's appointment for one line in one state; None means every line or every state."""

    __tablename__ = "appointments"

    id: Mapped[Id]
    agency_id: Mapped[int] = points_to("agencies.id")
    line: Mapped[str | None]
    state: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class PersonRow(Row):
    """A person: an agent who writes to us, or one of our staff. Only staff have a password."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint(one_of("kind", *PERSON_KINDS), name="kind"),)

    id: Mapped[Id]
    kind: Mapped[str]
    name: Mapped[Strange]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    authority: Mapped[str | None]
    mfa_required: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class AddressRow(Row):
    """One mail address of one person, in lower case."""

    __tablename__ = "addresses"

    id: Mapped[Id]
    person_id: Mapped[int] = points_to("people.id")
    email: Mapped[Strange] = mapped_column(unique=True)
    verified_at: Mapped[datetime | None]


class LicenceRow(Row):
    """A state in which a person holds a licence to sell."""

    __tablename__ = "licences"
    __table_args__ = (UniqueConstraint("person_id", "state"),)

    id: Mapped[Id]
    person_id: Mapped[int] = points_to("people.id", index=False)
    state: Mapped[str]
    number: Mapped[str | None]
    expires_on: Mapped[date | None]


class MembershipRow(Row):
    """A person's place in an agency between two dates. Moving on leaves old submissions where they were."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "agency_id", "starts_on"),)

    id: Mapped[Id]
    person_id: Mapped[int] = points_to("people.id", index=False)
    agency_id: Mapped[int] = points_to("agencies.id")
    role: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
