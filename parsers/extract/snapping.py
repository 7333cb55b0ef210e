"""Move rows of boxes to the lines that were typed in them, where their labels alone leave their height in doubt.

Rows of a table have no label of their own. On a layout never seen their heights are guessed from what stands above and
below, which is off by part of a row; the typed lines then say where the rows are. All rows of a page are moved
together, in order and without overlap, by the path that puts most words in the middle of boxes with the least moving.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parsers.document import Box
from parsers.extract.plan import OWN_LABEL, Place
from parsers.extract.siding import sided

_STEP = 1.5
_STATES = 24
"""Rows are moved by up to so many steps of so many points either way: three rows."""
_REACH = _STEP * _STATES
_OVERLAP, _SHARED = 3.0, 0.4
"""Boxes that overlap by more than this, in points and by the height of a line, belong to one row."""
_TIGHTER = 3.0
"""Rows may be so much lower than on the known layout, in points."""
_FIRST_LINE = 6.5
"""How far below the top of a box for several lines the middle of its first one stands, in points."""
_KERNEL = 4.0
"""A word this far from the middle of a box says nothing for it."""
_PULL = 0.02
"""What moving a row costs a point, in words; ``_HELD`` more where it stands by a label of its own."""
_HELD = 2.0
_HOLDING = 0.34
"""From this share of its boxes on those with a label of their own hold a row."""
_BEND = 0.08
"""What it costs a point to move a row otherwise than the one above."""
_ONE_LINE = 19.0
"""A box higher than this holds several lines, which stand at its top and not in its middle."""


@dataclass(slots=True)
class _Row:
    """Boxes side by side: from where to where they reach down the page, what each shift is worth, and with which of
    them something stands in the boxes."""

    top: float
    bottom: float
    places: list[Place]
    worth: list[float]
    filled: list[bool] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether a label of its own holds the row."""
        return max(place.sure for place in self.places) >= OWN_LABEL

    @property
    def columns(self) -> frozenset[str]:
        """The names of its boxes less their letters, which the rows of a table have in common."""
        return frozenset(place.name.rpartition("_")[0] for place in self.places if place.kind == "text")


def snapped(places: Sequence[Place], words: Sequence[Box]) -> tuple[Place, ...]:
    """Return the boxes of a page moved up or down to the typed words; those with a label of their own hardly move."""
    if not words or not places:
        return tuple(places)
    places = sided(places, words)
    rows = _rows(places)
    _weigh(rows, words)
    moved: dict[int, Place] = {}
    for row, (shift, plain) in zip(rows, _path(rows), strict=True):
        for place in row.places:
            x0, top, x1, bottom = place.box
            box = x0, top + shift, x1, bottom + shift
            moved[id(place)] = replace(place, box=box, wavers=not plain)
    return tuple(moved[id(place)] for place in places)


def _rows(places: Sequence[Place]) -> list[_Row]:
    """Return the boxes strip by strip: what overlaps in height is moved together.

    A box with a label of its own that lies amid others without one is no reason for them to stay where they were
    guessed to be.
    """
    rows: list[_Row] = []
    for place in sorted(places, key=lambda place: (place.box[1], place.box[3])):
        _, top, _, bottom = place.box
        if rows and top < rows[-1].bottom - max(_OVERLAP, _SHARED * min(bottom - top, _ONE_LINE)):
            rows[-1].places.append(place)
            rows[-1].bottom = max(rows[-1].bottom, bottom)
        else:
            rows.append(_row([place]))
    return sorted(itertools.chain.from_iterable(map(_parted, rows)), key=lambda row: (row.top, row.bottom))


def _row(places: list[Place]) -> _Row:
    top, bottom = min(place.box[1] for place in places), max(place.box[3] for place in places)
    return _Row(top, bottom, places, [0.0] * (2 * _STATES + 1))


def _parted(row: _Row) -> list[_Row]:
    held = [place for place in row.places if place.sure >= OWN_LABEL]
    if not held or len(held) >= _HOLDING * len(row.places):
        return [row]
    return [_row(held), _row([place for place in row.places if place.sure < OWN_LABEL])]


