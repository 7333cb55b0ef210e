"""What a page leaves of a form page that breaks off on it: the labels that are not here, and their boxes.

A section may have moved before the page broke, so what is left need not be the lower part of the form page.
"""

from __future__ import annotations

from dataclasses import replace

from parsers.forms.drift import HEADING, tried_near
from parsers.forms.geometry import FormPage, PlacedField
from parsers.forms.laying import SHORT_KEY, Laid
from parsers.forms.spots import Ties, ties

_NEIGHBOURS, _FEW = 4, 1
"""A label is gone where of so many around it hardly one is here."""
_BREAKS = 0.2
"""Where this share of the labels is gone, the form page breaks off."""


def remains(laid: Laid) -> FormPage:
    """Return the form page with nothing but what is not on this page: labels, and boxes near them."""
    gone = _gone(laid)
    sheet = laid.sheet
    fields = tuple(
        field for field, tie in zip(sheet.page.fields, ties(sheet), strict=True) if _goes_on(laid, field, tie, gone)
    )
    labels = tuple(anchor.label for n, anchor in enumerate(sheet.anchors) if n in gone)
    return replace(sheet.page, labels=labels, fields=fields)


def without_strays(laid: Laid) -> None:
    """Drop the labels found amid what is gone: of a form page that breaks off, they are words that read alike."""
    gone = _gone(laid)
    if len(gone) < _BREAKS * laid.tried:
        return
    for n in gone & laid.found.keys():
        if len(laid.sheet.anchors[n].key) < HEADING:
            del laid.found[n]


def _gone(laid: Laid) -> frozenset[int]:
    """Return the labels that are not on the page, with those around them."""
    gone: set[int] = set()
    for n in range(len(laid.sheet.anchors)):
        near = tried_near(laid.sheet, n, _NEIGHBOURS, SHORT_KEY)
        if near and sum(m in laid.found for m in near) <= (0 if n in laid.found else _FEW):
            gone.add(n)
    return frozenset(gone)


def _goes_on(laid: Laid, field: PlacedField, tie: Ties, gone: frozenset[int]) -> bool:
    """Return whether a box is not on this page: its question is not counted here, or most labels around it are gone."""
    if tie.question is not None:
        return tie.question.label not in laid.numbers
    near = [one.label for one in tie.around[:3]]
    return not near or 2 * sum(n in gone for n in near) > len(near)
