"""A page of typed lines as a fax tears them, and where each line stands on it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
from reportlab.pdfgen.canvas import Canvas

from fixtures import scans
from parsers.readers.scanning import light
from parsers.readers.scanning.pieces import Sheet
from parsers.readers.scanning.typed import Area

UNIT = 200 / 72
GRAIN = 4 / 3
ROW = 24.0


def faxed(lines: Sequence[str], font: str) -> tuple[Sheet, tuple[Area, ...]]:
    """Return the page, faxed at 150 dpi and laid flat at 200, and the area of each line in its order."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, ROW * (len(lines) + 1)))
    canvas.setFont(font, 9)
    for row, text in enumerate(lines):
        canvas.drawString(20.3, ROW * (len(lines) - row) + 0.4, text)
    canvas.save()
    page = scans.faxed(scans.rendered(out.getvalue(), 150)[0], seed=3, dirt=0.0004)
    flat = cv2.resize(light.toned(page), None, fx=GRAIN, fy=GRAIN, interpolation=cv2.INTER_CUBIC)
    none = np.zeros_like(flat)
    sheet = Sheet(flat=flat, ink=light.ink(flat, torn=True), level=none, upright=none, unit=UNIT)
    areas = tuple(
        Area(box=(14 * UNIT, (ROW * row + 8) * UNIT, 280 * UNIT, (ROW * row + 29) * UNIT), many=False)
        for row in range(len(lines))
    )
    return sheet, areas
