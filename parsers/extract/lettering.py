"""Boxes that know their printed label → eLabels with letters: single facts, blocks of an address, rows of a table."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.document import Box
from parsers.forms import FormMap
from parsers.forms.anchors import key

_FIELD_ROW = re.compile(r"^(\w+)\[\d+\]")
_APART = 4.0
"""Rows start at least so many points below each other."""

Kind = Literal["text", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """An eLabel without its letter, the letters it has under one label, and the group of rows it belongs to, if any."""

    name: str
    letters: tuple[str, ...]
    group: str

    def lettered(self, row: int) -> str | None:
        """Return the eLabel of a row counted from 0, None below the last one the map knows."""
        return f"{self.name}_{self.letters[row]}" if row < len(self.letters) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A box that belongs to a label; ``direct`` where the label stands beside it, not over a box above it.

    ``edge`` is how far to the left label and box go, in points.
    """

    path: str
    label: str
    kind: Kind
    box: Box
    direct: bool = True
    edge: float | None = None


Stems = Mapping[tuple[str, Kind], tuple[Stem, ...]]


def stems_of(fields: FormMap) -> Stems:
    """Return the stems of a map by label and kind of box, in the order of the map, which is that of the form."""
    letters: dict[tuple[str, Kind, str, str], list[str]] = {}
    for elabel, box in fields.fields.items():
        name, _, letter = elabel.rpartition("_")
        kind: Kind = "check" if box.type == "tick" else "text"
        row = _FIELD_ROW.match(box.field)
        letters.setdefault((key(box.label), kind, name, row[1] if row else ""), []).append(letter)
    found: dict[tuple[str, Kind], list[Stem]] = {}
    for (label, kind, name, group), mine in letters.items():
        stem = Stem(name=name, letters=tuple(mine), group=group if len(mine) > 1 else "")
        found.setdefault((label, kind), []).append(stem)
    return {place: tuple(stems) for place, stems in found.items()}


def name_attached(attached: Sequence[Attached], stems: Stems, taken: Collection[str] = ()) -> dict[str, str]:
    """Return path → eLabel for the boxes that can be told apart; no eLabel twice, none of ``taken``.

    ``taken`` are the eLabels of earlier pages: rows go on after the last of them.
    """
    by_label: dict[tuple[str, Kind], list[Attached]] = {}
    for item in _reading_order(attached):
        by_label.setdefault((item.label, item.kind), []).append(item)
    found: dict[str, str] = {}
    rows: dict[str, dict[tuple[str, Kind], list[Attached]]] = {}
    for place, items in by_label.items():
        mine = stems.get(place, ())
        group = mine[0].group if mine else ""
        if group and all(stem.group == group for stem in mine):
            rows.setdefault(group, {})[place] = items
        else:
            found.update(_singles(items, mine))
    for columns in rows.values():
        found.update(_rows(columns, stems, taken))
    held = Counter(found.values())
    return {path: elabel for path, elabel in found.items() if held[elabel] == 1 and elabel not in taken}


def _reading_order(items: Iterable[Attached]) -> list[Attached]:
    """Return the items line by line; boxes of one line overlap by more than half their height."""
    lines: list[list[Attached]] = []
    for item in sorted(items, key=lambda item: (item.box[1] + item.box[3], item.box[0])):
        middle = (item.box[1] + item.box[3]) / 2
        if lines and lines[-1][0].box[1] <= middle <= lines[-1][0].box[3]:
            lines[-1].append(item)
        else:
            lines.append([item])
    return [item for line in lines for item in sorted(line, key=lambda item: item.box[0])]


def _singles(items: Sequence[Attached], stems: Sequence[Stem]) -> Iterator[tuple[str, str]]:
    """Name boxes whose label stands for one fact each, or for the parts of one block in the order of the form."""
    direct = [item for item in items if item.direct]
    wanted = [f"{stem.name}_{letter}" for stem in stems for letter in stem.letters]
    if len(wanted) > 1 and len(items) == len(wanted) and _compact(items):
        yield from ((item.path, elabel) for item, elabel in zip(items, wanted, strict=True))
    elif len(direct) == 1 and wanted and (len(wanted) == 1 or is_address(stems)):
        yield direct[0].path, wanted[0]


def _compact(items: Sequence[Attached]) -> bool:
    """Tell whether boxes stand together: each on the line of the one before or right below it."""
    return all(later.box[1] - sooner.box[3] < _APART for sooner, later in itertools.pairwise(items))


def is_address(stems: Sequence[Stem]) -> bool:
    """Tell whether all stems but the first are parts of an address, which may stand in one box with the name."""
    return len(stems) > 1 and all("Address_" in stem.name for stem in stems[1:])


def _rows(
    columns: Mapping[tuple[str, Kind], Sequence[Attached]], stems: Stems, taken: Collection[str]
) -> Iterator[tuple[str, str]]:
    starts = _row_starts(columns, stems)
    if not starts:
        return
    first = first_row((stem for place in columns for stem in stems[place]), taken)
    for place, items in columns.items():
        mine = stems[place]
        for row in range(len(starts)):
            inside = [item for item in items if _row_of(item, starts) == row]
            if len(inside) == len(mine):
                for item, stem in zip(inside, mine, strict=True):
                    if elabel := stem.lettered(first + row):
                        yield item.path, elabel


def _row_starts(columns: Mapping[tuple[str, Kind], Sequence[Attached]], stems: Stems) -> list[float]:
    """Return the tops of the rows or blocks: as many as most columns have boxes, each where its first box begins."""
    units = {place: items[:: len(stems[place])] for place, items in columns.items()}
    counts = Counter(len(items) for place, items in units.items() if not len(columns[place]) % len(stems[place]))
    if not counts:
        return []
    wanted = max(counts, key=lambda count: (counts[count], count))
    anchors = [items for items in units.values() if len(items) == wanted]
    starts = [min(items[row].box[1] for items in anchors) for row in range(wanted)]
    rising = all(later - sooner > _APART for sooner, later in itertools.pairwise(starts))
    return starts if rising else []


def _row_of(item: Attached, starts: Sequence[float]) -> int:
    middle = (item.box[1] + item.box[3]) / 2
    return sum(start <= middle for start in starts) - 1


def first_row(stems: Iterable[Stem], taken: Collection[str]) -> int:
    """Return the row after the last one of earlier pages."""
    used = [row for stem in stems for row, letter in enumerate(stem.letters) if f"{stem.name}_{letter}" in taken]
    return max(used, default=-1) + 1
