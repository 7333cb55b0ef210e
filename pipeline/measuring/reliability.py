"""Does confidence mean something: what was right of the values with much the same confidence, and the mean gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.measuring.comparing import BoxResult
from pipeline.measuring.intervals import Share

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 0.995)
"""Lower edges of the bins; finer where most values are, and where one is accepted without a person."""
SMALLEST = 200
"""Values a family needs before its own error is told; fewer say more about chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Values whose confidence is from ``low`` to below ``high``: how sure on average, and how many were right."""

    low: float
    high: float
    sure: float
    right: Share

    @property
    def gap(self) -> float:
        """Return how far confidence is from what was right, 0 of nothing."""
        return abs(self.sure - self.right.value) if self.right.value is not None else 0.0


def bins(boxes: Iterable[BoxResult]) -> tuple[Bin, ...]:
    """Return the bins that hold a reported value, lowest first."""
    told = [box for box in boxes if box.reported]
    found = []
    for low, high in zip(EDGES, (*EDGES[1:], 1.01), strict=True):
        inside = [box for box in told if low <= box.confidence < high]
        if inside:
            right = Share(hits=sum(box.verdict == "right" for box in inside), n=len(inside))
            sure = sum(box.confidence for box in inside) / len(inside)
            found.append(Bin(low=low, high=min(high, 1.0), sure=sure, right=right))
    return tuple(found)


def error(boxes: Iterable[BoxResult]) -> float:
    """Return the expected calibration error: the gaps of the bins, weighted by how many values are in them."""
    found = bins(boxes)
    total = sum(one.right.n for one in found)
    return sum(one.gap * one.right.n for one in found) / total if total else 0.0


def errors_by_family(boxes: Iterable[BoxResult]) -> Mapping[str, float]:
    """Return the error of every family with enough values, by name."""
    families: dict[str, list[BoxResult]] = {}
    for box in boxes:
        if box.reported:
            families.setdefault(box.family, []).append(box)
    return {name: error(some) for name, some in sorted(families.items()) if len(some) >= SMALLEST}
