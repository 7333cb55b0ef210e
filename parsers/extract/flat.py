"""Lay form pages without widgets over the known form, and take what was typed out of their boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parsers.document import BoxReading, Page
from parsers.extract.contents import Content, text_of
from parsers.extract.ink import Ink, read_ink
from parsers.extract.plan import Place, Plan, holds_address
from parsers.extract.registered import Read
from parsers.extract.rewording import cut_at_edges, drawn_once
from parsers.forms.placement import Placement
from parsers.forms.registration import register, variants

_CLEAN = 0.97
"""Raw score of a value that stands where it should in a font of its own."""
_STRADDLING, _OFF_LINE = 0.12, 0.08
"""What is taken off for a word that sticks out of its box sideways, and for one that sits high or low in it."""
_MISFITS = 1
"""From so many words or boxes that do not fit on, the boxes of agency systems are tried."""
_SIGNS_ONLY = re.compile(r"[\s$%#/:;,.()&*'\"_|+-]*")
_SIGN_BEFORE = re.compile(r"^[#%]\s+(?=\w)|(?<=\d%)\s+%$")
"""A sign set apart before a value is the form's own, and so is a second one behind it."""


@dataclass(frozen=True, slots=True)
class FlatPage:
    """One registered page: how it lies, what its boxes say, and its ink."""

    page: Page
    placement: Placement
    readings: tuple[BoxReading, ...]
    ink: Ink


def once(read: Iterable[Read]) -> Iterator[Read]:
    """Yield each box once that says the same on several pages."""
    seen: set[tuple[str, str]] = set()
    for item in read:
        told = item.filled.elabel, item.filled.raw
        if told not in seen:
            seen.add(told)
            yield item


def read_page(
    page: Page, form: str, state: str | None, edition: str | None, before: Placement | None = None
) -> FlatPage | None:
    """Return what a printed page of a form says, None where the page is not one of that form.

    ``before`` is the placement of the page before. Where both are laid over one form page of an unknown layout, this
    one goes on where that one broke off.
    """
    page = drawn_once(page)
    placement = register(page.words, page.width, page.height, form, state=state, edition=edition)
    if not (placement and placement.exact) and not (before and before.exact):
        # Form pages come in their order: what lies on two of them alike is the next one.
        number = None if before else 1
        ordered = register(
            page.words, page.width, page.height, form, state=state, edition=edition, after=before, page=number
        )
        if ordered and (placement is None or _explained(ordered) >= _IN_ORDER * _explained(placement)):
            placement = ordered
    if placement is None:
        return None
    best = _read(page, placement)
    if best.ink.misfits >= _MISFITS:
        for variant in variants(form, placement.registration.edition):
            other = register(page.words, page.width, page.height, form, state=state, edition=edition, variant=variant)
            if other and (read := _read(page, other)).ink.misfits < best.ink.misfits:
                best = read
    return best


def _explained(placement: Placement) -> float:
    """Return how many labels of a page its form page explains, less where many of its own are not there."""
    laid = placement.registration
    return laid.matched * laid.matched / max(laid.expected, 1)


_IN_ORDER = 0.8
"""The form page whose turn it is explains at least this share of what the best one does."""


def plan_of(placement: Placement) -> Plan:
    """Return what a placement says of the page's ink."""
    places = tuple(
        Place(
            name=box.elabel,
            kind=box.kind,
            box=box.box,
            multiline=box.multiline or holds_address(box.elabel),
            sure=box.sure,
        )
        for box in placement.boxes
    )
    return Plan(places=places, labels=placement.labels, prints=placement.prints, exact=placement.exact)


def _read(page: Page, placement: Placement) -> FlatPage:
    plan = plan_of(placement)
    page = cut_at_edges(page, plan)
    ink = read_ink(page, plan)
    return FlatPage(page, placement, tuple(readings(page, ink)), ink)


def readings(page: Page, ink: Ink) -> Iterator[BoxReading]:
    """Yield what the boxes of a page say, with raw scores; a box with nothing but signs such as ``$`` says nothing."""
    for content in ink.contents:
        place = content.place
        if content.ticked:
            score = _CLEAN * place.sure
            yield BoxReading(elabel=place.name, kind="check", box=place.box, text="X", confidence=round(score, 4))
            continue
        text = _SIGN_BEFORE.sub("", text_of(page.words, content))
        if not _SIGNS_ONLY.fullmatch(text):
            score = _CLEAN * place.sure - content.doubts - _misplaced(page, content)
            yield BoxReading(
                elabel=place.name, kind="text", box=place.box, text=text, confidence=round(max(score, 0.05), 4)
            )


def _misplaced(page: Page, content: Content) -> float:
    """Return what is taken off the score of a value that does not sit well in its box."""
    x0, top, x1, bottom = content.place.box
    boxes = [page.words[n].box for n in content.words]
    off = 0.0
    if min(box[0] for box in boxes) < x0 - 3 or max(box[2] for box in boxes) > x1 + 4:
        off += _STRADDLING
    middles = [(box[1] + box[3]) / 2 for box in boxes]
    if min(middles) < top or max(middles) > bottom:
        off += _OFF_LINE
    return off
