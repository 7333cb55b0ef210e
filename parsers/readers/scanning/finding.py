"""Find which known form page a picture shows and where, by its labels' ink alone: no character is read.

The ink of the page, lines removed, is correlated with the label pattern of every known page over all shifts at once
(one Fourier transform each); what stands out most over the other shifts is the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

CELL = 2.5
"""Points a cell of the coarse map."""
_SIZE = (360, 270)
_RING = 5
_REACH = 24
_PLAIN = 8.0
"""A page that stands out so far needs no look at it upside down: wrong pages reach 6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A form page found: how far it stands out, how much of its labels' ink is there, and its shift in points."""

    sheet: sheets.Sheet
    turned: bool
    peak: float
    share: float
    shift: tuple[float, float]
    scale: float


@dataclass(frozen=True, slots=True)
class _Pattern:
    sheet: sheets.Sheet
    spectrum: NDArray[Any]
    mass: float
    spread: float


def find(density: NDArray[Any], scales: Iterable[float] = (1.0,)) -> list[Hit]:
    """Return the likeliest form pages of an upright or upside-down page, best first.

    ``density`` is the page's ink at one value a cell of ``CELL`` points, page size from its top left corner.
    """
    hits: list[Hit] = []
    for turned in (False, True):
        page = density[::-1, ::-1] if turned else density
        for scale in scales:
            hits += _hits(page, turned, scale)
        if max(hit.peak for hit in hits) > _PLAIN:
            break
    return sorted(hits, key=lambda hit: -hit.peak)


def _hits(page: NDArray[Any], turned: bool, scale: float) -> list[Hit]:
    field = np.zeros(_SIZE, np.float32)
    fitted = page if scale == 1.0 else cv2.resize(page, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    height, width = min(_SIZE[0], fitted.shape[0]), min(_SIZE[1], fitted.shape[1])
    field[:height, :width] = _local(fitted[:height, :width])
    spectrum = cv2.dft(field)
    return [_hit(pattern, spectrum, turned, scale) for pattern in _patterns()]


def _local(density: NDArray[Any]) -> NDArray[Any]:
    level = np.clip(density, 0.0, 0.35)
    return np.asarray(level - cv2.blur(level, (_RING * 3, _RING)))


def _hit(pattern: _Pattern, spectrum: NDArray[Any], turned: bool, scale: float) -> Hit:
    surface = cv2.idft(cv2.mulSpectrums(spectrum, pattern.spectrum, 0, conjB=True), flags=cv2.DFT_SCALE)
    near = np.roll(surface, (_REACH, _REACH), axis=(0, 1))[: 2 * _REACH + 1, : 2 * _REACH + 1]
    row, column = np.unravel_index(int(near.argmax()), near.shape)
    peak = float(near[row, column])
    return Hit(
        sheet=pattern.sheet,
        turned=turned,
        peak=(peak - float(surface.mean())) / (float(surface.std()) + 1e-9),
        share=peak / pattern.mass,
        shift=((int(column) - _REACH) * CELL * scale, (int(row) - _REACH) * CELL * scale),
        scale=scale,
    )


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(_pattern(sheet) for sheet in sheets.sheets())


def _pattern(sheet: sheets.Sheet) -> _Pattern:
    labels = sheets.mask(sheet, 1 / CELL, _SIZE)
    pattern = labels - cv2.blur(labels, (_RING * 3, _RING))
    mass = float((pattern * labels).sum())
    return _Pattern(sheet, cv2.dft(pattern), mass, float(np.sqrt(np.square(pattern).sum())))
