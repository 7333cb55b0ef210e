"""Tell which ink belongs to which box of a placed form, and cut it out line by line, free of everything else.

Ink is taken by connected pieces: a piece belongs to the box its middle lies in, so neighbours, labels and remains of
lines stay out, and letters that stick out of their box stay whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning.pieces import AREA, HEIGHT, LEAST_HEIGHT, LEFT, TOP, WIDTH, in_box, pieces, rests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.scanning.pieces import Pieces, Sheet

    Picture = NDArray[Any]
    Stats = NDArray[Any]

_LEAST_INK = 1.6
"""Square points of ink there are at least in a line of typing."""
_MARGIN = 3
_LABEL, _NONE = -2, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A box to read on the working picture, in its pixels. ``many`` lines may stand in it."""

    box: Box
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of ink of one area: a clean picture and where it was cut from in pixels.

    ``letters`` is the height of its letters, ``pieces`` how many pieces of ink it has and ``columns`` how many stand
    apart from each other, small ones like dots left out: a line has as many characters at least.
    """

    area: int
    picture: Picture
    left: int
    top: int
    letters: float
    pieces: int = 0
    columns: int = 0


def cut(sheet: Sheet, areas: Sequence[Area], labels: Sequence[Box], found: Pieces | None = None) -> list[Line]:
    """Cut the lines out of every area with ink in it; pieces that lie in one of ``labels`` are print.

    ``found`` are the pieces of the sheet's ink, where they are known already.
    """
    found = found or pieces(sheet.ink)
    owner = _owners(sheet.ink.shape, areas, labels)
    mine = owner[found.middles[:, 1].astype(int), found.middles[:, 0].astype(int)]
    mine[rests(found, sheet, [area.box for area in areas])] = _NONE
    order = np.argsort(mine, kind="stable")
    starts = np.searchsorted(mine[order], np.arange(len(areas) + 1))
    lines: list[Line] = []
    for number, area in enumerate(areas):
        inside = in_box(order[starts[number] : starts[number + 1]], area.box, found.stats, sheet.unit)
        lines += [_cut_line(number, row, found, sheet) for row in _lines(area, inside, found.stats, sheet.unit)]
    return lines


def _owners(shape: tuple[int, ...], areas: Sequence[Area], labels: Sequence[Box]) -> NDArray[Any]:
    owner = np.full(shape, _NONE, np.int16)
    biggest = sorted(range(len(areas)), key=lambda i: -_size(areas[i].box))
    for grow in (2.0, 0.0):
        for i in biggest:
            x0, top, x1, bottom = areas[i].box
            _paint(owner, (x0, top - grow * 2, x1 + grow, bottom + grow * 2), i)
    for label in labels:
        _paint(owner, label, _LABEL)
    return owner


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _paint(owner: NDArray[Any], box: Box, value: int) -> None:
    x0, top, x1, bottom = (max(round(edge), 0) for edge in box)
    owner[top:bottom, x0:x1] = value


def _lines(area: Area, inside: NDArray[Any], stats: Stats, unit: float) -> Iterator[NDArray[Any]]:
    """Yield the lines of typing of an area, each as the numbers of its pieces."""
    for row in _rows(inside, stats, area.many, unit) if len(inside) else ():
        tall_enough = stats[row, HEIGHT].max() >= LEAST_HEIGHT * unit
        if tall_enough and stats[row, AREA].sum() >= _LEAST_INK * unit * unit:
            yield row


def _rows(inside: NDArray[Any], stats: Stats, many: bool, unit: float) -> list[NDArray[Any]]:
    """Split pieces into lines of typing: tall ones make the lines, small ones (dots, commas) join the nearest."""
    if not many:
        return [inside]
    tall = inside[stats[inside, HEIGHT] >= LEAST_HEIGHT * unit]
    if not len(tall):
        return [inside]
    middle = stats[:, TOP] + stats[:, HEIGHT] / 2
    order = tall[np.argsort(middle[tall])]
    breaks = np.flatnonzero(np.diff(middle[order]) > 0.45 * np.median(stats[order, HEIGHT])) + 1
    rows = [row for row in np.split(order, breaks) if len(row)]
    rows = _joined(rows, stats)
    centres = np.array([np.median(middle[row]) for row in rows])
    small = inside[stats[inside, HEIGHT] < LEAST_HEIGHT * unit]
    nearest = np.abs(middle[small][:, None] - centres[None, :]).argmin(axis=1) if len(small) else np.array([], int)
    return [np.concatenate([row, small[nearest == i]]) for i, row in enumerate(rows)]


def _joined(rows: list[NDArray[Any]], stats: Stats) -> list[NDArray[Any]]:
    """Join rows that overlap by half of the lower one: letters with and without descenders are one line."""
    kept: list[NDArray[Any]] = []
    for row in rows:
        if kept:
            low, high = _span(kept[-1], stats), _span(row, stats)
            overlap = min(low[1], high[1]) - max(low[0], high[0])
            if overlap > 0.5 * min(low[1] - low[0], high[1] - high[0]):
                kept[-1] = np.concatenate([kept[-1], row])
                continue
        kept.append(row)
    return kept


def _span(row: NDArray[Any], stats: Stats) -> tuple[float, float]:
    tops = stats[row, TOP]
    return float(np.median(tops)), float(np.median(tops + stats[row, HEIGHT]))


def _cut_line(number: int, row: NDArray[Any], found: Pieces, sheet: Sheet) -> Line:
    stats = found.stats[row]
    left, top = max(int(stats[:, LEFT].min()) - _MARGIN, 0), max(int(stats[:, TOP].min()) - _MARGIN, 0)
    right = int((stats[:, LEFT] + stats[:, WIDTH]).max()) + _MARGIN
    bottom = int((stats[:, TOP] + stats[:, HEIGHT]).max()) + _MARGIN
    place = (slice(top, bottom), slice(left, right))
    tall = np.sort(stats[stats[:, HEIGHT] > 2.0 * sheet.unit, HEIGHT])
    letters = float(tall[(3 * len(tall)) // 4])
    return Line(
        area=number,
        picture=np.where(_about(row, found, sheet, place), sheet.flat[place], np.uint8(255)).astype(np.uint8),
        left=left,
        top=top,
        letters=letters,
        pieces=len(row),
        columns=_columns(stats, letters),
    )


def _about(row: NDArray[Any], found: Pieces, sheet: Sheet, place: tuple[slice, slice]) -> NDArray[Any]:
    """Return where the pieces of a line are with the grey edges of their strokes, less rules that stand beside them."""
    wanted = np.zeros(len(found.stats), np.uint8)
    wanted[row] = 255
    own = wanted[found.ids[place]]
    round_about = cv2.dilate(own, np.ones((3, 3), np.uint8), iterations=2)
    rules = cv2.dilate(sheet.upright[place] * (sheet.ink[place] == 0), np.ones((3, 3), np.uint8))
    return np.asarray((own > 0) | ((round_about > 0) & (rules == 0)), dtype=np.bool_)


def _columns(stats: Stats, letters: float) -> int:
    """Count the runs of columns under tall pieces, blank columns between them."""
    tall = stats[stats[:, HEIGHT] > 0.55 * letters]
    tall = tall[np.argsort(tall[:, LEFT])]
    reach, runs = -1, 0
    for left, width in zip(tall[:, LEFT], tall[:, WIDTH], strict=True):
        runs += int(left) > reach
        reach = max(reach, int(left + width))
    return runs
