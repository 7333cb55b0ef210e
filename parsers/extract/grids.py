"""Grids of cells → records: where the header row stands, what its columns mean, and the rows under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.document import Box, Cell, Location, ParsedDocument, Table
from parsers.extract.headers import Vocabulary, assign, meanings

_TOTAL = re.compile(r"^\W*(grand\s+|sub\s*-?\s*|term\s+|policy\s+|report\s+|overall\s+)?(totals?|sum)\b", re.IGNORECASE)
_SEARCHED_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row under a header: meaning → cell text (blank cells are absent), all its texts, and where it stood."""

    cells: Mapping[str, str]
    texts: tuple[str, ...]
    at: Location

    @property
    def total(self) -> str | None:
        """Return the label of a totals row, or None for any other row."""
        label = next((text for text in self.texts[:4] if text), "")
        return label if _TOTAL.match(label) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table whose header row is known; ``above`` are the rows before it."""

    table: Table
    header: int
    columns: Mapping[int, str]
    above: tuple[tuple[Cell, ...], ...]
    depth: int = 1


def tables_on(document: ParsedDocument, pages: tuple[int, int]) -> tuple[Table, ...]:
    """Return the tables of the pages asked for; sheets and tables without a page belong to every page range."""
    return tuple(
        table
        for table in document.tables
        if not table.hidden and (table.page is None or pages[0] <= table.page <= pages[1])
    )


def find_grid(table: Table, vocabulary: Vocabulary, enough: Callable[[set[str]], bool], start: int = 0) -> Grid | None:
    """Return the grid whose header is the row with most meanings among the first 60 from ``start``; None without one.

    ``enough`` says which meanings a header must have. A header of two rows is read as one.
    """
    best: Grid | None = None
    texts = [[cell.text for cell in row] for row in table.rows]
    for index in range(start, min(len(texts), start + _SEARCHED_ROWS)):
        if sum(bool(meanings(text, vocabulary)) for text in texts[index]) < 2:
            continue
        for depth in (1, 2):
            header = _header(texts, index, depth)
            if best and sum(bool(meanings(text, vocabulary)) for text in header) <= len(best.columns):
                continue  # No cells below could make it better than the best.
            columns = assign(header, texts[index + depth :], vocabulary)
            if enough(set(columns.values())) and (best is None or len(columns) > len(best.columns)):
                best = Grid(table=table, header=index, columns=columns, above=table.rows[start:index], depth=depth)
    return best


def _header(texts: Sequence[Sequence[str]], index: int, depth: int) -> list[str]:
    if depth == 1 or index + 1 >= len(texts):
        return list(texts[index])
    upper, lower = texts[index], texts[index + 1]
    if any(re.search(r"\d{3}", text) for text in lower):
        return list(upper)
    width = max(len(upper), len(lower))
    padded = [[*row, *[""] * (width - len(row))] for row in (upper, lower)]
    return [below or above for above, below in zip(*padded, strict=True)]


def records(grid: Grid) -> Iterator[Record]:
    """Yield the rows under the header; blank rows, repeated headers and rows of units are left out."""
    header = [cell.text.casefold() for cell in grid.table.rows[grid.header]]
    for row in grid.table.rows[grid.header + grid.depth :]:
        texts = tuple(" ".join(cell.text.split()) for cell in row)
        if not any(texts) or [text.casefold() for text in texts] == header or _units(texts):
            continue
        cells = {name: texts[index] for index, name in grid.columns.items() if index < len(texts) and texts[index]}
        yield Record(cells=cells, texts=texts, at=place(row))


def _units(texts: Sequence[str]) -> bool:
    known = {"$", "($)", "sq ft", "sf", "sq. ft.", "(sf)", "lbs", "miles", "%", "y/n", "(y/n)", "yyyy", "#", "$000s"}
    return all(text.casefold() in known for text in texts if text)


def place(row: Sequence[Cell]) -> Location:
    """Return where a row stands: page and the box around its cells, or sheet and first filled cell."""
    filled = [cell for cell in row if cell.text] or list(row)
    if not filled:
        return Location()
    first = filled[0].at
    boxes = [cell.at.box for cell in filled if cell.at.box]
    return Location(page=first.page, box=around(boxes), sheet=first.sheet, cell=first.cell)


def around(boxes: Sequence[Box]) -> Box | None:
    """Return the smallest box that holds all boxes, or None without any."""
    if len(boxes) < 2:
        return boxes[0] if boxes else None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
