"""Measure the ink inside tick boxes, over what the page's blank ones of the same size hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box

# Half of the inside looked at: in points for common boxes, within the smallest printed squares (9 points) and off
# their frames; for smaller boxes as a part of their side.
_HALF, _HALF_PART = 3.1, 0.34
# A blank box holds no more than its frame; where every box of a size is ticked, their median is no blank level.
_MOST_BLANK = 0.2
_LEAST_ALIKE = 3


def shares(dark: NDArray[Any], boxes: Sequence[Box], unit: float) -> list[float]:
    """Return for each box the share of its inside that is dark (0..1), less the blank level of boxes of its size.

    ``dark`` is darkness (255 is black), boxes are in pixels and ``unit`` the pixels in a point. The blank level is the
    median of the lower half: a page with most boxes ticked has one too.
    """
    sides = [round(min(box[2] - box[0], box[3] - box[1]) / unit / 2) for box in boxes]
    raw = [_share(dark, box, unit) for box in boxes]
    blank = {side: _blank([value for value, other in zip(raw, sides, strict=True) if other == side]) for side in sides}
    return [max(value - blank[side], 0.0) for value, side in zip(raw, sides, strict=True)]


def _blank(raw: Sequence[float]) -> float:
    if len(raw) < _LEAST_ALIKE:
        return 0.0
    return min(float(np.median(sorted(raw)[: max(len(raw) // 2, 1)])), _MOST_BLANK)


def _share(dark: NDArray[Any], box: Box, unit: float) -> float:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half = min(_HALF * unit, _HALF_PART * min(box[2] - box[0], box[3] - box[1]))
    inside = dark[max(round(y - half), 0) : round(y + half), max(round(x - half), 0) : round(x + half)]
    return float(inside.mean()) / 255 if inside.size else 0.0
