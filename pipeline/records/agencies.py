"""Producing agencies: their domains, standing, appointments and hierarchy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Select, bindparam, delete, insert, or_, select, update

from pipeline.records.models import AgencyDomainRow, AgencyRow, AppointmentRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_unless_known

AgencyStatus = Literal["active", "pending", "suspended", "unknown"]

_agencies = table(AgencyRow)
_domains = table(AgencyDomainRow)
_appointments = table(AppointmentRow)

# Put together once: building a statement costs more than running it.
_ALL: Select[Any] = select(_agencies).order_by(_agencies.c.name, _agencies.c.id)
_BY_ID = _ALL.where(_agencies.c.id == bindparam("wanted"))
_BY_DOMAIN = _ALL.join(_domains, _domains.c.agency_id == _agencies.c.id).where(_domains.c.domain == bindparam("wanted"))
_DOMAINS = (
    select(_domains.c.agency_id, _domains.c.domain)
    .where(_domains.c.agency_id.in_(bindparam("wanted", expanding=True)))
    .order_by(_domains.c.id)
)
_CREATE = insert(_agencies).returning(_agencies.c.id)
_NAME_UNREGISTERED = update(_agencies).where(_agencies.c.id == bindparam("agency"), _agencies.c.status == "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One agency. An unknown status never stops intake, only automatic sending; ``flags`` are for staff alone."""

    id: int
    name: str
    code: str | None
    status: AgencyStatus
    tier: str | None
    parent_id: int | None
    domains: tuple[str, ...]
    flags: tuple[str, ...]
    do_not_mail: bool
    insurance_expires_on: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A right to place business; None means every line or every state, ``ends_on`` is the first day without it."""

    line: str | None
    state: str | None
    starts_on: date | None = None
    ends_on: date | None = None


def create_agency(
    tx: Transaction,
    *,
    name: str,
    at: datetime,
    code: str | None = None,
    status: AgencyStatus = "unknown",
    tier: str | None = None,
    parent_id: int | None = None,
    domains: Iterable[str] = (),
) -> int:
    """Create an agency with its mail domains and return its id."""
    row: dict[str, Any] = {"name": name, "code": code, "status": status, "tier": tier, "parent_id": parent_id}
    agency = int(tx.execute(_CREATE, {**row, "flags": [], "created_at": at}).scalar_one())
    for domain in domains:
        add_domain(tx, agency, domain)
    return agency


def name_agency(tx: Transaction, agency: int, name: str) -> None:
    """Give an agency its proper name; one that is registered with us keeps the name we gave it."""
    tx.execute(_NAME_UNREGISTERED, {"agency": agency, "name": name})


def add_domain(tx: Transaction, agency: int, domain: str) -> None:
    """Add a mail domain; one that another agency has stays with it."""
    row = {"agency_id": agency, "domain": domain.lower()}
    insert_unless_known(tx, _domains, row)


def agency_by_id(tx: Transaction, agency: int) -> Agency | None:
    """Return one agency."""
    return next(iter(_load(tx, _BY_ID, agency)), None)


def agency_by_domain(tx: Transaction, domain: str) -> Agency | None:
    """Return the agency whose mail comes from that domain, in any case."""
    return next(iter(_load(tx, _BY_DOMAIN, domain.lower())), None)


def agencies(tx: Transaction) -> tuple[Agency, ...]:
    """Return every agency by name."""
    return _load(tx, _ALL)


def agency_family(tx: Transaction, agency: int) -> tuple[int, ...]:
    """Return the agency and everything below it: what its administrator may see."""
    below = select(_agencies.c.id).where(_agencies.c.id == agency).cte("below", recursive=True)
    children = select(_agencies.c.id).where(_agencies.c.parent_id == below.c.id)
    return tuple(tx.execute(select(below.union(children).c.id)).scalars())


def set_standing(
    tx: Transaction,
    agency: int,
    *,
    status: AgencyStatus,
    tier: str | None,
    do_not_mail: bool,
    flags: Iterable[str] = (),
    insurance_expires_on: date | None = None,
) -> None:
    """Replace an agency's status, tier, mail ban and compliance flags."""
    values = {
        "status": status,
        "tier": tier,
        "do_not_mail": do_not_mail,
        "flags": sorted(set(flags)),
        "insurance_expires_on": insurance_expires_on,
    }
    tx.execute(update(_agencies).where(_agencies.c.id == agency).values(values))


def set_appointments(tx: Transaction, agency: int, appointments: Iterable[Appointment]) -> None:
    """Replace an agency's appointments."""
    tx.execute(delete(_appointments).where(_appointments.c.agency_id == agency))
    rows = [
        {"agency_id": agency, **{name: getattr(appointment, name) for name in Appointment.__slots__}}
        for appointment in appointments
    ]
    if rows:
        tx.execute(insert(_appointments), rows)


def appointments_on(tx: Transaction, agency: int, day: date) -> tuple[Appointment, ...]:
    """Return the appointments an agency holds on that day."""
    columns = [_appointments.c[name] for name in Appointment.__slots__]
    begun = or_(_appointments.c.starts_on.is_(None), _appointments.c.starts_on <= day)
    runs = or_(_appointments.c.ends_on.is_(None), _appointments.c.ends_on > day)
    query = select(*columns).where(_appointments.c.agency_id == agency, begun, runs).order_by(_appointments.c.id)
    return tuple(Appointment(**row._mapping) for row in tx.execute(query))


def _load(tx: Transaction, query: Select[Any], wanted: int | str | None = None) -> tuple[Agency, ...]:
    rows = tx.execute(query, {"wanted": wanted}).all()
    if not rows:
        return ()
    domains: dict[int, list[str]] = {row.id: [] for row in rows}
    for agency, domain in tx.execute(_DOMAINS, {"wanted": tuple(domains)}):
        domains[agency].append(domain)
    kept = [name for name in Agency.__slots__ if name not in ("domains", "flags")]
    return tuple(
        Agency(**{name: row._mapping[name] for name in kept}, domains=tuple(domains[row.id]), flags=tuple(row.flags))
        for row in rows
    )
