"""Lay the signs of a typewriter over ink, and say how well each explains it at every place.

The score of a sign at a place is how much likelier the ink there is with the sign than on blank paper, in logarithms.
Of a fax's strokes a third is lost and little is added: ink a sign does not explain speaks more against it than strokes
of it that are not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers import pdf_glyphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture = NDArray[Any]

FACE = "Courier"
PITCH = 0.6
"""Widths of a sign in sizes of the type: typewriter faces, the ones printers and viewers have, all agree in it."""
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-/()$%&#@:'+"
# How likely a pixel is inked where a sign has a stroke, and where nothing stands.
_STROKE, _PAPER = 0.65, 0.025
# Neighbouring pixels do not speak independently: so much of what they say together counts.
_WEIGHT = 0.3
_SOFT, _FULL, _SEEN = 0.35, 1.35, 0.04
_BLACK, _WHITE = 85.0, 235.0
BEFORE = 4
"""Columns before the first of a window at which a sign may begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of a page with one line of typing: its ink (0..1), and 1 where it can be seen, not under a ruling line.

    ``rows`` are those the line may stand on.
    """

    ink: Picture
    seen: Picture
    rows: range


@dataclass(frozen=True, slots=True)
class Stencil:
    """What an inked pixel says for a sign, what any pixel says, and where its corner lies from the sign's origin."""

    inked: Picture
    any: Picture
    x: float
    y: float


def inked(flat: Picture) -> Picture:
    """Return how much ink is in each pixel of an evenly lit picture, 0..1."""
    return np.asarray(np.clip((_WHITE - flat.astype(np.float32)) / (_WHITE - _BLACK), 0, 1), dtype=np.float32)


def prepare() -> None:
    """Draw the typeface; a process that is forked later has it."""
    _drawn()


def surface(window: Window, size: float) -> Picture:
    """Return the score of each sign for each row as its base line and each column, from ``BEFORE``, as its origin."""
    return laid(window, _stencils(round(4 * size)), size) * _WEIGHT


def laid(window: Window, signs: Sequence[Stencil], size: float) -> Picture:
    """Return how much likelier the ink is with each sign than without, for each row and each column from ``BEFORE``."""
    wide, rows = window.ink.shape[1] + BEFORE, len(window.rows)
    pad = int(1.5 * size)
    ink = _padded(window.ink * window.seen, pad, 0.0)
    clear = bool(window.seen.all())
    seen = ink if clear else _padded(window.seen, pad, 1.0)
    scores = np.empty((len(signs), rows, wide), np.float32)
    for number, stencil in enumerate(signs):
        top, left = pad + round(window.rows[0] + stencil.y), pad + round(stencil.x - BEFORE)
        tall, broad = stencil.inked.shape
        part = slice(top, top + rows + tall - 1), slice(left, left + wide + broad - 1)
        scores[number] = cv2.matchTemplate(ink[part], stencil.inked, cv2.TM_CCORR)
        scores[number] += stencil.any.sum() if clear else cv2.matchTemplate(seen[part], stencil.any, cv2.TM_CCORR)
    return scores


def _padded(picture: Picture, pad: int, value: float) -> Picture:
    padded = cv2.copyMakeBorder(picture, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=value)
    return np.asarray(padded, dtype=np.float32)


@cache
def _drawn() -> Sequence[Picture]:
    return pdf_glyphs.drawn(FACE, SIGNS)


@cache
def _stencils(quarters: int) -> tuple[Stencil, ...]:
    """Return the stencils of a size in quarters of a pixel."""
    scale = quarters / 4 / pdf_glyphs.EM
    return tuple(_stencil(sign.astype(np.float32) / 255, scale) for sign in _drawn())


def _stencil(sign: Picture, scale: float) -> Stencil:
    small = cv2.resize(sign, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    stroke = np.minimum(cv2.GaussianBlur(small, (0, 0), _SOFT) * _FULL, 1.0)
    rows, columns = np.flatnonzero((stroke > _SEEN).any(axis=1)), np.flatnonzero((stroke > _SEEN).any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    likely = _PAPER + (_STROKE - _PAPER) * stroke[top : rows[-1] + 1, left : columns[-1] + 1]
    missing = np.log((1 - likely) / (1 - _PAPER)).astype(np.float32)
    there = (np.log(likely / _PAPER) - missing).astype(np.float32)
    return Stencil(there, missing, left - pdf_glyphs.LEFT * scale, top - pdf_glyphs.ABOVE * scale)
