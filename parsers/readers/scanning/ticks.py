"""Measure the ink inside tick boxes, over what the page's blank ones hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box

# Half of the inside looked at, in points: within the smallest printed squares (9 points), off their frames.
_HALF = 3.1


def shares(dark: NDArray[np.uint8], boxes: Sequence[Box], unit: float) -> list[float]:
    """Return for each box the share of its inside that is dark (0..1), less the median of all of them.

    ``dark`` is darkness (255 is black), boxes are in pixels and ``unit`` the pixels in a point. The median is of the
    lower half: a page with most boxes ticked has a blank level too.
    """
    raw = [_share(dark, box, unit) for box in boxes]
    if not raw:
        return []
    lower = sorted(raw)[: max(len(raw) // 2, 1)]
    blank = float(np.median(lower)) if len(raw) > 4 else 0.0
    return [max(value - blank, 0.0) for value in raw]


def _share(dark: NDArray[np.uint8], box: Box, unit: float) -> float:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half = _HALF * unit
    inside = dark[max(round(y - half), 0) : round(y + half), max(round(x - half), 0) : round(x + half)]
    return float(inside.mean()) / 255 if inside.size else 0.0