def _weigh(rows: Sequence[_Row], words: Sequence[Box]) -> None:
    """Give every shift of every row the words it would put in the middle of its boxes, less what the shift costs."""
    order = sorted(words, key=lambda box: box[1] + box[3])
    before = _before(order)
    levels = [(box[1] + box[3]) / 2 for box in order]
    for row in rows:
        row.worth = [0.0] * (2 * _STATES + 1)
        for place in row.places:
            if place.kind == "text":
                x0, top, x1, bottom = place.box
                tall = bottom - top > _ONE_LINE
                aim = top + _FIRST_LINE if tall else (top + bottom) / 2
                for n in range(bisect_left(levels, aim - _REACH), bisect_right(levels, aim + _REACH)):
                    if tall and _under(order, n):
                        continue
                    if said := _says(order[n], before[n], x0, x1):
                        _add(row.worth, levels[n] - aim, said)
        row.filled = [said >= _FILLED for said in row.worth]
        cost = (_PULL + (_HELD if row.held else 0.0)) * _STEP
        row.worth = [said - cost * abs(state - _STATES) for state, said in enumerate(row.worth)]


def _under(order: Sequence[Box], n: int) -> bool:
    """Return whether another line of text stands right above a word, so that it does not begin a text."""
    x0, top, x1, bottom = order[n]
    return any(
        other[0] < x1 and other[2] > x0 and 0.6 * (bottom - top) < top - other[1] < 1.4 * (bottom - top)
        for other in order[max(n - 60, 0) : n]
    )


def _before(order: Sequence[Box]) -> list[Box | None]:
    """Return for each word the one it follows on its line, None where it begins a value."""
    found: list[Box | None] = []
    for n, word in enumerate(order):
        high = word[3] - word[1]
        near = (
            other
            for other in order[max(n - _BESIDE, 0) : n + _BESIDE]
            if abs(other[1] + other[3] - word[1] - word[3]) < 0.4 * high and 0 <= word[0] - other[2] < 0.6 * high
        )
        found.append(next(near, None))
    return found


_BESIDE = 24


def _says(word: Box, before: Box | None, x0: float, x1: float) -> float:
    """Return what a word says for being in a box between two edges: most where it begins at one."""
    middle = (word[0] + word[2]) / 2
    if not x0 - 3 <= middle <= x1 + 3:
        return 0.0
    if word[0] < x0 - 3 or word[2] > x1 + 4:
        return -1.0
    if abs(word[0] - x0 - 2) <= _EDGE:
        # Little stands in a narrow box, and little else would fit it.
        return 3.0 if x1 - x0 <= _NARROW else 2.0
    if before is not None and x0 - 3 <= (before[0] + before[2]) / 2 <= x1:
        return 0.5
    return 1.0 if abs(x1 - 2 - word[2]) <= _EDGE or abs(middle - (x0 + x1) / 2) <= _EDGE else -0.3


_EDGE = 3.5
_NARROW = 25.0


def _add(worth: list[float], off: float, said: float) -> None:
    place = off / _STEP + _STATES
    for state in range(max(int(place - _KERNEL / _STEP), 0), min(int(place + _KERNEL / _STEP) + 2, len(worth))):
        worth[state] += said * max(0.0, 1.0 - abs(state - place) * _STEP / _KERNEL)


def _path(rows: Sequence[_Row]) -> list[tuple[float, bool]]:
    """Return the shift of each row on the way from the top to the bottom that is worth most, and whether it is plain.

    It is not plain where a way on which the row lies elsewhere is worth hardly less.
    """
    best, came = _ways(rows, upwards=False)
    # From the bottom up the same, with the shifts the other way round.
    turned = [replace(row, worth=row.worth[::-1], filled=row.filled[::-1]) for row in reversed(rows)]
    rest = [worth[::-1] for worth in reversed(_ways(turned, upwards=True)[0])]
    state = max(range(len(best[-1])), key=lambda at: (best[-1][at], -abs(at - _STATES)))
    states = [state]
    for source in reversed(came):
        states.append(source[states[-1]])
    found: list[tuple[float, bool]] = []
    for n, (row, state, there, back) in enumerate(zip(rows, reversed(states), best, rest, strict=True)):
        worth = [one + other - own for one, other, own in zip(there, back, row.worth, strict=True)]
        other = max(value for at, value in enumerate(worth) if abs(at - state) * _STEP >= _ELSEWHERE)
        plain = row.held or worth[state] - other >= _CLEARLY or not _in_table(rows, n)
        found.append(((state - _STATES) * _STEP, plain))
    return found


