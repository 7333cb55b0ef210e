"""The pages of a printed list → tables that follow each other: ruled or laid out, headed or going on, one or two wide.

A page takes its ruled tables where they are lists, else its words. A page without a header goes on with the columns of
the page before. Pages whose columns complete each other are the two halves of one wide page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from parsers.document import Box, Cell, Location, Page, ParsedDocument, Table
from parsers.extract.booking import is_furniture
from parsers.extract.grids import Grid, area_of, find_grid, is_header_again, tables_on, within
from parsers.extract.layout import Columns, LaidOut, columns_of, laid_out, runs_on
from parsers.extract.listed import Listed
from parsers.extract.pagecuts import part_of_page, sections
from parsers.extract.sides import side_by_side

Line = tuple[Cell, ...]

_BROAD, _LONG = 3, 3
"""Cells a line needs to be a line of a list, and lines a page needs for somebody to ask what it is."""
_LEVEL = 3.0
"""Points by which the two halves of a line may stand apart in height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One page's worth of a list; ``ruled`` where lines drawn on the page make its cells."""

    grid: Grid
    page: int
    ruled: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Return what its columns mean."""
        return frozenset(self.grid.columns.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A printed list: its grids in the order of its pages, and the ``parts`` of pages they were made of."""

    grids: tuple[Grid, ...]
    parts: tuple[Part, ...]

    @property
    def ruled(self) -> bool:
        """Return whether ruling lines drew every row of it."""
        return all(part.ruled for part in self.parts)


def printed_list(document: ParsedDocument, pages: tuple[int, int], listed: Listed) -> Print:
    """Return a printed list, halves of wide pages put together and sets of columns beside each other taken apart."""
    found = _parts(document, pages, listed)
    own = [part for part in _widened(found) if listed.enough(part.names) and not listed.refuses(part.grid.heads)]
    grids = (grid for part in own for grid in side_by_side(part.grid, listed.columns, listed.enough))
    return Print(grids=tuple(grids), parts=tuple(found) if own else ())


def _parts(document: ParsedDocument, pages: tuple[int, int], listed: Listed) -> list[Part]:
    ruled = tables_on(document, pages)
    found: list[Part] = []
    columns: Columns | None = None
    for page in document.pages:
        if not pages[0] <= page.number <= pages[1] or not page.words:
            continue
        own = _ruled([table for table in ruled if table.page == page.number], found, listed)
        if own:
            found.extend(own)
            others = [area for table in ruled if table.page == page.number and (area := area_of(table.rows))]
            found.extend(_typed_under(page, own[-1].grid, others, listed))
            continue
        for section in sections(page, listed, going_on=columns is not None):
            part, columns = _laid_out(section, columns, listed)
            if part:
                found.append(part)
    return found


def _typed_under(page: Page, last: Grid, ruled: Sequence[Box], listed: Listed) -> Iterator[Part]:
    """Yield the lines below a ruled table that stand in its columns: rows were added to it with a typewriter."""
    bottom = max((cell.at.box[3] for row in last.body for cell in row if cell.at.box), default=None)
    columns = columns_of(last, listed.columns, page)
    if bottom is None or columns is None:
        return
    free = (word for word in page.words if not any(within(word.box, area) for area in ruled))
    below = part_of_page(page, {id(word) for word in free if word.box[1] > bottom - _LEVEL})
    laid = laid_out(below, listed.columns, listed.enough, going_on=columns) if below.words else None
    if laid and laid.columns is columns:
        yield Part(grid=_grid(laid), page=page.number)


def unread_pages(document: ParsedDocument, pages: tuple[int, int], grids: Sequence[Grid]) -> Iterator[int]:
    """Yield the pages behind the first of a list that gave it nothing although they hold lines like those of a list."""
    read = {cell.at.page for grid in grids for row in grid.body for cell in row if cell.text}
    first = min((page for page in read if page is not None), default=None)
    for page in document.pages:
        if first is not None and first < page.number <= pages[1] and page.number not in read and _like_a_list(page):
            yield page.number


def _like_a_list(page: Page) -> bool:
    return sum(count >= _BROAD for count in runs_on(page)) >= _LONG


def _half(names: Set[str]) -> bool:
    return len(names) >= 2


def _ruled(tables: Sequence[Table], before: Sequence[Part], listed: Listed) -> list[Part]:
    found: list[Part] = []
    for table in tables:
        grid = find_grid(table, listed.columns, listed.enough)
        if grid is None:
            half = find_grid(table, listed.columns, _half)
            named = half and len(half.columns) * 10 >= 4 * sum(bool(head) for head in half.heads)
            grid = half if named else _going_on(table, [*before, *found])
        if grid and table.page is not None:
            found.append(Part(grid=grid, page=table.page, ruled=True))
    return found


