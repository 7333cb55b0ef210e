"""Agents found by the address they write from, our own staff, and who belongs to which agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, bindparam, insert, or_, select, update

from pipeline.records.models import AddressRow, LicenceRow, MembershipRow, PersonRow
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, Transaction
from pipeline.records.upsert import insert_into, insert_unless_known

AgentRole = Literal["producer", "csr", "agency_admin", "view_only"]
StaffRole = Literal["intake", "underwriter", "ops", "admin"]

_people = table(PersonRow)
_addresses = table(AddressRow)
_memberships = table(MembershipRow)
_licences = table(LicenceRow)

# Put together once: building a statement costs more than running it.
_BY_ID = select(_people).where(_people.c.id == bindparam("person"))
_BY_EMAIL: Select[Any] = (
    select(_people)
    .join(_addresses, _addresses.c.person_id == _people.c.id)
    .where(_addresses.c.email == bindparam("email"))
)
_EMAILS = select(_addresses.c.email).where(_addresses.c.person_id == bindparam("person")).order_by(_addresses.c.id)
_CREATE = insert(_people).returning(_people.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person with the addresses they use, the first one known first."""

    id: int
    kind: Literal["agent", "staff"]
    name: str
    role: str
    emails: tuple[str, ...]
    authority: str | None
    mfa_required: bool
    active: bool
    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's place in an agency; ``ends_on`` is the first day it no longer holds."""

    person_id: int
    agency_id: int
    role: AgentRole
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A state in which a person may sell."""

    state: str
    number: str | None
    expires_on: date | None


def person_by_id(tx: Transaction, person: int) -> Person | None:
    """Return one person."""
    row = tx.execute(_BY_ID, {"person": person}).one_or_none()
    return None if row is None else _person(tx, row)


def person_by_email(tx: Transaction, email: str) -> Person | None:
    """Return the person who uses that address, in any case."""
    row = tx.execute(_BY_EMAIL, {"email": email.lower()}).one_or_none()
    return None if row is None else _person(tx, row)


def find_or_create_agent(
    tx: Transaction, email: str, *, name: str, at: datetime, agency_id: int | None = None, role: AgentRole = "producer"
) -> tuple[Person, bool]:
    """Return the person who writes from that address and whether they are new; a new one joins the agency given.

    Hold ``filing_lock``: two messages of one new sender must not make two people.
    """
    known = person_by_email(tx, email)
    if known is not None:
        return known, False
    row = {"kind": "agent", "name": name or email, "role": role, "created_at": at}
    person = int(tx.execute(_CREATE, row).scalar_one())
    add_email(tx, person, email)
    if agency_id is not None:
        add_membership(tx, person, agency_id, role=role, starts_on=at.date())
    created = person_by_id(tx, person)
    assert created is not None  # noqa: S101  it was inserted five lines up
    return created, True


def create_staff(
    tx: Transaction, email: str, *, name: str, role: StaffRole, password_hash: str, at: datetime, authority: str = ""
) -> int:
    """Create a member of staff and return the id; raise RecordsError when the address is taken."""
    if person_by_email(tx, email) is not None:
        raise RecordsError(f"{email} is used by another person already")
    row = {
        "kind": "staff",
        "name": name,
        "role": role,
        "password_hash": password_hash,
        "authority": authority or None,
        "created_at": at,
        "confirmed_at": at,
    }
    person = int(tx.execute(_CREATE, row).scalar_one())
    add_email(tx, person, email)
    return person


def password_hash_of(tx: Transaction, email: str) -> tuple[int, str] | None:
    """Return id and password hash of an active member of staff, or None."""
    staff_only = _BY_EMAIL.where(_people.c.kind == "staff", _people.c.active)
    row = tx.execute(staff_only, {"email": email.lower()}).one_or_none()
    return None if row is None or row.password_hash is None else (row.id, row.password_hash)


def set_password_hash(tx: Transaction, person: int, password_hash: str) -> None:
    """Replace the password hash of a member of staff."""
    tx.execute(update(_people).where(_people.c.id == person).values(password_hash=password_hash))


def staff(tx: Transaction) -> tuple[Person, ...]:
    """Return our staff by name."""
    rows = tx.execute(select(_people).where(_people.c.kind == "staff").order_by(_people.c.name, _people.c.id)).all()
    return tuple(_person(tx, row) for row in rows)


def set_active(tx: Transaction, person: int, active: bool) -> None:
    """Let a person in, or keep them out from now on."""
    tx.execute(update(_people).where(_people.c.id == person).values(active=active))


def confirm_person(tx: Transaction, person: int, *, at: datetime) -> None:
    """Note that a person followed a link we mailed them; the first time counts."""
    first = and_(_people.c.id == person, _people.c.confirmed_at.is_(None))
    tx.execute(update(_people).where(first).values(confirmed_at=at))


def add_email(tx: Transaction, person: int, email: str) -> None:
    """Add an address to a person; an address that somebody uses already stays with them."""
    row = {"person_id": person, "email": email.lower()}
    insert_unless_known(tx, _addresses, row)


def add_membership(tx: Transaction, person: int, agency: int, *, role: AgentRole, starts_on: date) -> None:
    """Put a person into an agency from that day on."""
    row = {"person_id": person, "agency_id": agency, "role": role, "starts_on": starts_on}
    insert_unless_known(tx, _memberships, row)


def end_membership(tx: Transaction, person: int, agency: int, *, ends_on: date) -> None:
    """End a person's place in an agency; submissions stay with the agency they were filed under."""
    open_one = and_(_memberships.c.person_id == person, _memberships.c.agency_id == agency)
    tx.execute(update(_memberships).where(open_one, _memberships.c.ends_on.is_(None)).values(ends_on=ends_on))


def memberships_on(tx: Transaction, person: int, day: date) -> tuple[Membership, ...]:
    """Return the agencies a person belongs to on that day."""
    runs = or_(_memberships.c.ends_on.is_(None), _memberships.c.ends_on > day)
    query = select(_memberships).where(_memberships.c.person_id == person, _memberships.c.starts_on <= day, runs)
    return tuple(_membership(row) for row in tx.execute(query.order_by(_memberships.c.id)))


def members_on(tx: Transaction, agency: int, day: date) -> tuple[Membership, ...]:
    """Return who belongs to an agency on that day."""
    runs = or_(_memberships.c.ends_on.is_(None), _memberships.c.ends_on > day)
    query = select(_memberships).where(_memberships.c.agency_id == agency, _memberships.c.starts_on <= day, runs)
    return tuple(_membership(row) for row in tx.execute(query.order_by(_memberships.c.id)))


def set_licence(tx: Transaction, person: int, licence: Licence) -> None:
    """Add or renew a person's licence of one state."""
    values = {"number": licence.number, "expires_on": licence.expires_on}
    statement = insert_into(tx, _licences).values(person_id=person, state=licence.state, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["person_id", "state"], set_=values))


def licences_of(tx: Transaction, person: int) -> tuple[Licence, ...]:
    """Return a person's licences by state."""
    query = select(_licences).where(_licences.c.person_id == person).order_by(_licences.c.state)
    return tuple(Licence(state=row.state, number=row.number, expires_on=row.expires_on) for row in tx.execute(query))


def _person(tx: Transaction, row: Row[Any]) -> Person:
    emails = tuple(tx.execute(_EMAILS, {"person": row.id}).scalars())
    kept = [name for name in Person.__slots__ if name != "emails"]
    return Person(emails=emails, **{name: row._mapping[name] for name in kept})


def _membership(row: Row[Any]) -> Membership:
    return Membership(**{name: row._mapping[name] for name in Membership.__slots__})
