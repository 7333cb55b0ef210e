"""Even out the light of a picture and tell ink from paper: shadows and paper tint go, print and typing stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[Any]

# The background is looked for on a copy this many pixels long: letters vanish there, shadows do not.
_SMALL = 480
_BILEVEL_SHARE = 0.985
_SOFT = 0.6
_FAINT = 180


def bilevel(grey: Picture) -> bool:
    """Return whether a picture has two tones only, as a fax has: next to no pixel is neither black nor white."""
    sample = grey[::7, ::7]
    extreme = np.count_nonzero((sample < 12) | (sample > 243))
    return bool(extreme >= _BILEVEL_SHARE * sample.size)


def toned(grey: Picture) -> Picture:
    """Return a bilevel picture with soft edges, as if it had been scanned in greys.

    Soft edges alone take a fax from 88 to 93 values of 100. Specks stay: half of them are strokes in pieces.
    """
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _SOFT), dtype=np.uint8)


def shrunk(grey: Picture, scale: float) -> Picture:
    """Return a picture made smaller; by halves as far as that goes, which costs a third of one step by an odd part."""
    while scale <= 0.5:
        grey = np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        scale *= 2
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def flattened(grey: Picture) -> Picture:
    """Return the picture with its paper at 255 everywhere: each pixel divided by the light of its surroundings."""
    scale = _SMALL / max(grey.shape)
    small = shrunk(grey, scale) if scale < 1 else grey
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    full = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(full, 24), scale=252), dtype=np.uint8)


def threshold(flat: Picture) -> int:
    """Return the level between ink and paper of an evenly lit picture (Otsu's, kept where ink can be)."""
    level, _ = cv2.threshold(flat[::2, ::2], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return int(min(max(level, 120), 195))


def ink(flat: Picture, *, torn: bool = False) -> Picture:
    """Return 255 where there is ink, 0 elsewhere; ``torn`` print, as of a fax, counts from its faintest grey on."""
    level = _FAINT if torn else threshold(flat)
    return np.asarray(cv2.threshold(flat, level, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
