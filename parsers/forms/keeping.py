"""Keep boxes together that stand together: those of one row, of one line of a table, of one block of lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from parsers.document import Box
from parsers.forms.fitting import moved_box
from parsers.forms.geometry import PlacedField
from parsers.forms.laying import Laid, Sheet

_KEPT_BOXES = 30000
"""Boxes whose surroundings are remembered: those of all known form pages, and of what a few pages left of some."""


class Spot(NamedTuple):
    """Where a box lies on the page, and how sure that is."""

    box: Box
    sure: float


def together(laid: Laid, found: Sequence[Spot | None]) -> list[Spot | None]:
    """Return the places of a form page's boxes, those that no label holds with the ones they stand together with."""
    fields = laid.sheet.page.fields
    rows = [_with_row(laid, fields, found, n) for n in range(len(found))]
    return [_in_stack(laid, fields, rows, n) for n in range(len(rows))]


def _in_stack(laid: Laid, fields: Sequence[PlacedField], found: Sequence[Spot | None], n: int) -> Spot | None:
    """Return a box no label holds with the others it is stacked with, where some of them were put over each other."""
    own = found[n]
    if own is None or own.sure >= _HELD or fields[n].kind == "check":
        return own
    stack = [(m, other) for m in _stack(laid.sheet, n) if (other := found[m]) and other.sure < _HELD]
    apart = all(lower.box[1] - upper.box[3] >= -_OVER for (_, upper), (_, lower) in pairwise(stack))
    if apart or len(stack) > _ADDRESS:
        return own
    down = median_low(_went(laid, fields[m], other) for m, other in stack)
    _, top, _, bottom = moved_box(laid.fit, fields[n].box)
    return Spot((own.box[0], top + down, own.box[2], bottom + down), own.sure)


_ADDRESS = 5
"""A name with its address has so many lines; more are rows of a table, which are told by more than their order."""
_OVER = 3.0
"""Boxes that stand right under each other are not put over each other by more than this, in points."""


@lru_cache(maxsize=_KEPT_BOXES)
def _stack(sheet: Sheet, n: int) -> tuple[int, ...]:
    """Return the boxes that begin at one's left edge and stand right above and below each other, it among them."""
    fields = sheet.page.fields
    own = fields[n]
    column = [m for m, field in enumerate(fields) if field.kind == own.kind and abs(field.box[0] - own.box[0]) < 1.0]
    column.sort(key=lambda m: fields[m].box[1])
    stacks: list[list[int]] = []
    for m in column:
        if stacks and abs(fields[m].box[1] - fields[stacks[-1][-1]].box[3]) < 1.0:
            stacks[-1].append(m)
        else:
            stacks.append([m])
    return tuple(next(stack for stack in stacks if n in stack))


def _with_row(laid: Laid, fields: Sequence[PlacedField], found: Sequence[Spot | None], n: int) -> Spot | None:
    """Return a box that no label of its own holds at the height of the nearest box of its row that one does hold."""
    own = found[n]
    if own is None or own.sure >= _HELD:
        return own
    row = [(m, other) for m in _row_of(laid.sheet, n) if (other := found[m])]
    held = [(abs(fields[m].box[0] - fields[n].box[0]), m, other) for m, other in row if other.sure >= _HELD]
    if held:
        _, m, lead = min(held)
        down, sure = _went(laid, fields[m], lead), max(own.sure, BESIDE_SURE)
    else:
        beside = [(m, other) for m in _beside(laid.sheet, n) if (other := found[m]) and (m, other) not in row]
        all_of_it = [(n, own), *row, *beside]
        downs = [_went(laid, fields[m], other) for m, other in all_of_it]
        surest = max(range(len(downs)), key=lambda at: (all_of_it[at][1].sure, -all_of_it[at][0]))
        down = median_low(downs) if len(downs) >= _TABLE else downs[surest]
        sure = own.sure
    _, top, _, bottom = moved_box(laid.fit, fields[n].box)
    return Spot((own.box[0], top + down, own.box[2], bottom + down), sure)


_TABLE = 8
"""Of so many boxes side by side most are right, whichever of them is the surest."""


def _went(laid: Laid, field: PlacedField, spot: Spot) -> float:
    """Return how far down a box went from where the fit puts it."""
    return spot.box[1] - moved_box(laid.fit, field.box)[1]


_HELD = 0.82
"""From here on a box is held by a label of its own."""
BESIDE_SURE = 0.83


@lru_cache(maxsize=_KEPT_BOXES)
def _row_of(sheet: Sheet, n: int) -> tuple[int, ...]:
    """Return the other boxes of one's row: those at nearly its height on the form."""
    own = sheet.page.fields[n].box
    return tuple(
        m
        for m, field in enumerate(sheet.page.fields)
        if m != n and abs(field.box[1] - own[1]) < 2.5 and abs(field.box[3] - own[3]) < 2.5
    )


@lru_cache(maxsize=_KEPT_BOXES)
def _beside(sheet: Sheet, n: int) -> tuple[int, ...]:
    """Return the boxes of one's row that are higher or lower than it: rows of a table have two lines, or boxes of two
    lines, and what stands beside them may stand between the lines."""
    top, bottom = sheet.page.fields[n].box[1], sheet.page.fields[n].box[3]
    found: set[int] = {n}
    grown = True
    while grown:
        grown = False
        for m, field in enumerate(sheet.page.fields):
            _, high, _, low = field.box
            shared = min(low, bottom) - max(high, top)
            if m not in found and shared > _SHARED and max(low, bottom) - min(high, top) <= _ROW_HIGH:
                found.add(m)
                top, bottom, grown = min(high, top), max(low, bottom), True
    return tuple(sorted(found - {n}))


_SHARED, _ROW_HIGH = 3.0, 26.0
"""A row has two lines at most; boxes of it share so much of their height with others, in points."""
