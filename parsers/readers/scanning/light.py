"""Even out the light of a picture and tell ink from paper: shadows and paper tint go, print and typing stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

# The background is looked for on a copy this many pixels long: letters vanish there, shadows do not.
_SMALL = 480
_BILEVEL_SHARE = 0.985


def bilevel(grey: Picture) -> bool:
    """Return whether a picture has two tones only, as a fax has: next to no pixel is neither black nor white."""
    sample = grey[::7, ::7]
    extreme = np.count_nonzero((sample < 12) | (sample > 243))
    return bool(extreme >= _BILEVEL_SHARE * sample.size)


def without_specks(grey: Picture, area: int) -> Picture:
    """Return a bilevel picture without dark or light specks of at most ``area`` pixels."""
    clean = grey.copy()
    for dark in (True, False):
        mask = (clean < 128) if dark else (clean >= 128)
        _, ids, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
        small = stats[:, cv2.CC_STAT_AREA] <= area
        small[0] = False
        clean[small[ids]] = 255 if dark else 0
    return clean


def flattened(grey: Picture) -> Picture:
    """Return the picture with its paper at 255 everywhere: each pixel divided by the light of its surroundings."""
    scale = _SMALL / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    full = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(full, 24), scale=252), dtype=np.uint8)


def threshold(flat: Picture) -> int:
    """Return the level between ink and paper of an evenly lit picture (Otsu's, kept where ink can be)."""
    level, _ = cv2.threshold(flat[::2, ::2], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return int(min(max(level, 120), 195))


def ink(flat: Picture) -> Picture:
    """Return 255 where there is ink, 0 elsewhere."""
    return np.asarray(cv2.threshold(flat, threshold(flat), 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
