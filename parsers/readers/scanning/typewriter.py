"""Read torn lines that a typewriter face was used for, sign by sign: all its signs are equally wide.

A fax at 150 dots an inch loses the thin strokes of such faces where they fall between two dots; engines read words then
that are not there. But where each sign stands, and what it may look like, is known: what stands there is what explains
the ink best, given what the engines heard and which signs follow which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from parsers.readers.scanning import hearing, order, shapes, stencils
from parsers.readers.scanning.stencils import BEFORE, PITCH, SIGNS, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.scanning.pieces import Sheet
    from parsers.readers.scanning.typed import Line

    Scores = NDArray[Any]

# Lines tell whether the page was typed so, and how large, best those both engines read alike: so many, of such lengths.
_PROBES, _FEWEST, _MOST = 6, 4, 16
# Of their signs so many are read right on pages in such a face; on others 0.38 at most (0.8 of 10 signs).
_PROVEN, _PROVEN_BY_FEW, _PLENTY, _LEAST_SIGNS = 0.5, 0.9, 20, 8
_STEPS = np.arange(-0.75, 0.76, 0.25)
_SIZES = (10.0, 42.0)
_OTHER_SIZE, _TALL, _SMALLER = 0.02, 0.58, 0.85
_USUAL_SIZE = 2.0
"""What a line must gain by a size that is not the page's."""
# Costs, in the stencils' logarithms, of a sign at all, of a sign beside the ink of a line, and of a pixel off the grid.
_A_SIGN, _A_BLANK, _BESIDE, _OFF_GRID = 2.0, 1.0, 8.0, 0.3
_STRETCH = 0.012
_TRIED = 3
# What the first and the second engine's word for a sign is worth; for signs of one stroke, which they confuse, little.
_HEARD, _THIN, _THIN_WORTH = (2.0, 3.0), frozenset("il1I|:;.,'!"), 0.2
_CLEAR = 2.5
"""By so much the second likeliest sign of every place is less likely where a line is clear."""
_DATE = re.compile(r"(\d{1,2})([^\w$]{1,2})(\d{1,2})([^\w$]{1,2})((?:19|20)\d\d|\d\d)")
_FORMED = re.compile(
    r"\$?\d{1,3}(?:[,.]\d{3})+(?:\.\d\d)?|\d{1,2}([/-])\d{1,2}\1\d{2,4}|\(\d{3}\) \d{3}-\d{4}|\d{3}([-.])\d{3}\2\d{4}"
)
"""Amounts, dates and telephone numbers: of what is misread, little has their form."""
_SPACE = len(SIGNS)


class Typed(NamedTuple):
    """What a line says by its signs' shapes, and how sure that is."""

    text: str
    sure: float


@dataclass(frozen=True, slots=True)
class _Fit:
    """A line on the grid that fits it best: the score of every sign (a space last) in every place, and of the whole."""

    scores: Scores
    signs: list[int]
    total: float

    @property
    def text(self) -> str:
        return _spelled(self.signs)


def read(sheet: Sheet, boxes: Sequence[Box], cut: Sequence[Line], heard: Sequence[tuple[str, str]]) -> dict[int, Typed]:
    """Read the lines of a page that was typed in a typewriter face; of any other page, none.

    ``boxes`` are those of the lines' areas, ``heard`` is what two engines read in each line,
    in plain signs.
    """
    size = _size(sheet, boxes, cut, heard)
    if size is None:
        return {}
    found = {}
    for number, (line, words) in enumerate(zip(cut, heard, strict=True)):
        fit = max(
            (_fit(sheet, boxes[line.area], line, one, size) for one in _sizes(line, words, size)),
            key=lambda fit: fit.total,
        )
        if fit.text:
            found[number] = _typed(fit, words)
    return found


