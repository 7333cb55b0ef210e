"""Follow labels that stand elsewhere than on the known layout: blocks moved, rows higher, columns narrower.

An edition never seen keeps most labels of its relatives. What lies on the page is found label by label, outward from
the unmistakable ones, and every box then goes where its own label went.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median
from typing import NamedTuple, TypeVar

from parsers.document import Box
from parsers.forms.anchors import Hit, PageText
from parsers.forms.fitting import moved, moved_box
from parsers.forms.geometry import PlacedField
from parsers.forms.laying import Laid, Sheet, one_each, pair_of

_PLAIN = 8
"""From this length on a label that stands once on form and page is the same label, wherever it went."""
_WANDER = 45.0
"""How far a shorter one may have gone on its word alone."""
_REACH = 9.0
"""How far a label may be off its neighbours' common shift at first: less than a row, which is 12 points."""
_STRAY = 32.0
"""A short label farther off than this from all around it is another that reads alike."""
_WIDER = ((_REACH, 30.0), (_REACH, 60.0), (2 * _REACH, 60.0), (2 * _REACH, 140.0), (3 * _REACH, 900.0))
"""Reach and distance to the nearest found label, in the order they are tried."""
_ROUNDS = 20
_ENOUGH = 4
_WITNESSES = 4
_OWN = 14.0
"""Within this many points of a box stands its own label."""
_ROW_REACH, _COLUMN_REACH = 240.0, 420.0
_LOST = 60.0
"""Labels within this many points of a box stand on the page it stands on."""
_FARTHEST = 330.0
"""A box whose nearest found label is farther than this stands nowhere that could be told."""
_APART = 2.5
"""Labels around a box that went apart by more than this leave its place in doubt."""

Shift = tuple[float, float]
T = TypeVar("T")


class Tie(NamedTuple):
    """A label near a box: its index, and its gap to the box in points on the form."""

    label: int
    gap: float


class Ties(NamedTuple):
    """The labels around one box by where they stand to it, the nearest first."""

    row: tuple[Tie, ...]
    above: tuple[Tie, ...]
    below: tuple[Tie, ...]
    around: tuple[Tie, ...]


class Spot(NamedTuple):
    """Where a box lies on the page, and how sure that is."""

    box: Box
    sure: float


def follow(text: PageText, laid: Laid, taken: frozenset[int] = frozenset()) -> None:
    """Pair the labels that went elsewhere; words in ``taken`` belong to another form page.

    Blocks repeat, and a fit may have laid one over the next. So only what stands once is believed at first, and the
    rest is found from there outward.
    """
    sure = {n: hit for n, hit in laid.found.items() if _once(text, laid.sheet, n)}
    sure.update(_in_order(text, laid.sheet, taken))
    fitting = laid.found
    if len(sure) >= _ENOUGH:
        laid.found = sure
    _settle(text, laid, taken)
    if len(laid.found) < min(_ENOUGH, len(fitting)):
        laid.found = dict(fitting)
    for reach, within in _WIDER:
        for _ in range(_ROUNDS):
            more = one_each(list(_nearby(text, laid, taken, reach * laid.scale, within)))
            if not more:
                break
            laid.found.update(more)


def _in_order(text: PageText, sheet: Sheet, taken: frozenset[int]) -> Iterator[tuple[int, Hit]]:
    """Pair the labels that stand as often on the page as on the form, more than once: they come in the same order."""
    places: dict[str, list[int]] = {}
    for n, anchor in enumerate(sheet.anchors):
        if len(anchor.key) > 2 and sheet.counts[anchor.key] > 1:
            places.setdefault(anchor.key, []).append(n)
    for wanted, mine in places.items():
        hits = [hit for hit in text.hits(wanted) if taken.isdisjoint(hit.words)]
        if len(hits) == len(mine):
            ordered = _reading(mine, [(sheet.anchors[n].x, sheet.anchors[n].y) for n in mine])
            yield from zip(ordered, _reading(hits, [(hit.x0, hit.middle) for hit in hits]), strict=True)


def _reading(things: Sequence[T], places: Sequence[tuple[float, float]]) -> list[T]:
    """Return things row by row, each row from left to right."""
    order = sorted(range(len(things)), key=lambda n: places[n][1])
    rows: list[list[int]] = []
    for n in order:
        if rows and places[n][1] - places[rows[-1][0]][1] <= _ROW:
            rows[-1].append(n)
        else:
            rows.append([n])
    return [things[n] for row in rows for n in sorted(row, key=lambda n: places[n][0])]


_ROW = 4.0


def _once(text: PageText, sheet: Sheet, n: int) -> bool:
    return sheet.counts[sheet.anchors[n].key] == 1 and len(text.hits(sheet.anchors[n].key)) == 1


