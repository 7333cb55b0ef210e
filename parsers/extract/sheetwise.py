"""The sheets and tables of a file that hold one list: with a header, going on without one, or left unread and named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.document import Cell, Defect, ParsedDocument, Table
from parsers.extract.grids import Grid, grids_in, tables_on
from parsers.extract.headers import looks_right
from parsers.extract.listed import Listed

_SUMMARY = re.compile(r"\b(?:summary|recap|totals?|roll\s?-?up)\b", re.IGNORECASE)
_BROAD, _LONG = 4, 3
"""Cells a line needs to be a line of a list, and lines a sheet needs for somebody to ask what it is."""


def sheet_grids(document: ParsedDocument, pages: tuple[int, int], sort: Listed) -> list[Grid]:
    """Return the grids of a list; a sheet that sums up others is none of it."""
    found: list[Grid] = []
    summed: list[Grid] = []
    for table in tables_on(document, pages):
        grids = own_grids(table, sort)
        if grids and table.sheet and _SUMMARY.search(table.sheet):
            summed.extend(grids)
        elif grids:
            found.extend(grids)
        elif found and (more := _going_on(table, found[-1], sort)):
            found.append(more)
    return found or summed


def own_grids(table: Table, sort: Listed) -> list[Grid]:
    """Return the grids of a table that are lists of a sort, and not of one that only looks like it."""
    return [grid for grid in grids_in(table, sort.columns, sort.enough) if not sort.refuses(grid.heads)]


def _going_on(table: Table, last: Grid, sort: Listed) -> Grid | None:
    """Return a table without a header as more of the last one, where its cells look right in the same columns."""
    looks = [
        looks_right(sort.columns[name], row[index].text)
        for row in table.rows[:60]
        if sum(bool(cell.text) for cell in row) > 1
        for index, name in last.columns.items()
        if index < len(row) and row[index].text
    ]
    if len(looks) < 2 or sum(looks) * 10 < len(looks) * 8 or _width(table.rows) != len(last.heads):
        return None
    return Grid(table=table, header=0, columns=last.columns, above=(), body=table.rows, heads=last.heads, depth=0)


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    return max((index + 1 for row in rows for index, cell in enumerate(row) if cell.text), default=0)


def unread(document: ParsedDocument, grids: Sequence[Grid], sort: Listed) -> Iterator[Defect]:
    """Name the sheets that nobody read: hidden ones with such a list, and others with lines like those of a list."""
    read = {id(grid.table) for grid in grids}
    for table in document.tables:
        if table.hidden and own_grids(table, sort):
            yield Defect(reason="unclear", detail=f"{sort.name}: the hidden sheet {table.sheet} was not read")
        elif grids and not table.hidden and table.sheet and id(table) not in read and _like_a_list(table):
            yield Defect(reason="unclear", detail=f"{sort.name}: the sheet {table.sheet} was not read as a list")


def _like_a_list(table: Table) -> bool:
    broad = sum(sum(bool(cell.text) for cell in row) >= _BROAD for row in table.rows[:200])
    return broad >= _LONG and not (table.sheet and _SUMMARY.search(table.sheet))
