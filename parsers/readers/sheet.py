"""Read the sheets of a workbook (xlsx, xlsb, xls, ods) with calamine."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import python_calamine as calamine

from parsers import collector
from parsers.document import Defect, ParsedDocument, Table
from parsers.packed import SheetRows
from parsers.readers.cells import columns_of
from parsers.readers.parts import Parts, PartsRefusedError
from parsers.readers.sheet_formulas import kept_back

if TYPE_CHECKING:
    from parsers.limits import Limits

_MOST_TOGETHER = 8
_MOST_ABOVE = 1000


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
        return tuple(kept_back(parts))
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
        rows = _rows(sheet, height, kept)
        kept -= _held(rows)
        whole = _above(sheet) + sheet.height
        if len(rows) < whole:
            defects.append(Defect(reason="too_many_cells", detail=f"{whole - len(rows)} rows of {about.name}"))
        hidden = about.visible != calamine.SheetVisibleEnum.Visible
        tables.append(Table(rows=rows, sheet=about.name, hidden=hidden))
    return _finished(tables, defects, unsolved)


def _rows(sheet: calamine.CalamineSheet, height: int, kept: int) -> SheetRows:
    """Return the rows of a sheet from its first on, so that a row's position is its number, and at most so many cells.

    Of more than a thousand blank rows above the used area a thousand are put back.
    """
    if sheet.start is None:
        return SheetRows((), sheet.name)
    top, left = sheet.start
    above = _above(sheet)
    columns = columns_of(sheet.to_python(skip_empty_area=True, nrows=height)) or [[]]
    blanks = [""] * (above + len(columns[0]))
    rows = SheetRows([blanks] * left + [blanks[:above] + column for column in columns], sheet.name, top - above + 1)
    return rows if _held(rows) <= kept else rows[: _fitting(rows, kept)]


def _above(sheet: calamine.CalamineSheet) -> int:
    return min(sheet.start[0], _MOST_ABOVE) if sheet.start else 0


def _held(rows: SheetRows) -> int:
    """Return how many cells the rows have without the blank ones at their ends."""
    held, ends = 0, list(range(len(rows)))
    for width in range(len(rows.columns), 0, -1):
        column = rows.columns[width - 1]
        blank = [index for index in ends if not column[index]]
        held += width * (len(ends) - len(blank))
        ends = blank
    return held


def _fitting(rows: SheetRows, kept: int) -> int:
    """Return how many of the first rows have no more cells than are kept."""
    for index in range(len(rows)):
        kept -= len(rows.line(index))
        if kept < 0:
            return index
    return len(rows)


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
