"""Every line of a sheet or page beside the ones that were read: can it be a row that nobody took?

What stands above a header, beside a ruled table, on a sheet without known heads or in a table of other columns is
looked at as it stands in the file, whatever the reader thinks of it. A list with such lines beside it is not proven.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.document import Box, Cell, Defect, Page, ParsedDocument, Table
from parsers.extract.grids import Grid, area_of, around, tables_on, within
from parsers.extract.headers import normalised
from parsers.extract.layout import cells_on
from parsers.extract.listed import Listed
from parsers.extract.prints import Part
from parsers.extract.sentences import is_sentence
from parsers.extract.sheetwise import holds_another, is_like_a_list, is_other_header, is_summary, own_grids
from parsers.packed import SheetRows, texts_of

_FIGURE = re.compile(r"\$\s?\d|\d,\d{3}\b|\d\.\d\d\b|(?=\w*\d\w*\d\w*\d\w*\d)\w{5,}|\d{1,4}[-/]\d{1,2}[-/]\d{2,4}")
"""An amount, a number of four digits in an identifier, or a date."""
_DAY = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{2,4}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}")
_MANY = 3
_DIGIT = re.compile(r"\d")
_DIGITS, _WORD = re.compile(r"\d{3}"), re.compile(r"[A-Za-z]{2}")
_SUMMED = re.compile(r"\W*(?:\w+\s+){0,2}(?:sub-?)?totals?\b", re.IGNORECASE)
_LABEL = re.compile(r":(?:\s|$)")
_ON_TOP, _AMONG = 4, 2
"""Cells a line needs to be a row: on top of the first header, where names, days and numbers are told, and elsewhere."""


def may_be_row(texts: Sequence[str], least: int) -> bool:
    """Return whether a line of cells could be a row of a list: figures beside each other, and neither label nor sum."""
    filled = [text for text in texts if text]
    if len(filled) < least or _SUMMED.match(filled[0]) or filled[0].endswith(":"):
        return False
    if len(filled) <= _MANY and _LABEL.search(filled[0]):
        return False
    if any(text.endswith("?") for text in filled):
        return False
    if len(filled) > _MANY:
        return any(map(_DIGIT.search, filled))
    if len(filled) > 2:
        return any(_DIGITS.search(text) or _FIGURE.search(text) for text in filled)
    return not is_sentence(filled[0]) and not _DAY.fullmatch(filled[1]) and any(map(_FIGURE.search, filled))


def unread_rows(
    document: ParsedDocument, pages: tuple[int, int], grids: Sequence[Grid], sort: Listed
) -> Iterator[Defect]:
    """Yield a defect for each table of a file without pages that holds lines nobody read as they may be rows.

    Sheets that sum up others and lists of another sort are told elsewhere and are no part of this one.
    """
    if not grids:
        return
    seen_one = False
    for table in tables_on(document, pages):
        own = [grid for grid in grids if grid.table is table]
        if not own and (is_summary(table) or holds_another(table, sort)):
            continue
        top = min((grid.header for grid in own), default=0) if not seen_one else 0
        seen_one = seen_one or bool(own)
        lines = _left(table, own, sort, top)
        if lines:
            where = f"{table.sheet} " if table.sheet else ""
            said = f"{where}row {lines[0] + 1}" + (f" and {len(lines) - 1} more" if lines[1:] else "")
            yield Defect(reason="unclear", detail=f"{sort.name} {said}: lines that were not read")


def _left(table: Table, own: Sequence[Grid], sort: Listed, top: int) -> list[int]:
    """Return the lines of a table, from 0, that nobody read; ``top`` is where its title ends.

    Behind the header of a list of another sort lines are that one's.
    """
    lines = texts_of(table.rows)
    heads = {index for grid in own for index in range(grid.header, grid.header + grid.depth) if index < len(lines)}
    found = [at for at in heads if any(_DIGITS.search(text) and not _WORD.search(text) for text in lines[at])]
    for unread in _gaps(own, len(lines)):
        of_another = False
        for index, texts in zip(unread, lines[unread.start : unread.stop], strict=True):
            of_another = of_another or is_other_header(texts, sort)
            if not of_another and may_be_row(texts, _ON_TOP if index < top else _AMONG):
                found.append(index)
    return sorted(found)


def _gaps(own: Sequence[Grid], count: int) -> Iterator[range]:
    """Yield the lines, from 0, that are part of no grid."""
    start = 0
    for first, end in sorted((grid.header, grid.header + grid.depth + len(grid.body)) for grid in own):
        if start < first:
            yield range(start, min(first, count))
        start = max(start, end)
    if start < count:
        yield range(start, count)


def other_lists(
    document: ParsedDocument, pages: tuple[int, int], grids: Sequence[Grid], sort: Listed
) -> Iterator[Defect]:
    """Yield what stands in the file of a list and is no part of it: lists of other sorts, and broad sheets of words."""
    for table in tables_on(document, pages) if grids else ():
        own = [grid for grid in grids if grid.table is table]
        if own:
            yield from _begun(table, own, sort)
        elif table.sheet and is_like_a_list(table) and (holds_another(table, sort) or not _left(table, own, sort, 0)):
            yield Defect(reason="unclear", detail=f"{sort.name}: the sheet {table.sheet} was not read as a list")


def _begun(table: Table, own: Sequence[Grid], sort: Listed) -> Iterator[Defect]:
    """Yield where on the sheet of a list one of another sort begins."""
    lines = texts_of(table.rows)
    for unread in _gaps(own, len(lines)):
        for index, texts in zip(unread, lines[unread.start : unread.stop], strict=True):
            if is_other_header(texts, sort):
                where = f"{table.sheet} row {index + 1}" if table.sheet else f"row {index + 1}"
                yield Defect(reason="unclear", detail=f"{sort.name} {where}: another list begins, it was not read")


def hidden_lists(document: ParsedDocument, sort: Listed) -> Iterator[Defect]:
    """Yield a defect for each hidden sheet that holds such a list: nobody reads it, and it may be part of this one."""
    for table in document.tables:
        if table.hidden and own_grids(table, sort):
            yield Defect(reason="unclear", detail=f"{sort.name}: the hidden sheet {table.sheet} was not read")


def unread_words(
    document: ParsedDocument, pages: tuple[int, int], parts: Sequence[Part], sort: Listed
) -> Iterator[Defect]:
    """Yield a defect for each page of a print where lines that may be rows stand beside what was read."""
    first = min((part.page for part in parts), default=None)
    for page in document.pages:
        if first is None or not pages[0] <= page.number <= pages[1] or not page.words:
            continue
        areas = [area for part in parts if part.page == page.number and (area := _area(part.grid))]
        top = min((area[1] for area in areas), default=page.height) if page.number == first else 0.0
        lines = _left_on(page, areas, sort, top, _ON_TOP if page.number <= first else _AMONG)
        if lines:
            yield _not_read(page, lines, sort)


def _left_on(page: Page, areas: Sequence[Box], sort: Listed, top: float, least: int) -> list[list[Cell]]:
    """Return the lines of a page outside of what was read; ``top`` is where its title ends.

    Behind the header of a list of another sort lines are that one's, down to the next list that was read.
    """
    found, another = [], None
    for cells in _outside(page, areas):
        texts, box = [cell.text for cell in cells], cells[0].at.box
        height = box[1] if box else 0.0
        if another is not None and any(another < area[1] <= height for area in areas):
            another = None
        if another is None and is_other_header(texts, sort):
            another = height
        if another is None and may_be_row(texts, least if height < top or not top else _AMONG):
            found.append(cells)
    return found


def _not_read(page: Page, lines: Sequence[Sequence[Cell]], sort: Listed) -> Defect:
    box = around([cell.at.box for line in lines for cell in line if cell.at.box])
    said = f"{sort.name} page {page.number}: lines beside the list that were not read ({len(lines)})"
    return Defect(reason="unclear", detail=said, page=page.number, box=box)


def _outside(page: Page, areas: Sequence[Box]) -> list[list[Cell]]:
    words = tuple(word for word in page.words if not any(within(word.box, area) for area in areas))
    return cells_on(replace(page, words=words, word_fonts=(), word_confidences=())) if words else []


def _area(grid: Grid) -> Box | None:
    """Return the place of a list on its page: its heads and all lines below them."""
    return area_of([*grid.table.rows[grid.header : grid.header + grid.depth], *grid.body])


def nameless_columns(grid: Grid) -> list[int]:
    """Return the columns of figures over which no head stands, or the head of another once more.

    Running numbers need none.
    """
    known = {normalised(grid.heads[index]) for index in grid.columns if index < len(grid.heads)}
    twice = {at for at, head in enumerate(grid.heads) if at not in grid.columns and head and normalised(head) in known}
    blank = [at for at, head in enumerate(grid.heads) if not head]
    if isinstance(grid.body, SheetRows) and not blank and not twice and len(grid.body.columns) <= len(grid.heads):
        return []
    found: set[int] = set()
    for row in texts_of(grid.body):
        if blank or twice or len(row) > len(grid.heads):
            places = (*blank, *range(len(grid.heads), len(row)))
            here = {index for index in places if index < len(row) and _FIGURE.search(row[index])}
            here |= {index for index in twice if index < len(row) and _DIGIT.search(row[index])}
            found |= set() if here <= found or any(map(_SUMMED.match, row)) else here
    return sorted(found)
