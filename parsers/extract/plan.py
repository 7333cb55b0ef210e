"""Where the boxes of a page lie, and what of its print is known, before its values are looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.document import Box, Word
from parsers.forms import resolve

_ROW = 12.0
_SLACK_X, _SLACK_Y = 2.5, 2.5
"""Points by which the middle of a word may lie outside its box."""
_SLACK_PRINT = 1.0
OWN_LABEL = 0.82
"""From here on a box is as sure as a label of its own makes it."""
_COVERED = 0.35
"""A box of which a widget covers more than this share is that widget's."""
_SAME = 0.7
"""Two boxes are one where they cover so much of each other, and are so much alike in width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One box on a page to be filled: its name there, its kind, its box in points and how sure its place is.

    ``wavers`` says that the row it is of may as well be the one above or below.
    """

    name: str
    kind: Literal["text", "check"]
    box: Box
    multiline: bool = False
    sure: float = 1.0
    wavers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known of a page before its values are looked at.

    ``labels`` are indices of words that are printed labels, ``prints`` places of boilerplate. ``exact`` says that the
    places are, and unless ``printed_in`` that every printed word of this layout is known, so that what else stands in
    a box was typed.
    """

    places: tuple[Place, ...]
    labels: frozenset[int] = frozenset()
    prints: tuple[Box, ...] = ()
    exact: bool = False
    printed_in: bool = False


Homes = dict[int, Place | None]
"""Words by index, with the box each stands in."""


class Grid:
    """Boxes by the rows of a page, so that a word looks at few of them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._rows: dict[int, list[tuple[float, float, float, float, Place]]] = defaultdict(list)
        for place in places:
            for row in _rows(place.box, _SLACK_Y):
                self._rows[row].append((*place.box, place))

    def home(self, box: Box) -> Place | None:
        """Return the box to fill in which the middle of a word or mark lies, the closest one where several do."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        best: tuple[float, bool, float, Place] | None = None
        for x0, top, x1, bottom, place in self._rows.get(int(y // _ROW), ()):
            # Most boxes of a row stand elsewhere in it.
            if x0 - x > _SLACK_X or x - x1 > _SLACK_X:
                continue
            across, down = max(x0 - x, x - x1, 0.0), max(top - y, y - bottom, 0.0)
            if down <= _SLACK_Y:
                # Inside beats beside, a box with a label of its own one that was guessed; of nested boxes the smaller
                # one is meant.
                rank = across + down, place.sure < OWN_LABEL, (x1 - x0) * (bottom - top)
                if best is None or rank < best[:3]:
                    best = *rank, place
        return best[3] if best else None


def in_any(words: Sequence[Word], prints: Iterable[Box]) -> frozenset[int]:
    """Return the indices of the words whose middle lies in one of some places, or a point beside it."""
    rows: dict[int, list[Box]] = defaultdict(list)
    for place in prints:
        wide = place[0] - _SLACK_PRINT, place[1] - _SLACK_PRINT, place[2] + _SLACK_PRINT, place[3] + _SLACK_PRINT
        for row in _rows(place, _SLACK_PRINT):
            rows[row].append(wide)
    found: set[int] = set()
    for n, word in enumerate(words):
        x0, top, x1, bottom = word.box
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        for left, high, right, low in rows.get(int(y // _ROW), ()):
            if left <= x <= right and high <= y <= low:
                found.add(n)
                break
    return frozenset(found)


def bare(places: Iterable[Place], widgets: Sequence[Place]) -> tuple[Place, ...]:
    """Return the boxes that no widget lies on, nor is named after."""
    names = {resolve(widget.name).elabel for widget in widgets}
    rows: dict[int, list[Box]] = defaultdict(list)
    for widget in widgets:
        for row in _rows(widget.box, 0.0):
            rows[row].append(widget.box)
    return tuple(
        place
        for place in places
        if resolve(place.name).elabel not in names
        and not any(overlap(place.box, box) > _COVERED for row in _rows(place.box, 0.0) for box in rows.get(row, ()))
    )


def holds_address(name: str) -> bool:
    """Return whether a box of an agency system's own holds a whole address, line by line."""
    return bool(resolve(name).blob)


def fitting(places: Iterable[Place], widgets: Sequence[Place]) -> float:
    """Return which share of the widgets lie on boxes of their kind, each about as large; 1.0 for no widgets."""
    rows: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        for row in _rows(place.box, 0.0):
            rows[row].append(place)
    held = sum(any(_same(place, widget) for place in rows.get(_middle_row(widget.box), ())) for widget in widgets)
    return held / len(widgets) if widgets else 1.0


def _same(one: Place, other: Place) -> bool:
    if one.kind != other.kind or overlap(one.box, other.box) < _SAME:
        return False
    wide, too = one.box[2] - one.box[0], other.box[2] - other.box[0]
    return one.kind == "check" or min(wide, too) >= _SAME * max(wide, too)


def _middle_row(box: Box) -> int:
    return int((box[1] + box[3]) / 2 // _ROW)


def overlap(one: Box, other: Box) -> float:
    """Return the share of the smaller of two boxes that the other covers."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))


def _rows(box: Box, slack: float) -> range:
    """Return the rows of the page that a box, widened up and down, reaches into."""
    return range(int((box[1] - slack) // _ROW), int((box[3] + slack) // _ROW) + 1)
