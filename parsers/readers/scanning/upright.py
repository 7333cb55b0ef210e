"""Read a page of no known form from edge to edge, the right way up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.document import Word
from parsers.readers.scanning import flat, light, looks, tables

if TYPE_CHECKING:
    from parsers.readers.ocr import Engine

_STRIP = 90.0
_SURE = 0.6


def read(page: flat.Flat, unit: float, engine: Engine) -> tuple[flat.Flat, list[Word], list[float]]:
    """Return the page turned upright, its words in points of the flat page and their confidences."""
    if looks.runs_down(page.small):
        page = flat.sideways(page)
    if _worth(page, engine) < _worth(flat.upside_down(page), engine):
        page = flat.upside_down(page)
    picture = light.flattened(page.view(np.eye(3), page.width, page.height, unit))
    if (listed := tables.read(picture, unit, engine, torn=page.torn)) is not None:
        return page, *listed
    found = engine.read_lines(picture, block=False)
    words = [Word(word.text, _points(word.box, unit)) for word in found]
    return page, words, [round(word.confidence, 3) for word in found]


def _worth(page: flat.Flat, engine: Engine) -> float:
    """Return how many letters and digits the engine reads surely in the strip with the most ink."""
    height = round(_STRIP * flat.PER_POINT)
    rows = page.text.mean(axis=1)
    sums = np.convolve(rows, np.ones(height), mode="valid") if len(rows) > height else rows[:1]
    # The same strip either way up: measured from the middle of the densest run of rows.
    top = int(sums.argmax())
    strip = page.small[top : top + height]
    larger = cv2.resize(strip, None, fx=1.4, fy=1.4, interpolation=cv2.INTER_CUBIC)
    words = engine.read_lines(np.asarray(larger, dtype=np.uint8), block=True)
    return sum(sum(map(str.isalnum, word.text)) * word.confidence for word in words if word.confidence > _SURE)


def _points(box: tuple[float, float, float, float], unit: float) -> tuple[float, float, float, float]:
    return round(box[0] / unit, 2), round(box[1] / unit, 2), round(box[2] / unit, 2), round(box[3] / unit, 2)
