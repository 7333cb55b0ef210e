"""Find on a form page what its layout does not explain: stamps in any tone, and writing in no box.

Labels that no layout tells of are small, so letters as large as typing that stand in no box and no print were put there
by somebody. Faxes are left out but for large letters: their ink is in pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning import stamps
from parsers.readers.scanning.pieces import HEIGHT, Pieces, on_edges, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.scanning.pieces import Sheet

    Picture = NDArray[Any]

# Ink of stamps that are not black, between print and paper; strokes of print have such tones at their edges only.
_TONES = (95, 195)
_STROKE = 3
# In points: what lies closer together is one stamp, which is so wide, so tall and has so much ink at least. Of 14 pages
# with a stamp in colour all were found, of 24 without none had one (tune).
_TOGETHER, _WIDEST, _TALLEST, _INKED = 6.0, 40.0, 14.0, 12.0
_TONED, _BLURRED, _BANDS = 0.02, 0.3, 4
"""Print whose labels show such tones on so much of their area, and so many of them, is blurred."""
_RULE = 60.0
"""Points that ruling lines are long; the stems of the largest letters of stamps are not."""
_BARE = 0.35
"""Letters keep this share of their ink when short ruling lines are taken out as well; corners of boxes do not."""
# Writing: its letters' height in points (6 to 7 point print has capitals of 5.0), and how many stand beside each other
# and how wide they are together.
_LETTERS, _FEWEST, _SHORTEST = (5.2, 14.0), 5, 45.0
_BESIDE, _FOOT, _MARGIN, _HEADING = 12.0, 52.0, 24.5, 7.0
_GROWN = 3.0


def stray(sheet: Sheet, ink: Picture, found: Pieces, labels: Sequence[Box], boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes of what was put on a form page besides its values, in points.

    ``sheet`` has the ink without ruling lines, ``found`` its pieces, ``ink`` is all of it. ``labels`` are the places of
    the form's own print and ``boxes`` of what is filled in, both in points.
    """
    dark = _dark(sheet, ink, boxes)
    large = [*stamps.stamps(dark, labels, sheet.unit), *stamps.frames(dark, sheet.unit)]
    between = cv2.inRange(sheet.flat, np.array(_TONES[0]), np.array(_TONES[1]))
    strokes = np.asarray(cv2.morphologyEx(between, cv2.MORPH_OPEN, np.ones((_STROKE, _STROKE), np.uint8)))
    # Blurred print has the tones of stamps, and runs together to letters larger than it is.
    if not _blurred(strokes, labels, sheet.unit):
        large += [*_toned(strokes, sheet.unit), *_writing(sheet, found, labels, boxes)]
    return _apart(large)


def _toned(strokes: Picture, unit: float) -> list[Box]:
    """Return what is stamped in a tone between black and white, of which ``strokes`` are what is no edge of print."""
    if not strokes.any():
        return []
    reach = max(round(_TOGETHER * unit), 1)
    groups = pieces(np.asarray(cv2.dilate(strokes, np.ones((reach, reach), np.uint8))))
    inked = np.bincount(groups.ids[strokes > 0], minlength=len(groups.stats)) / unit**2
    sizes = groups.stats[:, : HEIGHT + 1] / unit
    kept = (sizes[:, 2] > _WIDEST) & (sizes[:, 3] > _TALLEST) & (inked > _INKED)
    return [_box(size) for size in sizes[1:][kept[1:]]]


def _blurred(strokes: Picture, labels: Sequence[Box], unit: float) -> bool:
    """Return whether print all over the page has strokes between black and white, as on a photograph out of focus.

    A stamp lies over labels too, but not over many in each part of a page.
    """
    bands: list[list[bool]] = [[] for _ in range(_BANDS)]
    for x0, top, x1, bottom in labels:
        part = strokes[max(round(top * unit), 0) : round(bottom * unit), max(round(x0 * unit), 0) : round(x1 * unit)]
        band = int(_BANDS * top * unit / strokes.shape[0])
        bands[min(max(band, 0), _BANDS - 1)].append(bool(np.count_nonzero(part) > _TONED * part.size))
    shares = sorted(sum(band) / len(band) for band in bands if band)
    return len(shares) > 1 and shares[len(shares) // 2] > _BLURRED


def _box(size: NDArray[Any]) -> Box:
    x, y, wide, tall = (float(edge) for edge in size)
    return round(x, 2), round(y, 2), round(x + wide, 2), round(y + tall, 2)


def _dark(sheet: Sheet, ink: Picture, boxes: Sequence[Box]) -> Pieces:
    """Return the pieces of ink less long ruling lines and the edges of boxes, so that stems of large letters stay."""
    long = round(_RULE * sheet.unit)
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    lines = cv2.dilate(cv2.bitwise_or(level, upright), np.ones((3, 3), np.uint8))
    found = pieces(np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(lines)), dtype=np.uint8))
    kept = np.bincount(found.ids[sheet.ink > 0], minlength=len(found.stats)) >= _BARE * found.stats[:, 4]
    edges = on_edges(found, sheet, [tuple(edge * sheet.unit for edge in box) for box in boxes])  # type: ignore[misc]
    gone = (edges | ~kept)[:, None]
    return Pieces(ids=found.ids, stats=np.where(gone, 0, found.stats), middles=found.middles)


def _writing(sheet: Sheet, found: Pieces, labels: Sequence[Box], boxes: Sequence[Box]) -> list[Box]:
    """Return the rows of letters as large as typing that stand in no box and no print."""
    filled = [(x0 - _GROWN, top - _GROWN, x1 + _GROWN, bottom + _GROWN) for x0, top, x1, bottom in boxes]
    rows = stamps.rows(found, [*labels, *filled], sheet.unit, _LETTERS, _FEWEST)
    foot = sheet.flat.shape[0] / sheet.unit - _FOOT
    long = (row for row in rows if row[2] - row[0] > _SHORTEST)
    return [row for row in long if row[1] < foot and not _heading(row) and not _runs_on(row, boxes)]


def _heading(row: Box) -> bool:
    """Return whether a row begins at the edge of the form, where sections are headed, and is no larger than that."""
    return row[0] < _MARGIN and row[3] - row[1] < _HEADING


def _runs_on(row: Box, boxes: Sequence[Box]) -> bool:
    """Return whether a row goes on right behind a box on its level: a value too long for it."""
    level = (row[1] + row[3]) / 2
    return any(top <= level <= bottom and -_GROWN <= row[0] - x1 <= _BESIDE for _, top, x1, bottom in boxes)


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """Return boxes put together where they meet, in reading order: parts of one stamp are one thing."""
    found: list[Box] = []
    for box in sorted(boxes):
        whole = box
        while met := next((one for one in found if _meet(one, whole)), None):
            found.remove(met)
            whole = min(met[0], whole[0]), min(met[1], whole[1]), max(met[2], whole[2]), max(met[3], whole[3])
        found.append(whole)
    return sorted(found, key=lambda box: (box[1], box[0]))


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
