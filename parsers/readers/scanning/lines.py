"""Take ruling lines out of ink and leave the strokes that cross them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


def ruled(dark: Picture, length: int) -> Picture:
    """Return how dark each pixel is as part of a level or upright line at least ``length`` pixels long."""
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return np.asarray(np.maximum(across, down), dtype=np.uint8)


def without_lines(ink: Picture, across: int, down: int, thick: int) -> Picture:
    """Return a mask of ink without lines of ``across`` and ``down`` pixels and more; crossing strokes stay whole.

    A pixel of a line stays where the ink through it, square to the line, runs on for more than ``thick`` pixels.
    """
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, across), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((down, 1), np.uint8))
    # Bridge the gaps noise tears into a line, then take what of the ink lies on it.
    level = cv2.dilate(level, np.ones((2, 5), np.uint8))
    upright = cv2.dilate(upright, np.ones((5, 2), np.uint8))
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick, 1), np.uint8))
    wide = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, thick), np.uint8))
    stroke = cv2.bitwise_and(cv2.bitwise_not(upright), tall)
    beam = cv2.bitwise_and(cv2.bitwise_not(level), wide)
    gone = cv2.bitwise_or(
        cv2.bitwise_and(level, cv2.bitwise_not(stroke)), cv2.bitwise_and(upright, cv2.bitwise_not(beam))
    )
    return np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(gone)), dtype=np.uint8)
