"""Tell a picture of print from a picture of anything else, cheaply: letters come in rows of small, sharp pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.readers.scanning import light

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONG = 1100
_FEWEST = 60
_MOST = 1200
"""Letters looked at: those about the middle of the page tell enough."""
_APART, _LEVEL = 0.8, 1
_IN_ROWS = 0.35
"""Share of letters with another right beside them on the same line: print has 0.55 to 0.8 in any turn, grain 0.2."""


def looks_printed(grey: NDArray[np.uint8]) -> bool:
    """Return whether a grey picture carries lines of print: a page, a card or a screen, not a building or a logo."""
    scale = _LONG / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    ink = light.ink(light.flattened(np.asarray(small, np.uint8)))
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, tall, area = stats[1:].T
    letters = (tall >= 4) & (tall <= 40) & (wide >= 2) & (wide <= 60) & (area >= 6)
    if letters.sum() < _FEWEST:
        return False
    left, top, wide, tall = left[letters], top[letters], wide[letters], tall[letters]
    return max(_in_rows(left, top, wide, tall), _in_rows(top, left, tall, wide)) >= _IN_ROWS


def _in_rows(
    left: NDArray[np.int32], top: NDArray[np.int32], wide: NDArray[np.int32], tall: NDArray[np.int32]
) -> float:
    """Return the share of pieces that have another close to their right, ending on the same line."""
    order = np.argsort(2 * top + tall, kind="stable")
    start = max(len(order) // 2 - _MOST // 2, 0)
    order = order[start : start + _MOST]
    left, bottom, wide, tall = left[order], (top + tall)[order], wide[order], tall[order]
    gap = left[None, :] - (left + wide)[:, None]
    close = (gap >= -1) & (gap <= _APART * np.maximum(tall[:, None], tall[None, :]))
    level = np.abs(bottom[:, None] - bottom[None, :]) <= _LEVEL
    return float((close & level).any(axis=1).mean())
