"""Where the boxes of a form lie on one page, and how sure that is for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parsers.document import Box, Registration
from parsers.forms.fitting import Affine
from parsers.forms.geometry import FormPage


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBox:
    """One box to fill as it lies on this page, in points; ``sure`` in [0, 1] says how well its place is known.

    ``elabel`` is the name the geometry gives the box, which in an agency system's own layout is that system's word.
    """

    elabel: str
    kind: Literal["text", "check"]
    box: Box
    multiline: bool = False
    max_len: int | None = None
    sure: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A page laid over a known form page.

    ``exact`` means the layout is the known one: every label found stands where one affine fit puts it. ``labels`` are
    the indices of the page's words that are printed labels, ``prints`` the places of boilerplate in points of this
    page, and ``transform`` leads from the form page to this page. ``left`` is what of the form page is not on this
    one, whose layout is unknown: where a page breaks off, the next one goes on from there.
    """

    registration: Registration
    exact: bool
    boxes: tuple[PlacedBox, ...]
    labels: frozenset[int]
    prints: tuple[Box, ...]
    transform: Affine
    variant: str | None = None
    left: FormPage | None = None
