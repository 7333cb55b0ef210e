"""Where a value stood, to look at: the page with the box marked and the view drawn close, or the lines around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.submission import Source
from portal.presenters.staff_words import source_words

MARGIN = 0.15
"""Share of the page that stays in view on each side of a box."""
LEAST_WIDTH = 0.5
"""Share of the page's width always in view, gained to the left of a box: its label stands there."""
AROUND = 4
"""Lines of text that stay in view before and after the one a value stands in."""
PAD = 2.0
"""Points between a value and the frame drawn around it."""

Rectangle = tuple[float, float, float, float]
"""x, y, width, height in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What can be looked at: ``image`` with ``view``, ``size`` and ``mark``, or ``lines``, or ``missing``: why not."""

    caption: str
    image: str = ""
    view: Rectangle = (0.0, 0.0, 0.0, 0.0)
    size: tuple[float, float] = (0.0, 0.0)
    mark: Rectangle | None = None
    lines: tuple[tuple[str, bool], ...] = ()
    missing: str = ""
    whole: str = ""
    """The address of the whole page."""


def of_picture(source: Source, *, image: str, whole: str, size: tuple[float, float]) -> Evidence:
    """Return the page of a value; without a box all of it is in view."""
    width, height = size
    view = zoomed(source.box, size) if source.box else (0.0, 0.0, width, height)
    mark = _framed(source.box) if source.box else None
    return Evidence(caption=source_words(source), image=image, view=view, size=size, mark=mark, whole=whole)


def of_text(source: Source, raw: str, lines: Sequence[str], *, whole: str = "", alone: bool = False) -> Evidence:
    """Return the lines around the first one that holds the raw text, that one marked; else the first lines.

    ``alone`` shows that one line and no other: its neighbours may be other people's restricted values.
    """
    around = 0 if alone else AROUND
    wanted = " ".join(raw.split()).casefold()
    at = next((n for n, line in enumerate(lines) if wanted and wanted in " ".join(line.split()).casefold()), None)
    start, end = (0, 2 * around) if at is None else (max(0, at - around), at + around + 1)
    seen = tuple((line, n == at) for n, line in enumerate(lines[start:end], start))
    missing = "" if seen else "There is nothing to show for this value."
    return Evidence(caption=source_words(source), lines=seen, missing=missing, whole=whole)


def nothing(source: Source, why: str, *, whole: str = "") -> Evidence:
    """Return that there is nothing to look at, and why."""
    return Evidence(caption=source_words(source), missing=why, whole=whole)


def zoomed(box: Rectangle, size: tuple[float, float]) -> Rectangle:
    """Return the view around a box (x0, top, x1, bottom) inside the page: 15 % of the width beside, half that above."""
    x0, top, x1, bottom = box
    width, height = size
    right = min(width, x1 + MARGIN * width)
    left = max(0.0, min(x0 - MARGIN * width, right - LEAST_WIDTH * width))
    upper, lower = max(0.0, top - MARGIN * height / 2), min(height, bottom + MARGIN * height / 2)
    if right <= left or lower <= upper:
        return (0.0, 0.0, width, height)
    return tuple(round(part, 1) for part in (left, upper, right - left, lower - upper))  # type: ignore[return-value]


def _framed(box: Rectangle) -> Rectangle:
    x0, top, x1, bottom = box
    framed = (x0 - PAD, top - PAD, max(x1 - x0, 1.0) + 2 * PAD, max(bottom - top, 1.0) + 2 * PAD)
    return tuple(round(part, 1) for part in framed)  # type: ignore[return-value]
