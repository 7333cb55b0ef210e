"""Tell which ink belongs to which box of a placed form, and cut it out line by line, free of everything else.

Ink is taken by connected pieces: a piece belongs to the box its middle lies in, so neighbours, labels and remains of
lines stay out, and letters that stick out of their box stay whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from parsers.document import Box

    Picture = NDArray[Any]
    Pieces = NDArray[Any]

# In points. Letters are at least so tall, dust and remains of lines are not; a line of typing is at most so tall.
_LEAST_HEIGHT = 2.6
_LEAST_INK = 1.6
_LINE = 15.0
_TALLEST = 19.0
_RULE = 1.1
_LABEL, _NONE = -2, -1

LEFT, TOP, WIDTH, HEIGHT, AREA = range(5)


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


def cut(
    flat: Picture, ink: Picture, ruled: Picture, areas: Sequence[Area], labels: Sequence[Box], unit: float
) -> list[Line]:
    """Cut the lines out of every area with ink in it.

    ``flat`` is the evenly lit page, ``ink`` its mask without ruling lines and ``ruled`` the mask of those, ``unit`` the
    pixels in a point. Pieces that lie in one of ``labels`` are print.
    """
    owner = _owners(ink.shape, areas, labels)
    count, ids, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return []
    mine = owner[middles[:, 1].astype(int), middles[:, 0].astype(int)]
    mine[0] = _NONE
    mine[_rests(stats, unit) | _on_lines(ids, ink, ruled, stats, unit)] = _NONE
    lines: list[Line] = []
    order = np.argsort(mine, kind="stable")
    starts = np.searchsorted(mine[order], np.arange(len(areas) + 1))
    for number, area in enumerate(areas):
        pieces = order[starts[number] : starts[number + 1]]
        pieces = _typing(pieces, area, stats, unit)
        lines += _lines(number, area, pieces, stats, ids, flat, unit)
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


def _rests(stats: Pieces, unit: float) -> NDArray[Any]:
    """Return which pieces are no typing: dust, remains of ruling lines, stamps and frames."""
    wide, tall = stats[:, WIDTH] / unit, stats[:, HEIGHT] / unit
    dust = stats[:, AREA] < max(3.0, 0.28 * unit * unit)
    level = (tall < _RULE) & (wide > 7.0)
    upright = (wide < _RULE) & (tall > 9.0)
    bar = (wide < 3.0) & (tall > 8.6) & (stats[:, AREA] > 0.8 * stats[:, WIDTH] * stats[:, HEIGHT])
    return np.asarray(dust | level | upright | bar | (tall > _TALLEST * 1.5), dtype=np.bool_)


def _on_lines(ids: Pieces, ink: Picture, ruled: Picture, stats: Pieces, unit: float) -> NDArray[Any]:
    """Return which pieces are what noise left of a ruling line: thin, and most of it beside one."""
    near = cv2.dilate(ruled, np.ones((3, 3), np.uint8))
    beside = np.bincount(ids[(near > 0) & (ink > 0)], minlength=len(stats))
    thin = np.minimum(stats[:, WIDTH], stats[:, HEIGHT]) < 2.0 * unit
    return np.asarray(thin & (beside > 0.5 * stats[:, AREA]), dtype=np.bool_)


def _typing(pieces: NDArray[Any], area: Area, stats: Pieces, unit: float) -> NDArray[Any]:
    """Leave out remains of the box's own edges, and specks that stand by no letter."""
    if not len(pieces):
        return pieces
    x0, top, x1, bottom = area.box
    wide, tall = stats[pieces, WIDTH] / unit, stats[pieces, HEIGHT] / unit
    x, y = stats[pieces, LEFT] + stats[pieces, WIDTH] / 2, stats[pieces, TOP] + stats[pieces, HEIGHT] / 2
    side = (wide < 1.3) & (np.minimum(np.abs(x - x0), np.abs(x - x1)) < 1.3 * unit)
    level = (tall < 1.6) & (np.minimum(np.abs(y - top), np.abs(y - bottom)) < 1.6 * unit)
    kept = ~(side | level)
    pieces, small = pieces[kept], ((tall < _LEAST_HEIGHT) & (wide < _LEAST_HEIGHT))[kept]
    return np.asarray(pieces[~small | _by_letters(pieces, small, stats, unit)], dtype=np.int64)


