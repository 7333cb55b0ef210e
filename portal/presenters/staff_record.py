"""What the record of one submission shows: header, items, documents, values by group, and the mails that went out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from pipeline import kinds
from pipeline.doubts import is_doubtful
from pipeline.insureds import roster
from pipeline.log import event_words
from pipeline.proofs import UNPROVEN, subject_of, unread
from pipeline.records.agencies import Agency
from pipeline.records.documents import DocumentRecord
from pipeline.records.facts import MASK
from pipeline.records.items import ItemRecord
from pipeline.records.outbox import Outgoing
from pipeline.records.people import Person
from pipeline.records.submissions import Submission
from pipeline.submission import FiledDocument, ResolvedField
from portal.presenters import staff_versions
from portal.presenters import staff_words as words

READ_STATES: Mapping[str, str] = {"read": "read", "partial": "partly read", "unreadable": "could not be read"}
OUTGOING_STATES: Mapping[str, str] = {
    "queued": "waiting to go out",
    "sent": "sent",
    "ambiguous": "perhaps sent, not repeated",
    "failed": "failed",
    "suppressed": "kept back",
}
OUTGOING_KINDS: Mapping[str, str] = {"checklist": "Checklist", "complete": "All received", "reminder": "Reminder"}
BALL: Mapping[str, str] = {
    "Received": "us",
    "Action needed": "the agent",
    "In review": "us",
    "On hold": "nobody until the hold ends",
    "Quoted": "the agent",
    "Bound": "nobody",
    "Closed": "nobody",
}
"""Status → who has to move next."""

OPEN_GROUPS = frozenset({"Insured", "Policy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands on top of a record."""

    ref: str
    insured: str
    lines: tuple[tuple[str, int | None], ...]
    effective: date | None
    agency: str
    agency_standing: str
    agent: str
    agent_standing: str
    status: str
    score: int | None
    gate: str
    gate_words: str
    next_step: str
    next_owner: str
    received: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """One document as listed."""

    id: int
    name: str
    kind: str
    pages: str
    read: str
    good: bool
    edition: str
    withdrawn: bool
    version: str
    received: datetime | None
    findings: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    """What is not proven of its lists, as the item for us says it; empty once one of us has vouched for them."""
    unread: bool = False
    """It is a list, and none of its rows could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One value with where it came from."""

    field: str
    title: str
    value: str
    masked: bool
    confidence: str
    number: str
    standing: str
    doubtful: bool
    conflict: bool
    defect: str
    source: str
    address: str
    rivals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """The values of one row, or of a heading itself (without title)."""

    title: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """The values under one heading."""

    title: str
    anchor: str
    count: int
    doubtful: int
    open: bool
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """One mail of ours."""

    kind: str
    revision: int
    to: str
    subject: str
    state: str
    good: bool
    reason: str
    at: datetime


def header(one: Submission, agency: Agency | None, agent: Person | None, items: Sequence[ItemRecord]) -> Header:
    """Return the top of a record."""
    return Header(
        ref=one.ref,
        insured=one.insured_name or "Insured not named yet",
        lines=tuple((words.line_words(line), one.line_scores.get(line)) for line in one.lines),
        effective=one.effective_date,
        agency=one.agency_name or "unknown agency",
        agency_standing="" if agency is None else "verified" if agency.status == "active" else "unverified",
        agent=one.agent_name or "unknown producer",
        agent_standing="" if agent is None else "confirmed" if agent.confirmed_at else "unconfirmed",
        status=one.status,
        score=one.score,
        gate=one.gate or "none",
        gate_words=words.GATE[one.gate],
        next_step=_next_step(one, items),
        next_owner=one.owner_name or BALL.get(one.status, "us"),
        received=one.received_at,
        updated=one.updated_at,
    )


def _next_step(one: Submission, items: Sequence[ItemRecord]) -> str:
    blocking = sum(1 for record in items if record.item.is_open and record.item.severity == "blocking")
    if one.status == "Action needed":
        return f"Send {blocking} blocking {'item' if blocking == 1 else 'items'}" if blocking else "Answer our question"
    if one.status == "In review":
        return "Quote, ask or decline" if one.owner_name else "Take it on"
    return {"Received": "Check it in", "On hold": "Wait for the hold to end"}.get(one.status, "Nothing to do")


def document_views(documents: Iterable[DocumentRecord], items: Sequence[ItemRecord] = ()) -> tuple[DocumentView, ...]:
    """Return the documents as listed."""
    return tuple(document_view(one, items) for one in documents)


