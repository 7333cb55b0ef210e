"""Draw the signs of a typeface that every PDF viewer has at hand, one by one, without a file."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pypdfium2 as engine  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

EM: Final = 120
"""Pixels the size of the type is drawn at."""
LEFT, ABOVE = 24, 108
"""Pixels of a sign's picture that lie before its origin and above its base line."""
_WIDE, _TALL, _SCALE = 84.0, 80.0, 2


def drawn(face: str, signs: Sequence[str]) -> tuple[npt.NDArray[np.uint8], ...]:
    """Return a picture of each sign, 255 where its ink is; ``face`` is one of the fourteen standard PDF typefaces."""
    import numpy as np

    document = engine.PdfDocument.new()
    try:
        page = document.new_page(_WIDE, _TALL * len(signs))
        font = raw.FPDFText_LoadStandardFont(document.raw, face.encode())
        for row, sign in enumerate(signs):
            _put(document, page, font, sign, _TALL * (len(signs) - row) - ABOVE / _SCALE)
        raw.FPDFPage_GenerateContent(page.raw)
        paper = page.render(scale=_SCALE, grayscale=True).to_numpy()
        ink = 255 - np.asarray(paper, dtype=np.uint8).reshape(paper.shape[:2])
    finally:
        document.close()
    tall = round(_TALL * _SCALE)
    return tuple(ink[row * tall : (row + 1) * tall] for row in range(len(signs)))


def widths(face: str, signs: Sequence[str]) -> tuple[float, ...]:
    """Return how far each sign of a standard PDF typeface moves the pen, in sizes of the type."""
    document = engine.PdfDocument.new()
    try:
        font = raw.FPDFText_LoadStandardFont(document.raw, face.encode())
        return tuple(_width(font, sign) for sign in signs)
    finally:
        document.close()


def _width(font: object, sign: str) -> float:
    found = ctypes.c_float()
    raw.FPDFFont_GetGlyphWidth(font, ord(sign), 1.0, found)
    return found.value


def _put(document: engine.PdfDocument, page: engine.PdfPage, font: object, sign: str, height: float) -> None:
    text = raw.FPDFPageObj_CreateTextObj(document.raw, font, EM / _SCALE)
    raw.FPDFText_SetText(text, (ctypes.c_ushort * 2)(ord(sign), 0))
    raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, LEFT / _SCALE, height)
    raw.FPDFPage_InsertObject(page.raw, text)