def _going_on(table: Table, before: Sequence[Part]) -> Grid | None:
    """Return a ruled table without a header as more of the one before that has its columns at the same places."""
    if not before or not table.rows:
        return None
    last = before[-1].grid
    mine, theirs = _edges(table.rows[0]), _edges(last.table.rows[last.header])
    if len(mine) != len(theirs) or any(abs(one - other) > _LEVEL for one, other in zip(mine, theirs, strict=True)):
        return None
    return Grid(table=table, header=0, columns=last.columns, above=(), body=table.rows, heads=last.heads, depth=0)


def _edges(row: Sequence[Cell]) -> list[float]:
    return [cell.at.box[0] for cell in row if cell.at.box]


def _laid_out(page: Page, before: Columns | None, listed: Listed) -> tuple[Part | None, Columns | None]:
    laid = laid_out(page, listed.columns, listed.enough)
    if laid is None:
        laid = laid_out(page, listed.columns, _half) or (
            laid_out(page, listed.columns, _half, going_on=before) if before else None
        )
    if laid is None:
        return None, before
    return Part(grid=_grid(laid), page=page.number), laid.columns


def _grid(laid: LaidOut) -> Grid:
    table, at = laid.table, laid.header
    return Grid(
        table=table,
        header=at,
        columns=dict(laid.columns.names),
        above=table.rows[:at],
        body=table.rows[at + 1 :],
        heads=laid.columns.heads,
    )


def _widened(parts: list[Part]) -> list[Part]:
    """Put the halves of wide pages together: two sets of columns that share little."""
    sorts: dict[frozenset[str], list[Part]] = {}
    for part in parts:
        sorts.setdefault(part.names, []).append(part)
    groups = list(sorts.values())
    if len(groups) != 2:
        return parts
    one, other = groups[0][0].names, groups[1][0].names
    if len(one & other) * 3 > min(len(one), len(other)):
        return parts
    left, right = ([_lines(part) for part in group] for group in groups)
    if sum(map(len, left)) == sum(map(len, right)):
        pairs = list(zip(chain.from_iterable(left), chain.from_iterable(right), strict=True))
    elif len(left) == len(right):
        pairs = [pair for ours, theirs in zip(left, right, strict=True) for pair in _level(ours, theirs)]
    else:
        return parts
    return [_side_by_side(groups[0][0], groups[1][0], pairs)]


def _lines(part: Part) -> list[Line]:
    """Return the lines of a page that are part of its list: no blank ones, no page numbers, no header come again."""
    found = []
    for line in part.grid.body:
        texts = [cell.text for cell in line]
        if any(texts) and not is_furniture(texts) and not is_header_again(texts, part.grid):
            found.append(line)
    return found


def _side_by_side(left: Part, right: Part, pairs: Sequence[tuple[Line, Line]]) -> Part:
    """Return two halves as one; ``pairs`` are lines that belong together."""
    width = max((len(row) for row in (left.grid.heads, *(one for one, _ in pairs))), default=0)
    beside = {width + index: name for index, name in right.grid.columns.items() if name not in left.names}
    grid = Grid(
        table=left.grid.table,
        header=left.grid.header,
        columns=left.grid.columns | beside,
        above=left.grid.above,
        body=tuple((*one, *_blanks(width - len(one)), *other) for one, other in pairs),
        heads=(*left.grid.heads, *[""] * (width - len(left.grid.heads)), *right.grid.heads),
        depth=left.grid.depth,
    )
    return Part(grid=grid, page=left.page, ruled=left.ruled and right.ruled)


def _level(left: Sequence[Line], right: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Pair lines that stand at the same height; what has no counterpart stays alone."""
    pairs: list[tuple[Line, Line]] = []
    rest = [(_height(row), row) for row in right]
    at = 0
    for row in left:
        height = _height(row)
        while at < len(rest) and rest[at][0] < height - _LEVEL:
            pairs.append(((), rest[at][1]))
            at += 1
        met = at < len(rest) and rest[at][0] <= height + _LEVEL
        pairs.append((row, rest[at][1] if met else ()))
        at += met
    pairs.extend(((), row) for _, row in rest[at:])
    return pairs


def _height(row: Sequence[Cell]) -> float:
    boxes = [cell.at.box for cell in row if cell.at.box and cell.text] or [c.at.box for c in row if c.at.box]
    return min((box[1] for box in boxes), default=-1.0)


def _blanks(count: int) -> tuple[Cell, ...]:
    return tuple(Cell(text="", at=Location()) for _ in range(count))
