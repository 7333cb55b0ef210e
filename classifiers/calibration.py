"""Raw score of a model → probability, by a step table learned on templates the scoring model had not seen.

Where outcomes are too few for steps, a curve of two numbers (Platt 1999) does it: it moves and stretches the log-odds.
Isotonic regression by pooling adjacent violators: sort by score, then merge neighbouring blocks while the left one is
right more often than the right one. Blocks are smoothed by one imagined hit and one imagined miss, so a table never
promises certainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from parsers.calibration import StepTable

__all__ = ["SMALLEST_BLOCK", "Curve", "StepTable", "fit", "fit_curve", "log_odds", "sigmoid", "threshold"]

SMALLEST_BLOCK = 25
"""Outcomes a step must rest on; smaller ones say more about chance than about the model."""


def fit(scores: Sequence[float], hits: Sequence[bool]) -> StepTable:
    """Return the step table of raw ``scores`` and whether each was right; raises ValueError without any score."""
    if not scores or len(scores) != len(hits):
        raise ValueError("calibration needs as many outcomes as scores, and at least one")
    blocks: list[list[float]] = []
    for start, total, right in _pooled(sorted(zip(scores, hits, strict=True))):
        blocks.append([start, total, right])
        while len(blocks) > 1 and _rate(blocks[-2]) >= _rate(blocks[-1]):
            _, more, right_too = blocks.pop()
            blocks[-1][1] += more
            blocks[-1][2] += right_too
    steps = [(round(block[0], 4), round(_rate(block), 4)) for block in blocks]
    return StepTable(scores=tuple(s for s, _ in steps), probabilities=tuple(p for _, p in steps))


def threshold(table: StepTable, scores: Sequence[float], hits: Sequence[bool], *, precision: float) -> float:
    """Return the lowest probability of the table from which on at least ``precision`` of the answers were right."""
    told = [(table.probability(score), hit) for score, hit in zip(scores, hits, strict=True)]
    for floor in table.probabilities:
        kept = [hit for probability, hit in told if probability >= floor]
        if kept and sum(kept) >= precision * len(kept):
            return floor
    return table.probabilities[-1]


def _pooled(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, int, int]]:
    """Return runs of at least ``SMALLEST_BLOCK`` outcomes as (lowest score, outcomes, hits); ties stay together."""
    runs: list[tuple[float, int, int]] = []
    start, total, right, last = pairs[0][0], 0, 0, pairs[0][0]
    for score, hit in pairs:
        if total >= SMALLEST_BLOCK and score > last:
            runs.append((start, total, right))
            start, total, right = score, 0, 0
        total, right, last = total + 1, right + hit, score
    runs.append((start, total, right))
    return runs


def _rate(block: Sequence[float]) -> float:
    return (block[2] + 1) / (block[1] + 2)


CLOSE = 1e-4
"""Probabilities are kept so far from 0 and 1: a curve never promises certainty."""
ROUNDS = 60
STRIDE = 0.2
"""How far a round may go: whole steps of Newton's method run away from where the curve is flat."""
PRIOR = 4.0
"""How many outcomes it takes to move a curve away from the straight line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A probability from a raw one: its log-odds times ``slope``, plus ``offset``."""

    slope: float
    offset: float

    def probability(self, score: float) -> float:
        """Return the probability for a raw one in [0, 1]."""
        return sigmoid(self.slope * log_odds(score) + self.offset)


def fit_curve(scores: Sequence[float], hits: Sequence[bool]) -> Curve:
    """Return the curve of raw probabilities and whether each was right, by Newton's method from the straight line."""
    slope, offset = 1.0, 0.0
    odds = [log_odds(score) for score in scores]
    for _ in range(ROUNDS):
        told = [sigmoid(slope * x + offset) for x in odds]
        miss = [p - hit for p, hit in zip(told, hits, strict=True)]
        weigh = [p * (1.0 - p) for p in told]
        g1 = sum(m * x for m, x in zip(miss, odds, strict=True)) + PRIOR * (slope - 1.0)
        g0 = sum(miss) + PRIOR * offset
        h11 = sum(w * x * x for w, x in zip(weigh, odds, strict=True)) + PRIOR
        h10 = sum(w * x for w, x in zip(weigh, odds, strict=True))
        h00 = sum(weigh) + PRIOR
        spread = h11 * h00 - h10 * h10
        slope -= min(max((h00 * g1 - h10 * g0) / spread, -STRIDE), STRIDE)
        offset -= min(max((h11 * g0 - h10 * g1) / spread, -STRIDE), STRIDE)
    return Curve(slope=round(slope, 4), offset=round(offset, 4))


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, kept ``CLOSE`` from certainty."""
    kept = min(max(probability, CLOSE), 1.0 - CLOSE)
    return log(kept / (1.0 - kept))


def sigmoid(value: float) -> float:
    """Return the probability of log-odds."""
    return 1.0 / (1.0 + exp(-min(max(value, -30.0), 30.0)))