def _by_letters(pieces: NDArray[Any], small: NDArray[Any], stats: Pieces, unit: float) -> NDArray[Any]:
    letters = pieces[~small]
    if not len(letters):
        return np.zeros(len(pieces), np.bool_)
    left, right = stats[letters, LEFT], stats[letters, LEFT] + stats[letters, WIDTH]
    top, bottom = stats[letters, TOP], stats[letters, TOP] + stats[letters, HEIGHT]
    x0, y0 = stats[pieces, LEFT, None], stats[pieces, TOP, None]
    x1, y1 = x0 + stats[pieces, WIDTH, None], y0 + stats[pieces, HEIGHT, None]
    across = np.maximum(np.maximum(left - x1, x0 - right), 0)
    near = (across < 4.0 * unit) & (y1 > top - 2.2 * unit) & (y0 < bottom + 2.0 * unit)
    return np.asarray(near.any(axis=1), dtype=np.bool_)


def _lines(
    number: int, area: Area, pieces: NDArray[Any], stats: Pieces, ids: Pieces, flat: Picture, unit: float
) -> Iterator[Line]:
    if not len(pieces):
        return
    for group in _rows(pieces, stats, area.many, unit):
        tall = stats[group, HEIGHT] / unit
        if tall.max() < _LEAST_HEIGHT or stats[group, AREA].sum() < _LEAST_INK * unit * unit:
            continue
        yield _cut_line(number, group, stats, ids, flat, float(np.percentile(stats[group[tall > 2.0], HEIGHT], 75)))


def _rows(pieces: NDArray[Any], stats: Pieces, many: bool, unit: float) -> list[NDArray[Any]]:
    """Split pieces into lines of typing: tall ones make the lines, small ones (dots, commas) join the nearest."""
    if not many:
        return [pieces]
    tall = pieces[stats[pieces, HEIGHT] >= _LEAST_HEIGHT * unit]
    if not len(tall):
        return [pieces]
    middle = stats[:, TOP] + stats[:, HEIGHT] / 2
    order = tall[np.argsort(middle[tall])]
    breaks = np.flatnonzero(np.diff(middle[order]) > 0.45 * np.median(stats[order, HEIGHT])) + 1
    rows = [row for row in np.split(order, breaks) if len(row)]
    rows = _joined(rows, stats)
    centres = np.array([np.median(middle[row]) for row in rows])
    small = pieces[stats[pieces, HEIGHT] < _LEAST_HEIGHT * unit]
    nearest = np.abs(middle[small][:, None] - centres[None, :]).argmin(axis=1) if len(small) else np.array([], int)
    return [np.concatenate([row, small[nearest == i]]) for i, row in enumerate(rows)]


def _joined(rows: list[NDArray[Any]], stats: Pieces) -> list[NDArray[Any]]:
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


def _span(row: NDArray[Any], stats: Pieces) -> tuple[float, float]:
    tops = stats[row, TOP]
    return float(np.median(tops)), float(np.median(tops + stats[row, HEIGHT]))


def _cut_line(number: int, pieces: NDArray[Any], stats: Pieces, ids: Pieces, flat: Picture, letters: float) -> Line:
    margin = 3
    left = max(int(stats[pieces, LEFT].min()) - margin, 0)
    top = max(int(stats[pieces, TOP].min()) - margin, 0)
    right = int((stats[pieces, LEFT] + stats[pieces, WIDTH]).max()) + margin
    bottom = int((stats[pieces, TOP] + stats[pieces, HEIGHT]).max()) + margin
    wanted = np.zeros(int(pieces.max()) + 2, np.uint8)
    wanted[pieces] = 255
    region = ids[top:bottom, left:right]
    mask = wanted[np.minimum(region, len(wanted) - 1)]
    near = cv2.dilate(mask, np.ones((3, 3), np.uint8), iterations=2)
    picture = np.where(near > 0, flat[top:bottom, left:right], np.uint8(255)).astype(np.uint8)
    return Line(
        area=number,
        picture=picture,
        left=left,
        top=top,
        letters=letters,
        pieces=len(pieces),
        columns=_columns(stats[pieces], letters),
    )


def _columns(stats: Pieces, letters: float) -> int:
    """Count the runs of columns under tall pieces, blank columns between them."""
    tall = stats[stats[:, HEIGHT] > 0.55 * letters]
    tall = tall[np.argsort(tall[:, LEFT])]
    reach, runs = -1, 0
    for left, width in zip(tall[:, LEFT], tall[:, WIDTH], strict=True):
        runs += int(left) > reach
        reach = max(reach, int(left + width))
    return runs
