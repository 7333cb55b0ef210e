"""Tell a picture of print from a picture of anything else, cheaply: letters come in rows of small, sharp pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.readers.scanning import light

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONG = 1100


def looks_printed(grey: NDArray[np.uint8]) -> bool:
    """Return whether a grey picture carries lines of print: a page, a card or a screen, not a building or a logo."""
    scale = _LONG / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    ink = light.ink(light.flattened(np.asarray(small, np.uint8)))
    count, _, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    tall, wide = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = (tall >= 4) & (tall <= 40) & (wide >= 2) & (wide <= 60) & (stats[1:, cv2.CC_STAT_AREA] >= 6)
    if letters.sum() < 25:
        return False
    return _in_rows(stats[1:][letters])


def _in_rows(stats: NDArray[np.int32]) -> bool:
    return len(stats) > 0
