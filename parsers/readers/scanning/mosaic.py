"""Lay cut lines out on one tall picture, have it read in one pass, and say which words stood in which line."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.ocr import Engine, OcrWord
    from parsers.readers.scanning.typed import Line

LETTERS = 23.0
"""Pixels a capital is tall on the mosaic: 30 is read no better and takes a sixth longer, 20 worse on photos (tune)."""
_GAP = 26
_MARGIN = 24
_WIDEST = 4200
_TALLEST = 20_000
_SPACE = 0.17
"""A space is at least so wide, in heights of a capital: in Helvetica 0.39 less what blur takes; letters keep 0.1."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One word read on a line: its text, its box in the pixels the line was cut from, and the engine's confidence."""

    text: str
    box: Box
    confidence: float


def read(lines: Sequence[Line], engine: Engine, *, letters: float = LETTERS) -> list[list[Seen]]:
    """Read lines in one pass of the engine; returns the words of each line, left to right."""
    if not lines:
        return []
    scales = [_scale(line, letters) for line in lines]
    cells = [_scaled(line.picture, scale) for line, scale in zip(lines, scales, strict=True)]
    if engine.cells_first:
        return _read_cells(lines, cells, scales, engine)
    order = sorted(range(len(lines)), key=lambda i: (cells[i].shape[0], lines[i].area, lines[i].top))
    seen: list[list[Seen]] = [[] for _ in lines]
    for some in _sheets(order, cells):
        picture, tops = _laid_out([cells[i] for i in some])
        for word in engine.read_lines(picture, block=True):
            place = max(bisect_right(tops, (word.box[1] + word.box[3]) / 2 + _GAP / 2) - 1, 0)
            i = some[place]
            seen[i].append(_seen(word, lines[i], scales[i], (_MARGIN, tops[place])))
    return [_joined(line, words) for line, words in zip(lines, seen, strict=True)]


def _sheets(order: Sequence[int], cells: Sequence[NDArray[Any]]) -> list[list[int]]:
    """Part lines so that no mosaic is taller than engines take: they read nothing at all on a taller one."""
    sheets: list[list[int]] = []
    tall = _TALLEST
    for i in order:
        if tall + cells[i].shape[0] + _GAP > _TALLEST:
            sheets.append([])
            tall = _GAP
        sheets[-1].append(i)
        tall += cells[i].shape[0] + _GAP
    return sheets


def _joined(line: Line, words: list[Seen]) -> list[Seen]:
    """Put words in order, and together again what the engine parted where the picture has no space."""
    kept: list[Seen] = []
    for word in sorted(words, key=lambda word: word.box[0]):
        if kept and _gap(line, kept[-1].box, word.box) < _SPACE * line.letters:
            last = kept.pop()
            around = (last.box[0], min(last.box[1], word.box[1]), word.box[2], max(last.box[3], word.box[3]))
            word = Seen(last.text + word.text, around, min(last.confidence, word.confidence))
        kept.append(word)
    return kept


def _gap(line: Line, before: Box, after: Box) -> int:
    """Return the widest run of blank columns about where one word ends and the next begins, in pixels."""
    middle = (before[2] + after[0]) / 2 - line.left
    reach = line.letters * 0.8
    columns = line.picture[:, max(round(middle - reach), 0) : max(round(middle + reach), 1)]
    blank = (columns > 170).all(axis=0)
    widest = run = 0
    for clear in np.asarray(blank).tolist():
        run = run + 1 if clear else 0
        widest = max(widest, run)
    return widest


def _scale(line: Line, letters: float) -> float:
    scale = min(max(letters / max(line.letters, 1.0), 0.4), 4.5)
    return float(min(scale, _WIDEST / line.picture.shape[1]))


def _scaled(picture: NDArray[Any], scale: float) -> NDArray[Any]:
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)


def _laid_out(cells: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], list[int]]:
    width = max(cell.shape[1] for cell in cells) + 2 * _MARGIN
    tops, at = [], _GAP
    for cell in cells:
        tops.append(at)
        at += cell.shape[0] + _GAP
    picture = np.full((at, width), 255, np.uint8)
    for cell, top in zip(cells, tops, strict=True):
        picture[top : top + cell.shape[0], _MARGIN : _MARGIN + cell.shape[1]] = cell
    return picture, tops


def _read_cells(
    lines: Sequence[Line], cells: Sequence[NDArray[Any]], scales: Sequence[float], engine: Engine
) -> list[list[Seen]]:
    edged = [np.pad(cell, 8, constant_values=255) for cell in cells]
    seen: list[list[Seen]] = [[] for _ in lines]
    for word in engine.read_cells(edged):
        seen[word.line].append(_seen(word, lines[word.line], scales[word.line], (8, 8)))
    return seen


def _seen(word: OcrWord, line: Line, scale: float, corner: tuple[int, int]) -> Seen:
    x, y = corner
    x0, top, x1, bottom = word.box
    box = (
        line.left + (x0 - x) / scale,
        line.top + (top - y) / scale,
        line.left + (x1 - x) / scale,
        line.top + (bottom - y) / scale,
    )
    return Seen(word.text, box, word.confidence)
