"""Find ruled tables on a page and put its words into their cells.

Lines that touch make one grid. The places of its lines cut it into base cells; base cells without a line between them
are one cell. A grid that merges most of its base cells is a form or a drawing, not a table, and is left alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from parsers.document import Box, Cell, Location, Table, Word

Line = tuple[float, float, float]

_SNAP = 1.5
_TOUCH = 3.0
_OVERHANG = 6.0
_MOST_PAIRS = 400_000
_MOST_CELLS = 20_000
_REGULAR = 0.34
_FEWEST = 3


@dataclass(slots=True)
class _Grid:
    level: list[Line]
    upright: list[Line]


def tables(level: list[Line], upright: list[Line], words: tuple[Word, ...], page: int) -> tuple[Table, ...]:
    """Return the ruled tables of a page, top to bottom. Lines are (place, from, to) in top-left points."""
    if len(level) < _FEWEST or len(upright) < 2:
        return ()
    level, upright = _joined(level), _joined(upright)
    if len(level) < _FEWEST or len(upright) < 2 or len(level) * len(upright) > _MOST_PAIRS:
        return ()
    found = (_table(grid, words, page) for grid in _grids(level, upright))
    return tuple(table for table in found if table is not None)


def _joined(lines: list[Line]) -> list[Line]:
    """Snap lines of almost the same place together and join those that touch end to end."""
    placed: list[tuple[float, list[tuple[float, float]]]] = []
    for place, start, end in sorted(lines):
        if not placed or place - placed[-1][0] > _SNAP:
            placed.append((place, []))
        placed[-1][1].append((start, end))
    return [(place, start, end) for place, runs in placed for start, end in _merged(runs)]


def _merged(runs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(runs):
        if merged and start - merged[-1][1] <= _TOUCH:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _grids(level: list[Line], upright: list[Line]) -> list[_Grid]:
    """Group lines that cross or touch; upright ones come from left to right."""
    roots = _Roots(len(level) + len(upright))
    places = [x for x, _, _ in upright]
    for row, (y, x0, x1) in enumerate(level):
        for column in range(bisect_left(places, x0 - _TOUCH), bisect_right(places, x1 + _TOUCH)):
            _, y0, y1 = upright[column]
            if y0 - _TOUCH <= y <= y1 + _TOUCH:
                roots.join(row, len(level) + column)
    grids: dict[int, _Grid] = {}
    for row, line in enumerate(level):
        grids.setdefault(roots.of(row), _Grid([], [])).level.append(line)
    for column, line in enumerate(upright):
        grids.setdefault(roots.of(len(level) + column), _Grid([], [])).upright.append(line)
    return [grid for grid in grids.values() if len(grid.level) >= _FEWEST and len(grid.upright) >= 2]


class _Roots:
    """Which of numbered things belong together."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def of(self, item: int) -> int:
        """Return the smallest-numbered thing that ``item`` belongs to."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        """Make two things belong together."""
        one, other = self.of(one), self.of(other)
        if one != other:
            self._parent[max(one, other)] = min(one, other)


def _table(grid: _Grid, words: tuple[Word, ...], page: int) -> Table | None:
    ys = _places(grid.level, grid.upright)
    xs = _places(grid.upright, grid.level)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2 or rows * columns > _MOST_CELLS:
        return None
    roots = _merged_cells(grid, xs, ys)
    heads = {roots.of(cell) for cell in range(rows * columns)}
    if len(heads) < _REGULAR * rows * columns:
        return None
    texts = _texts(words, xs, ys, roots)
    if not texts:
        return None
    return Table(rows=_rows(xs, ys, roots, texts, page), page=page)


def _places(lines: list[Line], crossing: list[Line]) -> list[float]:
    """Return the distinct places of lines; crossing lines that run on past the last one end in an open edge."""
    places: list[float] = []
    for place in sorted(line[0] for line in lines):
        if not places or place - places[-1] > _SNAP:
            places.append(place)
    first, last = min(line[1] for line in crossing), max(line[2] for line in crossing)
    before = [first] if places[0] - first > _OVERHANG else []
    after = [last] if last - places[-1] > _OVERHANG else []
    return [*before, *places, *after]


def _merged_cells(grid: _Grid, xs: list[float], ys: list[float]) -> _Roots:
    rows, columns = len(ys) - 1, len(xs) - 1
    walls = _walls(grid.upright, xs, ys)
    floors = _walls(grid.level, ys, xs)
    roots = _Roots(rows * columns)
    for row in range(rows):
        for column in range(columns):
            cell = row * columns + column
            if column + 1 < columns and (column + 1, row) not in walls:
                roots.join(cell, cell + 1)
            if row + 1 < rows and (row + 1, column) not in floors:
                roots.join(cell, cell + columns)
    return roots


def _walls(lines: list[Line], places: list[float], across: list[float]) -> set[tuple[int, int]]:
    """Return (line place, stretch between crossing places) for each stretch that a line covers in its middle."""
    walls: set[tuple[int, int]] = set()
    middles = [(one + other) / 2 for one, other in pairwise(across)]
    for place, start, end in lines:
        at = max(bisect_right(places, place + _SNAP) - 1, 0)
        first, last = bisect_right(middles, start - _TOUCH), bisect_right(middles, end + _TOUCH)
        walls.update((at, stretch) for stretch in range(first, last))
    return walls


def _texts(words: tuple[Word, ...], xs: list[float], ys: list[float], roots: _Roots) -> dict[int, list[str]]:
    columns = len(xs) - 1
    texts: dict[int, list[str]] = {}
    for word in words:
        x0, top, x1, bottom = word.box
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
            cell = (bisect_right(ys, y) - 1) * columns + bisect_right(xs, x) - 1
            texts.setdefault(roots.of(cell), []).append(word.text)
    return texts


def _rows(
    xs: list[float], ys: list[float], roots: _Roots, texts: dict[int, list[str]], page: int
) -> tuple[tuple[Cell, ...], ...]:
    """Write the grid out; the text of a merged cell stands in its first base cell, the others stay blank."""
    columns = len(xs) - 1
    spans = _spans(xs, ys, roots)
    found = []
    for row in range(len(ys) - 1):
        cells = []
        for column in range(columns):
            cell = row * columns + column
            text = " ".join(texts.get(cell, ()))
            box = spans.get(cell) or (xs[column], ys[row], xs[column + 1], ys[row + 1])
            cells.append(Cell(text=text, at=Location(page=page, box=box)))
        if ys[row + 1] - ys[row] > _TOUCH or any(cell.text for cell in cells):
            found.append(tuple(cells))
    return tuple(found)


def _spans(xs: list[float], ys: list[float], roots: _Roots) -> dict[int, Box]:
    """Return the box of every merged cell by its first base cell."""
    columns = len(xs) - 1
    spans: dict[int, Box] = {}
    for cell in range((len(ys) - 1) * columns):
        head = roots.of(cell)
        row, column = divmod(cell, columns)
        own = (xs[column], ys[row], xs[column + 1], ys[row + 1])
        if head not in spans:
            spans[head] = own
        else:
            x0, top, x1, bottom = spans[head]
            spans[head] = (min(x0, own[0]), min(top, own[1]), max(x1, own[2]), max(bottom, own[3]))
    return spans
