"""Rows of several versions of one paper under the same numbers, so that they can be compared cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from parsers.document import FieldCandidate, Row, Scalar
from pipeline import comparing, schedules
from pipeline.submission import FiledDocument, Source, SourcedCandidate

KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "claims": (("claim_number",),),
    "terms": (("policy_number", "term_from"), ("line", "term_from")),
    "equipment": (("serial",), ("number",)),
    "prior_carriers": (("year", "line"),),
    "subjects": (("building", "subject"),),
    "answers": (("question",),),
}
"""Rows that assembly does not join → the columns that tell one from another, most trusted first."""

TITLES: Mapping[str, tuple[str, ...]] = {
    "vehicles": ("number", "year", "make", "model"),
    "drivers": ("number", "name"),
    "buildings": ("premises_number", "building_number", "street"),
    "locations": ("number", "street"),
    "class_rows": ("state", "code", "description"),
    "claims": ("claim_number",),
    "terms": ("policy_number", "term_from"),
    "equipment": ("number", "description", "make", "model"),
    "hazards": ("class_code", "class_description"),
    "individuals": ("name",),
    "prior_carriers": ("year", "line"),
    "subjects": ("subject",),
    "answers": ("question",),
}
"""Group → the columns by which people know one of its rows."""

Cells = dict[str, SourcedCandidate]


class Reading(Protocol):
    """One document with what was read in it."""

    @property
    def filed(self) -> FiledDocument:
        """Return the document."""

    @property
    def candidates(self) -> tuple[SourcedCandidate, ...]:
        """Return its candidates."""


def aligned(old: Sequence[Reading], new: Reading) -> tuple[Cells, Cells]:
    """Return what the old versions say together and what the new one says, by field, one unit under one index."""
    readings = (*old, new)
    said = [claim for reading in readings for claim in _claims(reading)]
    numbered = [*schedules.join([one for one in said if not _is_keyed(one)]), *_keyed(said)]
    before: Cells = {}
    after: Cells = {}
    places = {reading.filed.id: place for place, reading in enumerate(readings)}
    for claim in sorted(numbered, key=lambda one: -places[one.source.document or ""]):
        side = after if places[claim.source.document or ""] == len(old) else before
        known = side.get(claim.candidate.field)
        if known is None or _is_surer(claim, known):
            side[claim.candidate.field] = claim
    return before, after


def _is_surer(one: SourcedCandidate, known: SourcedCandidate) -> bool:
    if one.source.document != known.source.document:
        return False
    has = [each.candidate.value is not None for each in (one, known)]
    return has[0] > has[1] or (has[0] == has[1] and one.candidate.confidence > known.candidate.confidence)


def _claims(reading: Reading) -> list[SourcedCandidate]:
    paper = reading.filed
    told = [replace(one, source=replace(one.source, document=paper.id)) for one in reading.candidates]
    joined = tuple(table for table in paper.tables if table.name not in KEYS)
    told += schedules.from_tables([replace(paper, tables=joined)])
    for table in paper.tables:
        if table.name in KEYS:
            told += [one for place, row in enumerate(table.rows) for one in _cells(paper, table.name, place, row)]
    return told


def _cells(paper: FiledDocument, table: str, place: int, row: Row) -> Iterable[SourcedCandidate]:
    source = Source(label=paper.kind, document=paper.id, kind=paper.kind, page=row.at.page, method="table")
    for column, value in row.values.items():
        if value is not None and value != "":
            yield SourcedCandidate(candidate=_cell(f"{table}[{place}].{column}", value, row), source=source)


def _cell(field: str, value: Scalar, row: Row) -> FieldCandidate:
    return FieldCandidate(field=field, value=value, raw=str(value), confidence=1.0, method="table", at=row.at)


def _is_keyed(claim: SourcedCandidate) -> bool:
    return claim.candidate.field.partition("[")[0] in KEYS


def _keyed(said: Iterable[SourcedCandidate]) -> Iterable[SourcedCandidate]:
    """Number the rows that assembly does not join by their keys; the second row of one key is another row."""
    rows: dict[tuple[str, str, int], Cells] = {}
    for claim in said:
        row = row_of(claim.candidate.field) if _is_keyed(claim) else None
        if row is not None:
            column = claim.candidate.field.partition("].")[2]
            rows.setdefault((claim.source.document or "", *row), {})[column] = claim
    numbers: dict[str, dict[tuple[str, int], int]] = {}
    times: dict[tuple[str, str, str], int] = {}
    for (document, group, _), cells in rows.items():
        key = _key(group, cells)
        times[document, group, key] = time = times.get((document, group, key), 0) + 1
        unit = (key, time)
        known = numbers.setdefault(group, {})
        index = known.setdefault(unit, len(known))
        for column, claim in cells.items():
            yield replace(claim, candidate=replace(claim.candidate, field=f"{group}[{index}].{column}"))


def _key(group: str, cells: Mapping[str, SourcedCandidate]) -> str:
    for columns in KEYS[group]:
        values = [comparing.letters(cells[name].candidate.value) if name in cells else "" for name in columns]
        if all(values):
            return "|".join((*columns, *values))
    return ""


def row_of(field: str) -> tuple[str, int] | None:
    """Return group and index of a field that belongs to a row."""
    match = schedules.GROUP.match(field)
    return (match[1], int(match[2])) if match else None


def units(cells: Mapping[str, SourcedCandidate]) -> dict[tuple[str, int], Cells]:
    """Return the cells of each row by column."""
    rows: dict[tuple[str, int], Cells] = {}
    for field, claim in cells.items():
        match = schedules.GROUP.match(field)
        if match:
            rows.setdefault((match[1], int(match[2])), {})[match[3]] = claim
    return rows


def is_filled(cells: Mapping[str, SourcedCandidate]) -> bool:
    """Return whether a row says anything; one with nothing but its printed number is empty."""
    return any(said_there(claim) not in (None, False) for column, claim in cells.items() if column != "number")


def title(group: str, cells: Mapping[str, SourcedCandidate]) -> str:
    """Return what people know a row by: ``5 2021 Ford F-150``; a driver's name in parts where it is not there whole."""
    columns = TITLES.get(group, ())
    if "name" in columns and "name" not in cells:
        columns = (*columns, "first_name", "last_name")
    said = (said_there(cells[column]) for column in columns if column in cells)
    return " ".join(dict.fromkeys(str(value) for value in said if value is not None))


def said_there(claim: SourcedCandidate | None) -> Scalar:
    """Return what stands there: the value, else the writing that did not parse; ink that may be a tick is neither."""
    if claim is None or _is_ink(claim.candidate):
        return None
    candidate = claim.candidate
    return candidate.value if candidate.value is not None else candidate.raw.strip() or None


def _is_ink(candidate: FieldCandidate) -> bool:
    return candidate.value is None and candidate.defect is not None and candidate.defect.reason == "doubtful_tick"
