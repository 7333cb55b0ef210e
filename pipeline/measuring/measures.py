"""One measured figure of mail beside its goal, whatever is measured: a share with its interval, or a plain number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.measuring.intervals import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """``found`` is a share, or a number where no share can be; ``goal`` is its bound, None where it is only told."""

    name: str
    found: Share | float
    goal: float | None = None
    least: bool = True

    @property
    def value(self) -> float | None:
        """Return the figure itself; None of nothing."""
        return self.found.value if isinstance(self.found, Share) else self.found

    @property
    def met(self) -> bool:
        """Return whether the goal is reached; what has none, or was not measured, misses none."""
        if self.goal is None or self.value is None:
            return True
        return self.value >= self.goal if self.least else self.value <= self.goal

    def values(self) -> dict[str, Any]:
        """Return the figure as plain values."""
        told: dict[str, Any] = {"name": self.name, "value": self.value, "goal": self.goal, "met": self.met}
        if isinstance(self.found, Share):
            told |= {"hits": self.found.hits, "n": self.found.n, "interval": list(self.found.interval)}
        return told
