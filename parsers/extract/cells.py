"""Which caption of a flat page a typed text belongs to: the one over its cell, or the one before it on its line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from parsers.document import Box, Mark
from parsers.extract.captions import Apart, Run

_LEFT = 4.0
"""A text begins no farther left of the caption over it, in points."""
_LEVEL = 4.0
_CLOSE, _STEP = 14.0, 20.0
"""Points between a caption and the first line under it, and between lines under one caption, at most."""
_INLINE = 130.0
_TICK = 14.0
_DRAWN_SHARE, _DRAWN_LEAST = 0.6, 4
"""Filled shapes at so many of a page's captions are how its tick boxes are drawn."""
_TICKS = frozenset("xX✓✔✗✘✕✖☑☒■●•◼√×")


@dataclass(slots=True, eq=False)
class Cell:
    """A caption with the lines typed under or beside it, and the mark before it, if there is one.

    ``near`` is what was typed where the cell may reach, but as well another one.
    """

    caption: Run
    lines: list[list[Run]] = field(default_factory=list)
    tick: Box | None = None
    near: list[Run] = field(default_factory=list)


def cells_of(page: Apart, marks: Sequence[Mark]) -> tuple[list[Cell], list[Run]]:
    """Return a cell for every caption, blank ones too, and the typed runs that belong to none."""
    cells = [Cell(one) for one in page.captions]
    limits = {id(cell): _limit(cell.caption, cells) for cell in cells}
    rest: list[Run] = []
    ticks = [*page.signs, *(run for run in page.typed if set(run.text) <= _TICKS)]
    _tick(cells, [run.box for run in ticks], marks)
    ticked = {id(run) for run in ticks if any(cell.tick == run.box for cell in cells)}
    for run in sorted((*page.typed, *page.signs), key=lambda run: (round(run.middle / _LEVEL), run.box[0])):
        if id(run) in ticked:
            continue
        beside, over = _beside(run, cells, page.typed), _over(run, cells, limits, page.print)
        if over and (beside is None or not _leads(beside, over, run)):
            _put(over, run, sure=_is_under(run, over, cells))
        elif beside:
            _put(beside, run, sure=True)
        else:
            rest.append(run)
    return cells, rest


def _put(cell: Cell, run: Run, *, sure: bool) -> None:
    """Put a text into a cell: on its line where it goes on with what stands there, else on a line of its own."""
    line = cell.lines[-1] if cell.lines and abs(cell.lines[-1][0].middle - run.middle) < _LEVEL else None
    if line is None and sure:
        cell.lines.append([run])
    elif line and run.box[0] - line[-1].box[2] <= _SPACE * (run.box[3] - run.box[1]):
        line.append(run)
    else:
        cell.near.append(run)


_SPACE = 1.2
"""Room between words of one value, in heights."""


def _is_under(run: Run, cell: Cell, cells: Sequence[Cell]) -> bool:
    """Return whether a text stands under one caption for certain: begins at its left edge, or under it alone."""
    if -_LEFT <= run.box[0] - cell.caption.box[0] <= _INDENT:
        return True
    row = (one for one in cells if one is not cell and abs(one.caption.middle - cell.caption.middle) < _LEVEL)
    return _crosses(run.box, cell.caption.box) and not any(_crosses(run.box, one.caption.box) for one in row)


_INDENT = 8.0


def _limit(caption: Run, cells: Sequence[Cell]) -> float:
    """Return how far to the right the cell of a caption reaches: to the next caption on its line."""
    right = (
        other.caption.box[0]
        for other in cells
        if other.caption.box[0] > caption.box[0] + 1 and abs(other.caption.middle - caption.middle) < _LEVEL
    )
    return min(right, default=float("inf"))


def _beside(run: Run, cells: Sequence[Cell], typed: Sequence[Run]) -> Cell | None:
    """Return the cell whose caption stands right before a text on its line, with nothing but room between."""
    best: tuple[float, Cell] | None = None
    for cell in cells:
        box = cell.caption.box
        gap = run.box[0] - box[2]
        if -1.0 <= gap <= _INLINE and abs(run.middle - cell.caption.middle) < _LEVEL and (not best or gap < best[0]):
            best = gap, cell
    if best is None:
        return None
    between = (one for one in typed if one is not run and abs(one.middle - run.middle) < _LEVEL)
    if any(best[1].caption.box[2] - 1 < one.box[0] < run.box[0] for one in between):
        return None
    return best[1]


