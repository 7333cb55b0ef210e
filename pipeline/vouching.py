"""Whether a message may be believed about its sender: what is proven, what looks wrong, and what one of us said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake import domains
from intake.authentication import Proof
from intake.lookalikes import look_alikes
from intake.message import Address
from pipeline import events, producer
from pipeline.office import Office
from pipeline.records import agencies, people, senders
from pipeline.records.people import Person
from pipeline.records.senders import SenderCheck
from pipeline.records.session import Transaction
from pipeline.stages import ReadMessage

UNPROVEN = "sender_unproven"
"""The mail claims to be from a house we know, and the server that took it in found that it is not."""

UNCLEAR = "sender_unclear"
"""The mail was passed on, and nobody can say for whom."""

BY_NAME = 0.88
"""How sure a name alone is that one person on record bears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a message waits for a person before anything is done with it."""

    reason: str
    sentence: str


def settled(tx: Transaction, message: int, read: ReadMessage) -> ReadMessage:
    """Return a message with the author one of us named, or whom its quoted name means among the people on record."""
    unwound = read.unwound
    if unwound is None:
        return read
    known = senders.check_of(tx, message)
    if known is not None and known.said:
        author = Address(email=known.said, name=_name_on_record(tx, known.said))
        by = (f"said by {known.confirmed_by}",)
        return replace(read, unwound=replace(unwound, true_sender=author, confidence=1.0, evidence=by, named=""))
    if not unwound.named or not unwound.is_unclear:
        return read
    found = senders.people_named(tx, _spellings(unwound.named))
    if len(found) != 1 or not found[0].emails:
        rivals = tuple(Address(email=one.emails[0], name=one.name) for one in found if one.emails)
        return replace(read, unwound=replace(unwound, rivals=unwound.rivals + rivals))
    meant = _meant(found[0], unwound.true_sender)
    if meant is None:
        return read
    told = (*unwound.evidence, f"one person on record is called {unwound.named}")
    return replace(read, unwound=replace(unwound, true_sender=meant, confidence=BY_NAME, evidence=told))


def _meant(person: Person, below: Address | None) -> Address | None:
    """Return the author: the person, or, when they are one of us, whoever stands below them in the chain."""
    if person.kind == "staff":
        return below
    return Address(email=person.emails[0], name=person.name)


def _name_on_record(tx: Transaction, email: str) -> str:
    person = people.person_by_email(tx, email)
    return person.name if person and "@" not in person.name else ""


def _spellings(name: str) -> tuple[str, ...]:
    """Return a name as ``Ann Field`` and as ``Field, Ann``."""
    last, comma, first = (part.strip() for part in name.partition(","))
    if comma:
        return (name, f"{first} {last}")
    first, _, last = name.rpartition(" ")
    return (name, f"{last}, {first}") if first else (name,)


def look(office: Office, tx: Transaction, message: int, read: ReadMessage, *, at: datetime) -> Doubt | None:
    """Keep what is known of a message's sender, tell what is doubtful, and return why it must wait, if it must."""
    houses = senders.registered_domains(tx)
    check = _checked(office, tx, message, read, houses, at=at)
    known = senders.check_of(tx, message)
    spoken_for = known is not None and known.confirmed_at is not None
    doubt = None if spoken_for else _doubt(office, tx, read)
    if doubt is not None:
        check = replace(check, vouched=False)
    if known is None and _is_ordinary(check):
        return None
    senders.keep(tx, check)
    if (check.warnings or not check.vouched) and not spoken_for:
        payload = {
            "author": check.author,
            "verdict": check.verdict,
            "evidence": list(check.evidence),
            "warnings": list(check.warnings),
        }
        events.append(tx, events.message_stream(message), "message.sender_doubted", payload, actor="rules", at=at)
    return doubt


def tell_record(tx: Transaction, message: int, submission: int, *, at: datetime) -> None:
    """Tell on a submission's own log that the sender of a message filed there is in doubt."""
    check = senders.check_of(tx, message)
    if check is None or check.confirmed_at is not None or (check.vouched and not check.warnings):
        return
    doubts = "; ".join(check.warnings or check.evidence)
    payload = {"message": message, "author": check.author, "verdict": check.verdict, "doubts": doubts}
    events.append(tx, events.submission_stream(submission), "message.sender_doubted", payload, actor="rules", at=at)


