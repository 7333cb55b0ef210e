"""Find the sheet of paper on a photo: its four corners, where the sheet does not fill the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONG = 480
_LEAST_SHARE = 0.25
_MARGIN = 0.985
_SAME = 6.0


def outlines(grey: NDArray[Any]) -> list[NDArray[Any]]:
    """Return what may be the sheet, likeliest first: its corners (4, 2) in pixels, clockwise from the top left.

    A sheet is the largest light region that is nearly a quadrangle, covers a quarter of the picture at least, and
    leaves something dark around it. There is none where the page fills the picture; a shadow makes several.
    """
    scale = _LONG / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), (5, 5), 0)
    found: list[NDArray[Any]] = []
    for quad in _candidates(light):
        corners = _ordered(quad)
        if _is_sheet(corners, light) and all(np.abs(corners - other).max() > _SAME for other in found):
            found.append(corners)
    return [np.asarray(corners / scale, dtype=np.float32) for corners in found]


def _candidates(light: NDArray[Any]) -> list[NDArray[Any]]:
    found = []
    otsu, _ = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    for level in (otsu, otsu * 0.85, otsu * 1.1, otsu * 0.7, otsu * 0.6):
        mask = cv2.threshold(light, level, 255, cv2.THRESH_BINARY)[1]
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not outlines:
            continue
        largest = max(outlines, key=cv2.contourArea)
        quad = _quadrangle(largest)
        if quad is not None and cv2.contourArea(largest) > 0.93 * cv2.contourArea(quad):
            found.append(quad)
    return found


def _quadrangle(outline: NDArray[Any]) -> NDArray[Any] | None:
    hull = cv2.convexHull(outline)
    around = cv2.arcLength(hull, True)
    for part in (0.01, 0.02, 0.03, 0.05):
        rough = cv2.approxPolyDP(hull, part * around, True)
        if len(rough) == 4:
            return _sides_fitted(_ordered(rough.reshape(4, 2).astype(np.float32)), outline.reshape(-1, 2))
    return None


def _sides_fitted(quad: NDArray[Any], outline: NDArray[Any]) -> NDArray[Any]:
    """Return the corners where lines fitted to the whole of each side meet: rounded corners do not matter."""
    lines = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        along = (end - start) / (np.linalg.norm(end - start) + 1e-6)
        way = (outline - start) @ along
        off = np.abs((outline - start) @ np.array([-along[1], along[0]]))
        length = float(np.linalg.norm(end - start))
        near = outline[(way > 0.08 * length) & (way < 0.92 * length) & (off < 8)]
        if len(near) < 20:
            return quad
        vx, vy, x, y = (float(v) for v in np.ravel(cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)))
        lines.append((np.array([x, y]), np.array([vx, vy])))
    points = [_meeting(lines[i - 1], lines[i]) for i in range(4)]
    return np.asarray(points, dtype=np.float32)


def _meeting(one: tuple[NDArray[Any], NDArray[Any]], other: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
    (p, v), (q, w) = one, other
    cross = v[0] * w[1] - v[1] * w[0]
    if abs(cross) < 1e-6:
        return p
    t = ((q - p)[0] * w[1] - (q - p)[1] * w[0]) / cross
    return np.asarray(p + t * v, dtype=np.float64)


def _is_sheet(quad: NDArray[Any], light: NDArray[Any]) -> bool:
    height, width = light.shape
    share = cv2.contourArea(quad) / (width * height)
    if not _LEAST_SHARE < share < _MARGIN:
        return False
    mask = np.zeros_like(light)
    cv2.fillConvexPoly(mask, quad.astype(np.int32), 255)
    outside = light[cv2.dilate(mask, np.ones((15, 15), np.uint8)) == 0]
    inside = light[mask > 0]
    if outside.size < 0.01 * light.size:
        return False
    return bool(np.median(inside) - np.median(outside) > 25)


def _ordered(quad: NDArray[Any]) -> NDArray[Any]:
    total, apart = quad.sum(axis=1), quad[:, 0] - quad[:, 1]
    picked = [total.argmin(), apart.argmax(), total.argmax(), apart.argmin()]
    return np.asarray(quad[picked], dtype=np.float32)
