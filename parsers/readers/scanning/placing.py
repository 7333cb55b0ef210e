"""Lay a known form page over a picture to a fraction of a point: from a coarse hit to every label's own place.

Blocks of labels are shifted first, then every label alone; each shift is where the label's bar of ink, and the white
round it, fits best. A projective fit that ignores outliers takes the whole of it, and what is left over and common to
neighbours (a bent sheet, a fax machine's stretch) is kept as a smooth local shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning import sheets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.forms.geometry import PlacedLabel
    from parsers.readers.scanning.sheets import Sheet

    Matrix = NDArray[Any]

PER_POINT = 2.0
"""Pixels a point of the map the fit works on."""
_PAD = 4
_BLOCKS = (5, 4)
_CLOSE, _FEW = 1.3, 4
_ENOUGH = 60
_NEIGHBOURS = 70.0
_NEAREST, _NEAR, _SUPPORT = 6, 90.0, 0.34


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the form page lies: ``matrix`` takes its points to points of the upright page, then a local shift."""

    matrix: Matrix
    anchors: NDArray[Any]
    shifts: NDArray[Any]
    matched: tuple[int, ...]
    residual: float

    def shift(self, x: float, y: float) -> tuple[float, float, float]:
        """Return the local shift in form points at a form point, and the share of labels near it that were found."""
        if not len(self.anchors):
            return 0.0, 0.0, 0.0
        apart = np.square(self.anchors - np.array([x, y], np.float32)).sum(axis=1)
        weight = np.exp(-apart / (2 * _NEIGHBOURS**2))
        total = float(weight.sum())
        pull = total / (total + 0.7)
        dx, dy = (weight[:, None] * self.shifts).sum(axis=0) / (total + 1e-9) * pull
        return float(dx), float(dy), pull


def unsupported(place: Place, sheet: Sheet) -> float:
    """Return the share of boxes most of whose nearest labels were not found: parts of the page lie elsewhere.

    Editions that are known have 0.015 at most even on faxes, others 0.1 to 0.3 (measured).
    """
    found = np.zeros(len(sheet.bars), np.bool_)
    found[list(place.matched)] = True
    x, y = np.array([((bar[0] + bar[2]) / 2, (bar[1] + bar[3]) / 2) for bar in sheet.bars]).T
    boxes = [field.box for field in sheet.page.fields if not field.hidden]
    return sum(_alone(box, x, y, found) for box in boxes) / max(len(boxes), 1)


def _alone(box: Box, x: NDArray[Any], y: NDArray[Any], found: NDArray[Any]) -> bool:
    across = np.maximum(np.maximum(box[0] - x, x - box[2]), 0)
    down = np.maximum(np.maximum(box[1] - y, y - box[3]), 0)
    apart = np.hypot(across, down)
    near = np.argsort(apart)[:_NEAREST]
    near = near[apart[near] < _NEAR]
    return len(near) > 1 and float(found[near].mean()) < _SUPPORT


