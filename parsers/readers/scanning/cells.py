"""Find the lines of print on a page by its ink, and the cells of each: what stands together between gaps and rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning.pieces import AREA, HEIGHT, LEFT, TOP, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from parsers.readers.scanning.pieces import Pieces, Sheet

    Picture = NDArray[Any]

_LETTER = (2.6, 26.0)
"""Points a letter is tall."""
APART = 0.75
"""Cells stand further apart than this part of a line's height."""
_CORE = 0.25
"""The part of a letter's height above and below its core; cores of one line overlap, those of two lines do not."""
_REACH = 0.45
"""Dots, commas and dashes reach for letters so far up and down, in heights of the usual letter."""
_LEVEL = 0.45
"""Cells of one line have their middles so near each other, in heights of their letters."""
_LIKE = 1.3
"""Letters of one line are of like size: engines read the smaller ones badly beside the larger."""
_THIN, _BAR, _STROKE = 2.0, 8.6, 0.3
"""Rests of rules are thinner and taller than so many points, and their ink is so little of their height squared."""
_DUST = 0.28
"""Square points of ink that are dust."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Print that stands together on one line: the numbers of its pieces and its box in pixels."""

    pieces: NDArray[Any]
    box: tuple[int, int, int, int]
    capital: float


def cells(found: Pieces, sheet: Sheet, lost: NDArray[Any]) -> list[Cell]:
    """Return what stands together: letters whose cores touch when drawn wider, unless a ruling line parts them."""
    stats, unit = found.stats, sheet.unit
    print_ = ~lost
    tall = stats[:, HEIGHT] / unit
    letters = np.flatnonzero(print_ & (tall >= _LETTER[0]) & (tall <= _LETTER[1]))
    small = np.flatnonzero(print_ & (tall < _LETTER[0]))
    if not len(letters):
        return []
    usual = float(np.median(stats[letters, HEIGHT]))
    drawn = np.zeros(sheet.ink.shape, np.uint8)
    for left, top, width, height in stats[letters][:, [LEFT, TOP, WIDTH, HEIGHT]].tolist():
        core = round(_CORE * height)
        _widened(drawn, (left, top + core, width, height - 2 * core), APART * min(max(height, usual), 2 * usual) / 2)
    for left, top, width, height in stats[small][:, [LEFT, TOP, WIDTH, HEIGHT]].tolist():
        beyond = round(_REACH * usual)
        _widened(drawn, (left, top - beyond, width, height + 2 * beyond), APART * usual / 2)
    drawn[_partings(sheet, usual) > 0] = 0
    _, ids = cv2.connectedComponents(drawn, connectivity=4)
    owner = np.zeros(len(stats), np.int64)
    mine = np.concatenate([letters, small])
    boxes = stats[mine]
    owner[mine] = ids[boxes[:, TOP] + boxes[:, HEIGHT] // 2, boxes[:, LEFT] + boxes[:, WIDTH] // 2]
    return list(_owned(owner, stats, set(letters.tolist()), usual))


def _partings(sheet: Sheet, usual: float) -> Picture:
    """Return the upright rules that part cells: not where print runs across one, out of a cell too narrow for it."""
    crossed = cv2.bitwise_and(sheet.ink, sheet.upright)
    about = cv2.dilate(crossed, np.ones((round(usual) | 1, 5), np.uint8))
    return np.asarray(cv2.bitwise_and(sheet.upright, cv2.bitwise_not(about)), dtype=np.uint8)


def _widened(drawn: Picture, box: tuple[int, int, int, int], reach: float) -> None:
    left, top, width, height = box
    aside = round(reach)
    drawn[max(top, 0) : top + max(height, 1), max(left - aside, 0) : left + width + aside] = 255


def _owned(owner: NDArray[Any], stats: NDArray[Any], letters: set[int], usual: float) -> Iterator[Cell]:
    order = np.argsort(owner, kind="stable")
    edges = np.flatnonzero(np.diff(owner[order])) + 1
    for group in np.split(order, edges):
        if not owner[group[0]]:
            continue
        if letters.intersection(group.tolist()):
            yield _cell(group, stats)
        elif (dash := _dash(group, stats, usual)) is not None:
            yield dash


def _dash(group: NDArray[Any], stats: NDArray[Any], usual: float) -> Cell | None:
    """Return what stands for nothing in a cell, or a row of dashes; dots that stand alone are dust."""
    cell = _cell(group, stats)
    left, top, right, bottom = cell.box
    if bottom - top > 0.35 * usual or right - left < max(0.25 * usual, 1.5 * (bottom - top)):
        return None
    middle = (top + bottom) // 2
    return Cell(group, (left, middle - round(usual / 2), right, middle + round(usual / 2)), usual)


def rests(found: Pieces, sheet: Sheet) -> NDArray[Any]:
    """Return by number which pieces are no print: paper, dust, frames, and what noise left of ruling lines."""
    stats, unit = found.stats, sheet.unit
    wide, tall = stats[:, WIDTH] / unit, stats[:, HEIGHT] / unit
    near = cv2.dilate(cv2.bitwise_or(sheet.level, sheet.upright), np.ones((3, 3), np.uint8))
    beside = np.bincount(found.ids[(near > 0) & (sheet.ink > 0)], minlength=len(stats))
    left = (np.minimum(wide, tall) < _THIN) & (beside > 0.5 * stats[:, AREA])
    dust = stats[:, AREA] < max(3.0, _DUST * unit * unit)
    gone = left | dust | ((tall < 1.1) & (wide > 7.0)) | (tall > _LETTER[1] + 2)
    gone[0] = True
    upright = ~gone & (wide < 3.0) & (tall > _BAR) & (stats[:, AREA] < _STROKE * stats[:, HEIGHT] ** 2)
    letters = stats[~gone & ~upright & (tall >= _LETTER[0])]
    gone[[i for i in np.flatnonzero(upright).tolist() if not _beside_letters(stats[i], letters)]] = True
    return np.asarray(gone, dtype=np.bool_)


def _beside_letters(bar: NDArray[Any], letters: NDArray[Any]) -> bool:
    """Return whether an upright stroke is a letter: others nearly as tall stand close to it on its line."""
    tall = letters[(letters[:, HEIGHT] > 0.55 * bar[HEIGHT]) & (letters[:, HEIGHT] < 1.8 * bar[HEIGHT])]
    level = tall[np.abs(tall[:, TOP] + tall[:, HEIGHT] - bar[TOP] - bar[HEIGHT]) < 0.3 * bar[HEIGHT]]
    apart = np.maximum(level[:, LEFT] - bar[LEFT] - bar[WIDTH], bar[LEFT] - level[:, LEFT] - level[:, WIDTH])
    return bool(((apart < 0.5 * bar[HEIGHT]) & (apart >= 0) & (level[:, WIDTH] > 1.6 * bar[WIDTH])).any())


def _cell(group: NDArray[Any], stats: NDArray[Any]) -> Cell:
    own = stats[group]
    left, top = int(own[:, LEFT].min()), int(own[:, TOP].min())
    right, bottom = int((own[:, LEFT] + own[:, WIDTH]).max()), int((own[:, TOP] + own[:, HEIGHT]).max())
    heights = np.sort(own[:, HEIGHT])
    return Cell(group, (left, top, right, bottom), float(heights[(9 * len(heights)) // 10]))


def rows(print_: Sequence[Cell]) -> list[list[Cell]]:
    """Return the lines of print from top to bottom, each from left to right: cells whose middles are level."""
    found: list[list[Cell]] = []
    for cell in sorted(print_, key=lambda cell: (cell.box[1] + cell.box[3], cell.box[0])):
        middle = (cell.box[1] + cell.box[3]) / 2
        for row in found[-3:]:
            level = float(np.median([(other.box[1] + other.box[3]) / 2 for other in row]))
            near = abs(middle - level) <= _LEVEL * min(cell.capital, row[0].capital)
            near = near and max(cell.capital, row[0].capital) <= _LIKE * min(cell.capital, row[0].capital)
            if near and not any(_over(cell, other) for other in row):
                row.append(cell)
                break
        else:
            found.append([cell])
    return [sorted(row, key=lambda cell: cell.box[0]) for row in found]


def _over(cell: Cell, other: Cell) -> bool:
    return cell.box[0] < other.box[2] and other.box[0] < cell.box[2]