def _nearby(
    text: PageText, laid: Laid, taken: frozenset[int], reach: float, within: float
) -> Iterator[tuple[float, int, Hit]]:
    """Yield the labels not yet found that stand within ``reach`` of where their neighbours' shift would put them.

    Only those are looked for that have a found neighbour ``within`` that distance on the form.
    """
    shifts = _shifts(laid)
    used = taken.union(*(hit.words for hit in laid.found.values()))
    for n, anchor in enumerate(laid.sheet.anchors):
        if n in laid.found or len(anchor.key) < 2:
            continue
        near = _nearest(laid.sheet, n, shifts, _WITNESSES)
        if not near or _apart(laid.sheet, n, near[0]) > within:
            continue
        hits = [hit for hit in text.hits(anchor.key) if used.isdisjoint(hit.words)]
        if hits:
            shift = _common([shifts[m] for m in near])
            x, y = moved(laid.fit, anchor.x, anchor.y)
            off, hit = min((max(abs(h.x0 - x - shift[0]), abs(h.middle - y - shift[1])), h) for h in hits)
            if off <= reach:
                yield off, n, hit


def _settle(text: PageText, laid: Laid, taken: frozenset[int]) -> None:
    """Take the unmistakable labels, and drop those that went another way than everything around them."""
    used = taken.union(*(hit.words for hit in laid.found.values()))
    for n, anchor in enumerate(laid.sheet.anchors):
        hits = text.hits(anchor.key) if len(anchor.key) > 3 else ()
        if n in laid.found or laid.sheet.counts[anchor.key] != 1 or len(hits) != 1:
            continue
        if not used.isdisjoint(hits[0].words):
            continue
        laid.found[n] = hits[0]
        if len(anchor.key) < _PLAIN and laid.off(n) > _WANDER * laid.scale:
            del laid.found[n]
    shifts = _shifts(laid)
    for n in [n for n in laid.found if len(laid.sheet.anchors[n].key) < 2 * _PLAIN]:
        near = [shifts[m] for m in _nearest(laid.sheet, n, shifts, 6)]
        if near and all(_differ(shifts[n], other) > _STRAY * laid.scale for other in near):
            del laid.found[n]


def _shifts(laid: Laid) -> dict[int, Shift]:
    """Return for each found label how far it went from where the fit puts it."""
    shifts: dict[int, Shift] = {}
    for n, hit in laid.found.items():
        pair = pair_of(laid.sheet.anchors[n], hit)
        x, y = moved(laid.fit, pair.x, pair.y)
        shifts[n] = pair.to_x - x, pair.to_y - y
    return shifts


def _differ(one: Shift, other: Shift) -> float:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _apart(sheet: Sheet, one: int, other: int) -> float:
    """Return how far two labels are apart on the form; a row holds together more than a column."""
    a, b = sheet.anchors[one], sheet.anchors[other]
    return abs(a.x - b.x) * 0.35 + abs(a.y - b.y)


@cache
def _order(sheet: Sheet, index: int) -> tuple[int, ...]:
    """Return all labels by how near they stand to one."""
    others = (n for n in range(len(sheet.anchors)) if n != index)
    return tuple(sorted(others, key=lambda n: (_apart(sheet, index, n), n)))


def _nearest(sheet: Sheet, index: int, shifts: dict[int, Shift], count: int) -> list[int]:
    found: list[int] = []
    for n in _order(sheet, index):
        if n in shifts:
            found.append(n)
            if len(found) == count:
                break
    return found


def _common(near: Sequence[Shift]) -> Shift:
    """Return the shift of the nearest label, or the middle one of three where the nearest two differ."""
    if len(near) > 2 and _differ(near[0], near[1]) > _APART:
        return median(x for x, _ in near[:3]), median(y for _, y in near[:3])
    return near[0]


@cache
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
    by_gap = [tuple(sorted(some, key=lambda tie: (tie.gap, tie.label))) for some in (row, above, below, around)]
    return Ties(*by_gap)


def spots(laid: Laid) -> list[Spot | None]:
    """Return where each box of the form page lies on this page, None for those that are not on it."""
    shifts = _shifts(laid)
    fields = laid.sheet.page.fields
    found = [_spot(laid, field, tie, shifts) for field, tie in zip(fields, ties(laid.sheet), strict=True)]
    return [_with_row(laid, fields, found, n) for n in range(len(found))]


def _with_row(laid: Laid, fields: Sequence[PlacedField], found: Sequence[Spot | None], n: int) -> Spot | None:
    """Return a box that no label of its own holds at the height of the nearest box of its row that one does hold."""
    own = found[n]
    if own is None or own.sure >= _HELD:
        return own
    row = [(m, other) for m in _row_of(laid.sheet, n) if (other := found[m])]
    held = [(abs(fields[m].box[0] - fields[n].box[0]), m, other) for m, other in row if other.sure >= _HELD]
    if held:
        _, m, lead = min(held)
        sure = max(own.sure, _BESIDE_SURE)
    else:
        m, lead = max([(n, own), *row], key=lambda one: (one[1].sure, -one[0]))
        sure = own.sure
    down = lead.box[1] - moved_box(laid.fit, fields[m].box)[1]
    _, top, _, bottom = moved_box(laid.fit, fields[n].box)
    return Spot((own.box[0], top + down, own.box[2], bottom + down), sure)


_HELD = 0.82
"""From here on a box is held by a label of its own."""
_BESIDE_SURE = 0.83


