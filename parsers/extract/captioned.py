"""What the captions of a form without a known layout name: each alone, beside its neighbours, and row by row.

A caption may be printed many times, once for every row or block; the letters of names count them downwards. What two
names could mean alike is left unnamed, and reported under what is printed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parsers.extract.captionrows import Name, Named, Names, Rows, lettered
from parsers.extract.captions import Run
from parsers.extract.cells import Cell
from parsers.extract.lettering import Kind, Stem, Stems
from parsers.forms.anchors import key
from parsers.forms.wording import likely, owner_said

_LEVEL = 4.0
_ENOUGH, _AHEAD, _EXACT = 0.55, 0.05, 0.95
"""A name is taken from this likeness on, if it is so much ahead of the next; from the last on it is certain alone."""
_SAME_BLOCK, _SAME_THING, _UNDER_HEADING, _NO_ADDRESS = 0.1, 0.3, 0.15, 0.35
_TOP = 0.3
"""The first of several alike captions, in the upper part of a page, is the form's own date."""
_PARTS = ("LineOne", "CityName", "PostalCode", "StateOrProvinceCode", "CountyName")
_HUMP = re.compile(r"[A-Z][a-z]+")
_LONG = 5


@dataclass(slots=True)
class _Naming:
    """What was found out about the cells of a page while they are named."""

    form: str
    stems: Mapping[tuple[str, Kind], Stem]
    height: float
    headings: Sequence[Run]
    names: dict[int, Name] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def named(
    cells: Sequence[Cell],
    headings: Sequence[Run],
    stems: Stems,
    form: str,
    height: float,
    taken: Mapping[str, Rows],
    singles: frozenset[str],
    long: frozenset[str] = frozenset(),
) -> tuple[list[Named], dict[str, Rows]]:
    """Return the values of the cells of a page under their names, and how many rows of each group were counted.

    ``taken`` has for each group the rows of earlier pages, ``singles`` the names without letters that earlier pages
    have, ``long`` those that hold several lines.
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
    names = Names(of=naming.names, stems=flat, long=long)
    found, counted = lettered(names, ordered, taken)
    doubtful = [Named(elabel="", cell=cell, runs=(run,)) for cell in ordered for run in cell.near]
    return [*found, *doubtful], counted


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
    naming.names[id(cell)] = Name(name, kind, sure)
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
        elif whole and single and whole[0][1].startswith("Form_") and same[0].caption.middle < _TOP * naming.height:
            _take(naming, same[0], whole[0][1], whole[0][2], whole[0][0])


def _is_part(name: str) -> bool:
    return name.endswith(_PARTS) and "Address" in name


def _name(naming: _Naming, cell: Cell, cells: Sequence[Cell]) -> None:
    """Name a caption by its likeness and by what stands around it, if one name is ahead of all others."""
    row = [other for other in cells if abs(other.caption.middle - cell.caption.middle) < _LEVEL and other is not cell]
    left = max((one for one in row if one.caption.box[0] < cell.caption.box[0]), key=_x0, default=None)
    before = naming.names[id(left)].name if left and id(left) in naming.names else ""
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
        name = naming.names[id(cell)].name
        return name.rpartition("_")[0] == block and _is_part(name)
    return any(name.rpartition("_")[0] == block and _is_part(name) for _, name, _ in _candidates(naming, cell))


def _shared(one: str, other: str) -> bool:
    """Return whether two ends of names speak of the same thing: ``LicenseNumber`` and ``LicensedState``."""
    mine = {word[:_LONG] for word in _HUMP.findall(one) if len(word) > _LONG}
    common = mine & {word[:_LONG] for word in _HUMP.findall(other) if len(word) > _LONG}
    return bool(common - {"Ident", "Numbe", "Amoun", "Indic", "Addre", "Descr"})
