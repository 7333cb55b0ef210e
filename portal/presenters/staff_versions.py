"""What a paper says otherwise than the version before it, as our staff read it: one line a value, counted on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.records.documents import DocumentRecord
from pipeline.records.timeline import TimelineEntry
from portal.presenters import staff_words as words

REVISED = "document.revised"
COUNTED: Mapping[str, tuple[str, str]] = {
    "changed": ("value changed", "values changed"),
    "added": ("added", "added"),
    "removed": ("left out", "left out"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One value that differs."""

    title: str
    how: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A paper as a version: which, what it stands in place of, and what differs. ``former`` is a document's number."""

    number: int
    former: int | None
    former_day: str
    whole: bool
    summary: str
    changes: tuple[ChangeView, ...]
    more: int


def version_view(
    paper: DocumentRecord, papers: Sequence[DocumentRecord], story: Iterable[TimelineEntry]
) -> VersionView | None:
    """Return what the log tells of a paper as a version of an earlier one; None for a first version."""
    key = paper.filed.id
    told = [entry.payload for entry in story if entry.kind == REVISED and entry.payload.get("document") == key]
    if not told:
        return None
    payload = told[-1]
    former = next((one for one in papers if one.filed.id == payload.get("former")), None)
    received = former.filed.received_at if former else None
    changes = tuple(_change(change) for change in payload.get("changes", ()))
    return VersionView(
        number=paper.version,
        former=former.id if former else None,
        former_day=f"{received:%m/%d/%Y}" if received else "",
        whole=bool(payload.get("whole")),
        summary=summary(payload),
        changes=changes,
        more=sum(payload.get("counts", {}).values()) - len(changes),
    )


def standing_words(paper: DocumentRecord) -> str:
    """Return what stands beside a paper in a list: which version it is, and whether a newer one replaced it."""
    number = f"version {paper.version}" if paper.version > 1 else ""
    gone = "replaced by a newer version" if paper.withdrawn_at is not None else ""
    return ", ".join(part for part in (number, gone) if part)


def summary(payload: Mapping[str, Any]) -> str:
    """Return the counts in words: ``3 values changed, 1 added``."""
    counts = payload.get("counts", {})
    told = [f"{counts[how]} {names[counts[how] != 1]}" for how, names in COUNTED.items() if counts.get(how)]
    return ", ".join(told) or "no value changed"


def step_lines(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the lines of the story: the counts, then one line a change."""
    kept = "" if payload.get("whole") else "; what it does not speak of still stands"
    head = f"{payload.get('name', '')}, version {payload.get('version')}: {summary(payload)}{kept}"
    return (head, *(_line(_change(change)) for change in payload.get("changes", ())))


def _line(change: ChangeView) -> str:
    if change.how == "changed":
        return f"{change.title}: {change.before} → {change.after}"
    value = change.after if change.how == "added" else change.before
    return f"{change.title}: {COUNTED[change.how][0]}{f' ({value})' if value else ''}"


def _change(change: Mapping[str, Any]) -> ChangeView:
    field = str(change.get("field", ""))
    return ChangeView(
        title=_title(field, str(change.get("unit") or "")),
        how=str(change.get("how", "")),
        before=_value(field, change.get("before")),
        after=_value(field, change.get("after")),
    )


def _title(field: str, unit: str) -> str:
    """Return ``Vehicle 5 2021 Ford, cost new``: versions count rows each in its own way, so a unit goes by its name."""
    row = words.row_of(field)
    if row is None or not unit:
        return words.field_words(field)
    name = f"{words.row_words(*row).rpartition(' ')[0]} {unit}"
    if field.endswith("]"):
        return name
    column = words.column_words(field)
    return f"{name}, {column if column[:2].isupper() else column[:1].lower() + column[1:]}"


def _value(field: str, value: Any) -> str:
    return "" if value is None else words.value_words(field, value)
