"""When a paper is a new version of an earlier one, how much of that it replaces, and what it says otherwise.

1. Same kind, same insured, and the same subject: the state of a form printed per state, buildings or vehicles or
   drivers in common, for loss runs the carrier and a policy term. Papers without a row in common are two papers.
2. A version as long as the former replaces it whole: what it leaves blank is gone. A shorter one (fewer pages, less
   than half of the rows) replaces only what it speaks of, and so does one that is read worse (``pipeline.trust``).
3. The difference is told in values, aligned by unit: a row put in between changes nothing of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.document import Scalar
from pipeline import agreement, assembly, comparing, schedules, trust
from pipeline.aligning import TITLES, Cells, Reading, aligned, is_filled, row_of, said_there, title, units
from pipeline.submission import FiledDocument, SourcedCandidate

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "acord_125": (),
    "acord_126": ("hazards",),
    "acord_127": ("vehicles", "drivers"),
    "acord_129": ("vehicles",),
    "acord_130": ("class_rows", "individuals"),
    "acord_131": (),
    "acord_137": (),
    "acord_139": ("buildings",),
    "acord_140": ("buildings",),
    "acord_160": (),
    "acord_163": ("drivers",),
    "acord_186": (),
    "acord_810": (),
    "acord_823": ("locations",),
    "carrier_app": (),
    "supplemental_app": (),
    "sov": ("buildings",),
    "driver_list": ("drivers",),
    "vehicle_schedule": ("vehicles",),
    "equipment_schedule": ("equipment",),
    "payroll_schedule": ("class_rows",),
    "loss_run": ("terms",),
    "no_loss_carrier": ("terms",),
}
"""Kinds that are sent anew → the rows that tell whether two papers are about the same thing."""

LISTS = frozenset(kind for kind in SUBJECTS if not kind.startswith("acord_") and SUBJECTS[kind])
OWN_LAYOUT = frozenset({"carrier_app", "supplemental_app"})
"""Kinds of which two may be two different forms: their fields tell."""

BLANK = 0.05
"""Share of filled boxes below which a form says nothing, and replaces nothing."""

RESTRICTED = schedules.RESTRICTED
_PERSONAL = frozenset({"claims"})
"""Groups whose descriptions may tell of somebody's injuries."""
MASK = "•••"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value, or one whole row (``field`` such as ``vehicles[2]``), that two versions do not both have alike."""

    how: Literal["changed", "added", "removed"]
    field: str
    before: Scalar = None
    after: Scalar = None
    unit: str = ""
    restricted: bool = False

    @property
    def payload(self) -> Mapping[str, Scalar]:
        """Return the change as an event may hold it: restricted values masked."""
        values = {"before": self.before, "after": self.after}
        if self.restricted:
            values = {name: None if value is None else MASK for name, value in values.items()}
        return {"how": self.how, "field": self.field, "unit": self.unit, **values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A paper as the next version of ``former``; ``ended`` are the versions that it replaces as a whole."""

    document: FiledDocument
    former: FiledDocument
    ended: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether nothing of the former version counts any more."""
        return self.former.id in self.ended


def revision(new: Reading, known: Sequence[Reading]) -> Revision | None:
    """Return what ``new`` revises among the papers ``known``, or None where it is a paper of its own."""
    papers = [one for one in known if not one.filed.replaced and _may_revise(one.filed, new.filed)]
    sides = {one.filed.id: aligned((one,), new) for one in papers}
    shared = [(_shared(one, new, *sides[one.filed.id]), one) for one in papers]
    fits = [(count, one) for count, one in shared if count is not None]
    if not fits:
        return None
    _, former = max(fits, key=lambda pair: (pair[0], pair[1].filed.version, _received(pair[1].filed)))
    standing = sorted((one for one in papers if one.filed.lineage == former.filed.lineage), key=_version)
    ended = tuple(
        one.filed.id
        for one in standing
        if _is_whole(one, new, *sides[one.filed.id]) and not trust.keeps_rows(new.filed, one.filed)
    )
    changes = _difference(*(sides[former.filed.id] if len(standing) == 1 else aligned(standing, new)))
    if former.filed.id not in ended:
        changes = tuple(change for change in changes if change.how != "removed")
    return Revision(document=new.filed, former=former.filed, ended=ended, changes=changes)


def difference(old: Reading, new: Reading) -> tuple[Change, ...]:
    """Return what the new version says otherwise: values changed, put in and left out, rows added and removed."""
    return _difference(*aligned((old,), new))


def would_replace(old: Reading, new: Reading) -> bool:
    """Return whether a version is long enough to stand in the place of an older one, however well it was read."""
    return _is_whole(old, new, *aligned((old,), new))


def _difference(before: Cells, after: Cells) -> tuple[Change, ...]:
    rows_before, rows_after = units(before), units(after)
    told: list[Change] = []
    lone = {row for row in rows_before.keys() ^ rows_after.keys() if row[0] in TITLES}
    for group, index in sorted(lone):
        cells = rows_after.get((group, index)) or rows_before[group, index]
        how: Literal["added", "removed"] = "added" if (group, index) in rows_after else "removed"
        if is_filled(cells):
            told.append(Change(how=how, field=f"{group}[{index}]", unit=title(group, cells)))
    for field in dict.fromkeys((*before, *after)):
        row = row_of(field)
        if row is None or row not in lone:
            told.extend(_change(field, before.get(field), after.get(field), rows_after.get(row) if row else None))
    return tuple(sorted(told, key=lambda change: _order(change.field)))


def _change(
    field: str, old: SourcedCandidate | None, new: SourcedCandidate | None, cells: Mapping[str, SourcedCandidate] | None
) -> Iterable[Change]:
    was, now = said_there(old), said_there(new)
    if comparing.unchanged(field, was, now):
        return
    group, column = field.partition("[")[0], field.rpartition(".")[2]
    how: Literal["changed", "added", "removed"] = "added" if was is None else "removed" if now is None else "changed"
    yield Change(
        how=how,
        field=field,
        before=was,
        after=now,
        unit=title(group, cells) if cells else "",
        restricted=column in RESTRICTED
        or (group in _PERSONAL and column == "description")
        or any(one.candidate.restricted for one in (old, new) if one is not None),
    )


def _may_revise(old: FiledDocument, new: FiledDocument) -> bool:
    if old.kind != new.kind or new.kind not in SUBJECTS or old.id == new.id:
        return False
    if "unreadable" in (old.status, new.status) or (new.filled_ratio is not None and new.filled_ratio < BLANK):
        return False
    return not (old.state and new.state and old.state != new.state)


def _shared(old: Reading, new: Reading, before: Cells, after: Cells) -> int | None:
    """Return how many rows two papers of one kind have in common; None where they are two papers."""
    ours, theirs = (_insured(one) for one in (new, old))
    if ours.name and theirs.name and assembly.is_other_insured(ours.name, ours.fein, [theirs.name], theirs.fein):
        return None
    if new.filed.kind in OWN_LAYOUT:
        return len(before.keys() & after.keys()) if _is_one_layout(before, after) else None
    if "terms" in SUBJECTS[new.filed.kind] and not _is_one_carrier(old.filed, new.filed):
        return None
    return _common(SUBJECTS[new.filed.kind], before, after, needs_rows=new.filed.kind in LISTS)


def _common(
    groups: Sequence[str],
    before: Mapping[str, SourcedCandidate],
    after: Mapping[str, SourcedCandidate],
    *,
    needs_rows: bool,
) -> int | None:
    rows_before, rows_after = units(before), units(after)
    count, apart = 0, needs_rows
    for group in groups:
        was = {row for row in rows_before if row[0] == group}
        now = {row for row in rows_after if row[0] == group}
        same = {row for row in was & now if _is_one_place(rows_before[row], rows_after[row])}
        count += len(same)
        apart = apart or bool(was and now)
    return None if apart and not count else count


def _is_one_place(one: Mapping[str, SourcedCandidate], other: Mapping[str, SourcedCandidate]) -> bool:
    streets = [cells["street"].candidate.value for cells in (one, other) if "street" in cells]
    return len(streets) < 2 or agreement.agree("street", *streets)


def _is_one_layout(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return len(before.keys() & after.keys()) * 2 >= min(len(before), len(after)) > 0


def _is_one_carrier(old: FiledDocument, new: FiledDocument) -> bool:
    """Return whether two loss runs are one carrier's, the new one valued no earlier than the old."""
    were, are = _column(old, "carrier"), _column(new, "carrier")
    if were and are and not any(agreement.agree("carrier", one, other) for one in were for other in are):
        return False
    valued, now = _column(old, "valuation_date"), _column(new, "valuation_date")
    return not (valued and now) or max(now) >= max(valued)


