"""The sheets and tables of a file that hold one list: with a header, going on without one, or left unread and named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from parsers.document import Cell, ParsedDocument, Table
from parsers.extract.grids import Grid, grids_in, is_header_again, tables_on
from parsers.extract.headers import looks_right, meanings
from parsers.extract.listed import Listed, others
from parsers.extract.sides import side_by_side
from parsers.packed import SheetRows, blanks_in, texts_of

_SUMMARY = re.compile(r"\b(?:summary|recap|totals?|roll\s?-?up)\b", re.IGNORECASE)
_BROAD, _LONG = 4, 3
"""Cells a line needs to be a line of a list, and lines a sheet needs for somebody to ask what it is."""
_HEADS = 3
_DIGITS = re.compile(r"\d{3}")


def sheet_grids(document: ParsedDocument, pages: tuple[int, int], sort: Listed) -> list[Grid]:
    """Return the grids of a list; a sheet that sums up others is none of it."""
    found: list[Grid] = []
    summed: list[Grid] = []
    for table in tables_on(document, pages):
        grids = own_grids(table, sort)
        if grids and is_summary(table):
            summed.extend(grids)
        elif grids:
            found.extend(grids)
        elif found and (more := _going_on(table, found[-1], sort)):
            found.append(more)
    return found or summed


def own_grids(table: Table, sort: Listed) -> list[Grid]:
    """Return the grids of a table that are lists of a sort, and not of one that only looks like it.

    A list ends where the header of a list of another sort stands below a blank line or a title; sets of the same
    columns beside each other are lists of their own.
    """
    return [
        one
        for grid in grids_in(table, sort.columns, sort.enough)
        if not sort.refuses(grid.heads)
        for part in _without_others(grid, sort)
        for one in side_by_side(part, sort.columns, sort.enough)
    ]


def _without_others(grid: Grid, sort: Listed) -> Iterator[Grid]:
    """Yield the parts of a grid between the headers of other lists, each with its header come again but the first."""
    if isinstance(grid.body, SheetRows) and not _begins_another(grid.body, sort):
        yield grid
        return
    start, of_another, alone = 0, False, False
    header, depth = grid.header, grid.depth
    for index, texts in enumerate(texts_of(grid.body)):
        if not (alone or of_another) and len(texts) > 1 and texts[0] and texts[1]:
            continue  # As nearly every row of a long list.
        count = _filled(texts)
        if (alone or of_another) and count > 1:
            if not of_another and is_other_header(texts, sort):
                yield replace(grid, header=header, depth=depth, body=grid.body[start:index])
                of_another = True
            elif of_another and is_header_again(texts, grid) and not is_other_header(texts, sort):
                start, of_another = index + 1, False
                header, depth = grid.header + grid.depth + index, 1
        alone = count <= 1
    if not of_another:
        yield replace(grid, header=header, depth=depth, body=grid.body[start:]) if start else grid


def _begins_another(rows: SheetRows, sort: Listed) -> bool:
    """Return whether the header of a list of another sort stands below a blank line or a title.

    Such a line has a blank cell among its first two.
    """
    some = {at for column in rows.columns[:2] for at in blanks_in(column)}
    if len(rows.columns) < 2 or not some:
        return False
    below = (rows.line(at + 1) for at in sorted(some) if at + 1 < len(rows) and _filled(rows.line(at)) < 2)
    return any(_filled(texts) > 1 and is_other_header(texts, sort) for texts in below)


def _filled(texts: Sequence[str]) -> int:
    return sum(map(bool, texts[:_BROAD])) or sum(map(bool, texts))


def is_other_header(texts: Sequence[str], sort: Listed) -> bool:
    """Return whether a line is the header of a list of another sort rather than of this one."""
    filled = [text for text in texts if text]
    if len(filled) < _HEADS or any(_DIGITS.search(text) for text in filled):
        return False
    own = sum(bool(meanings(text, sort.columns)) for text in filled)
    for other in others(sort.name):
        named = [found for text in filled if (found := meanings(text, other.columns))]
        if len(named) > own and len(named) * 10 >= len(filled) * 6 and other.enough({*chain.from_iterable(named)}):
            return True
    return False


def holds_another(table: Table, sort: Listed) -> bool:
    """Return whether a table is a list of another sort."""
    return any(own_grids(table, other) for other in others(sort.name))


def is_summary(table: Table) -> bool:
    """Return whether a sheet is called one that sums up others."""
    return bool(table.sheet and _SUMMARY.search(table.sheet))


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


def is_like_a_list(table: Table) -> bool:
    """Return whether a sheet has lines as broad as those of a list, and so many that somebody asks what it is."""
    broad = sum(sum(bool(cell.text) for cell in row) >= _BROAD for row in table.rows[:200])
    return broad >= _LONG and not is_summary(table)
