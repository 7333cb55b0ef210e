"""Raw score → probability, by a rising step table. Who learned a table, and from what, is said where it is kept."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTable:
    """A rising step function: from ``scores[i]`` upwards the probability is ``probabilities[i]``."""

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]

    def probability(self, score: float) -> float:
        """Return the probability in [0, 1] that belongs to a raw score in [0, 1]."""
        return self.probabilities[max(bisect_right(self.scores, score) - 1, 0)]
