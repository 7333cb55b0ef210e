"""Tell a picture of print from a picture of anything else, cheaply: letters stand in rows of small, open pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning import light

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Pixels a picture is long when looked at: letters of a page are then 4 to 10 pixels tall.
_LONG = 1200
# The small print of a wide list runs together there: no picture is taken for none of print before a closer look.
_FINE = 2200
_TALL, _WIDE, _LEAST_AREA = (3, 48), (2, 60), 5
# Windows and bricks fill their outlines, letters do not.
_OPEN = 0.82
_LOOKED_AT = 250
_SIDEWAYS = [1, 0, 3, 2, 4]
_FEWEST, _IN_ROWS = 8, 0.2


def looks_printed(grey: NDArray[np.uint8]) -> bool:
    """Return whether a grey picture carries lines of print: a page, a card or a screen, not a building or a logo."""
    return _printed(grey, _LONG) or (max(grey.shape) > _LONG and _printed(grey, _FINE))


def _printed(grey: NDArray[np.uint8], long: int) -> bool:
    scale = long / max(grey.shape)
    small = light.shrunk(grey, scale) if scale < 1 else grey
    ink = light.ink(light.flattened(np.asarray(small, np.uint8)))
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    letters = _letters(stats[1:])
    if len(letters) < _FEWEST:
        return False
    return max(_in_rows(letters), _in_rows(letters[:, _SIDEWAYS])) >= _IN_ROWS


def runs_down(flat: NDArray[Any]) -> bool:
    """Return whether the lines of an evenly lit page run down it, as they do where it lies on its side."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(light.ink(flat), connectivity=8)
    letters = _letters(stats[1:])
    return len(letters) >= _FEWEST and _in_rows(letters[:, _SIDEWAYS]) > _in_rows(letters)


def _letters(stats: NDArray[Any]) -> NDArray[Any]:
    wide, tall, area = stats[:, 2], stats[:, 3], stats[:, 4]
    sized = (tall >= _TALL[0]) & (tall <= _TALL[1]) & (wide >= _WIDE[0]) & (wide <= _WIDE[1]) & (area >= _LEAST_AREA)
    return np.asarray(stats[sized & (area < _OPEN * wide * tall)], dtype=np.int64)


def _in_rows(letters: NDArray[Any]) -> float:
    """Return the share of pieces with a like piece close on either side, level with them."""
    step = max(1, len(letters) // _LOOKED_AT)
    some = letters[::step]
    left, top, wide, tall = (some[:, i, None] for i in range(4))
    x0, y0, x1, y1 = letters[:, 0], letters[:, 1], letters[:, 0] + letters[:, 2], letters[:, 1] + letters[:, 3]
    like = (letters[:, 3] < 1.9 * tall) & (tall < 1.9 * letters[:, 3])
    level = like & ((np.abs(y1 - top - tall) < 0.25 * tall) | (np.abs(y0 - top) < 0.2 * tall))
    after = level & (x0 > left + wide - 2) & (x0 < left + wide + 0.6 * tall)
    before = level & (x1 < left + 2) & (x1 > left - 0.6 * tall)
    return float((after.any(axis=1) & before.any(axis=1)).mean())