def document_view(one: DocumentRecord, items: Sequence[ItemRecord] = ()) -> DocumentView:
    """Return one document as listed; ``items`` tell what is not proven of its lists."""
    filed = one.filed
    first, last = filed.pages
    read = READ_STATES.get(filed.status, filed.status)
    reason = f": {filed.reason.replace('_', ' ')}" if filed.reason else ""
    wrong = f"; names another insured ({filed.insured})" if filed.wrong_insured and filed.insured else ""
    return DocumentView(
        id=one.id,
        name=event_words(filed.name),
        kind=kinds.label(filed.kind),
        pages=str(first) if first == last else f"{first}–{last}",
        read=f"{read}{reason}{wrong}",
        good=filed.status == "read" and not filed.wrong_insured,
        edition=filed.edition or "",
        withdrawn=one.withdrawn_at is not None,
        version=staff_versions.standing_words(one),
        received=filed.received_at,
        findings=tuple(
            dict.fromkeys(words.finding_words(each) for each in filed.findings if each.reason != filed.reason)
        ),
        unproven=_unproven(filed, items),
        unread=unread(filed),
    )


def _unproven(filed: FiledDocument, items: Sequence[ItemRecord]) -> tuple[str, ...]:
    mine = (record.item for record in items if record.item.key == list_key(filed))
    return tuple(item.ask.removeprefix(f"{item.title}: ") for item in mine if item.is_open)


def list_key(filed: FiledDocument) -> tuple[str, str, str]:
    """Return the name of the item that asks one of us to compare a document's lists with its pages."""
    return (UNPROVEN, "", subject_of(filed))


def fact_groups(ref: str, facts: Mapping[str, ResolvedField]) -> tuple[GroupView, ...]:
    """Return the values by heading, and under a heading by row; restricted values are masked."""
    by_group: dict[str, list[ResolvedField]] = {}
    for fact in facts.values():
        by_group.setdefault(words.group_of(fact.field), []).append(fact)
    titles = [*(title for title, _ in words.GROUPS), "Everything else"]
    called = _roles(facts)
    return tuple(_group(ref, title, by_group[title], called) for title in titles if title in by_group)


def _roles(facts: Mapping[str, ResolvedField]) -> Mapping[tuple[str, int], str]:
    """Return what the rows of named insureds are called: by their role, the first one told apart."""
    found = {}
    for place, one in enumerate(roster(facts), 1):
        role = one.role[:1].upper() + one.role[1:]
        found["named_insureds", one.index] = role if one.is_first else f"{role} {place}"
    return found


def _group(ref: str, title: str, facts: Sequence[ResolvedField], called: Mapping[tuple[str, int], str]) -> GroupView:
    rows: dict[tuple[str, int], list[FactView]] = {}
    for fact in facts:
        rows.setdefault(words.row_of(fact.field) or ("", -1), []).append(fact_view(ref, fact))
    order = sorted(rows, key=lambda key: (key[0] != "", key[0], key[1]))
    return GroupView(
        title=title,
        anchor=title.lower().replace(" ", "-"),
        count=len(facts),
        doubtful=sum(1 for fact in facts if is_doubtful(fact)),
        open=title in OPEN_GROUPS,
        rows=tuple(
            RowView(title=called.get(key) or (words.row_words(*key) if key[0] else ""), facts=tuple(rows[key]))
            for key in order
        ),
    )


def fact_view(ref: str, fact: ResolvedField, *, reveal: bool = False) -> FactView:
    """Return one value as the page shows it."""
    hide = fact.restricted and not reveal
    return FactView(
        field=fact.field,
        title=words.column_words(fact.field),
        value=words.shown(fact, reveal=reveal),
        masked=hide and fact.value is not None,
        confidence=words.confidence_words(fact.confidence),
        number=f"{fact.confidence:.2f}",
        standing=words.STANDING[fact.status],
        doubtful=is_doubtful(fact),
        conflict=fact.status == "conflict",
        defect=words.defect_sentence(fact.defect) if fact.defect else "",
        source=words.source_words(fact.source),
        address=field_address(ref, fact.field),
        rivals=tuple(
            (MASK if hide else words.value_words(fact.field, rival.value), words.source_words(rival.source))
            for rival in fact.rivals
        ),
    )


def field_address(ref: str, field: str) -> str:
    """Return the address of the page of one value."""
    return f"/staff/s/{ref}/field?name={quote(field)}"


def mail_views(mails: Iterable[Outgoing]) -> tuple[MailView, ...]:
    """Return our mails, newest first."""
    newest = sorted(mails, key=lambda mail: mail.id, reverse=True)
    return tuple(
        MailView(
            kind=OUTGOING_KINDS.get(mail.kind, mail.kind.replace("_", " ")),
            revision=mail.revision,
            to=mail.to_address,
            subject=mail.subject,
            state=OUTGOING_STATES[mail.state],
            good=mail.state in ("sent", "queued"),
            reason=(mail.reason or "").replace("_", " "),
            at=mail.sent_at or mail.queued_at,
        )
        for mail in newest
    )