def _checked(
    office: Office, tx: Transaction, message: int, read: ReadMessage, houses: Mapping[str, str], *, at: datetime
) -> SenderCheck:
    author, proof = read.author, read.proof
    warnings = _warnings(office, read, houses)
    agency = None
    if author is not None and producer.agency_of(tx, author, on=at.date()) is None:
        signed = producer.signed_house(read, houses)
        found = agencies.agency_by_domain(tx, signed) if signed else None
        agency = found.id if found else None
    unwound = read.unwound
    return SenderCheck(
        message_id=message,
        author=author.email.lower() if author else "",
        sent_by=read.message.sender.email.lower() if read.message.sender else "",
        verdict=proof.verdict,
        vouched=_is_vouched(office, tx, read) and (proof.verdict == "unchecked" or not warnings),
        evidence=(*proof.evidence, *(unwound.evidence if unwound else ())),
        warnings=warnings,
        rivals=tuple(one.email for one in unwound.rivals) if unwound and unwound.is_unclear else (),
        agency_id=agency,
    )


def _is_ordinary(check: SenderCheck) -> bool:
    """Return whether nothing is worth keeping: nobody looked, and nothing was seen."""
    return check.verdict == "unchecked" and check.vouched and not check.warnings and check.agency_id is None


def _is_vouched(office: Office, tx: Transaction, read: ReadMessage) -> bool:
    """Return whether the proof speaks for the author: it is theirs, or that of one of us who passed their mail on.

    Mail inside a house often bears no results at all: then the word of one of us on that colleague's mail counts on.
    """
    author, sender, proof = read.author, read.message.sender, read.proof
    if proof.verdict == "unchecked":
        return True
    if author is None or sender is None:
        return False
    ours = domains.plain(proof.domain) == office.house.domain
    if proof.verdict == "proven":
        return ours or domains.aligned(author.domain, proof.domain)
    return proof.verdict == "unproven" and ours and senders.is_confirmed_courier(tx, sender.email)


def _warnings(office: Office, read: ReadMessage, houses: Mapping[str, str]) -> tuple[str, ...]:
    known = {**houses, office.house.domain: "us"} if "." in office.house.domain else dict(houses)
    people_of_it = {one.email: one for one in (read.message.sender, read.author) if one is not None}
    found = [one.words for person in people_of_it.values() for one in look_alikes(person, known)]
    return tuple(dict.fromkeys(found))


def _doubt(office: Office, tx: Transaction, read: ReadMessage) -> Doubt | None:
    proof, unwound = read.proof, read.unwound
    if proof.verdict == "failed" and _claims_known(office, tx, proof.domain):
        sentence = f"Not filed: it claims to be from {proof.domain}, and that is not so ({', '.join(proof.evidence)})."
        return Doubt(reason=UNPROVEN, sentence=sentence)
    if read.author is not None and _speaks_for_another(office, tx, read.author, proof):
        sentence = (
            f"Not filed: it is {proof.domain} that speaks for {read.author.email} there, and nobody vouches for it."
        )
        return Doubt(reason=UNPROVEN, sentence=sentence)
    if unwound is not None and unwound.is_unclear:
        named = f" Its head names {unwound.named}." if unwound.named else ""
        return Doubt(reason=UNCLEAR, sentence=f"Not filed: nobody can say whom it is from.{named}")
    return None


def _speaks_for_another(office: Office, tx: Transaction, author: Address, proof: Proof) -> bool:
    """Return whether a stranger's mail names somebody of a registered agency as its author, as systems of agencies do.

    One whose domain is registered with us may, and so may our own people; else anybody could get by the proof of a
    domain that has one.
    """
    if proof.verdict == "unchecked" or domains.aligned(author.domain, proof.domain):
        return False
    if domains.plain(proof.domain) == office.house.domain or not _is_registered(tx, author.domain):
        return False
    return not _is_registered(tx, proof.domain)


def _is_registered(tx: Transaction, domain: str) -> bool:
    found = [agencies.agency_by_domain(tx, one) for one in {domain, domains.registered(domain)}]
    return any(one is not None and one.status == "active" for one in found)


def _claims_known(office: Office, tx: Transaction, domain: str) -> bool:
    """Return whether a domain is ours, or an agency's whose mail we have had before."""
    if domains.aligned(domain, office.house.domain):
        return True
    return any(agencies.agency_by_domain(tx, one) for one in {domain, domains.registered(domain)})


def may_be_answered(tx: Transaction, message: int, author: str) -> bool:
    """Return whether an automatic mail may answer a message: its sender is proven, or one of us spoke for them."""
    check = senders.check_of(tx, message)
    if check is None or check.vouched or check.confirmed_at is not None:
        return True
    return check.verdict != "failed" and not check.warnings and senders.is_confirmed(tx, author)
