"""Grids of cells → records: where the header row stands, what its columns mean, and the rows under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest

from parsers.document import Box, Cell, Location, ParsedDocument, Table
from parsers.extract.headers import Vocabulary, assign, meanings, normalised
from parsers.packed import rows_without, texts_of

_SEARCHED_ROWS = 60
_DEEPEST = 3
_GLUED = 6
_BLOCK = 3
_DIGITS = re.compile(r"\d{3}")
_EDGE = 1.5
"""Points around an area that still belong to it."""
_LETTERS = re.compile(r"[A-Za-z]{2}")

Enough = Callable[[Set[str]], bool]
Texts = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table whose header row is known; ``above`` are the rows before it, ``body`` those behind it.

    ``heads`` are the texts of the header, a header of several rows put together.
    """

    table: Table
    header: int
    columns: dict[int, str]
    above: Sequence[tuple[Cell, ...]]
    body: Sequence[tuple[Cell, ...]]
    heads: tuple[str, ...]
    depth: int = 1


def tables_on(document: ParsedDocument, pages: tuple[int, int]) -> tuple[Table, ...]:
    """Return the tables of the pages asked for; sheets and tables without a page belong to every page range."""
    return tuple(
        table
        for table in document.tables
        if not table.hidden and (table.page is None or pages[0] <= table.page <= pages[1])
    )


def grids_in(table: Table, vocabulary: Vocabulary, enough: Enough) -> list[Grid]:
    """Return the grids of a table from top to bottom: another header of the same sort of list begins another grid."""
    texts = texts_of(table.rows)
    found: list[Grid] = []
    start = 0
    while (grid := find_grid(table, vocabulary, enough, start, texts)) is not None:
        end = _next_header(texts, grid, vocabulary, enough)
        body = table.rows[grid.header + grid.depth : end]
        found.append(
            Grid(
                table=table,
                header=grid.header,
                columns=grid.columns,
                above=grid.above,
                body=body,
                heads=grid.heads,
                depth=grid.depth,
            )
        )
        start = end
        if end >= len(texts):
            break
    return found


def find_grid(
    table: Table, vocabulary: Vocabulary, enough: Enough, start: int = 0, texts: Texts | None = None
) -> Grid | None:
    """Return the grid whose header is the row with most meanings among the first 60 from ``start``; None without one.

    ``enough`` says which meanings a header must have. A header of two or three rows is read as one.
    """
    texts = texts_of(table.rows) if texts is None else texts
    best: Grid | None = None
    for index in range(start, min(len(texts), start + _SEARCHED_ROWS)):
        if best and index > best.header + best.depth + 12:
            break
        for depth in range(1, _DEEPEST + 1):
            header = _header(texts, index, depth, vocabulary)
            if header is None:
                break
            named = sum(bool(meanings(text, vocabulary)) for text in header)
            if named < 2 or (best and (named <= len(best.columns) or {*header} == {*best.heads})):
                continue  # No cells below could make it better than the best, or it is that one come again.
            columns = assign(header, _speaking(texts, index + depth), vocabulary)
            if enough(set(columns.values())) and (best is None or len(columns) > len(best.columns)):
                best = Grid(
                    table=table,
                    header=index,
                    columns=columns,
                    above=table.rows[start:index],
                    body=table.rows[index + depth :],
                    heads=tuple(header),
                    depth=depth,
                )
    return best


def _speaking(texts: Texts, start: int) -> list[Sequence[str]]:
    """Return the rows below a header that may say what its columns are: those with more than one cell.

    Behind a blank line another list may begin; what stands before it is enough where it is some rows.
    """
    found: list[Sequence[str]] = []
    for row in texts[start : start + 240]:
        filled = sum(bool(text) for text in row)
        if filled > 1:
            found.append(row)
        elif not filled and len(found) >= _BLOCK:
            break
    return found