@cache
def _row_of(sheet: Sheet, n: int) -> tuple[int, ...]:
    """Return the other boxes of one's row: those at nearly its height on the form."""
    own = sheet.page.fields[n].box
    return tuple(
        m
        for m, field in enumerate(sheet.page.fields)
        if m != n and abs(field.box[1] - own[1]) < 2.5 and abs(field.box[3] - own[3]) < 2.5
    )


def printed(laid: Laid) -> Iterator[Box]:
    """Yield where the labels that were not found should stand: they read otherwise on this page, or are gone."""
    shifts = _shifts(laid)
    for n, anchor in enumerate(laid.sheet.anchors):
        near = [shifts[m] for m in _nearest(laid.sheet, n, shifts, _WITNESSES)]
        if n not in laid.found and len(anchor.key) > 2 and near:
            shift = _common(near)
            x0, top, x1, bottom = moved_box(laid.fit, anchor.label.box)
            yield x0 + shift[0], top + shift[1], x1 + shift[0], bottom + shift[1]


def _spot(laid: Laid, field: PlacedField, tie: Ties, shifts: dict[int, Shift]) -> Spot | None:
    nearest = next((one for one in tie.around if one.label in shifts), None)
    if nearest is None or _elsewhere(tie, shifts, nearest):
        return None
    down = _down(laid.sheet, field, tie, shifts, nearest)
    middle = (field.box[1] + field.box[3]) / 2
    left = _across(laid.sheet, shifts, field.box[0], middle)
    right = _across(laid.sheet, shifts, field.box[2], middle)
    x0, top, x1, bottom = moved_box(laid.fit, field.box)
    if x1 + right - x0 - left < _THINNEST * (x1 - x0):
        right = left
    box = x0 + left, top + down, x1 + right, bottom + down
    return Spot(box, _sure(tie, shifts, nearest, (left, down)))


_THINNEST = 0.5
"""A box does not lose more than this share of its width."""


def _elsewhere(tie: Ties, shifts: dict[int, Shift], nearest: Tie) -> bool:
    """Return whether a box stands on another page: what stands around it on the form is not on this one."""
    if nearest.gap > _FARTHEST:
        return True
    close = [one for one in tie.around[:6] if one.gap < _LOST]
    return len(close) >= 3 and all(one.label not in shifts for one in close)


def _across(sheet: Sheet, shifts: dict[int, Shift], x: float, y: float) -> float:
    """Return how far to the side a point goes: by a straight line through the shifts around it, the nearest most.

    Columns grow and shrink, so that the two edges of a box go different ways.
    """
    weighed = [
        (1.0 / (1.0 + (_far(sheet, n, x, y) / _BAND) ** 4), sheet.anchors[n].x - x, shift[0])
        for n, shift in shifts.items()
    ]
    total = sum(weight for weight, _, _ in weighed)
    mean = sum(weight * at for weight, at, _ in weighed) / total
    level = sum(weight * shift for weight, _, shift in weighed) / total
    spread = sum(weight * (at - mean) ** 2 for weight, at, _ in weighed) / total
    common = sum(weight * (at - mean) * (shift - level) for weight, at, shift in weighed) / total
    slope = max(-_SLOPE, min(_SLOPE, common / (spread + _STIFF)))
    return level - slope * mean


def _far(sheet: Sheet, n: int, x: float, y: float) -> float:
    anchor = sheet.anchors[n]
    return abs(anchor.x - x) + 0.35 * abs(anchor.y - y)


_BAND = 28.0
_SLOPE = 0.3
_STIFF = 60.0
"""Square points: with labels closer together than this a slope is not believed."""


def _first(some: tuple[Tie, ...], shifts: dict[int, Shift], reach: float) -> Tie | None:
    return next((one for one in some if one.gap <= reach and one.label in shifts), None)


def _down(sheet: Sheet, field: PlacedField, tie: Ties, shifts: dict[int, Shift], nearest: Tie) -> float:
    """A row goes with what is printed in it, else with its heading, else it lies between the labels above and below."""
    beside = _first(tie.row, shifts, _ROW_REACH)
    heading = _first(tie.above, shifts, _COLUMN_REACH)
    if heading and heading.gap <= _OWN / 2 and (beside is None or beside.gap > _OWN):
        return shifts[heading.label][1]
    if beside:
        return shifts[beside.label][1]
    if heading is None:
        return shifts[nearest.label][1]
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


_MOST_STRETCH = 0.35
"""Rows grow or shrink by less than this; more is another block that went its own way."""


def _sure(tie: Ties, shifts: dict[int, Shift], nearest: Tie, shift: Shift) -> float:
    """Fall with the distance to the labels found, and where they went apart; a box by its own label is sure."""
    heading = _first(tie.above, shifts, _OWN / 2)
    own = heading or _first(tie.row, shifts, _OWN)
    sure = 0.97 if own else 0.8 - 0.3 * min(nearest.gap / 200.0, 1.0)
    near = [shifts[one.label] for one in tie.around[:6] if one.label in shifts]
    apart = sum(abs(other[1] - shift[1]) > _APART for other in near)
    return round(max(sure - (0.01 if own else 0.05) * apart, 0.2), 3)
