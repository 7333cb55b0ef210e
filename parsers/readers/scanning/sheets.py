"""Every known form page as a picture matcher sees it: where its labels put ink, and where round them they put none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.forms import geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parsers.document import Box

# Of the size of a font: from the bottom of a label's box to its baseline, and the height of capitals (Helvetica).
_DESCENT = 0.215
_CAPS = 0.72
_LEAST_LABELS = 5
_NARROWER = 0.94
"""Widths of print in Times, or in a condensed face, in those of the forms' own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of one known edition, and the places of its labels' ink in points."""

    form: str
    edition: str
    state: str | None
    page: geometry.FormPage
    bars: tuple[Box, ...]


@cache
def sheets() -> tuple[Sheet, ...]:
    """Return every known form page with labels enough to find it by; agency variants have the same labels."""
    found = []
    for form in dict.fromkeys(name[0] for name in geometry.known()):
        for edition in geometry.editions(form):
            if edition.variant is None:
                found += [_sheet(edition, page) for page in edition.pages if len(page.labels) >= _LEAST_LABELS]
    return tuple(found)


def _sheet(edition: geometry.Edition, page: geometry.FormPage) -> Sheet:
    bars = tuple(bar(label) for label in page.labels)
    return Sheet(form=edition.form, edition=edition.edition, state=edition.state, page=page, bars=bars)


@cache
def narrowed(sheet: Sheet) -> Sheet:
    """Return a form page as it is when its labels are printed in a narrower typeface, from where they begin."""
    labels = tuple(replace(label, box=_narrow(label.box)) for label in sheet.page.labels)
    return replace(sheet, page=replace(sheet.page, labels=labels), bars=tuple(bar(label) for label in labels))


def _narrow(box: Box) -> Box:
    return box[0], box[1], box[0] + _NARROWER * (box[2] - box[0]), box[3]


def bar(label: geometry.PlacedLabel) -> Box:
    """Return where a label's capitals put ink, in points: from cap height to baseline."""
    x0, _, x1, bottom = label.box
    baseline = bottom - _DESCENT * label.size
    return x0, baseline - _CAPS * label.size, x1, baseline


def words(label: geometry.PlacedLabel) -> list[Box]:
    """Return where each word of a label puts ink, sharing the label's width out by letters."""
    x0, top, x1, bottom = bar(label)
    units = [_UNITS.get(letter, 0.6) for letter in label.text]
    per = (x1 - x0) / max(sum(units), 0.1)
    boxes, start, at = [], x0, x0
    for letter, unit in zip(label.text, units, strict=True):
        if letter == " ":
            if at > start:
                boxes.append((start, top, at, bottom))
            start = at + unit * per
        at += unit * per
    return [*boxes, (start, top, x1, bottom)] if x1 > start else boxes


# Widths of letters in parts of the font size (Helvetica, rounded): only their proportions matter here.
_UNITS = {
    **dict.fromkeys("IJijlt|!.,:;'/() -[]f", 0.28),
    "J": 0.5,
    **dict.fromkeys("abcdeghknopqrsuvxyzL0123456789$?#", 0.56),
    **dict.fromkeys("ABEKPSVXYFTZ", 0.66),
    **dict.fromkeys("CDHNRUGOQw&", 0.74),
    **dict.fromkeys("MWm%", 0.86),
}


def mask(sheet: Sheet, scale: float, size: tuple[int, int]) -> NDArray[Any]:
    """Draw the labels' ink at ``scale`` pixels a point on (height, width) pixels: 1 where there is some, by area."""
    fine = 4
    height, width = size
    drawn = np.zeros((height * fine, width * fine), np.uint8)
    for label in sheet.page.labels:
        for x0, top, x1, bottom in words(label):
            at = [round(value * scale * fine) for value in (x0, top, x1, bottom)]
            drawn[at[1] : max(at[3], at[1] + 1), at[0] : max(at[2], at[0] + 1)] = 255
    return np.asarray(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA), np.float32) / 255