def _in_table(rows: Sequence[_Row], n: int) -> bool:
    """Return whether a row of the same table stands right above or below a row."""
    near = (*rows[max(n - 1, 0) : n], *rows[n + 1 : n + 2])
    return any(not row.columns.isdisjoint(rows[n].columns) for row in near)


_ELSEWHERE, _CLEARLY = 6.0, 1.0
"""A row is in doubt where lying so many points off would be worth less by under so many words."""


def _ways(rows: Sequence[_Row], *, upwards: bool) -> tuple[list[Sequence[float]], list[Sequence[int]]]:
    """Return for each row what each shift is worth with all rows before it, and from which shift of the last it came.

    A row may come as near to the one before as it does not run into it, and go any way off. Rows of one table are
    filled from its top.
    """
    best: list[Sequence[float]] = [rows[0].worth]
    came: list[Sequence[int]] = []
    for before, row in itertools.pairwise(rows):
        gap = before.top - row.bottom if upwards else row.top - before.bottom
        nearer = max(int((gap + _TIGHTER) / _STEP), 0)
        step, source = _reached(best[-1], nearer)
        if not row.columns.isdisjoint(before.columns):
            step, source = _in_order(best[-1], before, row, nearer, upwards=upwards)
        came.append(source)
        best.append([value + worth for value, worth in zip(step, row.worth, strict=True)])
    return best, came


def _in_order(
    best: Sequence[float], before: _Row, row: _Row, nearer: int, *, upwards: bool
) -> tuple[list[float], list[int]]:
    """Return what ``_reached`` does, less where the upper of two rows of a table is empty and the lower is not."""
    empty, empty_from = _reached(
        [_NEVER if full else one for one, full in zip(best, before.filled, strict=True)], nearer
    )
    full, full_from = _reached([one if full else _NEVER for one, full in zip(best, before.filled, strict=True)], nearer)
    values: list[float] = []
    sources: list[int] = []
    for state, filled in enumerate(row.filled):
        one = empty[state] - (_SKIPPED if filled and not upwards else 0.0)
        other = full[state] - (_SKIPPED if upwards and not filled else 0.0)
        values.append(max(one, other))
        sources.append(empty_from[state] if one >= other else full_from[state])
    return values, sources


_FILLED = 1.0
_SKIPPED = 3.0
"""What it costs, in words, to leave out a row of a table; and from how many words on a row is filled."""
_NEVER = -math.inf


def _reached(best: Sequence[float], nearer: int) -> tuple[list[float], list[int]]:
    """Return for each shift of the next row the best shift of this one to come from."""
    count, bend = len(best), _BEND * _STEP
    values: list[float] = []
    sources: list[int] = []
    source, value = 0, best[0]
    high = 0
    # From a shift that is less: the best so far, dearer by a bend each step, or by a jump from anywhere.
    for state in range(count):
        value -= bend if state else 0.0
        if best[state] >= value:
            source, value = state, best[state]
        if best[state] > best[high]:
            high = state
        jumped = best[high] - _JUMP > value
        values.append(best[high] - _JUMP if jumped else value)
        sources.append(high if jumped else source)
    for state in range(count):
        for other in range(state + 1, min(state + nearer, count - 1) + 1):
            if (gain := best[other] - min(bend * (other - state), _JUMP)) > values[state]:
                values[state], sources[state] = gain, other
    return values, sources


_JUMP = 1.0
"""What it costs at most to move a row otherwise than the one above: then a block begins."""
