"""Whose agency and which agent sent the business: by address, by registered domain, or, as a hint, by signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from intake import domains, signing
from intake.message import Address
from intake.origin import PUBLIC_MAIL
from pipeline.office import Office
from pipeline.records import agencies, people
from pipeline.records.agencies import Agency
from pipeline.records.session import Transaction
from pipeline.stages import ReadMessage

_NAME_CHARS = 6
"""Names of agencies shorter than this are not looked for in signatures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """Who sent the business: the agency and the person, as far as the address tells."""

    agency: Agency | None
    person_id: int | None

    @property
    def agency_id(self) -> int | None:
        """Return the agency's id, if there is one."""
        return self.agency.id if self.agency else None

    @property
    def vouched_agency_id(self) -> int | None:
        """Return the agency's id where we registered it: only then does its domain speak for all its people."""
        return self.agency.id if self.agency and self.agency.status == "active" else None


def producer_of(office: Office, tx: Transaction, read: ReadMessage, *, at: datetime) -> Producer:
    """Return the agency and agent behind a message; an address never seen makes new ones, of unknown standing."""
    author = read.author
    if author is None or not author.domain:
        return Producer(agency=None, person_id=None)
    known = people.person_by_email(tx, author.email)
    if author.domain == office.house.domain:
        return Producer(agency=None, person_id=known.id if known else None)
    agency = agency_of(tx, author, on=at.date())
    if agency is None and author.domain not in PUBLIC_MAIL:
        created = agencies.create_agency(tx, name=author.domain, at=at, domains=(author.domain,))
        agency = agencies.agency_by_id(tx, created)
    member_of = agency.id if agency else None
    person, _ = people.find_or_create_agent(tx, author.email, name=author.name, at=at, agency_id=member_of)
    return Producer(agency=agency, person_id=person.id)


def agency_of(tx: Transaction, author: Address, *, on: date) -> Agency | None:
    """Return the agency of an address: that of its domain, of the domain above, or the one its person belongs to."""
    by_domain = agencies.agency_by_domain(tx, author.domain)
    if by_domain is not None:
        return by_domain
    above = domains.registered(author.domain)
    owner = agencies.agency_by_domain(tx, above) if above != author.domain and above not in PUBLIC_MAIL else None
    if owner is not None and owner.status != "unknown":
        return owner
    known = people.person_by_email(tx, author.email)
    member = people.memberships_on(tx, known.id, on) if known else ()
    return agencies.agency_by_id(tx, member[0].agency_id) if len(member) == 1 else None


def signed_house(read: ReadMessage, houses: Mapping[str, str]) -> str | None:
    """Return the registered domain whose house a message is signed with; None for none or several.

    ``houses`` are domains with the name of their agency. The author must sign with their name, and the agency's name or
    domain must stand below it. Anybody can sign so: it is a hint for people and proves nothing.
    """
    author = read.author
    if author is None or not author.name:
        return None
    lines = signing.signature(_own_words(read), author.name)
    found = {houses[domain]: domain for domain in sorted(houses) if _is_named(domain, houses[domain], lines)}
    return next(iter(found.values())) if len(found) == 1 else None


def _own_words(read: ReadMessage) -> str:
    unwound = read.unwound
    if unwound is None:
        return ""
    if unwound.forwarded_text and read.author != read.message.sender:
        return unwound.forwarded_text
    heads = [block.start for block in unwound.quoted if block.sender_text]
    return read.message.text[: min(heads, default=len(read.message.text))]


def _is_named(domain: str, house: str, lines: tuple[str, ...]) -> bool:
    name = set(signing.key(house))
    for line in lines:
        if len(house) >= _NAME_CHARS and len(name) > 1 and name <= set(signing.key(line)):
            return True
        if domain in line.casefold().replace("@", " ").replace("www.", " ").replace("/", " ").split():
            return True
    return False
