"""Files and what became of them, as agents read it: one line a file, with the exact cause when it was not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline import kinds
from pipeline.records.documents import DocumentRecord
from pipeline.records.ledger import AttachmentOutcome
from pipeline.standing import LOWERING
from portal.cases import AgentCase, SentCase
from portal.presenters.agent import ItemView, item_view, next_item
from portal.presenters.wording import UNREAD, reason_words
from portal.slips import WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """One file: its name, what it was recognised as, and what is wrong with it, if anything."""

    name: str
    what: str
    received: datetime | None
    note: str
    is_bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentView:
    """What became of one form. ``state``: still ``reading``, ``done``, ``unclear``, or with a ``person``."""

    state: Literal["reading", "done", "unclear", "person"]
    item: ItemView | None
    papers: tuple[PaperView, ...]
    closed: tuple[ItemView, ...]
    next: ItemView | None
    reference: str


def paper_views(records: Sequence[DocumentRecord]) -> tuple[PaperView, ...]:
    """Return documents as listed."""
    return tuple(_paper(record) for record in records)


def sent_view(case: AgentCase, sent: SentCase) -> SentView:
    """Return what the page after sending says."""
    named = case.named(sent.slip.item) if sent.slip.item != WHOLE else None
    closed = tuple(item_view(case, one) for one in case.asked if one.item.key in sent.closed)
    item = item_view(case, named) if named else None
    return SentView(
        state=_state(case, sent, item),
        item=item,
        papers=tuple(view for outcome in sent.outcomes for view in _outcome(sent, outcome)),
        closed=closed,
        next=next_item(case),
        reference=f"{case.submission.ref}-{sent.message.id}",
    )


def _state(case: AgentCase, sent: SentCase, item: ItemView | None) -> Literal["reading", "done", "unclear", "person"]:
    if sent.message.state in ("received", "processing"):
        return "reading"
    if sent.message.state != "filed":
        return "done" if sent.message.duplicate_of else "person"
    named = case.named(sent.slip.item) if item else None
    return "unclear" if named and named.item.key in sent.unclear else "done"


def _outcome(sent: SentCase, outcome: AttachmentOutcome) -> list[PaperView]:
    papers = [one for one in sent.papers if outcome.sha256 and one.filed.sha256 == outcome.sha256]
    if papers:
        return [_paper(one, known=one.message_id != sent.message.id) for one in papers]
    if outcome.outcome == "opened":
        return []
    note = reason_words(outcome.reason) if outcome.outcome == "refused" else "We keep it, but it is no document."
    return [PaperView(name=outcome.name, what="Not read", received=None, note=note, is_bad=True)]


def _paper(record: DocumentRecord, *, known: bool = False) -> PaperView:
    filed = record.filed
    first, last = filed.pages
    pages = f", pages {first} to {last}" if first > 1 else ""
    label = kinds.label(filed.kind)
    note, is_bad = _note(record)
    if known and not is_bad:
        note = "We had this file already."
    return PaperView(
        name=filed.name,
        what="Not read" if filed.status == "unreadable" else f"{label[:1].upper()}{label[1:]}{pages}",
        received=filed.received_at,
        note=note,
        is_bad=is_bad,
    )


def _note(record: DocumentRecord) -> tuple[str, bool]:
    filed = record.filed
    if filed.status == "unreadable":
        return (reason_words(filed.reason) if filed.reason else UNREAD), True
    if record.withdrawn_at is not None:
        return "A newer version came; it stands in place of this one.", False
    if filed.wrong_insured:
        return "It seems to be about somebody else. Check that it is the right file.", True
    # Ink outside every box is for our own people to look at.
    if filed.status == "partial" and filed.reason not in LOWERING:
        return reason_words(filed.reason), True
    return "", False
