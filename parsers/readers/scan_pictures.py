"""Take the picture of a page out of a file: grey, as the page is shown, the whole page and no more, dots square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from parsers.document import Page
from parsers.readers import image, pdf_pictures, pdf_widgets, pdfium

if TYPE_CHECKING:
    import numpy.typing as npt

    from parsers.limits import Limits
    from parsers.readers.space import PageSpace

    Grey = npt.NDArray[np.uint8]

_POINTS: Final = 72.0
_MOST_PIXELS: Final = 12_000_000
"""A legal sheet at 300 dpi has 10.7 million."""
_FINEST, _BEST = 330.0, 300.0
"""Pictures finer than the one are made as coarse as the other: engines read no more in them and take longer."""
_EVEN: Final = 0.002
_CLOSE: Final = 0.5
"""Points by which a picture may miss the edges of its page and still be the page."""
_WHITE: Final = 255
_WARM: Final = 40


class RefusedError(Exception):
    """The page has no picture to be had; ``reason`` is from the closed list."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Taken:
    """A page's picture, its dots per inch, and the page as it is without words."""

    grey: Grey
    dpi: float
    page: Page


def taken(data: bytes, number: int, limits: Limits, *, pdf: bool) -> Taken:
    """Return the picture of a page (1-based); raise ``RefusedError`` where there is none."""
    try:
        return _of_pdf(data, number, limits) if pdf else _of_picture(data, number, limits)
    except pdfium.PdfRefusedError as refused:
        # What could be read of the file at all was read of its mended copy.
        mended = pdf_widgets.mended(data) if refused.reason == "damaged" else None
        if mended is None:
            raise RefusedError(refused.reason) from refused
        return _of_mended(mended, number, limits)
    except image.RefusedError as refused:
        raise RefusedError(refused.reason) from refused


def _of_mended(data: bytes, number: int, limits: Limits) -> Taken:
    try:
        return _of_pdf(data, number, limits)
    except pdfium.PdfRefusedError as refused:
        raise RefusedError(refused.reason) from refused


def _of_pdf(data: bytes, number: int, limits: Limits) -> Taken:
    with pdfium.opened(data) as document:
        if not 1 <= number <= len(document):
            raise RefusedError("no_such_page")
        # Without it a filled form is drawn empty.
        document.init_forms()
        with pdfium.page_at(document, number - 1) as sheet:
            space = pdfium.space_of(sheet)
            if space.longest > limits.page_points:
                raise RefusedError("page_too_large")
            found = pdf_pictures.picture_of(sheet, space, min(_MOST_PIXELS, limits.pixels), limits.pixels)
    grey, dpi = _on_page(_grey(found.pixels), found.box, space)
    width, height = round(space.width, 2), round(space.height, 2)
    return Taken(grey, dpi, Page(number=number, width=width, height=height, rotation=space.rotation, images=1))


def _of_picture(data: bytes, number: int, limits: Limits) -> Taken:
    grey, page = image.grey(data, number, limits, most=_MOST_PIXELS)
    grey, dpi = _squared(grey, page.width, page.height)
    return Taken(grey, dpi, page)


def _grey(pixels: npt.NDArray[np.uint8]) -> Grey:
    if pixels.ndim == 2:
        return pixels
    code = cv2.COLOR_BGR2GRAY if pixels.shape[2] == 3 else cv2.COLOR_BGRA2GRAY
    plain = cv2.cvtColor(pixels, code)
    blue, red = cv2.extractChannel(pixels, 0), cv2.extractChannel(pixels, 2)
    # Red stamps, highlighters and coffee are as light as paper in red light; typing and pens in blue or black are not.
    warm = cv2.threshold(cv2.subtract(red, blue), _WARM, _WHITE, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.max(plain, cv2.bitwise_and(red, warm)), np.uint8)


def _on_page(grey: Grey, box: tuple[float, float, float, float], space: PageSpace) -> tuple[Grey, float]:
    """Lay a picture on a white page of the page's size, and cut off what hangs over."""
    x0, top, x1, bottom = box
    grey, dpi = _squared(grey, x1 - x0, bottom - top)
    if max(abs(x0), abs(top), abs(x1 - space.width), abs(bottom - space.height)) <= _CLOSE:
        return grey, dpi
    dots = dpi / _POINTS
    width, height = round(space.width * dots), round(space.height * dots)
    left, above = round(x0 * dots), round(top * dots)
    sheet = np.full((height, width), _WHITE, np.uint8)
    inside = grey[max(-above, 0) : height - above, max(-left, 0) : width - left]
    left, above = max(left, 0), max(above, 0)
    sheet[above : above + inside.shape[0], left : left + inside.shape[1]] = inside
    return sheet, dpi


def _squared(grey: Grey, width: float, height: float) -> tuple[Grey, float]:
    """Make the dots square, those of faxes being half as high as wide, and not finer than engines need."""
    rows, columns = grey.shape
    across, down = columns * _POINTS / width, rows * _POINTS / height
    dpi = max(across, down)
    even = abs(across - down) <= _EVEN * dpi
    if even and dpi <= _FINEST:
        return grey, across
    dpi = _BEST if dpi > _FINEST else dpi
    size = (max(round(width * dpi / _POINTS), 1), max(round(height * dpi / _POINTS), 1))
    way = cv2.INTER_AREA if dpi < min(across, down) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=way), np.uint8), dpi
