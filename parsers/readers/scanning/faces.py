"""Lay the signs of book faces over ink as a fax shows them: strokes thinner than its dots are lost more often than not.

A machine takes a dot for black where enough of it is covered. Where its dots fall on a sign nobody knows; what is left
of the sign on average over all places they may fall says how likely each pixel of it is inked.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from parsers.readers import pdf_glyphs
from parsers.readers.scanning import stencils
from parsers.readers.scanning.stencils import SIGNS, Stencil

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.readers.scanning.stencils import Window

    Picture = NDArray[Any]

FACES: Final = ("Times-Roman", "Helvetica", "Helvetica-Bold")
CAPITALS: Final = {"Times-Roman": 0.66, "Helvetica": 0.72, "Helvetica-Bold": 0.72}
"""Heights of capitals in sizes of the type."""
# Places a dot may fall in, either way; how much of a dot must be covered, softly; the blur of a scanner in dots.
_PLACES = 3
_COVERED, _SOFTLY, _BLUR = 0.42, 0.05, 0.5
_TONED = 0.6
# How likely a pixel is inked that never is of a sign, and one that always is.
_PAPER, _INK = 0.08, 0.9
_FAINTEST = 0.03
# Neighbouring pixels do not speak independently: so much of what they say together counts.
_WEIGHT = 0.15


def prepare() -> None:
    """Draw the typefaces; a process that is forked later has them."""
    for face in FACES:
        _drawn(face)
        widths(face)


@cache
def widths(face: str) -> dict[str, float]:
    """Return how far each sign, and a space, moves the pen, in sizes of the type."""
    signs = f"{SIGNS} "
    return dict(zip(signs, pdf_glyphs.widths(face, signs), strict=True))


def wide(face: str, text: str) -> float:
    """Return how wide a text is in a face, in sizes of the type."""
    known = widths(face)
    return sum(known.get(sign, 0.5) for sign in text)


def surface(window: Window, face: str, size: float, grain: float) -> Picture:
    """Return the score of each sign for each row as its base line and each column, from ``BEFORE``, as its origin.

    ``size`` is in pixels of the window, ``grain`` the pixels in a dot of the machine.
    """
    return stencils.laid(window, _stencils(face, round(4 * size), round(100 * grain)), size) * _WEIGHT


@cache
def _drawn(face: str) -> Sequence[Picture]:
    return pdf_glyphs.drawn(face, SIGNS)


@cache
def _stencils(face: str, quarters: int, hundredths: int) -> tuple[Stencil, ...]:
    """Return the stencils of a size in quarters of a pixel, for dots of so many hundredths of one."""
    return tuple(_stencil(sign, quarters / 4, hundredths / 100) for sign in _drawn(face))


def _stencil(sign: Picture, size: float, grain: float) -> Stencil:
    left = _left(sign, size, grain)
    seen = left > _FAINTEST
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        rows = columns = np.array([0])
    top, first = int(rows[0]), int(columns[0])
    likely = _PAPER + (_INK - _PAPER) * np.clip(left[top : rows[-1] + 1, first : columns[-1] + 1], 0, 1)
    missing = np.log((1 - likely) / (1 - _PAPER)).astype(np.float32)
    there = (np.log(likely / _PAPER) - missing).astype(np.float32)
    scale = size / pdf_glyphs.EM
    return Stencil(there, missing, first - pdf_glyphs.LEFT * scale, top - pdf_glyphs.ABOVE * scale)


def _left(sign: Picture, size: float, grain: float) -> Picture:
    """Return what a machine leaves of a sign in each pixel, on average over the places its dots may fall."""
    scale = size / grain * _PLACES / pdf_glyphs.EM
    fine = cv2.resize(sign.astype(np.float32) / 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tall, broad = (side // _PLACES + 3 for side in fine.shape)
    padded = np.zeros(((tall + 2) * _PLACES, (broad + 2) * _PLACES), np.float32)
    padded[_PLACES : _PLACES + fine.shape[0], _PLACES : _PLACES + fine.shape[1]] = fine
    total = np.zeros_like(padded)
    size_of = tall * _PLACES, broad * _PLACES
    for down in range(_PLACES):
        for right in range(_PLACES):
            part = slice(down, down + size_of[0]), slice(right, right + size_of[1])
            dots = padded[part].reshape(tall, _PLACES, broad, _PLACES).mean(axis=(1, 3))
            total[part] += np.repeat(np.repeat(_black(dots), _PLACES, axis=0), _PLACES, axis=1)
    whole = total[_PLACES:, _PLACES:] / _PLACES**2
    fit = grain / _PLACES
    return np.asarray(cv2.resize(whole, None, fx=fit, fy=fit, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _black(covered: Picture) -> Picture:
    """Return how likely each dot is black, softened as the reader softens a fax."""
    blurred = cv2.GaussianBlur(covered, (0, 0), _BLUR)
    likely = 1 / (1 + np.exp((_COVERED - blurred) / _SOFTLY)) - 1 / (1 + np.exp(_COVERED / _SOFTLY))
    return np.asarray(cv2.GaussianBlur(likely.astype(np.float32), (0, 0), _TONED), dtype=np.float32)
