"""Where the boxes of a form page lie on a page of an unknown layout: each goes where the labels around it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from parsers.document import Box
from parsers.forms.drift import WITNESSES, Shift, common, nearest, shifts_of
from parsers.forms.fitting import moved, moved_box
from parsers.forms.geometry import PlacedField
from parsers.forms.keeping import BESIDE_SURE, Spot, together
from parsers.forms.laying import Laid, Sheet

_OWN = 14.0
"""Within this many points of a box stands its own label."""
_ROW_REACH, _COLUMN_REACH = 240.0, 420.0
_LOST = 60.0
"""Labels within this many points of a box stand on the page it stands on."""
_FARTHEST = 330.0
"""A box whose nearest found label is farther than this stands nowhere that could be told."""
_APART = 2.5
"""Labels around a box that went apart by more than this leave its place in doubt."""


_KEPT_PAGES = 256
"""Form pages whose labels are remembered: all known ones, and what a few pages left of some."""


class Tie(NamedTuple):
    """A label near a box: its index, and its gap to the box in points on the form."""

    label: int
    gap: float


class Ties(NamedTuple):
    """The labels around one box by where they stand to it, the nearest first; and the numbered question it answers."""

    row: tuple[Tie, ...]
    above: tuple[Tie, ...]
    below: tuple[Tie, ...]
    around: tuple[Tie, ...]
    question: Tie | None = None


@lru_cache(maxsize=_KEPT_PAGES)
def ties(sheet: Sheet) -> tuple[Ties, ...]:
    """Return the labels around every box of a form page."""
    return tuple(_ties(sheet, field) for field in sheet.page.fields)


def _ties(sheet: Sheet, field: PlacedField) -> Ties:
    x0, top, x1, bottom = field.box
    row: list[Tie] = []
    above: list[Tie] = []
    below: list[Tie] = []
    around: list[Tie] = []
    for n, anchor in enumerate(sheet.anchors):
        if len(anchor.key) < 2:
            continue
        left, high, right, low = anchor.label.box
        across = max(left - x1, x0 - right, 0.0)
        down = max(high - bottom, top - low, 0.0)
        around.append(Tie(n, across + down))
        if min(low, bottom) - max(high, top) > 0.4 * min(low - high, bottom - top):
            # The label of a tick box stands behind it, that of a line before it.
            behind = left >= x1 - 2
            row.append(Tie(n, across + (0.0 if behind == (field.kind == "check") else 15.0)))
        elif across <= 2.0:
            (above if low <= top + 4 else below).append(Tie(n, down))
    return Ties(_by_gap(row), _by_gap(above), _by_gap(below), _by_gap(around), _question(sheet, field))


def _by_gap(some: Sequence[Tie]) -> tuple[Tie, ...]:
    return tuple(sorted(some, key=lambda tie: (tie.gap, tie.label)))


def _question(sheet: Sheet, field: PlacedField) -> Tie | None:
    """Return the question whose yes/no box a box is, or whose answer in words stands right under it."""
    _, top, _, bottom = field.box
    near = [
        Tie(n, 0.0 if question.middle > top else max(top - question.middle - _HALF_LINE, 0.0))
        for n, question in enumerate(sheet.questions)
        if top - _HALF_LINE - _OWN <= question.middle <= bottom
    ]
    return min(near, key=lambda tie: (tie.gap, -tie.label), default=None)


_HALF_LINE = 6.0


def spots(laid: Laid) -> list[Spot | None]:
    """Return where each box of the form page lies on this page, None for those that are not on it."""
    shifts = shifts_of(laid)
    sideways = _Sideways(laid.sheet, shifts)
    fields = laid.sheet.page.fields
    found = [_spot(laid, field, tie, shifts, sideways) for field, tie in zip(fields, ties(laid.sheet), strict=True)]
    return together(laid, found)


def printed(laid: Laid) -> Iterator[Box]:
    """Yield where the labels that were not found should stand: they read otherwise on this page, or are gone."""
    shifts = shifts_of(laid)
    for n, anchor in enumerate(laid.sheet.anchors):
        near = [shifts[m] for m in nearest(laid.sheet, n, shifts, WITNESSES)]
        if n not in laid.found and len(anchor.key) > 2 and near:
            shift = common(near)
            x0, top, x1, bottom = moved_box(laid.fit, anchor.label.box)
            yield x0 + shift[0], top + shift[1], x1 + shift[0], bottom + shift[1]


def _spot(laid: Laid, field: PlacedField, tie: Ties, shifts: dict[int, Shift], sideways: _Sideways) -> Spot | None:
    closest = next((one for one in tie.around if one.label in shifts), None)
    asked = _asked(laid, tie)
    if closest is None and asked is not None:
        x0, top, x1, bottom = moved_box(laid.fit, field.box)
        # Of a page without labels the heights of the questions are known, and no more.
        told = x1 - x0 <= _ANSWER or (tie.question is not None and tie.question.gap <= _HALF_LINE)
        return Spot((x0, top + asked, x1, bottom + asked), BESIDE_SURE) if told else None
    if closest is None or (asked is None and _elsewhere(tie, shifts, closest)):
        return None
    down = _down(laid.sheet, field, tie, shifts, closest, asked)
    left, right = sideways.edges(field.box)
    x0, top, x1, bottom = moved_box(laid.fit, field.box)
    if x1 + right - x0 - left < _THINNEST * (x1 - x0):
        right = left
    box = x0 + left, top + down, x1 + right, bottom + down
    return Spot(box, _sure(tie, shifts, closest, (left, down), counted=down == asked))


def _asked(laid: Laid, tie: Ties) -> float | None:
    """Return how far down the question of a box went, None where it has none or its number was not found."""
    if tie.question is None or tie.question.label not in laid.numbers:
        return None
    number = tie.question.label
    return laid.numbers[number] - moved(laid.fit, 0.0, laid.sheet.questions[number].middle)[1]


_THINNEST = 0.5
"""A box does not lose more than this share of its width."""


def _elsewhere(tie: Ties, shifts: dict[int, Shift], closest: Tie) -> bool:
    """Return whether a box stands on another page: what stands around it on the form is not on this one."""
    if closest.gap > _FARTHEST:
        return True
    close = [one for one in tie.around[:6] if one.gap < _LOST]
    return len(close) >= 3 and all(one.label not in shifts for one in close)


_ANSWER = 25.0
"""A box for one letter is no wider, in points."""


class _Sideways:
    """How far to the side the points of a page go: by a straight line through the shifts around, the nearest most."""

    def __init__(self, sheet: Sheet, shifts: Mapping[int, Shift]) -> None:
        self._xs = [sheet.anchors[n].x for n in shifts]
        self._ys = [sheet.anchors[n].y for n in shifts]
        self._shifts = [across for across, _ in shifts.values()]

    def edges(self, box: Box) -> tuple[float, float]:
        """Return how far the left and right edges of a box go: columns grow and shrink, so they go different ways."""
        middle = (box[1] + box[3]) / 2
        down = [0.35 * abs(y - middle) for y in self._ys]
        return self._at(box[0], down), self._at(box[2], down)

    def _at(self, x: float, down: Sequence[float]) -> float:
        offs = [at - x for at in self._xs]
        weights = [1.0 / (1.0 + ((abs(off) + low) / _BAND) ** 4) for off, low in zip(offs, down, strict=True)]
        total = sum(weights)
        mean: float = sum(map(mul, weights, offs)) / total
        level: float = sum(map(mul, weights, self._shifts)) / total
        leans = [weight * (off - mean) for weight, off in zip(weights, offs, strict=True)]
        spread = sum(weight * (off - mean) ** 2 for weight, off in zip(weights, offs, strict=True)) / total
        common = sum(lean * (shift - level) for lean, shift in zip(leans, self._shifts, strict=True)) / total
        slope = max(-_SLOPE, min(_SLOPE, common / (spread + _STIFF)))
        return level - slope * mean


_BAND = 28.0
_SLOPE = 0.3
_STIFF = 60.0
"""Square points: with labels closer together than this a slope is not believed."""


def _first(some: tuple[Tie, ...], shifts: dict[int, Shift], reach: float) -> Tie | None:
    return next((one for one in some if one.gap <= reach and one.label in shifts), None)


def _down(
    sheet: Sheet, field: PlacedField, tie: Ties, shifts: dict[int, Shift], closest: Tie, asked: float | None
) -> float:
    """A row goes with what is printed in it, else with its heading, else it lies between the labels above and below.

    ``asked`` is how far its question went, if it answers one whose number was found.
    """
    beside = _first(tie.row, shifts, _ROW_REACH)
    heading = _first(tie.above, shifts, _COLUMN_REACH)
    if asked is not None and tie.question:
        nearer = [one for one in (beside, heading) if one and one.gap <= tie.question.gap]
        if not nearer:
            return asked
    if heading and heading.gap <= _OWN / 2 and (beside is None or beside.gap > _OWN):
        return shifts[heading.label][1]
    if beside:
        return shifts[beside.label][1]
    if heading is None:
        return shifts[closest.label][1]
    return _between(sheet, field, heading, _first(tie.below, shifts, _COLUMN_REACH), shifts)


def _between(sheet: Sheet, field: PlacedField, heading: Tie, after: Tie | None, shifts: dict[int, Shift]) -> float:
    """Spread the rows of a table over the room between its heading and what follows."""
    start = shifts[heading.label][1]
    if after is None:
        return start
    end = shifts[after.label][1]
    middle = (field.box[1] + field.box[3]) / 2
    high, low = sheet.anchors[heading.label].y, sheet.anchors[after.label].y
    stretched = (end - start) / max(low - high, 1.0)
    if abs(stretched) > _MOST_STRETCH:
        return start
    return start + stretched * (middle - high)


_MOST_STRETCH = 0.15
"""Rows grow or shrink by less than this; more is another block that went its own way."""


def _sure(tie: Ties, shifts: dict[int, Shift], closest: Tie, shift: Shift, *, counted: bool) -> float:
    """Fall with the distance to the labels found, and where they went apart; a box by its own label is sure.

    A box placed by the number of its question (``counted``) is too.
    """
    heading = _first(tie.above, shifts, _OWN / 2)
    own = counted or heading or _first(tie.row, shifts, _OWN)
    sure = 0.97 if own else 0.8 - 0.3 * min(closest.gap / 200.0, 1.0)
    near = [shifts[one.label] for one in tie.around[:6] if one.label in shifts]
    apart = sum(abs(other[1] - shift[1]) > _APART for other in near)
    return round(max(sure - (0.01 if own else 0.05) * apart, 0.2), 3)
