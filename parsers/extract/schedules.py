"""Schedules: statements of values, drivers, vehicles, payroll by class. Rows, and the proof that none was lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from parsers.document import (
    Check,
    Defect,
    ExtractedTable,
    Extraction,
    FieldCandidate,
    Location,
    ParsedDocument,
    Proof,
    Row,
    Scalar,
    Table,
)
from parsers.extract.candidates import candidate
from parsers.extract.grids import Grid, Record, find_grid, records, tables_on
from parsers.extract.headers import Column, vocabulary
from parsers.extract.lines import Line, labelled, lines_of
from parsers.extract.rows import finish
from parsers.values import Context, parse
from parsers.values.amounts import decimal_of

TABLES: Mapping[str, str] = {
    "sov": "buildings",
    "acord_139": "buildings",
    "driver_list": "drivers",
    "vehicle_schedule": "vehicles",
    "payroll_schedule": "class_rows",
}
"""Document kind → the table it holds."""

_ENOUGH: Mapping[str, Callable[[set[str]], bool]] = {
    "buildings": lambda names: (
        bool(names & {"street", "building_number", "number"})
        and bool(names & {"building_value", "contents_value", "tiv", "year_built", "area"})
    ),
    "drivers": lambda names: bool(names & {"name", "last_name"}) and bool(names & {"dob", "license_number"}),
    "vehicles": lambda names: "vin" in names or {"year", "make"} <= names,
    "class_rows": lambda names: {"code", "payroll"} <= names,
}
_IDENTITY: Mapping[str, frozenset[str]] = {
    "buildings": frozenset({"street", "number", "building_number", "building_value", "contents_value", "year_built"}),
    "drivers": frozenset({"name", "last_name", "license_number"}),
    "vehicles": frozenset({"vin", "make", "model", "description"}),
    "class_rows": frozenset({"code", "description"}),
}
_SUMMED: Mapping[str, tuple[str, ...]] = {
    "buildings": ("building_value", "contents_value", "bi_value", "tiv", "area"),
    "drivers": (),
    "vehicles": ("cost_new",),
    "class_rows": ("payroll", "full_time", "part_time"),
}
_CARRIED = ("number", "street", "city", "state", "zip", "county")
_TITLE = re.compile(r"\b(list|schedule|statement|values|roster|drivers|vehicles|payroll|sov)\b", re.IGNORECASE)
_ENTITY = re.compile(
    r"\b(llc|l\.l\.c|inc|incorporated|corp|corporation|company|co|lp|llp|ltd|partners|group|trust|associates)\b\.?",
    re.IGNORECASE,
)


def read_schedule(document: ParsedDocument, kind: str, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the one table a schedule holds, all its sheets together, and whose schedule it is."""
    name = TABLES[kind]
    grids = [grid for table in tables_on(document, pages) if (grid := _grid(table, name))]
    rows: list[Row] = []
    checks: list[Check] = []
    defects: list[Defect] = []
    for grid in grids:
        found, totals = _read(grid, name, as_of)
        rows.extend(found)
        checks.extend(_checks(name, found, totals))
        defects.extend(_doubts(name, found))
    if name == "buildings":
        checks.extend(_tiv_checks(rows))
    checks.extend(_numbering(rows))
    if not rows:
        defects.append(Defect(reason="no_rows", detail=name))
    proof = Proof(proven=bool(checks) and all(check.ok for check in checks), rows=len(rows), checks=tuple(checks))
    return Extraction(
        fields=_insured(document, grids, pages),
        tables=(ExtractedTable(name=name, rows=tuple(rows), proof=proof),),
        defects=tuple(defects),
    )


def _grid(table: Table, name: str) -> Grid | None:
    return find_grid(table, vocabulary(name), _ENOUGH[name])


def _read(grid: Grid, name: str, as_of: date | None) -> tuple[list[Row], list[Record]]:
    columns = vocabulary(name)
    rows: list[Row] = []
    totals: list[Record] = []
    carried: dict[str, str] = {}
    for record in records(grid):
        if record.total:
            totals.append(record)
        elif record.cells.keys() & _IDENTITY[name] and len(record.cells) > 1:
            cells = dict(record.cells)
            if name == "buildings":
                cells = _with_address(cells, carried)
            rows.append(Row(values=_typed(cells, columns, as_of), at=record.at))
    return [Row(values=finish(name, row.values), at=row.at) for row in rows], totals


