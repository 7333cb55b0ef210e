"""What an agent's pages need of one submission, read in one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outbound import checklist
from outbound.checklist import ASKED, Ask
from pipeline import events
from pipeline.doors import SOURCE
from pipeline.events import Event
from pipeline.office import Office
from pipeline.records import correspondence, documents, items, ledger
from pipeline.records.documents import DocumentRecord
from pipeline.records.items import ItemKey, ItemRecord
from pipeline.records.ledger import AttachmentOutcome, Message
from pipeline.records.session import Transaction, reading
from pipeline.records.submissions import Submission
from portal import slips

LOOK_BACK = 500
"""Messages in work that are looked through for those of one submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCase:
    """One submission's asks. ``numbers`` holds the last number of every item that was ever asked.

    ``in_work`` are the digests of items for which something came by the page and is not filed yet.
    """

    submission: Submission
    records: tuple[ItemRecord, ...]
    open_asks: tuple[Ask, ...]
    numbers: Mapping[ItemKey, int]
    in_work: frozenset[str]

    @property
    def asked(self) -> tuple[ItemRecord, ...]:
        """Return the items of the agent's list: asked now, or asked once and closed since."""
        open_keys = {ask.key for ask in self.open_asks}
        return tuple(one for one in self.records if one.item.key in open_keys or self._was_asked(one))

    def _was_asked(self, record: ItemRecord) -> bool:
        item = record.item
        return item.key in self.numbers and item.severity in ASKED and item.state != "superseded"

    def numbered(self, number: int) -> ItemRecord | None:
        """Return the item that carries a number: the open one, else the one that carried it last."""
        open_keys = {ask.key for ask in self.open_asks}
        found = [one for one in self.asked if self.numbers.get(one.item.key) == number]
        return next(iter(sorted(found, key=lambda one: one.item.key not in open_keys)), None)

    def named(self, digest: str) -> ItemRecord | None:
        """Return the item of a digest."""
        return next((one for one in self.asked if slips.digest(one.item.key) == digest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCase:
    """What became of one message that came by the page. ``closed`` are items it closed, ``unclear`` what it left."""

    message: Message
    slip: slips.Slip
    outcomes: tuple[AttachmentOutcome, ...]
    papers: tuple[DocumentRecord, ...]
    closed: frozenset[ItemKey]
    unclear: frozenset[ItemKey]


def agent_case(office: Office, submission: Submission) -> AgentCase:
    """Return what the list of one submission shows."""
    with reading(office.engine) as tx:
        records = items.items_of(tx, submission.id)
        revisions = tuple(_revisions(tx, submission.id))
        in_work = frozenset(_in_work(tx, submission.ref))
    last = revisions[-1] if revisions else ()
    open_asks = checklist.number([one.item for one in records], last)
    numbers = {ask.key: ask.number for asks in (*revisions, open_asks) for ask in asks}
    return AgentCase(submission=submission, records=records, open_asks=open_asks, numbers=numbers, in_work=in_work)


def _revisions(tx: Transaction, submission: int) -> Iterator[tuple[Ask, ...]]:
    last = correspondence.latest_checklist(tx, submission)
    for revision in range(1, last.revision + 1 if last else 1):
        stored = correspondence.checklist_revision(tx, submission, revision)
        if stored is not None:
            yield checklist.from_json(stored.content).asks


def _in_work(tx: Transaction, ref: str) -> Iterator[str]:
    for state in ("received", "processing"):
        for message in ledger.messages_in(tx, state, limit=LOOK_BACK):
            slip = slips.read(message.source_key) if message.source == SOURCE else None
            if slip is not None and slip.ref == ref:
                yield slip.item


def sent_case(office: Office, submission: Submission, message_id: int) -> SentCase | None:
    """Return what became of a message, or None when it did not come by this submission's pages."""
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, message_id)
        slip = slips.read(message.source_key) if message and message.source == SOURCE else None
        if message is None or slip is None or slip.ref != submission.ref:
            return None
        outcomes = ledger.attachments_of(tx, message.id)
        files = {outcome.sha256 for outcome in outcomes}
        papers = [one for one in documents.documents_of(tx, submission.id) if one.filed.sha256 in files]
        told = _told(events.events_of(tx, events.submission_stream(submission.id)), message.id)
    return SentCase(
        message=message,
        slip=slip,
        outcomes=outcomes,
        papers=tuple(papers),
        closed=frozenset(_keys(told.get("items.changed", {}).get("changes", ()), after="satisfied")),
        unclear=frozenset((code, line, subject) for code, line, subject in told.get("message.filed", {})["unclear"])
        if "message.filed" in told
        else frozenset(),
    )


def _told(story: tuple[Event, ...], message: int) -> dict[str, Mapping[str, Any]]:
    """Return what the log says about the filing of one message: its events stand together."""
    told: dict[str, Mapping[str, Any]] = {}
    for event in story:
        if event.kind == "message.filed":
            if told:
                break
            if event.payload["message"] == message:
                told[event.kind] = event.payload
        elif told:
            told.setdefault(event.kind, event.payload)
    return told


def _keys(changes: Any, *, after: str) -> Iterator[ItemKey]:
    for change in changes:
        if change["after"] == after:
            yield change["code"], change["line"] or "", change["subject"]


def papers_of(office: Office, submission: Submission) -> tuple[DocumentRecord, ...]:
    """Return the documents that the agent's side may see, newest first."""
    with reading(office.engine) as tx:
        found = documents.documents_of(tx, submission.id)
    return tuple(one for one in reversed(found) if one.visibility == "agency" and one.withdrawn_at is None)
