"""Small drawn shapes that may be ticks: crossing strokes, other strokes and filled shapes, but no empty squares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from parsers.document import Box, Mark

LONGEST = 20.0
"""A shape with a longer side, in points, is no tick."""
SHORTEST = 2.0
"""A shape that is narrower or lower than this, in points, is a line or a dot."""
MOST = 2_000
"""More small shapes than this are not ticks but a drawing."""
LIGHTEST = 200
"""A colour whose parts are all above this, of 255, is the paper's."""
_STEEPEST = 4.0
"""A stroke that runs this many times further along one axis than along the other is a ruling line."""
_BAR = 3.0
"""A filled rectangle that is this many times as long as it is wide is a bar or a dash."""
_JOINED = 0.6
"""Strokes that share this part of the larger one's box lie over each other."""
_GAP = 0.8
"""Strokes up to this many points apart belong together."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outline:
    """One run of a path: its points, and whether it returns to where it began."""

    points: tuple[Point, ...]
    closed: bool = False


def is_small(box: Box) -> bool:
    """Return whether a shape has the size of a tick."""
    wide, high = box[2] - box[0], box[3] - box[1]
    return SHORTEST <= wide <= LONGEST and SHORTEST <= high <= LONGEST


def shape_of(outlines: Sequence[Outline], *, filled: bool) -> Literal["cross", "stroke", "fill"] | None:
    """Return what a small path looks like; None for what is only ruled, and for the outline of something empty."""
    if filled:
        return None if _frame(outlines) else "fill"
    slants = [pair for outline in outlines for pair in pairwise(outline.points) if _slanted(*pair)]
    if not slants:
        return None
    if any(_cross(*one, *other) for index, one in enumerate(slants[:12]) for other in slants[:index]):
        return "cross"
    return None if all(_returns(outline) for outline in outlines) else "stroke"


def _frame(outlines: Sequence[Outline]) -> bool:
    """Return whether a filled path is an empty square drawn as two rectangles, or a bar."""
    points = [point for outline in outlines for point in outline.points]
    if not points or any(_slanted(*pair) for outline in outlines for pair in pairwise(outline.points)):
        return False
    across, along = [x for x, _ in points], [y for _, y in points]
    wide, high = max(across) - min(across), max(along) - min(along)
    return len(outlines) > 1 or max(wide, high) > _BAR * min(wide, high)


def _slanted(start: Point, end: Point) -> bool:
    across, along = abs(end[0] - start[0]), abs(end[1] - start[1])
    return max(across, along) >= SHORTEST / 2 and max(across, along) < _STEEPEST * min(across, along)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Return whether two strokes cross within themselves, not just at an end."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _returns(outline: Outline) -> bool:
    first, last = outline.points[0], outline.points[-1]
    return outline.closed or (len(outline.points) > 3 and abs(first[0] - last[0]) + abs(first[1] - last[1]) < 0.5)


def joined(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return the marks with strokes that were drawn one by one put together: two over each other are a cross."""
    done: list[Mark] = []
    for mark in marks:
        before = done[-1] if done else None
        if before is None or "fill" in (before.shape, mark.shape) or not (shape := _together(before, mark)):
            done.append(mark)
        else:
            done[-1] = Mark(shape=shape, box=_around(before.box, mark.box))
    return tuple(done)


def _together(one: Mark, other: Mark) -> Literal["cross", "stroke"] | None:
    a, b = one.box, other.box
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide < -_GAP or high < -_GAP or not is_small(_around(a, b)):
        return None
    least = _JOINED * max((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return (
        "cross" if "cross" in (one.shape, other.shape) or (wide > 0 and high > 0 and wide * high >= least) else "stroke"
    )


def _around(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
