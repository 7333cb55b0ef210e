"""Measure how far lines of text and ruling lines lean, and whether they run across or down the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDEST = 7.0
_POINTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean:
    """The clockwise lean of a picture in degrees, and how much sharper rows are across (> 1) than down (< 1)."""

    degrees: float
    across: float


def lean(mask: NDArray[Any]) -> Lean:
    """Measure the lean of a mask of ink (255): the turn that makes its row or column sums most uneven.

    Steps of half a degree, then of a tenth, then of a twentieth; what is left the fit to the form takes up.
    """
    ys, xs = np.nonzero(mask)
    if len(xs) < 500:
        return Lean(degrees=0.0, across=1.0)
    step = max(1, len(xs) // _POINTS)
    x = xs[::step].astype(np.float32) - mask.shape[1] / 2
    y = ys[::step].astype(np.float32) - mask.shape[0] / 2
    across, rows = _sharpest(x, y)
    down, columns = _sharpest(-y, x)
    best = across if rows >= columns else down
    return Lean(degrees=best, across=rows / max(columns, 1e-9))


def _sharpest(along: NDArray[Any], over: NDArray[Any]) -> tuple[float, float]:
    best, score = 0.0, -1.0
    for width, step in ((_WIDEST, 0.5), (0.5, 0.1), (0.1, 0.05)):
        centre = best
        for degrees in np.arange(centre - width, centre + width + step / 2, step):
            found = _unevenness(along, over, float(degrees))
            if found > score:
                best, score = float(degrees), found
    return best, score


def _unevenness(along: NDArray[Any], over: NDArray[Any], degrees: float) -> float:
    angle = np.deg2rad(degrees)
    at = over * np.float32(np.cos(angle)) - along * np.float32(np.sin(angle))
    sums = np.bincount((at - at.min()).astype(np.int32)).astype(np.float64)
    return float(np.square(np.diff(sums)).sum()) / len(along)
