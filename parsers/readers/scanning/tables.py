"""Read a page of rows and columns: its ruling lines taken out, its lines of print cut at columns and laid out anew.

An engine left to itself takes ruling lines for letters and leaves out cells that stand alone. Here the ink says where
the lines of print are and where they have gaps; a line is then read as one strip with its gaps narrowed, so that a lone
figure is read in the line it stands in, and every word keeps the place it was cut from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.document import Word
from parsers.readers.scanning import cells, light, lines, mosaic, spelling
from parsers.readers.scanning.cells import Cell
from parsers.readers.scanning.pieces import AREA, Pieces, Sheet, pieces
from parsers.readers.scanning.spelling import Part
from parsers.readers.scanning.typed import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.ocr import Engine
    from parsers.readers.scanning.mosaic import Seen

    Picture = NDArray[Any]

_LONG, _TALL, _THICK = 120.0, 15.0, 2.2
"""Points: level and upright ruling lines are so long at least; what crosses one for longer than so much is a letter."""
_GAP = 0.4
"""Room between two cells on a strip, in heights of its letters."""
_CELLS, _ROWS, _SHARE = 3, 3, 0.3
"""A page of rows has so many lines with so many cells, and this share of all its lines."""
_SPACE = 0.27
_TRIM = 0.2
_UNSURE, _SURE, _MOST_AGAIN = 0.8, 0.9, 150
"""Words surer than the one are not read again; what the second engine says counts from the other on."""
_MARGIN = 3
_SPECK = 0.6
"""Square points from which on what is no print is painted over."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """One line of print: its cells from left to right, and where each begins on its picture."""

    cells: tuple[Cell, ...]
    starts: tuple[int, ...]
    top: int
    bottom: int
    picture: Picture
    capital: float


def read(picture: Picture, unit: float, engine: Engine, *, torn: bool) -> tuple[list[Word], list[float]] | None:
    """Return words in points and their confidences from an evenly lit, level page; None where it has no table."""
    sheet = _sheet(picture, unit, torn=torn)
    found = pieces(sheet.ink)
    rests = cells.rests(found, sheet)
    rows = cells.rows(cells.cells(found, sheet, rests))
    if not _tabular(rows):
        return None
    clean = _clean(sheet, found, rests)
    strips = [_strip(row, clean) for row in rows]
    seen = mosaic.read([_line(strip) for strip in strips], engine)
    words, sure = [], []
    for strip, read_there in zip(strips, _again(strips, seen, engine), strict=True):
        for word in spelling.tidied(_placed(strip, read_there)):
            words.append(Word(word.text, _points(word.box, unit)))
            sure.append(round(word.confidence, 3))
    return words, sure


def _again(strips: Sequence[_Strip], seen: Sequence[Sequence[Seen]], engine: Engine) -> list[list[Seen]]:
    """Have words that the engine doubts read by the second one, each by itself, and take what that is sure of."""
    done = [list(words) for words in seen]
    if engine.second is None:
        return done
    doubted = [
        (row, at)
        for row, words in enumerate(seen)
        for at, word in enumerate(words)
        if word.confidence < _UNSURE and any(map(str.isalnum, word.text))
    ][:_MOST_AGAIN]
    pictures = [_crop(strips[row], seen[row][at].box) for row, at in doubted]
    for word in engine.second.read_cells(pictures):
        row, at = doubted[word.line]
        first = seen[row][at]
        text = word.text.replace(" ", "")
        if word.confidence >= _SURE and abs(len(text) - len(first.text)) <= 1:
            done[row][at] = replace(first, text=text, confidence=word.confidence)
    return done


def _crop(strip: _Strip, box: Box) -> Picture:
    left, right = max(round(box[0]) - 1, 0), round(box[2]) + 1
    return np.pad(strip.picture[:, left:right], _MARGIN, constant_values=255)


def _sheet(picture: Picture, unit: float, *, torn: bool) -> Sheet:
    ink = light.ink(picture, torn=torn)
    long, tall, thick = (max(round(length * unit), 3) for length in (_LONG, _TALL, _THICK))
    bare, level, upright = lines.without_lines(ink, np.zeros_like(ink), long, tall, thick)
    return Sheet(flat=picture, ink=bare, level=level, upright=upright, unit=unit)


def _tabular(rows: Sequence[Sequence[Cell]]) -> bool:
    many = sum(len(row) >= _CELLS for row in rows)
    return many >= _ROWS and many >= _SHARE * len(rows)


def _strip(row: Sequence[Cell], clean: Picture) -> _Strip:
    """Lay the cells of a line side by side, each as far up as it stands, their gaps narrowed."""
    top = max(min(cell.box[1] for cell in row) - _MARGIN, 0)
    bottom = min(max(cell.box[3] for cell in row) + _MARGIN, clean.shape[0])
    capital = float(np.median([cell.capital for cell in row]))
    gap = round(_GAP * capital)
    starts, at = [], 0
    parts: list[Picture] = []
    for cell in row:
        part = _print(cell, clean, top, bottom)
        starts.append(at)
        parts += [part, np.full((bottom - top, gap), 255, np.uint8)]
        at += part.shape[1] + gap
    return _Strip(tuple(row), tuple(starts), top, bottom, np.hstack(parts[:-1]), capital)


def _print(cell: Cell, clean: Picture, top: int, bottom: int) -> Picture:
    return clean[top:bottom, max(cell.box[0] - _MARGIN, 0) : cell.box[2] + _MARGIN]


def _clean(sheet: Sheet, found: Pieces, rests: NDArray[Any]) -> Picture:
    """Return the picture with rules, what is left of them and their grey edges painted over, up to other print."""
    wide = np.ones((3, 3), np.uint8)
    large = rests & (found.stats[:, AREA] > _SPECK * sheet.unit**2)
    large[0] = False
    lost = np.asarray(large[found.ids] * np.uint8(255), dtype=np.uint8)
    rules = cv2.dilate(cv2.bitwise_or(cv2.bitwise_or(sheet.upright, sheet.level), lost), wide, iterations=2)
    letters = cv2.dilate(cv2.bitwise_and(sheet.ink, cv2.bitwise_not(lost)), wide)
    return np.where((rules > 0) & (letters == 0), np.uint8(255), sheet.flat).astype(np.uint8)


def _line(strip: _Strip) -> Line:
    return Line(area=0, picture=strip.picture, left=0, top=0, letters=strip.capital)


def _placed(strip: _Strip, seen: Sequence[Seen]) -> list[Part]:
    """Return the words of a strip where they were cut from; one read over a gap is cut there."""
    top = float(np.median([cell.box[1] for cell in strip.cells]))
    bottom = float(np.median([cell.box[3] for cell in strip.cells]))
    widths = [cell.box[2] - cell.box[0] + 2 * _MARGIN for cell in strip.cells]
    ends = [start + width for start, width in zip(strip.starts, widths, strict=True)]
    gaps = spelling.gaps(strip.picture, _SPACE * strip.capital)
    found: list[Part] = []
    for one in seen:
        for text, x0, x1 in _parted(one, strip, ends):
            at = _cell_at((x0 + x1) / 2, strip.starts, ends)
            begins = strip.cells[at].box[0]
            shift = begins - min(_MARGIN, begins) - strip.starts[at]
            left, right = _roomy(strip, at)
            blanks = [gap + shift for gap in gaps if x0 < gap < x1]
            x0, x1 = max(x0 + shift, left), min(x1 + shift, right)
            found.append(Part(text, (x0, top, max(x1, x0 + 1), bottom), one.confidence, at, strip.capital, blanks))
    return found


def _roomy(strip: _Strip, at: int) -> tuple[float, float]:
    """Return from where to where the print of a cell may be said to stand: cells with a rule between keep apart."""
    left, right = float(strip.cells[at].box[0]), float(strip.cells[at].box[2])
    beside = cells.APART * strip.capital
    wide = _TRIM * (right - left)
    if at:
        left += round(min(max(beside - (left - strip.cells[at - 1].box[2]), 0) / 2, wide))
    if at + 1 < len(strip.cells):
        right -= round(min(max(beside - (strip.cells[at + 1].box[0] - right), 0) / 2, wide))
    return left, right


def _points(box: Box, unit: float) -> Box:
    return round(box[0] / unit, 2), round(box[1] / unit, 2), round(box[2] / unit, 2), round(box[3] / unit, 2)


def _cell_at(middle: float, starts: Sequence[int], ends: Sequence[int]) -> int:
    return min(range(len(starts)), key=lambda i: max(starts[i] - middle, middle - ends[i], 0))


def _parted(one: Seen, strip: _Strip, ends: Sequence[int]) -> list[tuple[str, float, float]]:
    first, last = _cell_at(one.box[0] + 1, strip.starts, ends), _cell_at(one.box[2] - 1, strip.starts, ends)
    if first == last:
        return [(one.text, one.box[0], one.box[2])]
    each = (one.box[2] - one.box[0]) / len(one.text)
    parts: list[tuple[str, float, float]] = []
    for at in range(first, last + 1):
        mine = [i for i in range(len(one.text))
                if _cell_at(one.box[0] + each * (i + 0.5), strip.starts, ends) == at]  # fmt: skip
        if mine:
            text = one.text[mine[0] : mine[-1] + 1]
            parts.append((text, one.box[0] + each * mine[0], one.box[0] + each * (mine[-1] + 1)))
    return parts