def _column(document: FiledDocument, name: str) -> list[str]:
    rows = (row for table in document.tables if table.name == "terms" for row in table.rows)
    return sorted({str(row.values[name]) for row in rows if row.values.get(name)})


def _is_whole(old: Reading, new: Reading, before: Cells, after: Cells) -> bool:
    if new.filed.kind not in LISTS:
        pages = [last - first + 1 for first, last in (old.filed.pages, new.filed.pages)]
        return pages[1] >= pages[0] and len(before.keys() & after.keys()) * 2 >= len(before)
    groups = SUBJECTS[new.filed.kind]
    was = {row for row in units(before) if row[0] in groups}
    kept = was & units(after).keys()
    return len(kept) == len(was) if "terms" in groups else len(kept) * 2 >= len(was)


def _insured(reading: Reading) -> assembly.Insured:
    found = assembly.insured_of(reading.candidates)
    return assembly.Insured(found.name or reading.filed.insured, found.fein)


def _version(reading: Reading) -> int:
    return reading.filed.version


def _received(document: FiledDocument) -> float:
    return document.received_at.timestamp() if document.received_at else 0.0


def _order(field: str) -> tuple[str, int, str]:
    row = row_of(field if "." in field else f"{field}.row")
    return (row[0], row[1], field) if row else ("", 0, field)