def _size(sheet: Sheet, boxes: Sequence[Box], cut: Sequence[Line], heard: Sequence[tuple[str, str]]) -> float | None:
    """Return the size of a page's typing in pixels, None where it is in no typewriter face."""
    alike = [
        (not shapes.same(one, other), -len(other), number)
        for number, (one, other) in enumerate(heard)
        if _FEWEST <= len(other) <= _MOST
    ]
    probes = [(cut[number], heard[number][1]) for _, _, number in sorted(alike)[:_PROBES]]
    signs = sum(len(text) for _, text in probes)
    if signs < _LEAST_SIGNS:
        return None
    usual = float(np.median([_wide_as(line, text) for line, text in probes]))
    if not _SIZES[0] < usual < _SIZES[1]:
        return None
    best = 0, 0.0, usual
    for size in round(4 * usual) / 4 + _STEPS:
        fits = [_fit(sheet, boxes[line.area], line, float(size), float(size)) for line, _ in probes]
        right = sum(_alike(fit.text, text) for fit, (_, text) in zip(fits, probes, strict=True))
        best = max(best, (right, sum(fit.total for fit in fits), float(size)))
    return best[2] if best[0] >= (_PROVEN if signs >= _PLENTY else _PROVEN_BY_FEW) * signs else None


def _wide_as(line: Line, text: str) -> float:
    """Return the size of type in which a text is as wide as a line; the first and the last sign have white beside."""
    return float((line.picture.shape[1] - 6) / (PITCH * len(text) - 0.15))


def _alike(one: str, other: str) -> int:
    return sum(a == b for a, b in zip(one, other, strict=False))


def _sizes(line: Line, heard: tuple[str, str], usual: float) -> Iterator[float]:
    """Yield the sizes a line may be typed in: the page's, and those that what was heard of it would be as wide in."""
    yield usual
    others = {round(2 * _wide_as(line, text)) / 2 for text in heard if len(text) >= _FEWEST}
    if line.letters < _SMALLER * _TALL * usual:
        others.add(round(2 * line.letters / _TALL) / 2)
    for size in sorted(others):
        if abs(size / usual - 1) > _OTHER_SIZE and _SIZES[0] < size < _SIZES[1]:
            yield size


def _fit(sheet: Sheet, box: Box, line: Line, size: float, usual: float) -> _Fit:
    """Lay the grid of a size over a line in the place where its signs explain most."""
    part, left = window(sheet, box, line, size)
    scores = stencils.surface(part, size) - _A_SIGN
    near = scores.copy()
    near[:, :, 1:] = np.maximum(near[:, :, 1:], scores[:, :, :-1] - _OFF_GRID)
    near[:, :, :-1] = np.maximum(near[:, :, :-1], scores[:, :, 1:] - _OFF_GRID)
    middles = np.arange(near.shape[2]) - BEFORE + left + PITCH * size / 2
    beside = (middles < line.left + 3) | (middles > line.left + line.picture.shape[1] - 3)
    near -= np.where(beside, np.float32(_BESIDE), np.float32(0))
    fits = (_decoded(near[:, row][:, places]) for row, places in _grids(near, PITCH * size))
    best = max(fits, key=lambda fit: fit.total)
    return best if size == usual else _Fit(best.scores, best.signs, best.total - _USUAL_SIZE)


