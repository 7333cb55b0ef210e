"""The items of a submission as our staff see them: open ones first, with what we have and where we looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.records.documents import DocumentRecord
from pipeline.records.items import ItemRecord
from pipeline.submission import LookedAt
from portal.presenters import staff_words as words


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A place where the machine looked; ``address`` is set where there is a page to see."""

    text: str
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item asked for."""

    code: str
    title: str
    line: str
    subject: str
    severity: str
    severity_words: str
    state: str
    ask: str
    have: tuple[str, ...]
    looked_at: tuple[Looked, ...]
    is_open: bool
    closed_by: str
    closed_at: datetime | None
    requested_at: datetime | None


def item_views(ref: str, items: Iterable[ItemRecord], documents: Sequence[DocumentRecord]) -> tuple[ItemView, ...]:
    """Return the items, open ones first, in the order of their severity."""
    order = list(words.SEVERITY)
    ranked = sorted(items, key=lambda record: (not record.item.is_open, order.index(record.item.severity), record.id))
    return tuple(_item(ref, record, documents) for record in ranked)


def _item(ref: str, record: ItemRecord, documents: Sequence[DocumentRecord]) -> ItemView:
    item = record.item
    return ItemView(
        code=item.code,
        title=item.title,
        line=words.line_words(item.line),
        subject=item.subject,
        severity=item.severity,
        severity_words=words.SEVERITY[item.severity],
        state=words.ITEM_STATES[item.state],
        ask=item.ask,
        have=item.have,
        looked_at=tuple(_looked(ref, place, documents) for place in item.looked_at),
        is_open=item.is_open,
        closed_by=record.closed_by or "",
        closed_at=record.closed_at,
        requested_at=record.requested_at,
    )


def _looked(ref: str, place: LookedAt, documents: Sequence[DocumentRecord]) -> Looked:
    """Return a place with a link where the name tells which document is meant."""
    text = f"{place.document}, page {place.page}" if place.page else place.document
    named = [one for one in documents if place.document in (one.filed.id, one.filed.name)]
    found = next((one for one in named if place.page is None or _holds(one, place.page)), None)
    if found is None:
        return Looked(text=text, address=None)
    page = place.page or found.filed.pages[0]
    return Looked(
        text=text.replace(found.filed.id, found.filed.name), address=f"/staff/s/{ref}/documents/{found.id}?page={page}"
    )


def _holds(document: DocumentRecord, page: int) -> bool:
    return document.filed.pages[0] <= page <= document.filed.pages[1]