def _header(texts: Texts, index: int, depth: int, vocabulary: Vocabulary) -> list[str] | None:
    """Return the header that begins at ``index`` over ``depth`` rows, or None where the rows are none."""
    if depth == 1:
        return _unglued(texts[index], vocabulary)
    rows = texts[index : index + depth]
    if len(rows) < depth or any(_DIGITS.search(text) for text in rows[-1]) or not any(rows[-1]):
        return None
    if any(_DIGITS.search(text) and not _LETTERS.search(text) for row in rows[:-1] for text in row):
        return None  # A row of the list above its header is no head.
    if sum(bool(text) for text in rows[0]) < 2:
        return None
    joined = list(rows[0])
    for row in rows[1:]:
        joined = _put_under(joined, row, vocabulary)
    return joined


def _unglued(header: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Return heads with one that ran over into the blank head behind it cut in two, where both then mean something."""
    found = list(header)
    for index in range(len(found) - 1):
        text = found[index]
        if len(text) < _GLUED or found[index + 1] or meanings(text, vocabulary):
            continue
        for cut in range(2, len(text) - 1):
            left, right = text[:cut].strip(), text[cut:].strip()
            if right[0].isupper() and meanings(left, vocabulary) and meanings(right, vocabulary):
                found[index : index + 2] = [left, right]
                break
    return found


def _put_under(above: Sequence[str], below: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Join two header rows: a head over several columns reads before each of them where that names something."""
    found, over = [], ""
    for up, low in zip_longest(above, below, fillvalue=""):
        over = up or over
        together = f"{over} {low}"
        joins = low and (up or not meanings(low, vocabulary)) and meanings(together, vocabulary)
        found.append(together if joins else low or up)
    return found


def _next_header(texts: Texts, grid: Grid, vocabulary: Vocabulary, enough: Enough) -> int:
    """Return the row where another header begins, or the end; the same one again at the same places is no other."""
    own = [text.casefold() for text in grid.heads]
    for index in rows_without(_DIGITS, grid.table.rows, grid.header + grid.depth):
        row = texts[index]
        filled = [text for text in row if text]
        named = sum(bool(meanings(text, vocabulary)) for text in filled)
        again = sum(bool(text) and text.casefold() == head for text, head in zip(row, own, strict=False))
        if named < 3 or named * 10 < len(filled) * 6 or again * 2 > len(filled):
            continue
        columns = assign(row, _speaking(texts, index + 1), vocabulary)
        if enough(set(columns.values())):
            return index
    return len(texts)


def is_header_again(texts: Sequence[str], grid: Grid) -> bool:
    """Return whether a row repeats the header of its grid, as on every page of a print."""
    filled = [(index, text) for index, text in enumerate(texts) if text]
    if len(filled) < 2:
        return False
    heads = [normalised(head) for head in grid.heads]
    own = {head for head in heads if head}
    same = sum(normalised(text) in own for _, text in filled)
    parts = {word for head in own for word in head.split()}
    return same * 3 >= len(filled) * 2 or all(set(normalised(text).split()) <= parts for _, text in filled)


def place(row: Sequence[Cell]) -> Location:
    """Return where a row stands: page and the box around its cells, or sheet and first filled cell."""
    if row and row[0].text and row[0].at.page is None:
        return row[0].at
    filled = [cell for cell in row if cell.text] or list(row)
    if not filled:
        return Location()
    first = filled[0].at
    if first.page is None:
        return first
    boxes = [cell.at.box for cell in filled if cell.at.box]
    return Location(page=first.page, box=around(boxes), sheet=first.sheet, cell=first.cell)


def around(boxes: Sequence[Box]) -> Box | None:
    """Return the smallest box that holds all boxes, or None without any."""
    if len(boxes) < 2:
        return boxes[0] if boxes else None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def area_of(rows: Sequence[Sequence[Cell]]) -> Box | None:
    """Return the place of some rows on their page, or None where none of their cells has one."""
    return around([cell.at.box for row in rows for cell in row if cell.at.box])


def within(box: Box, area: Box) -> bool:
    """Return whether the middle of a box lies in an area or at its very edge."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return area[0] - _EDGE <= x <= area[2] + _EDGE and area[1] - _EDGE <= y <= area[3] + _EDGE
