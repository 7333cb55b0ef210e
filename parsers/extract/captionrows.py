"""Cells that have a name, one of each or many → values under eLabels with letters: alone, row by row, block by block.

Whatever does not fit together, two cells of one name in a block or several lines where one belongs, is left unnamed: a
value under its caption alone is better than one of another row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parsers.extract.captions import Run
from parsers.extract.cells import Cell, rows_of
from parsers.extract.lettering import Kind, Stem
from parsers.extract.printed import over

_LEVEL = 4.0
_LEAST_HEADS = 3
_AGREE = 0.6
"""Share of the names of a block that are printed equally often; with fewer nobody knows where blocks begin."""


class Rows(NamedTuple):
    """How many rows of a group were counted so far, and the name that each begins with."""

    counted: int
    leading: str


class Name(NamedTuple):
    """The name of a caption without its letter, what its box is, and how sure that is, in [0, 1]."""

    name: str
    kind: Kind
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One value: its eLabel, empty where nothing names it; its cell, runs, and how sure the name is."""

    elabel: str
    cell: Cell
    runs: tuple[Run, ...] = ()
    kind: Kind = "text"
    sure: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the captions of a page were found to name, by the id of their cells; ``long`` names hold several lines."""

    of: Mapping[int, Name]
    stems: Mapping[tuple[str, Kind], Stem]
    long: frozenset[str]


def lettered(names: Names, cells: Sequence[Cell], taken: Mapping[str, Rows]) -> tuple[list[Named], dict[str, Rows]]:
    """Return the values of cells in reading order, and the rows of each group counted up to here."""
    groups: dict[str, list[Cell]] = defaultdict(list)
    found: list[Named] = []
    for cell in cells:
        name = names.of.get(id(cell))
        stem = names.stems[name.name, name.kind] if name else None
        if stem and stem.group:
            groups[stem.group].append(cell)
        elif name and stem and not _doubtful(names, cell):
            found += _filled(cell, f"{name.name}_{stem.letters[0]}", name.sure)
        else:
            found += _filled(cell)
    counted: dict[str, Rows] = {}
    for group, mine in groups.items():
        values, counted[group] = _rows(names, mine, taken.get(group, Rows(0, "")), cells)
        found += values
    return found, counted


def _doubtful(names: Names, cell: Cell) -> bool:
    """Return whether the lines of a cell are more than its name can hold: it heads a column, or a whole address."""
    name = names.of[id(cell)]
    return len(cell.lines) > 1 and name.kind == "text" and name.name not in names.long


def _filled(cell: Cell, elabel: str = "", sure: float = 0.0) -> Iterator[Named]:
    """Yield what a cell says under a name, or where it has none, line by line: who knows what belongs together."""
    if cell.tick or (elabel and cell.lines):
        yield Named(elabel=elabel, cell=cell, runs=_all(cell), kind="check" if cell.tick else "text", sure=sure)
    else:
        yield from (Named(elabel="", cell=cell, runs=tuple(line)) for line in cell.lines)


def _all(cell: Cell) -> tuple[Run, ...]:
    return tuple(run for line in cell.lines for run in line)


def _rows(names: Names, cells: Sequence[Cell], before: Rows, page: Sequence[Cell]) -> tuple[list[Named], Rows]:
    """Return the values of the rows of one group, and the rows counted: under one head, or block by block."""
    counts = Counter(names.of[id(cell)].name for cell in cells)
    once = max(counts.values()) == 1 and any(_doubtful(names, cell) for cell in cells)
    group = names.stems[names.of[id(cells[0])][:2]].group
    possible = sum(stem.group == group for stem in names.stems.values())
    if len(counts) < min(_LEAST_HEADS, max(possible - 1, 2)) or (once and _two_storeys(cells, page)):
        return [value for cell in cells for value in _filled(cell)], before
    return _table(names, cells, before) if once else _blocks(names, cells, before, counts)


def _two_storeys(heads: Sequence[Cell], page: Sequence[Cell]) -> bool:
    """Return whether another caption stands right over or under a head: whose column is whose cannot be told."""
    rest = [cell.caption.box for cell in page if cell not in heads]
    return any(over(head.caption.box, box) or over(box, head.caption.box) for head in heads for box in rest)


def _table(names: Names, cells: Sequence[Cell], before: Rows) -> tuple[list[Named], Rows]:
    found: list[Named] = []
    last = 0
    for cell, row, line in rows_of(cells):
        found.append(_of_row(names, cell, before.counted + row, tuple(line)))
        last = max(last, row + 1)
    held = {id(one.cell) for one in found}
    found += [value for cell in cells if id(cell) not in held for value in _filled(cell)]
    return found, Rows(before.counted + last, before.leading)


def _blocks(names: Names, cells: Sequence[Cell], before: Rows, counts: Mapping[str, int]) -> tuple[list[Named], Rows]:
    """Return the values of blocks; what stands above the first goes on with the last one of the page before."""
    leading = before.leading if before.leading in counts else _leading(names, cells, counts)
    starts = [cell for cell in cells if names.of[id(cell)].name == leading]
    if not starts:
        return [value for cell in cells for value in _filled(cell)], before
    rows = {id(cell): before.counted + _row_of(cell, starts) for cell in cells}
    held = Counter((names.of[id(cell)].name, rows[id(cell)]) for cell in cells)
    unfit = {name for (name, row), count in held.items() if count > 1 or row < 0}
    unfit |= {names.of[id(cell)].name for cell in cells if _doubtful(names, cell)}
    if len(unfit) > (1 - _AGREE) * len(counts):
        unfit = set(counts)
    found: list[Named] = []
    for cell in cells:
        if names.of[id(cell)].name in unfit:
            found += _filled(cell)
        elif cell.tick or cell.lines:
            found.append(_of_row(names, cell, rows[id(cell)], _all(cell)))
    return found, Rows(before.counted + len(starts), leading)


def _of_row(names: Names, cell: Cell, row: int, runs: tuple[Run, ...]) -> Named:
    name = names.of[id(cell)]
    elabel = names.stems[name.name, name.kind].lettered(row) or ""
    return Named(elabel=elabel, cell=cell, runs=runs, kind="check" if cell.tick else "text", sure=name.sure)


def _leading(names: Names, cells: Sequence[Cell], counts: Mapping[str, int]) -> str:
    """Return the name of the captions that begin the blocks, empty where none does.

    It is the first of those printed as often as most are, or once more, where the page ends within a block; and
    every block but the last has most of the names.
    """
    usual = Counter(counts.values()).most_common(1)[0][0]
    whole = [name for name, count in counts.items() if count == usual]
    for name in dict.fromkeys(names.of[id(cell)].name for cell in cells):
        starts = [cell for cell in cells if names.of[id(cell)].name == name]
        inside = Counter(_row_of(cell, starts) for cell in cells if counts[names.of[id(cell)].name] == usual)
        if usual <= counts[name] <= usual + 1 and all(inside[n] >= _AGREE * len(whole) for n in range(len(starts) - 1)):
            return name
    return ""


def _row_of(cell: Cell, starts: Sequence[Cell]) -> int:
    """Return which block a cell belongs to: the last that begins above it or on its line, left of it; -1 for none."""
    best = -1
    for n, start in enumerate(starts):
        level = start.caption.middle - cell.caption.middle
        if level < -_LEVEL or (level < _LEVEL and start.caption.box[0] <= cell.caption.box[0] + _LEVEL):
            best = n
    return best
