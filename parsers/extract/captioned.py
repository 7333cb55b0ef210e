"""What the captions of a form without a known layout name: each alone, beside its neighbours, and row by row.

A caption may be printed many times, once for every row or block; the letters of names count them downwards. What two
names could mean alike is left unnamed, and reported under what is printed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from parsers.extract.captions import Run
from parsers.extract.cells import Cell, rows_of
from parsers.extract.lettering import Kind, Stem, Stems
from parsers.forms.anchors import key
from parsers.forms.wording import likely, owner_said

_LEVEL = 4.0
_ENOUGH, _AHEAD, _EXACT = 0.55, 0.05, 0.95
"""A name is taken from this likeness on, if it is so much ahead of the next; from the last on it is certain alone."""
_SAME_BLOCK, _SAME_THING, _UNDER_HEADING, _NO_ADDRESS = 0.1, 0.3, 0.15, 0.35
_TOP = 0.3
"""The first of several alike captions, in the upper part of a page, is the form's own date or name."""
_PARTS = ("LineOne", "CityName", "PostalCode", "StateOrProvinceCode", "CountyName")
_HUMP = re.compile(r"[A-Z][a-z]+")
_LONG = 5
_LEAST_HEADS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One value: the name it goes by with its letter, empty where nothing names it; its cell, runs, and likeness."""

    elabel: str
    cell: Cell
    runs: tuple[Run, ...] = ()
    kind: Kind = "text"
    sure: float = 0.0


class Rows(NamedTuple):
    """How many rows of a group were counted so far, and the name that each begins with."""

    counted: int
    leading: str


@dataclass(slots=True)
class _Naming:
    """What was found out about the cells of a page while they are named."""

    form: str
    stems: Mapping[tuple[str, Kind], Stem]
    height: float
    headings: Sequence[Run]
    names: dict[int, tuple[str, Kind, float]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def named(
    cells: Sequence[Cell],
    headings: Sequence[Run],
    stems: Stems,
    form: str,
    height: float,
    taken: Mapping[str, Rows],
    singles: frozenset[str],
) -> tuple[list[Named], dict[str, Rows]]:
    """Return the values of the cells of a page under their names, and how many rows of each group were counted.

    ``taken`` has for each group the rows of earlier pages, ``singles`` the names without letters that earlier pages
    have.
    """
    flat: dict[tuple[str, Kind], Stem] = {}
    for (_, kind), some in stems.items():
        for stem in some:
            flat.setdefault((stem.name, kind), stem)
    naming = _Naming(form=form, stems=flat, height=height, headings=headings, used=set(singles))
    ordered = sorted(cells, key=lambda cell: (round(cell.caption.middle / _LEVEL), cell.caption.box[0]))
    _certain(naming, ordered)
    for cell in ordered:
        if id(cell) not in naming.names:
            _name(naming, cell, ordered)
    return _lettered(naming, ordered, taken)


def _kinds(cell: Cell) -> tuple[Kind, ...]:
    """Return what a cell may be; one that is blank may be either."""
    if cell.tick:
        return ("check",)
    return ("text",) if cell.lines else ("text", "check")


def _candidates(naming: _Naming, cell: Cell) -> list[tuple[float, str, Kind]]:
    return [
        (worth, name, kind)
        for kind in _kinds(cell)
        for name, worth in likely(naming.form, cell.caption.text, check=kind == "check").items()
        if (name, kind) in naming.stems and (len(naming.stems[name, kind].letters) > 1 or name not in naming.used)
    ]


def _take(naming: _Naming, cell: Cell, name: str, kind: Kind, sure: float) -> None:
    naming.names[id(cell)] = name, kind, sure
    if len(naming.stems[name, kind].letters) == 1:
        naming.used.add(name)


def _certain(naming: _Naming, cells: Sequence[Cell]) -> None:
    """Name the captions that stand for one thing; those of several in the order of the form where all are there."""
    alike: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        alike[key(cell.caption.text)].append(cell)
    for same in alike.values():
        exact = [one for one in _candidates(naming, same[0]) if one[0] >= _EXACT]
        whole = [one for one in exact if one[0] == max(exact)[0]] if exact else []
        single = all(len(naming.stems[name, kind].letters) == 1 for _, name, kind in whole)
        if len(whole) == 1 and not _is_part(whole[0][1]) and (not single or len(same) == 1):
            for cell in same:
                _take(naming, cell, whole[0][1], whole[0][2], whole[0][0])
        elif whole and single and len(whole) == len(same):
            for cell, (sure, name, kind) in zip(same, whole, strict=True):
                _take(naming, cell, name, kind, sure)
        elif whole and single and same[0].caption.middle < _TOP * naming.height and not _is_part(whole[0][1]):
            _take(naming, same[0], whole[0][1], whole[0][2], whole[0][0])


def _is_part(name: str) -> bool:
    return name.endswith(_PARTS) and "Address" in name


def _name(naming: _Naming, cell: Cell, cells: Sequence[Cell]) -> None:
    """Name a caption by its likeness and by what stands around it, if one name is ahead of all others."""
    row = [other for other in cells if abs(other.caption.middle - cell.caption.middle) < _LEVEL and other is not cell]
    left = max((one for one in row if one.caption.box[0] < cell.caption.box[0]), key=_x0, default=None)
    before = naming.names.get(id(left), ("", "text", 0.0))[0] if left else ""
    scored: list[tuple[float, int, str, Kind]] = []
    for n, (worth, name, kind) in enumerate(_candidates(naming, cell)):
        scored.append((_worth(naming, cell, worth, name, before, row), -n, name, kind))
    scored.sort(reverse=True)
    if not scored or scored[0][0] < _ENOUGH:
        return
    worth, _, name, kind = scored[0]
    if not _supported(naming, cell, name, worth, row):
        return
    rivals = [one for one in scored[1:] if not one[2].endswith("LineTwo")]
    if not rivals or worth - rivals[0][0] >= _AHEAD:
        _take(naming, cell, name, kind, min(worth, 1.0))


def _supported(naming: _Naming, cell: Cell, name: str, worth: float, row: Sequence[Cell]) -> bool:
    """Return whether more than the end of a name speaks for it: whose city or phone it is must be said somewhere.

    The caption says it, or what stands beside it, or a heading; of rows it is enough that others of them stand there.
    """
    first = name.partition("_")[0]
    alone = likely(naming.form, cell.caption.text, check=False).get(name) or worth
    if worth > alone or alone >= _EXACT or owner_said(cell.caption.text, name):
        return True
    beside = [naming.names[id(other)] for other in row if id(other) in naming.names]
    return any(other.partition("_")[0] == first and sure >= _EXACT for other, _, sure in beside)


def _x0(cell: Cell) -> float:
    return cell.caption.box[0]


def _worth(naming: _Naming, cell: Cell, worth: float, name: str, before: str, row: Sequence[Cell]) -> float:
    """Return a likeness with what the neighbours say for or against it."""
    block, tail = name.rpartition("_")[0], name.rpartition("_")[2]
    if before and before.rpartition("_")[0] == block:
        worth += _SAME_BLOCK
    if before and _shared(before.rpartition("_")[2], tail):
        worth += _SAME_THING
    if _is_part(name) and tail != "LineOne" and not any(_may_be(naming, other, block) for other in row):
        worth -= _NO_ADDRESS
    heading = max((one for one in naming.headings if one.box[3] <= cell.caption.box[1] + 2), key=_bottom, default=None)
    if heading and all(word.upper() in heading.text.upper() for word in _HUMP.findall(name.partition("_")[0])):
        worth += _UNDER_HEADING
    return worth


def _bottom(run: Run) -> float:
    return run.box[3]


def _may_be(naming: _Naming, cell: Cell, block: str) -> bool:
    """Return whether a caption is, or may be, another part of an address."""
    if id(cell) in naming.names:
        name = naming.names[id(cell)][0]
        return name.rpartition("_")[0] == block and _is_part(name)
    return any(name.rpartition("_")[0] == block and _is_part(name) for _, name, _ in _candidates(naming, cell))


def _shared(one: str, other: str) -> bool:
    """Return whether two ends of names speak of the same thing: ``LicenseNumber`` and ``LicensedState``."""
    mine = {word[:_LONG] for word in _HUMP.findall(one) if len(word) > _LONG}
    common = mine & {word[:_LONG] for word in _HUMP.findall(other) if len(word) > _LONG}
    return bool(common - {"Ident", "Numbe", "Amoun", "Indic", "Addre", "Descr"})


def _lettered(naming: _Naming, cells: Sequence[Cell], taken: Mapping[str, Rows]) -> tuple[list[Named], dict[str, Rows]]:
    groups: dict[str, list[Cell]] = defaultdict(list)
    found: list[Named] = []
    for cell in cells:
        name, kind, sure = naming.names.get(id(cell), ("", "text", 0.0))
        stem = naming.stems.get((name, kind))
        if stem is None or not stem.group:
            elabel = f"{name}_{stem.letters[0]}" if stem else ""
            found += _filled(cell, elabel, kind, sure)
        else:
            groups[stem.group].append(cell)
    counted: dict[str, Rows] = {}
    for group, mine in groups.items():
        values, counted[group] = _rows(naming, mine, taken.get(group, Rows(0, "")))
        found += values
    return found, counted


def _filled(cell: Cell, elabel: str, kind: Kind, sure: float) -> Iterator[Named]:
    runs = tuple(run for line in cell.lines for run in line)
    if cell.tick or runs:
        yield Named(elabel=elabel, cell=cell, runs=runs, kind="check" if cell.tick else "text", sure=sure)


def _rows(naming: _Naming, cells: Sequence[Cell], before: Rows) -> tuple[list[Named], Rows]:
    """Return the values of the rows of one group, and the rows counted: under one head, or block by block.

    What stands above the first block goes on with the last one of the page before.
    """
    first = before.counted
    counts = Counter(naming.names[id(cell)][0] for cell in cells)
    found: list[Named] = []
    if max(counts.values()) == 1 and len(counts) >= _LEAST_HEADS and any(len(cell.lines) > 1 for cell in cells):
        last = 0
        for cell, row, line in rows_of(cells):
            found.append(_of_row(naming, cell, first + row, tuple(line)))
            last = max(last, row + 1)
        held = {id(one.cell) for one in found}
        found += [Named(elabel="", cell=c, runs=r) for c in cells if id(c) not in held and (r := _all(c))]
        return found, Rows(first + last, before.leading)
    leading = before.leading if before.leading in counts else _leading(naming, cells, counts)
    starts = [cell for cell in cells if naming.names[id(cell)][0] == leading]
    for cell in cells:
        if cell.tick or cell.lines:
            row = max(first + _row_of(cell, starts), 0)
            found.append(_of_row(naming, cell, row, _all(cell)))
    return found, Rows(first + len(starts), leading)


def _all(cell: Cell) -> tuple[Run, ...]:
    return tuple(run for line in cell.lines for run in line)


def _of_row(naming: _Naming, cell: Cell, row: int, runs: tuple[Run, ...]) -> Named:
    name, kind, sure = naming.names[id(cell)]
    elabel = naming.stems[name, kind].lettered(row) or ""
    return Named(elabel=elabel, cell=cell, runs=runs, kind="check" if cell.tick else "text", sure=sure)


def _leading(naming: _Naming, cells: Sequence[Cell], counts: Counter[str]) -> str:
    """Return the name of the captions that begin the blocks: of those printed most often, the first."""
    most = max(counts.values())
    return next(naming.names[id(cell)][0] for cell in cells if counts[naming.names[id(cell)][0]] == most)


def _row_of(cell: Cell, starts: Sequence[Cell]) -> int:
    """Return which block a cell belongs to: the last that begins above it or on its line, left of it; -1 for none."""
    best = -1
    for n, start in enumerate(starts):
        level = start.caption.middle - cell.caption.middle
        if level < -_LEVEL or (level < _LEVEL and start.caption.box[0] <= cell.caption.box[0] + _LEVEL):
            best = n
    return best
