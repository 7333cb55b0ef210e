"""Read the sheets of a workbook (xlsx, xlsb, xls, ods) with calamine."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import python_calamine as calamine

from parsers import collector
from parsers.document import Cell, Defect, ParsedDocument, Table
from parsers.readers.cells import BLANK, letters, rows_of
from parsers.readers.parts import Parts, PartsRefusedError
from parsers.readers.sheet_formulas import without_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.limits import Limits

_MOST_TOGETHER = 8
_AT_ONCE = 1000
"""Rows made together."""


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return one table a sheet, hidden ones marked, each cell with its sheet and place.

    Blank cells keep their place inside a row and are dropped at its end. ``partial`` when a sheet was cut.
    """
    try:
        unsolved = _unsolved(data, limits) if data.startswith(b"PK") else ()
        with collector.paused(), calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return _document(book, limits, unsolved)
    except PartsRefusedError as refused:
        return _unreadable(refused.reason, refused.detail)
    except calamine.PasswordError:
        return _unreadable("locked")
    except (calamine.CalamineError, OSError, ValueError) as error:
        return _unreadable("damaged", type(error).__name__)


def _unsolved(data: bytes, limits: Limits) -> tuple[Defect, ...]:
    """Look at the container before it is opened, and return what its formulas lack."""
    parts = Parts(data, limits)
    if parts.size > _MOST_TOGETHER * limits.part:
        raise PartsRefusedError("unsafe", "the parts inflate beyond every real document")
    try:
        return tuple(without_result(parts))
    except PartsRefusedError as refused:
        if refused.reason == "unsafe":
            raise
        return ()  # What is damaged, the reader of cells says better.


def _document(book: calamine.CalamineWorkbook, limits: Limits, unsolved: tuple[Defect, ...]) -> ParsedDocument:
    tables: list[Table] = []
    defects: list[Defect] = []
    looked, kept = limits.cells, limits.kept_cells
    for about in book.sheets_metadata:
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(about.name)
        except calamine.CalamineError:
            defects.append(Defect(reason="damaged", detail=f"the sheet {about.name}"))
            continue
        height = min(sheet.height, looked // max(sheet.width, 1))
        looked -= height * sheet.width
        rows = tuple(_rows(sheet, height, kept))
        kept -= sum(map(len, rows))
        if len(rows) < sheet.height:
            defects.append(Defect(reason="too_many_cells", detail=f"{sheet.height - len(rows)} rows of {about.name}"))
        hidden = about.visible != calamine.SheetVisibleEnum.Visible
        tables.append(Table(rows=_from_first(sheet, rows), sheet=about.name, hidden=hidden))
    return _finished(tables, defects, unsolved)


def _rows(sheet: calamine.CalamineSheet, height: int, kept: int) -> Iterator[tuple[Cell, ...]]:
    if sheet.start is None:
        return
    top, left = sheet.start
    blanks = (BLANK,) * left
    columns = [letters(column) for column in range(left, left + sheet.width)]
    values = sheet.to_python(skip_empty_area=True, nrows=height)
    for start in range(0, len(values), _AT_ONCE):
        for cells in rows_of(values[start : start + _AT_ONCE], sheet.name, top + start + 1, columns):
            kept -= len(cells) + (left if cells else 0)
            if kept < 0:
                return
            yield (*blanks, *cells) if left and cells else cells


def _from_first(sheet: calamine.CalamineSheet, rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    """Put back the blank rows above the used area, so that a row's position is its number on the sheet."""
    top = sheet.start[0] if sheet.start else 0
    return (*((),) * min(top, 1000), *rows)


def _finished(tables: list[Table], defects: list[Defect], unsolved: tuple[Defect, ...]) -> ParsedDocument:
    if not any(table.rows for table in tables) and not defects:
        return _unreadable("empty")
    return ParsedDocument(
        sha256="",
        media_type="",
        status="partial" if defects else "read",
        reason=defects[0].reason if defects else None,
        tables=tuple(tables),
        defects=(*defects, *unsolved),
    )


def _unreadable(reason: str, detail: str = "") -> ParsedDocument:
    defects = (Defect(reason=reason, detail=detail),)
    return ParsedDocument(sha256="", media_type="", status="unreadable", reason=reason, defects=defects)
