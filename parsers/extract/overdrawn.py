"""Read what is typed and ticked over the widgets of a page of which no layout is known.

Widgets that are called by the form's own names know their places and what belongs there; all print outside them is the
form's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from parsers.document import Box, BoxReading, Page
from parsers.extract.flat import readings
from parsers.extract.ink import Ink, read_ink
from parsers.extract.laid import KEPT
from parsers.extract.plan import Grid, Place, Plan, holds_address
from parsers.extract.rewording import cut_at_edges, drawn_once

NamedBox = tuple[str, bool, Box]
"""A widget by what stays when it is filled: its name, whether it is a tick box, and its place."""
_TALL = 24.0
"""A box higher than this, in points, holds more than one line."""


@dataclass(frozen=True, slots=True)
class OverWidgets:
    """The ink of a page by its widgets, and what is typed and ticked over them."""

    ink: Ink
    readings: tuple[BoxReading, ...]


@lru_cache(maxsize=KEPT)
def over_widgets(page: Page, boxes: tuple[NamedBox, ...]) -> OverWidgets:
    """Return what is drawn over the widgets of a page; remembered, as it is the same each time they are filled."""
    page = drawn_once(page)
    places = tuple(place_of(*box) for box in boxes)
    grid = Grid(places)
    outside = frozenset(n for n, word in enumerate(page.words) if grid.home(word.box) is None)
    plan = Plan(places=places, labels=outside, exact=True, printed_in=True)
    page = cut_at_edges(page, plan)
    ink = read_ink(page, plan)
    return OverWidgets(ink, tuple(readings(page, ink)))


def place_of(name: str, check: bool, box: Box) -> Place:
    """Return a widget as a box to be filled."""
    return Place(
        name=name, kind="check" if check else "text", box=box, multiline=box[3] - box[1] > _TALL or holds_address(name)
    )
