"""Find where a message belongs: what it says about whose it is, against the submissions that share a key with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from parsers.document import FieldCandidate
from parsers.extract import prose
from pipeline import matching, names, numbers
from pipeline.house import House
from pipeline.matching import Existing, Incoming, Match
from pipeline.records import items, people
from pipeline.records.accounts import accounts_like
from pipeline.records.documents import ReadDocument
from pipeline.records.matches import MatchCandidate, MatchKeys, candidates_for, claimed_by, senders_of
from pipeline.records.session import Transaction
from pipeline.stages import ReadMessage
from pipeline.submission import SourcedCandidate

SPEAKING = ("acord_125", "acord_130", "acord_126", "acord_127", "acord_140", "acord_131", "acord_160", "carrier_app")
"""Kinds whose named insured says whose mail this is; a loss run may be somebody else's by mistake."""

NAME = "named_insureds[0].name"
DBA = "named_insureds[0].dba"
FEIN = "named_insureds[0].fein"
EFFECTIVE = "proposed_effective_date"
DATE_ITEM = "EFF-DATE"
SURE = 0.8
"""What words must be read with before they count: "Client ID FOX-108" is no insured."""
ASKING = frozenset({"new_business", "renewal"})
"""Intents that ask for a term of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The match, and the submission id it stands for (None for a new one).

    ``claims`` are references the message names that its sender may not speak for; nothing is attached there.
    """

    match: Match
    submission: int | None
    claims: tuple[str, ...] = ()

    @property
    def asks_person(self) -> bool:
        """Return whether several submissions are as likely as each other."""
        return self.match.is_open_question


def place(
    tx: Transaction,
    read: ReadMessage,
    documents: Sequence[ReadDocument],
    *,
    agency: int | None,
    house: House,
    by_words: bool = True,
) -> Placed:
    """Return the submission a message belongs to, or that it is a new one.

    Without ``by_words`` these documents alone say whose they are: the words are about several insureds.
    """
    described = describe(read, documents, agency=str(agency) if agency else None, by_words=by_words)
    of_house = read.author == read.message.sender and _is_staff(tx, read, house)
    keys = _keys(read, described, agency=agency, of_house=of_house)
    found = candidates_for(tx, keys)
    tokens = tuple(one.submission.ref for one in found if "token" in one.how)
    incoming = replace(described, tokens=tokens, of_house=of_house)
    match = matching.match(incoming, [_existing(tx, one, incoming) for one in found])
    ids = {one.submission.ref: one.submission.id for one in found}
    claims = tuple(ref for ref in claimed_by(tx, keys) if ref not in ids)
    if match.how == "candidate" and match.ref:
        # Like names are not the same name: a person may merge, the machine does not.
        match = replace(match, how="new", ref=None)
    return Placed(match=match, submission=ids.get(match.ref) if match.ref else None, claims=claims)


def _is_staff(tx: Transaction, read: ReadMessage, house: House) -> bool:
    sender = read.message.sender
    if sender is None or sender.domain != house.domain:
        return False
    known = people.person_by_email(tx, sender.email)
    return known is not None and known.kind == "staff" and known.active


def describe(
    read: ReadMessage, documents: Iterable[ReadDocument], *, agency: str | None, by_words: bool = True
) -> Incoming:
    """Return what a message says about whose it is: its application forms first, then its own words."""
    is_reply = bool(read.unwound and read.unwound.kind == "reply")
    asks_new = any(one.intent in ASKING for one in read.intents)
    speaking = [one for one in documents if one.filed.kind in SPEAKING]
    said = read.said.facts.fields if by_words else ()
    named = [*_all(speaking, NAME), *_all(speaking, DBA), *_spoken(said, NAME), *_spoken(said, DBA)]
    # In answers a date may be any date; in a request it is the one that is asked for.
    answers = is_reply and not asks_new
    dates = _all(speaking, EFFECTIVE) or ([] if answers else _spoken(said, EFFECTIVE))
    mentioned = _spoken(said, EFFECTIVE) if answers else []
    feins = _all(speaking, FEIN) or _spoken(said, FEIN)
    return Incoming(
        sender=read.author.email.lower() if read.author else "",
        agency=agency,
        subject=read.message.subject,
        received_at=read.received_at,
        answers=read.keys.message_ids,
        numbers=read.keys.references,
        titled=tuple(ref for ref in read.keys.references if _digits(ref) in _digits(read.message.subject)),
        policies=tuple(dict.fromkeys(_policies(read, speaking))),
        customers=tuple(dict.fromkeys(_customers(read, speaking))),
        insureds=tuple(dict.fromkeys(named or _in_subject(read))),
        fein=next(iter(feins), None),
        effective=date.fromisoformat(dates[0]) if dates else None,
        mentioned=date.fromisoformat(mentioned[0]) if mentioned else None,
        lines=tuple(one.line for one in read.said.lines),
        state=next(iter(_all(speaking, "named_insureds[0].mailing_state")), None),
        zip=next(iter(_all(speaking, "named_insureds[0].mailing_zip")), None),
        is_reply=is_reply,
        asks_new=asks_new,
    )


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _spoken(said: Iterable[FieldCandidate], field: str) -> list[str]:
    sure = (one for one in said if one.field == field and one.confidence >= SURE)
    return [str(one.value) for one in sure if one.value]