def window(sheet: Sheet, box: Box, line: Line, size: float) -> tuple[Window, int]:
    """Return the part of the page a line lies in, its box and no more, and the column it begins at."""
    tall, wide = line.picture.shape
    spare, edge = int(0.8 * size), 4
    left = max(min(max(line.left - spare, int(box[0]) - edge), line.left), 0)
    right = max(min(line.left + wide + spare, int(box[2]) + edge), line.left + wide)
    top, bottom = max(line.top - int(0.3 * size), 0), line.top + tall + int(0.35 * size)
    part = slice(top, bottom), slice(left, right)
    level = cv2.dilate(sheet.level[part], np.ones((3, 1), np.uint8))
    upright = cv2.dilate(sheet.upright[part], np.ones((1, 5), np.uint8))
    seen = ((level == 0) & (upright == 0)).astype(np.float32)
    first = line.top - top
    rows = range(first + max(tall // 2, 1), first + tall + 3)
    return Window(ink=stencils.inked(sheet.flat[part]), seen=seen, rows=rows), left


def _grids(near: Scores, pitch: float) -> list[tuple[int, NDArray[Any]]]:
    """Return the rows and columns of the likeliest grids: lines of many signs may be a little wider or narrower."""
    most = np.maximum(near.max(axis=0) - _A_BLANK, 0)
    wide = most.shape[1]
    count = max(int(wide / pitch), 1)
    steps = int(np.ceil(count * pitch * _STRETCH / 1.5)) if count > _FEWEST else 0
    found = []
    for stretch in np.linspace(1 - _STRETCH, 1 + _STRETCH, 2 * steps + 1) if steps else (1.0,):
        for start in range(int(np.ceil(pitch))):
            places = np.round(np.arange(start, max(wide - 0.55 * pitch, start + 1), pitch * stretch)).astype(int)
            sums = most[:, places].sum(axis=1)
            row = int(sums.argmax())
            found.append((float(sums[row]), row, places))
    found.sort(key=lambda grid: -grid[0])
    return [(row, places) for _, row, places in found[:_TRIED]]


_CLASS = np.array([order.sort(sign) for sign in f"{SIGNS} "])
_COST = order.FOLLOWS[_CLASS][:, _CLASS]
_COST[SIGNS.index("i"), [SIGNS.index("i"), _SPACE]] += 1.5
_SELDOM = np.array([order.RARE.get(sign, 0.0) for sign in f"{SIGNS} "], np.float32)[:, None]


def _decoded(scores: Scores) -> _Fit:
    """Find the likeliest signs of a line from the scores of each sign in each place; a space scores nothing."""
    return _path(np.vstack([scores, np.zeros((1, scores.shape[1]), np.float32)]) - _SELDOM)


def _path(scores: Scores) -> _Fit:
    total, back = scores[:, 0] - _COST[_SPACE], []
    for place in range(1, scores.shape[1]):
        come = total[:, None] - _COST
        before = come.argmax(axis=0)
        back.append(before)
        total = come[before, np.arange(len(total))] + scores[:, place]
    total = total - _COST[:, _SPACE]
    signs = [int(total.argmax())]
    for before in reversed(back):
        signs.append(int(before[signs[-1]]))
    return _Fit(scores, signs[::-1], float(total.max()))


def _spelled(signs: Sequence[int]) -> str:
    return "".join(f"{SIGNS} "[sign] for sign in signs).strip()


def _typed(fit: _Fit, heard: tuple[str, str]) -> Typed:
    """Return the reading of a line that shapes and engines agree on most, and how sure that makes it.

    Of lines read by their shapes as by both engines 99.5 of 100 are right, as by one of them 95, as by none 60: 92 of
    well-formed figures, of other texts 25 to 85, the more the clearer (faxes at 150 dots per inch, tune).
    """
    scores = fit.scores.copy()
    said = "".join(f"{SIGNS} "[sign] for sign in fit.signs)
    for text, worth in zip(heard, _HEARD, strict=True):
        for place, sign in enumerate(hearing.beside(said, text)):
            if sign and (number := SIGNS.find(sign)) >= 0:
                scores[number, place] += worth * (_THIN_WORTH if sign in _THIN else 1.0)
    both = _path(scores)
    clear = _clear(fit.scores, both.signs)
    shared = sum(shapes.same(both.text, text) for text in heard)
    text = dated(both.text)
    if shared == 2 and shapes.same(fit.text, both.text):
        sure, step = 0.985, 0.002
    elif shared:
        sure, step = (0.93, 0.015) if clear >= 0 else (0.87, 0.0)
    elif _FORMED.fullmatch(text):
        sure, step = (0.89, 0.01) if clear >= 0 else (0.5, 0.0)
    else:
        sure, step = (0.6, 0.12) if clear >= 0 and len(text) >= _FEWEST else (0.3, 0.0)
    return Typed(text, round(sure + step * min(clear, _CLEAR), 3))


def _clear(scores: Scores, signs: Sequence[int]) -> float:
    """Return by how much the signs of a line score more than the likeliest other one in their places, at least."""
    ends = [_SPACE, *signs, _SPACE]
    least = np.inf
    for place, sign in enumerate(signs):
        here = scores[:, place] - _COST[ends[place]] - _COST[:, ends[place + 2]]
        least = min(least, float(here[sign] - np.delete(here, sign).max()))
    return least


def dated(text: str) -> str:
    """Return a date with its strokes, which are thin and slanting: few faxes leave both."""
    found = _DATE.fullmatch(text)
    if not found:
        return text
    month, one, day, other, year = found.groups()
    between = next((sign for sign in (one.strip(), other.strip()) if sign in ("/", "-")), "/")
    return f"{month}{between}{day}{between}{year}" if {one, other} != {"."} else text