def _leads(beside: Cell, over: Cell, run: Run) -> bool:
    """Return whether the caption before a text is its own rather than the one over it: by its colon or nearness."""
    if beside.caption.text.endswith(":"):
        return True
    aligned = run.box[0] - over.caption.box[0] <= _LEFT + 4.0 and run.box[1] - over.caption.box[3] <= _CLOSE
    return not aligned


def _over(run: Run, cells: Sequence[Cell], limits: Mapping[int, float], prints: Sequence[Run]) -> Cell | None:
    """Return the lowest cell above a text that reaches over it, unless print or too much room lies between.

    Of several on one line it is the one whose caption shares most of the text's width.
    """
    best: tuple[float, float, Cell] | None = None
    for cell in cells:
        x0, _, x1, bottom = cell.caption.box
        if bottom - 2.0 >= run.middle or cell.caption.text.endswith(":"):
            continue
        shared = min(x1, run.box[2]) - max(x0, run.box[0])
        if shared <= 2.0 and not x0 - _LEFT <= run.box[0] < limits[id(cell)] - 1:
            continue
        level, width = round(bottom / _LEVEL), max(shared, 0.0)
        if best is None or (level, width, x0) > (best[0], best[1], best[2].caption.box[0]):
            best = level, width, cell
    return best[2] if best and _reaches(best[2], run, cells, prints) else None


def _reaches(best: Cell, run: Run, cells: Sequence[Cell], prints: Sequence[Run]) -> bool:
    """Return whether a cell goes down to a text: nothing else is printed between, nor is there much room."""
    row = [cell for cell in cells if abs(cell.caption.middle - best.caption.middle) < _LEVEL]
    # Where a cell of a table is blank, the row goes on beside it.
    ends = [line[0].box[3] for cell in row for line in cell.lines]
    room = run.box[1] - (max(ends) if ends else best.caption.box[3])
    if room > (_STEP if ends else _CLOSE):
        return False
    low = best.caption.box[3]
    return not any(low < one.middle < run.box[1] and _crosses(one.box, run.box) for one in prints)


def _crosses(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0])


def _tick(cells: Sequence[Cell], typed: Sequence[Box], marks: Sequence[Mark]) -> None:
    """Tick the cells whose captions have a mark right before them, other than the drawing of the box itself."""
    shapes: dict[str, list[tuple[Cell, Box]]] = defaultdict(list)
    places = [("typed", box) for box in typed] + [(mark.shape, mark.box) for mark in marks]
    for shape, box in places:
        middle = (box[1] + box[3]) / 2
        near = [
            (cell.caption.box[0] - box[2], n, cell)
            for n, cell in enumerate(cells)
            if -2.0 <= cell.caption.box[0] - box[2] <= _TICK and abs(cell.caption.middle - middle) < _LEVEL + 2
        ]
        if near:
            shapes[shape].append((min(near)[2], box))
    for shape, found in shapes.items():
        if shape == "fill" and len(found) >= max(_DRAWN_LEAST, _DRAWN_SHARE * len(cells)):
            continue
        for cell, box in found:
            cell.tick = box


def rows_of(columns: Sequence[Cell]) -> Iterator[tuple[Cell, int, list[Run]]]:
    """Yield the lines under the heads of one table as cell, row and runs; rows left blank count by the even step.

    Nothing where the lines are so uneven that one may be half a row.
    """
    lines = sorted({round(line[0].middle, 1) for cell in columns for line in cell.lines})
    levels: list[float] = []
    for level in lines:
        if not levels or level - levels[-1] > _LEVEL:
            levels.append(level)
    if not levels:
        return
    full = [sum(any(abs(line[0].middle - at) <= _LEVEL for line in cell.lines) for cell in columns) for at in levels]
    if sum(2 * count >= max(full) for count in full) < _EVEN * len(levels):
        return
    step = min((later - sooner for sooner, later in pairwise(levels)), default=0.0)
    places = [round((at - levels[0]) / step) if step else 0 for at in levels]
    for cell in columns:
        for line in cell.lines:
            at = min(range(len(levels)), key=lambda n: abs(levels[n] - line[0].middle))
            yield cell, places[at], line


_EVEN = 0.7