def _policies(read: ReadMessage, speaking: list[ReadDocument]) -> Iterator[str]:
    yield from numbers.policies_in(f"{read.message.subject}\n{read.said.text}")
    yield from (numbers.policy_key(number) for number in _all(speaking, "policy_number"))


def _customers(read: ReadMessage, speaking: list[ReadDocument]) -> Iterator[str]:
    yield from numbers.customers_in(f"{read.message.subject}\n{read.said.text}")
    yield from (numbers.customer_key(number) for number in _all(speaking, "agency_customer_id"))


def _in_subject(read: ReadMessage) -> list[str]:
    """Return the insured that the subject names: it counts only where nothing in the mail itself names one."""
    facts = prose.read("", subject=read.message.subject, as_of=read.received_at.date()).fields
    return [str(one.value) for one in facts if one.field == NAME and one.value]


def _keys(read: ReadMessage, incoming: Incoming, *, agency: int | None, of_house: bool) -> MatchKeys:
    called = [part for name in incoming.insureds for part in names.variants(name)]
    return MatchKeys(
        at=read.received_at,
        reply_tokens=read.keys.tokens,
        message_ids=read.keys.message_ids,
        refs=read.keys.references,
        policies=tuple(filter(None, incoming.policies)),
        customers=tuple(filter(None, incoming.customers)),
        fein=incoming.fein,
        name_keys=tuple(dict.fromkeys(names.normalise(name) for name in called)),
        words=tuple(dict.fromkeys(word for name in called for word in names.telling(name))),
        thread_key=read.keys.subject or None,
        sender=incoming.sender or None,
        agency=agency,
        of_house=of_house,
    )


def _existing(tx: Transaction, found: MatchCandidate, incoming: Incoming) -> Existing:
    """Return a record as matching sees it; which keys it shares with the message was found by index already."""
    one, account, shared = found.submission, found.account, found.shared
    details = account.details if account else None
    known = [one.insured_name, *((details.name, details.dba, *account.aliases) if account and details else ())]
    times = [datetime.fromisoformat(each) for each in shared.get("subject", ())]
    return Existing(
        ref=one.ref,
        agency=str(one.agency_id) if one.agency_id else None,
        numbers=shared.get("ref", frozenset()),
        insureds=tuple(dict.fromkeys(name for name in known if name)),
        fein=details.fein if details else None,
        effective=one.effective_date,
        lines=one.lines,
        state=details.state if details else one.primary_state,
        zip=details.zip if details else None,
        senders=senders_of(tx, one.id),
        subjects=frozenset({matching.thread_subject(incoming.subject)}) if times else frozenset(),
        sent=shared.get("our_mail", frozenset()),
        received=shared.get("thread", frozenset()),
        policies=shared.get("policy", frozenset()),
        customers=shared.get("customer", frozenset()),
        last_message_at=max(times, default=None),
        shares_fein=bool(details and details.fein and details.fein == incoming.fein and _is_shared(tx, details.fein)),
        is_open=one.status != "Closed",
        doubts_date=any(known.item.code == DATE_ITEM and known.item.is_open for known in items.items_of(tx, one.id)),
    )


def _is_shared(tx: Transaction, fein: str) -> bool:
    """Return whether one FEIN stands for insureds of several names, as franchises and staffing firms have it."""
    called = [account.details.name for account in accounts_like(tx, fein=fein, name_keys=())]
    return any(names.similarity(one, other) < matching.NEAR_NAME for one in called for other in called)


def _all(documents: list[ReadDocument], field: str) -> list[str]:
    return [str(one.candidate.value) for document in documents for one in _valued(document, field)]


def _valued(document: ReadDocument, field: str) -> list[SourcedCandidate]:
    return [one for one in document.candidates if one.candidate.field == field and one.candidate.value]
