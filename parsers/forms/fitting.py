"""Lay one set of points over another: the shift, scale and small turn that most pairs agree on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from parsers.document import Box

Affine = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of x' = a x + c y + e and y' = b x + d y + f."""

_FAR = 120.0
"""Two points closer than this many points on the form say little about scale and turn."""
_TURN = 0.2
"""The largest turn looked for, as tangent: scans arrive straightened, and print is straight."""
_SCALES = (0.2, 20.0)
_TRIES = 90
_VOTERS = 64
_MANY = 40
"""From so many labels on a shear is believed: a sheet drawn askew through a scanner has one."""
_CLEAR = 0.85
"""A fit that this share of the weight agrees with needs no rival."""


class Pair(NamedTuple):
    """A point of the form, the point of the page it may be, and how much that counts."""

    x: float
    y: float
    to_x: float
    to_y: float
    weight: float


def moved(fit: Affine, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the form lies on the page."""
    a, b, c, d, e, f = fit
    return a * x + c * y + e, b * x + d * y + f


def moved_box(fit: Affine, box: Box) -> Box:
    """Return the upright box around a moved box."""
    a, b, c, d, e, f = fit
    x0, y0, x1, y1 = box
    xs = a * x0 + c * y0 + e, a * x0 + c * y1 + e, a * x1 + c * y0 + e, a * x1 + c * y1 + e
    ys = b * x0 + d * y0 + f, b * x0 + d * y1 + f, b * x1 + d * y0 + f, b * x1 + d * y1 + f
    return min(xs), min(ys), max(xs), max(ys)


def distance(fit: Affine, pair: Pair) -> float:
    """Return how far a pair is from agreeing with a fit, in points of the page."""
    x, y = moved(fit, pair.x, pair.y)
    return max(abs(x - pair.to_x), abs(y - pair.to_y))


def scale_of(fit: Affine) -> float:
    """Return the mean scale of a fit."""
    return math.sqrt(abs(fit[0] * fit[3] - fit[1] * fit[2]))


def agreed(pairs: Sequence[Pair], reach: float) -> Affine | None:
    """Return the fit most weight of ``pairs`` agrees with inside ``reach`` points; None where nothing does."""
    best: tuple[float, Affine] | None = None
    voters = sorted(pairs, key=lambda pair: (-pair.weight, pair.y, pair.x))[:_VOTERS]
    total = sum(pair.weight for pair in voters)
    for one, other in _chosen(voters):
        fit = _through(one, other)
        if fit is None:
            continue
        weight = _backing(fit, voters, reach * max(scale_of(fit), 0.5))
        if best is None or weight > best[0]:
            best = weight, fit
            if weight >= _CLEAR * total:
                break
    return None if best is None else best[1]


def _backing(fit: Affine, voters: Sequence[Pair], reach: float) -> float:
    a, b, c, d, e, f = fit
    backing = 0.0
    for x, y, to_x, to_y, weight in voters:
        off = abs(a * x + c * y + e - to_x)
        if off <= reach:
            off = max(off, abs(b * x + d * y + f - to_y))
            if off <= reach:
                backing += weight * (1.0 - off / (2 * reach))
    return backing


def _chosen(pairs: Sequence[Pair]) -> Iterable[tuple[Pair, Pair]]:
    """Yield pairs of pairs that lie far apart, the surest first, in an order of their own for each page."""
    order = sorted(pairs, key=lambda pair: (pair.y, pair.x))
    count = len(order)
    tried = 0
    for step in _steps(count):
        for n in range(count - step):
            one, other = order[n], order[n + step]
            if math.hypot(one.x - other.x, one.y - other.y) >= _FAR:
                yield one, other
                tried += 1
                if tried >= _TRIES:
                    return


def _steps(count: int) -> list[int]:
    """Half the list apart first: far enough to fix the scale, near enough to be in one block."""
    middle = max(count // 2, 1)
    return sorted(range(1, count), key=lambda step: (abs(step - middle), step))


def _through(one: Pair, other: Pair) -> Affine | None:
    """Return the shift, scale and turn that lays two points exactly."""
    source = complex(other.x - one.x, other.y - one.y)
    ratio = complex(other.to_x - one.to_x, other.to_y - one.to_y) / source
    a, b = ratio.real, ratio.imag
    if not _SCALES[0] <= a <= _SCALES[1] or abs(b) > _TURN * a:
        return None
    return a, b, -b, a, one.to_x - a * one.x + b * one.y, one.to_y - b * one.x - a * one.y


def least_squares(pairs: Sequence[Pair]) -> Affine | None:
    """Return the affine fit with the least weighted squared error; None for fewer than three points off one line."""
    if len(pairs) < 3:
        return None
    total = sum(pair.weight for pair in pairs)
    mx, my = _mean(pairs, 0, total), _mean(pairs, 1, total)
    mu, mv = _mean(pairs, 2, total), _mean(pairs, 3, total)
    xx = xy = yy = xu = yu = xv = yv = 0.0
    for pair in pairs:
        x, y, u, v, w = pair.x - mx, pair.y - my, pair.to_x - mu, pair.to_y - mv, pair.weight
        xx += w * x * x
        xy += w * x * y
        yy += w * y * y
        xu += w * x * u
        yu += w * y * u
        xv += w * x * v
        yv += w * y * v
    spread = xx * yy - xy * xy
    if spread < 1e-6 * total * total or min(xx, yy) / total < 100.0:
        return None
    a, c = (xu * yy - yu * xy) / spread, (yu * xx - xu * xy) / spread
    b, d = (xv * yy - yv * xy) / spread, (yv * xx - xv * xy) / spread
    if len(pairs) < _MANY:
        # A few labels that begin a point off would shear the page; what both directions say is a turn.
        turn = math.copysign(min(abs(b), abs(c)), b) if b * c < 0 else 0.0
        b, c = turn, -turn
        a, d = (xu - c * xy) / xx, (yv - b * xy) / yy
    return a, b, c, d, mu - a * mx - c * my, mv - b * mx - d * my


def _mean(pairs: Sequence[Pair], place: int, total: float) -> float:
    return sum(pair[place] * pair.weight for pair in pairs) / total