def _with_address(cells: dict[str, str], carried: dict[str, str]) -> dict[str, str]:
    """Give a building under another the address of the row above, where only that one was written out."""
    if "street" in cells:
        carried.clear()
        carried.update({name: cells[name] for name in _CARRIED if name in cells})
        return cells
    same = "number" not in cells or cells["number"] == carried.get("number")
    return {**carried, **cells} if same else cells


def _typed(cells: Mapping[str, str], columns: Mapping[str, Column], as_of: date | None) -> dict[str, Scalar]:
    state = next((cells[name] for name in ("license_state", "state", "garage_state") if name in cells), None)
    read = parse("state", state).value if state else None
    context = Context(as_of=as_of, serial=True, state=read if isinstance(read, str) else None, year=cells.get("year"))
    return {name: parse(columns[name].type, text, context).value for name, text in cells.items()}


def _checks(name: str, rows: Sequence[Row], totals: Sequence[Record]) -> Iterable[Check]:
    """Compare printed totals with sums; the last totals row is the grand one, subtotals before it are passed over."""
    if not totals:
        return
    printed = totals[-1].cells
    for column in _SUMMED[name]:
        total = decimal_of(printed[column]) if column in printed else None
        if total is not None:
            summed = sum((_decimal(row.values.get(column)) for row in rows), Decimal(0))
            yield Check(name=f"sum {column} = printed total", ok=summed == total)


def _numbering(rows: Sequence[Row]) -> list[Check]:
    """Check that rows which are numbered 1, 2, 3 miss none; other numbers prove nothing."""
    numbers = [row.values.get("number") for row in rows]
    if len(rows) < 2 or numbers[0] != "1" or len(set(numbers)) < len(numbers):
        return []
    return [Check(name="rows numbered without a gap", ok=numbers == [str(n) for n in range(1, len(rows) + 1)])]


def _tiv_checks(rows: Sequence[Row]) -> list[Check]:
    parts = ("building_value", "contents_value", "bi_value")
    whole = [row for row in rows if row.values.get("tiv") and any(row.values.get(part) for part in parts)]
    if not whole:
        return []
    fits = all(
        sum((_decimal(row.values.get(part)) for part in parts), Decimal(0)) == _decimal(row.values["tiv"])
        for row in whole
    )
    return [Check(name="building + contents + income = row total", ok=fits)]


def _decimal(value: Scalar) -> Decimal:
    number = decimal_of(value) if isinstance(value, str) else None
    return number if number is not None else Decimal(0)


def _doubts(name: str, rows: Sequence[Row]) -> list[Defect]:
    """Name every cell that did not parse by row and column, never by its text."""
    return [
        Defect(reason="bad_format", detail=f"{name} {row.at.cell or f'row {number}'}: {column}", page=row.at.page)
        for number, row in enumerate(rows, start=1)
        for column, value in row.values.items()
        if value is None
    ]


def _insured(document: ParsedDocument, grids: Sequence[Grid], pages: tuple[int, int]) -> tuple[FieldCandidate, ...]:
    """Return whose schedule it is, as the field ``document_insured``: a labelled name, else a company name on top."""
    above = [
        Line(text=cell.text.strip(), place=cell.at)
        for grid in grids[:1]
        for row in grid.above
        for cell in row
        if cell.text
    ]
    lines = above if above else list(lines_of(document, pages))[:12]
    found = labelled(lines, r"(?:first\s+)?named insured|insured(?: name)?|applicant|account(?: name)?|client|company")
    if found:
        return (_insured_candidate(found[0], found[1].at, 0.95),)
    for line in lines[:4]:
        if _ENTITY.search(line.text) and len(line.text) < 80:
            return (_insured_candidate(line.text, line.at, 0.8),)
    if len(lines) > 1 and _TITLE.search(lines[1].text) and not _TITLE.search(lines[0].text):
        return (_insured_candidate(lines[0].text, lines[0].at, 0.6),)
    return ()


def _insured_candidate(name: str, at: Location, confidence: float) -> FieldCandidate:
    return candidate("document_insured", name, "insured", method="text", at=at, confidence=confidence)