def place(dark: NDArray[Any], sheet: Sheet, start: Matrix) -> Place:
    """Fit a form page to a page. ``dark`` is ink (0..255) at ``PER_POINT``, lines removed; ``start`` form → page."""
    matrix = start
    labels = sheets.mask(sheet, 1.0, (round(sheet.page.height), round(sheet.page.width)))
    some = range(0, len(sheet.bars), max(1, len(sheet.bars) // _ENOUGH))
    for search, blocks in ((14.0, True), (5.0, True), (3.0, False)):
        laid = laid_over(dark, sheet, matrix)
        points, moves, scores = _by_blocks(laid, labels, search) if blocks else _by_labels(laid, sheet, some, search)
        found = _fitted(points, moves, scores, 3.0 if blocks else 1.5)
        if found is not None:
            matrix = matrix @ found
    laid = laid_over(dark, sheet, matrix)
    points, moves, scores = _by_labels(laid, sheet, range(len(sheet.bars)), 2.5)
    return _settled(matrix, sheet, points, moves, scores)


def laid_over(dark: NDArray[Any], sheet: Sheet, matrix: Matrix) -> NDArray[Any]:
    """Return the page as the form page's own frame sees it, at ``PER_POINT``."""
    scale = np.diag([PER_POINT, PER_POINT, 1.0])
    whole = scale @ matrix @ np.linalg.inv(scale)
    size = (round(sheet.page.width * PER_POINT), round(sheet.page.height * PER_POINT))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(dark, whole, size, flags=flags), dtype=np.uint8)


def _by_blocks(
    laid: NDArray[Any], labels: NDArray[Any], search: float
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    reach = round(search)
    height, width = labels.shape
    half = cv2.resize(laid, (width, height), interpolation=cv2.INTER_AREA)
    level = np.minimum(half, 96).astype(np.float32) / 96
    pattern = labels - cv2.blur(labels, (13, 11))
    padded = cv2.copyMakeBorder(level, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    points, moves, scores = [], [], []
    rows, columns = _BLOCKS
    for row in range(rows):
        for column in range(columns):
            y0, y1 = height * row // rows, height * (row + 1) // rows
            x0, x1 = width * column // columns, width * (column + 1) // columns
            block = pattern[y0:y1, x0:x1]
            mass = labels[y0:y1, x0:x1]
            if mass.sum() < 120:
                continue
            region = padded[y0 : y1 + 2 * reach, x0 : x1 + 2 * reach]
            surface = cv2.matchTemplate(region, block, cv2.TM_CCORR)
            dx, dy, peak = _peak(surface)
            points.append(_centre(mass, x0, y0))
            moves.append((dx - reach, dy - reach))
            scores.append((peak - float(surface.mean())) / (float(surface.std()) + 1e-6))
    return np.array(points, np.float32), np.array(moves, np.float32), np.array(scores, np.float32)


def _centre(mass: NDArray[Any], x0: int, y0: int) -> tuple[float, float]:
    total = float(mass.sum())
    columns, rows = mass.sum(axis=0), mass.sum(axis=1)
    return (
        x0 + float((columns * np.arange(len(columns))).sum()) / total,
        y0 + float((rows * np.arange(len(rows))).sum()) / total,
    )


def _by_labels(
    laid: NDArray[Any], sheet: Sheet, some: range, search: float
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    reach = round(search * PER_POINT)
    soft = np.minimum(laid, 128).astype(np.float32) / 128
    edge = reach + 3 * _PAD
    padded = cv2.copyMakeBorder(soft, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=0)
    points, moves, scores = [], [], []
    for i in some:
        bar = sheet.bars[i]
        pattern, x0, y0 = _pattern(sheet.page.labels[i], bar)
        top, left = y0 - reach + edge, x0 - reach + edge
        height, width = pattern.shape
        region = padded[max(top, 0) : top + height + 2 * reach, max(left, 0) : left + width + 2 * reach]
        points.append(((bar[0] + bar[2]) / 2, (bar[1] + bar[3]) / 2))
        if region.shape != (height + 2 * reach, width + 2 * reach):
            moves.append((0.0, 0.0))
            scores.append(-1.0)
            continue
        dx, dy, peak = _peak(cv2.matchTemplate(region, pattern, cv2.TM_CCOEFF_NORMED))
        moves.append(((dx - reach) / PER_POINT, (dy - reach) / PER_POINT))
        scores.append(peak)
    return np.array(points, np.float32), np.array(moves, np.float32), np.array(scores, np.float32)


def _pattern(label: PlacedLabel, bar: Box) -> tuple[NDArray[Any], int, int]:
    x0, y0 = int(bar[0] * PER_POINT) - _PAD, int(bar[1] * PER_POINT) - _PAD
    width = int(np.ceil(bar[2] * PER_POINT)) + _PAD - x0
    height = int(np.ceil(bar[3] * PER_POINT)) + _PAD - y0
    drawn = np.zeros((height * 4, width * 4), np.uint8)
    for left, top, right, bottom in sheets.words(label):
        at = [round((value * PER_POINT - o) * 4) for value, o in ((left, x0), (top, y0), (right, x0), (bottom, y0))]
        drawn[at[1] : at[3], at[0] : at[2]] = 255
    small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255, x0, y0


def _peak(surface: NDArray[Any]) -> tuple[float, float, float]:
    """Return the place of the highest value to a fraction of a pixel, and the value."""
    _, value, _, (x, y) = cv2.minMaxLoc(surface)
    return _between(surface[y, :], x), _between(surface[:, x], y), float(value)


def _between(values: NDArray[Any], at: int) -> float:
    if not 0 < at < len(values) - 1:
        return float(at)
    before, here, after = (float(v) for v in values[at - 1 : at + 2])
    bend = before - 2 * here + after
    return at + (0.5 * (before - after) / bend if bend < -1e-9 else 0.0)


def _fitted(points: NDArray[Any], moves: NDArray[Any], scores: NDArray[Any], near: float) -> Matrix | None:
    """Fit a projective (or with few points a simpler) map through the moves, whatever the worst of them say."""
    good = scores > (2.0 if near > 2 else 0.35)
    if good.sum() < 3:
        return None
    source, target = points[good], points[good] + moves[good]
    if len(source) >= 8:
        found, _ = cv2.findHomography(source, target, cv2.USAC_MAGSAC, near, maxIters=2000, confidence=0.999)
        if found is not None and _sane(found):
            return np.asarray(found, dtype=np.float64)
    affine, _ = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=near)
    return None if affine is None else np.vstack([affine, [0.0, 0.0, 1.0]])


def _sane(matrix: Matrix) -> bool:
    """Return whether a correction moves no corner of a page by more than an inch."""
    corners = np.array([[[0, 0]], [[612, 0]], [[612, 792]], [[0, 792]]], np.float32)
    moved = cv2.perspectiveTransform(corners, matrix)
    return bool(np.abs(moved - corners).max() < 60)


def _settled(
    matrix: Matrix,
    sheet: Sheet,
    points: NDArray[Any],
    moves: NDArray[Any],
    scores: NDArray[Any],
) -> Place:
    good = scores > 0.4
    kept = good & (np.abs(moves - _usual(points, moves, good)).max(axis=1) <= _CLOSE)
    away = np.sqrt(np.square(moves[kept]).sum(axis=1)) if kept.any() else np.array([9.0], np.float32)
    return Place(
        matrix=matrix,
        anchors=points[kept],
        shifts=moves[kept],
        matched=tuple(int(i) for i in np.flatnonzero(kept)),
        residual=float(np.median(away)),
    )


def _usual(points: NDArray[Any], moves: NDArray[Any], good: NDArray[Any]) -> NDArray[Any]:
    """Return for each label the shift usual among those near it; none where there are few."""
    apart = np.square(points[:, None, :] - points[None, :, :]).sum(axis=2)
    near = good[None, :] & (apart < (2 * _NEIGHBOURS) ** 2)
    shifts = np.where(near[:, :, None], moves[None, :, :], np.nan)
    enough = near.sum(axis=1) >= _FEW
    usual = np.zeros_like(moves)
    usual[enough] = np.nanmedian(shifts[enough], axis=1)
    return usual
