"""Take ruling lines out of ink and leave the strokes that cross them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[Any]


_DENSE = 0.9


def ruled(dark: Picture, length: int) -> Picture:
    """Return how dark each pixel is as part of a level or upright line at least ``length`` pixels long."""
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return np.asarray(np.maximum(across, down), dtype=np.uint8)


def without_lines(ink: Picture, edges: Picture, long: int, short: int, thick: int) -> tuple[Picture, Picture, Picture]:
    """Return a mask of ink without ruling lines, and where those lines are, level ones and upright ones.

    Lines are ``long`` pixels across anywhere, or ``short`` ones across where ``edges`` of boxes may be, or down. A line
    is where nearly all of a run so long is inked, a pixel up or down allowed: noise tears lines, and skew steps them. A
    pixel of a line stays where the ink through it, square to the line, runs on for more than ``thick`` pixels: that is
    a stroke of a letter crossing it.
    """
    gap = max(thick // 2, 2)
    level = cv2.bitwise_or(_mostly(ink, (long, 1), gap), cv2.bitwise_and(_mostly(ink, (short, 1), 1), edges))
    upright = _mostly(ink, (1, short), gap)
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick, 1), np.uint8))
    wide = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, thick), np.uint8))
    stroke = cv2.bitwise_and(tall, cv2.bitwise_not(upright))
    beam = cv2.bitwise_and(wide, cv2.bitwise_not(level))
    gone = cv2.bitwise_or(
        cv2.bitwise_and(level, cv2.bitwise_not(stroke)), cv2.bitwise_and(upright, cv2.bitwise_not(beam))
    )
    bare = np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(gone)), dtype=np.uint8)
    return bare, np.asarray(level, dtype=np.uint8), upright


def _mostly(ink: Picture, run: tuple[int, int], gap: int) -> Picture:
    """Return the pixels within a run (width, height) of which nine tenths are inked, the run's whole length.

    Gaps of ``gap`` pixels count as inked: noise makes them, while letters keep farther off the lines about them.
    """
    level = run[0] > run[1]
    near = cv2.dilate(ink, np.ones((3, 1) if level else (1, 3), np.uint8))
    whole = cv2.morphologyEx(near, cv2.MORPH_CLOSE, np.ones((1, gap) if level else (gap, 1), np.uint8))
    dense = cv2.boxFilter(whole, -1, run)
    middles = cv2.threshold(dense, _DENSE * 255, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.bitwise_and(cv2.dilate(middles, np.ones((run[1], run[0]), np.uint8)), near), dtype=np.uint8)
