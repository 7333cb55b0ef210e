"""Find the connected pieces of ink on a page, and tell typing from dust, remains of ruling lines, and frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box

    Picture = NDArray[Any]
    Stats = NDArray[Any]

LEFT, TOP, WIDTH, HEIGHT, AREA = range(5)
LEAST_HEIGHT = 2.6
"""Points a letter is tall at least; smaller pieces are dots, commas and hyphens."""
# In points: a line of typing is at most so tall, a ruling line at most so thick, and remains of the edges of a box lie
# so close to them with most of their ink.
_TALLEST = 28.0
_RULE = 1.1
_EDGE, _ALONG = 1.4, 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A working picture: evenly lit, its ink without ruling lines, where those are, and the pixels in a point."""

    flat: Picture
    ink: Picture
    level: Picture
    upright: Picture
    unit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Connected pieces: the number of each pixel's (0 is paper), and by number their boxes with areas and middles."""

    ids: Picture
    stats: Stats
    middles: Stats


def pieces(ink: Picture) -> Pieces:
    """Return the connected pieces of a mask of ink."""
    _, ids, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return Pieces(ids=ids, stats=stats, middles=middles)


def rests(found: Pieces, sheet: Sheet, boxes: Sequence[Box]) -> NDArray[Any]:
    """Return by number which pieces are no typing; paper is none. ``boxes`` are those of the form, in pixels."""
    no_typing = _sized(found.stats, sheet.unit) | _on_lines(found, sheet) | on_edges(found, sheet, boxes)
    no_typing[0] = True
    return np.asarray(no_typing, dtype=np.bool_)


def _sized(stats: Stats, unit: float) -> NDArray[Any]:
    """Return which pieces are no typing: dust, remains of ruling lines, stamps and frames."""
    wide, tall = stats[:, WIDTH] / unit, stats[:, HEIGHT] / unit
    dust = stats[:, AREA] < max(3.0, 0.28 * unit * unit)
    level = (tall < _RULE) & (wide > 7.0)
    upright = (wide < _RULE) & (tall > 9.0)
    bar = (wide < 3.0) & (tall > 8.6) & (stats[:, AREA] > 0.8 * stats[:, WIDTH] * stats[:, HEIGHT])
    return np.asarray(dust | level | upright | bar | (tall > _TALLEST), dtype=np.bool_)


def _on_lines(found: Pieces, sheet: Sheet) -> NDArray[Any]:
    """Return which pieces are what noise left of a ruling line: thin, and most of it beside one."""
    near = cv2.dilate(cv2.bitwise_or(sheet.level, sheet.upright), np.ones((3, 3), np.uint8))
    beside = np.bincount(found.ids[(near > 0) & (sheet.ink > 0)], minlength=len(found.stats))
    thin = np.minimum(found.stats[:, WIDTH], found.stats[:, HEIGHT]) < 2.0 * sheet.unit
    return np.asarray(thin & (beside > 0.5 * found.stats[:, AREA]), dtype=np.bool_)


def on_edges(found: Pieces, sheet: Sheet, boxes: Sequence[Box]) -> NDArray[Any]:
    """Return which pieces lie along the edges of boxes and hardly leave them, as corners of faint rules do."""
    band = np.zeros(sheet.ink.shape, np.uint8)
    thick = max(round(2 * _EDGE * sheet.unit), 1)
    for x0, top, x1, bottom in boxes:
        cv2.rectangle(band, (round(x0), round(top)), (round(x1), round(bottom)), 255, thick)
    along = np.bincount(found.ids[(band > 0) & (sheet.ink > 0)], minlength=len(found.stats))
    return np.asarray(along > _ALONG * found.stats[:, AREA], dtype=np.bool_)


def mended(sheet: Sheet, boxes: Sequence[Box], gap: int) -> Picture:
    """Return the ink, less remains of edges, with gaps of ``gap`` pixels bridged: a fax leaves them within letters."""
    found = pieces(sheet.ink)
    lost = on_edges(found, sheet, boxes)
    clean = np.where(lost[found.ids], np.uint8(0), sheet.ink)
    return np.asarray(cv2.morphologyEx(clean, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8)), dtype=np.uint8)


def in_box(pieces: NDArray[Any], box: Box, stats: Stats, unit: float) -> NDArray[Any]:
    """Return those of a box's pieces that are typing: not remains of its own edges, nor specks beside no letter."""
    if not len(pieces):
        return pieces
    x0, top, x1, bottom = box
    wide, tall = stats[pieces, WIDTH] / unit, stats[pieces, HEIGHT] / unit
    x, y = stats[pieces, LEFT] + stats[pieces, WIDTH] / 2, stats[pieces, TOP] + stats[pieces, HEIGHT] / 2
    side = (wide < 1.3) & (np.minimum(np.abs(x - x0), np.abs(x - x1)) < 1.3 * unit)
    level = (tall < 1.6) & (np.minimum(np.abs(y - top), np.abs(y - bottom)) < 1.6 * unit)
    kept = ~(side | level)
    pieces, small = pieces[kept], ((tall < LEAST_HEIGHT) & (wide < LEAST_HEIGHT))[kept]
    return np.asarray(pieces[~small | _by_letters(pieces, small, stats, unit)], dtype=np.int64)


def _by_letters(pieces: NDArray[Any], small: NDArray[Any], stats: Stats, unit: float) -> NDArray[Any]:
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
