"""Take the picture of a scanned page out of a PDF: the one it is made of as it is, or the page drawn.

Taking it is ten times as fast as drawing the page and keeps the scanner's own pixels; it is possible where one upright
or turned picture is all that a page shows.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pypdfium2 as engine  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from parsers.document import Box
from parsers.readers import pdfium

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from parsers.readers.space import PageSpace

_POINTS: Final = 72.0
_COVER: Final = 0.9
"""A picture that covers this share of the page is the page."""
_STRAIGHT: Final = 0.002
"""Rise over run up to which the edge of a picture counts as level."""
_DPI, _LARGE_DPI = 300.0, 200.0
_MOST_OBJECTS: Final = 2_000
_LARGE: Final = 8.5 * 14 * _POINTS**2 * 1.05
"""Pages larger than a legal sheet, in square points, are drawn with fewer dots."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Pixels of shape (height, width) or (height, width, channels: blue, green, red), turned as the page is shown.

    ``box`` is where they lie on the page, in points.
    """

    pixels: npt.NDArray[np.uint8]
    box: Box


def picture_of(page: pdfium.Sheet, space: PageSpace, most: int, limit: int) -> PagePicture:
    """Return the picture of a page, of at most ``most`` pixels; raise ``PdfRefusedError`` where it cannot be had.

    A page that carries a picture of more than ``limit`` pixels is refused before anything unfolds it.
    """
    try:
        if _largest(page) > limit:
            raise pdfium.PdfRefusedError("page_too_large")
        return _embedded(page, space, most) or _drawn(page, space, most)
    except engine.PdfiumError as error:
        raise pdfium.PdfRefusedError("damaged") from error


def _embedded(page: pdfium.Sheet, space: PageSpace, most: int) -> PagePicture | None:
    if raw.FPDFPage_CountObjects(page.raw) != 1 or raw.FPDFPage_GetAnnotCount(page.raw):
        return None
    item = raw.FPDFPage_GetObject(page.raw, 0)
    if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_IMAGE or not _plain(page, item, most):
        return None
    corners = _corners(item, space)
    box = _around(corners)
    if not _covers(box, space) or not (turn := _turn(corners)):
        return None
    bitmap = engine.PdfBitmap.from_raw(raw.FPDFImageObj_GetBitmap(item))
    pixels = bitmap.to_numpy()
    if bitmap.format == raw.FPDFBitmap_BGRA:
        return None
    pixels = pixels.swapaxes(0, 1) if turn.swapped else pixels
    pixels = pixels[:: -1 if turn.up else 1, :: -1 if turn.left else 1]
    # The bitmap owns the memory; a copy lets it go.
    return PagePicture(pixels.copy(), box)


def _largest(page: pdfium.Sheet) -> int:
    """Return the pixels that the page's largest picture says it has."""
    about, most = raw.FPDF_IMAGEOBJ_METADATA(), 0
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_IMAGE:
            raw.FPDFImageObj_GetImageMetadata(item, page.raw, ctypes.byref(about))
            most = max(most, about.width * about.height)
    return most


def _plain(page: pdfium.Sheet, item: Any, most: int) -> bool:
    """Tell whether a picture shows its own colours: no stencil, no transparency, and not too many pixels."""
    about = raw.FPDF_IMAGEOBJ_METADATA()
    if not raw.FPDFImageObj_GetImageMetadata(item, page.raw, ctypes.byref(about)):
        return False
    known = about.colorspace != raw.FPDF_COLORSPACE_UNKNOWN and not raw.FPDFPageObj_HasTransparency(item)
    return bool(known and 0 < about.width * about.height <= most)


def _corners(item: Any, space: PageSpace) -> tuple[tuple[float, float], ...]:
    """Return where the picture's top left, top right and bottom left corners stand on the page as shown."""
    found = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, found)
    places = ((0, 1), (1, 1), (0, 0))
    inside = ((found.a * u + found.c * v + found.e, found.b * u + found.d * v + found.f) for u, v in places)
    return tuple(_shown(space, x, y) for x, y in inside)


def _shown(space: PageSpace, x: float, y: float) -> tuple[float, float]:
    if space.rotation == 90:
        return y - space.bottom, x - space.left
    if space.rotation == 180:
        return space.right - x, y - space.bottom
    if space.rotation == 270:
        return space.top - y, space.right - x
    return x - space.left, space.top - y


def _around(corners: tuple[tuple[float, float], ...]) -> Box:
    (x, y), (right_x, right_y), (down_x, down_y) = corners
    across = sorted((x, right_x, down_x, right_x + down_x - x))
    down = sorted((y, right_y, down_y, right_y + down_y - y))
    return across[0], down[0], across[-1], down[-1]


def _covers(box: Box, space: PageSpace) -> bool:
    wide = min(box[2], space.width) - max(box[0], 0.0)
    high = min(box[3], space.height) - max(box[1], 0.0)
    return wide > 0 and high > 0 and wide * high >= _COVER * space.width * space.height


@dataclass(frozen=True, slots=True)
class _Turn:
    """How rows and columns of a picture run on the page: exchanged, columns to the left, rows upward."""

    swapped: bool
    left: bool
    up: bool


def _turn(corners: tuple[tuple[float, float], ...]) -> _Turn | None:
    """Return how a picture is turned, or None where it lies askew."""
    (x, y), (right_x, right_y), (down_x, down_y) = corners
    columns, rows = (right_x - x, right_y - y), (down_x - x, down_y - y)
    swapped = abs(columns[1]) > abs(columns[0])
    if swapped:
        columns, rows = rows, columns
    if abs(columns[1]) > _STRAIGHT * abs(columns[0]) or abs(rows[0]) > _STRAIGHT * abs(rows[1]):
        return None
    return _Turn(swapped, columns[0] < 0, rows[1] < 0)


def _drawn(page: pdfium.Sheet, space: PageSpace, most: int) -> PagePicture:
    area = space.width * space.height
    dpi = min(_LARGE_DPI if area > _LARGE else _DPI, (most / max(area, 1.0)) ** 0.5 * _POINTS)
    bitmap = page.render(scale=dpi / _POINTS, grayscale=True, may_draw_forms=True)
    return PagePicture(bitmap.to_numpy().copy(), (0.0, 0.0, space.width, space.height))
