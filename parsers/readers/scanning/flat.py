"""Lay the page of a picture flat: off the table it was photographed on, turned the long way up, its lines level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning import light, lines, paper, skew

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Picture = NDArray[Any]
    Matrix = NDArray[Any]

LETTER = (612.0, 792.0)
PER_POINT = 2.0
"""Pixels a point of the small copy everything is found on (144 dpi)."""
_LONGEST_RULE = 30.0
# A page told to be smaller or larger than any paper is taken for Letter: cameras and image files tell no size.
_PLAUSIBLE = (500.0, 1300.0)
_SHARP = 260.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A page laid flat: ``matrix`` takes pixels of the picture to points of the flat page.

    ``small`` is the evenly lit page at ``PER_POINT`` and ``text`` its darkness without ruling lines. ``across`` tells
    whether lines of text run across (> 1) or down; ``turned`` and ``skew`` are in degrees, ``dpi`` is the picture's
    own. ``torn`` print is that of a fax: two tones, letters in pieces.
    """

    picture: Picture
    matrix: Matrix
    width: float
    height: float
    turned: int
    skew: float
    dpi: float
    across: float
    torn: bool
    small: Picture
    text: Picture

    def view(self, form_to_flat: Matrix, width: float, height: float, unit: float) -> Picture:
        """Draw a part of the page, in one resampling: its frame in flat points, its size in points, pixels a point."""
        back = np.linalg.inv(self.matrix) @ form_to_flat @ np.diag([1 / unit, 1 / unit, 1.0])
        size = (round(width * unit), round(height * unit))
        how = (cv2.INTER_CUBIC if self.dpi < _SHARP else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
        return _warped(self.picture, back, size, how)


def lays(grey: Picture, *, width: float, height: float) -> Iterator[Flat]:
    """Lay a picture flat in every way it may lie, likeliest first; there is always one.

    ``width`` and ``height`` are the page's size in points as the file tells it.
    """
    torn = light.bilevel(grey)
    picture = light.toned(grey) if torn else grey
    quads = [] if torn else paper.outlines(picture)
    if not quads:
        yield _lay(picture, None, width, height, torn)
    for quad in quads:
        yield _lay(picture, quad, width, height, torn)


def _lay(picture: Picture, quad: NDArray[Any] | None, width: float, height: float, torn: bool) -> Flat:
    size, matrix = _outline(picture, quad, width, height)
    dpi = 72 / float(np.sqrt(abs(np.linalg.det(matrix[:2, :2])))) if quad is None else _quad_dpi(quad)
    small = light.flattened(_small(picture, matrix, size))
    leaning = skew.lean(light.ink(small))
    turned, across = 0, leaning.across
    if across < 1.0:
        matrix, size, turned = _quarter(matrix, size), (size[1], size[0]), 90
        small = np.ascontiguousarray(np.rot90(small, -1))
    turn = np.vstack([cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), leaning.degrees, 1.0), [0, 0, 1.0]])
    small = _warped(
        small,
        np.linalg.inv(_scaled(turn, PER_POINT)),
        (small.shape[1], small.shape[0]),
        cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
    )
    return Flat(
        picture=picture,
        matrix=turn @ matrix,
        width=size[0],
        height=size[1],
        turned=turned,
        skew=leaning.degrees,
        dpi=dpi,
        across=across,
        torn=torn,
        small=small,
        text=_text(small),
    )


def upside_down(page: Flat) -> Flat:
    """Return the same page turned by half."""
    half = np.array([[-1.0, 0, page.width], [0, -1.0, page.height], [0, 0, 1.0]])
    return replace(
        page,
        matrix=half @ page.matrix,
        turned=(page.turned + 180) % 360,
        small=np.ascontiguousarray(page.small[::-1, ::-1]),
        text=np.ascontiguousarray(page.text[::-1, ::-1]),
    )


def sideways(page: Flat) -> Flat:
    """Return the same page turned by a quarter clockwise."""
    small = np.ascontiguousarray(np.rot90(page.small, -1))
    return replace(
        page,
        matrix=_quarter(page.matrix, (page.width, page.height)),
        width=page.height,
        height=page.width,
        turned=(page.turned + 90) % 360,
        across=1 / max(page.across, 1e-6),
        small=small,
        text=np.ascontiguousarray(np.rot90(page.text, -1)),
    )


def _text(small: Picture) -> Picture:
    dark = np.asarray(cv2.bitwise_not(small), dtype=np.uint8)
    return np.asarray(cv2.subtract(dark, lines.ruled(dark, round(_LONGEST_RULE * PER_POINT))), dtype=np.uint8)


def _outline(
    picture: Picture, quad: NDArray[Any] | None, width: float, height: float
) -> tuple[tuple[float, float], Matrix]:
    if quad is not None:
        sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
        upright = sides[1] + sides[3] >= sides[0] + sides[2]
        size = LETTER if upright else (LETTER[1], LETTER[0])
        flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
        return size, np.asarray(cv2.getPerspectiveTransform(quad, flat), dtype=np.float64)
    longest = max(width, height)
    fit = 1.0 if _PLAUSIBLE[0] <= longest <= _PLAUSIBLE[1] else LETTER[1] / longest
    size = (width * fit, height * fit)
    return size, np.diag([size[0] / picture.shape[1], size[1] / picture.shape[0], 1.0])


def _quad_dpi(quad: NDArray[Any]) -> float:
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    return float(sides.mean()) / (sum(LETTER) / 2 / 72)


def _small(picture: Picture, matrix: Matrix, size: tuple[float, float]) -> Picture:
    target = (round(size[0] * PER_POINT), round(size[1] * PER_POINT))
    shrink = target[0] / picture.shape[1]
    if abs(matrix[0, 1]) + abs(matrix[1, 0]) + abs(matrix[2, 0]) + abs(matrix[2, 1]) < 1e-12:
        return np.asarray(cv2.resize(picture, target, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    reduced, scale = picture, np.eye(3)
    if shrink < 0.7:
        reduced = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.diag([2.0, 2.0, 1.0])
    back = np.linalg.inv(scale) @ np.linalg.inv(matrix) @ np.diag([1 / PER_POINT, 1 / PER_POINT, 1.0])
    return _warped(reduced, back, target, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _warped(picture: Picture, back: Matrix, size: tuple[int, int], how: int) -> Picture:
    return np.asarray(
        cv2.warpPerspective(picture, back, size, flags=how, borderMode=cv2.BORDER_CONSTANT, borderValue=255),
        dtype=np.uint8,
    )


def _quarter(matrix: Matrix, size: tuple[float, float]) -> Matrix:
    return np.array([[0.0, -1.0, size[1]], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]) @ matrix


def _scaled(matrix: Matrix, scale: float) -> Matrix:
    wide = np.diag([scale, scale, 1.0])
    return np.asarray(wide @ matrix @ np.linalg.inv(wide), dtype=np.float64)
