"""Find where a message belongs: what it says about whose it is, against the submissions that share a key with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from parsers.extract import prose
from pipeline import matching, names
from pipeline.matching import Existing, Incoming, Match
from pipeline.records import items, people
from pipeline.records.documents import ReadDocument
from pipeline.records.matches import MatchCandidate, MatchKeys, candidates_for, senders_of
from pipeline.records.session import Transaction
from pipeline.stages import House, ReadMessage
from pipeline.submission import SourcedCandidate

SPEAKING = ("acord_125", "acord_130", "acord_126", "acord_127", "acord_140", "acord_131", "acord_160", "carrier_app")
"""Kinds whose named insured says whose mail this is; a loss run may be somebody else's by mistake."""

NAME = "named_insureds[0].name"
DATE_ITEM = "EFF-DATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The match, and the submission id it stands for (None for a new one)."""

    match: Match
    submission: int | None


def place(
    tx: Transaction, read: ReadMessage, documents: tuple[ReadDocument, ...], *, agency: int | None, house: House
) -> Placed:
    """Return the submission a message belongs to, or that it is a new one."""
    described = describe(read, documents, agency=str(agency) if agency else None)
    found = candidates_for(tx, _keys(read, described))
    tokens = tuple(one.submission.ref for one in found if "token" in one.how)
    of_house = read.author == read.message.sender and _is_staff(tx, read, house)
    incoming = replace(described, tokens=tokens, of_house=of_house)
    match = matching.match(incoming, [_existing(tx, one, incoming) for one in found])
    if match.how == "candidate":
        # Like names are not the same name: a person may merge, the machine does not.
        return Placed(
            match=Match(how="new", ref=None, confidence=match.confidence, reasons=match.reasons), submission=None
        )
    ids = {one.submission.ref: one.submission.id for one in found}
    return Placed(match=match, submission=ids.get(match.ref) if match.ref else None)


def _is_staff(tx: Transaction, read: ReadMessage, house: House) -> bool:
    sender = read.message.sender
    if sender is None or sender.domain != house.domain:
        return False
    known = people.person_by_email(tx, sender.email)
    return known is not None and known.kind == "staff" and known.active


def describe(read: ReadMessage, documents: tuple[ReadDocument, ...], *, agency: str | None) -> Incoming:
    """Return what a message says about whose it is."""
    said = read.said.facts.fields
    spoken = [str(one.value) for one in said if one.field == NAME and one.value]
    speaking = [one for one in documents if one.filed.kind in SPEAKING]
    named = [*_all(speaking, NAME), *spoken] or _in_subject(read)
    effective = _first(speaking, "proposed_effective_date")
    return Incoming(
        sender=read.author.email.lower() if read.author else "",
        agency=agency,
        subject=read.message.subject,
        received_at=read.received_at,
        answers=read.keys.message_ids,
        numbers=read.keys.references,
        insureds=tuple(dict.fromkeys(named)),
        fein=_first(speaking, "named_insureds[0].fein"),
        effective=date.fromisoformat(effective) if effective else None,
        lines=tuple(one.line for one in read.said.lines),
        state=_first(speaking, "named_insureds[0].mailing_state"),
        zip=_first(speaking, "named_insureds[0].mailing_zip"),
        is_reply=bool(read.unwound and read.unwound.kind == "reply"),
    )


def _in_subject(read: ReadMessage) -> list[str]:
    """Return the insured that the subject names: it counts only where nothing in the mail itself names one."""
    facts = prose.read("", subject=read.message.subject, as_of=read.received_at.date()).fields
    return [str(one.value) for one in facts if one.field == NAME and one.value]


def _keys(read: ReadMessage, incoming: Incoming) -> MatchKeys:
    return MatchKeys(
        at=read.received_at,
        reply_tokens=read.keys.tokens,
        message_ids=read.keys.message_ids,
        refs=read.keys.references,
        fein=incoming.fein,
        name_keys=tuple(names.normalise(name) for name in incoming.insureds),
        thread_key=read.keys.subject or None,
        sender=incoming.sender or None,
    )


def _existing(tx: Transaction, found: MatchCandidate, incoming: Incoming) -> Existing:
    """Return a record as matching sees it; which keys it shares with the message was found by index already."""
    one, account = found.submission, found.account
    answered = frozenset(incoming.answers)
    by_subject = "subject" in found.how
    known = [one.insured_name, *((account.details.name, *account.aliases) if account else ())]
    return Existing(
        ref=one.ref,
        agency=str(one.agency_id) if one.agency_id else None,
        insureds=tuple(dict.fromkeys(name for name in known if name)),
        fein=account.details.fein if account else None,
        effective=one.effective_date,
        lines=one.lines,
        state=account.details.state if account else one.primary_state,
        zip=account.details.zip if account else None,
        senders=senders_of(tx, one.id),
        subjects=frozenset({matching.thread_subject(incoming.subject)}) if by_subject else frozenset(),
        sent=answered if "our_mail" in found.how else frozenset(),
        received=answered if "thread" in found.how else frozenset(),
        last_message_at=incoming.received_at if by_subject else None,
        is_open=one.status != "Closed",
        doubts_date=any(known.item.code == DATE_ITEM and known.item.is_open for known in items.items_of(tx, one.id)),
    )


def _all(documents: list[ReadDocument], field: str) -> list[str]:
    return [str(one.candidate.value) for document in documents for one in _valued(document, field)]


def _first(documents: list[ReadDocument], field: str) -> str | None:
    return next(iter(_all(documents, field)), None)


def _valued(document: ReadDocument, field: str) -> list[SourcedCandidate]:
    return [one for one in document.candidates if one.candidate.field == field and one.candidate.value]
