"""What stands on a page besides text, and how an object's own coordinates become the page's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from parsers.document import Mark

_THIN = 2.0
_SHORT = 6.0

Matrix = tuple[float, float, float, float, float, float]
Line = tuple[float, float, float]
"""A ruling line: where it stands, and from where to where it runs."""


@dataclass(slots=True)
class Marks:
    """What stands on a page besides text: ruling lines in top-left points, pictures and how much they cover, and small
    shapes that may be ticks."""

    level: list[Line] = field(default_factory=list)
    upright: list[Line] = field(default_factory=list)
    images: int = 0
    image_area: float = 0.0
    paths: int = 0
    shapes: list[Mark] = field(default_factory=list)

    def add_line(self, x0: float, top: float, x1: float, bottom: float) -> bool:
        """Note a rectangle so thin that it is a line; return whether it was one, however short."""
        wide, high = x1 - x0, bottom - top
        if high <= _THIN:
            if wide >= _SHORT:
                self.level.append(((top + bottom) / 2, x0, x1))
            return True
        if wide <= _THIN:
            if high >= _SHORT:
                self.upright.append(((x0 + x1) / 2, top, bottom))
            return True
        return False

    def add_frame(self, x0: float, top: float, x1: float, bottom: float) -> None:
        """Note the four sides of a rectangle."""
        self.level += ((top, x0, x1), (bottom, x0, x1))
        self.upright += ((x0, top, bottom), (x1, top, bottom))

    def without_lines(self) -> Marks:
        """Return the same without its lines."""
        return replace(self, level=[], upright=[])


NO_MARKS = Marks()
"""Stands for the marks of a page that was not looked at."""


def times(inner: Matrix, outer: Matrix | None) -> Matrix:
    """Return the matrix that does what ``inner`` does and then what ``outer`` does."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a point goes."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
