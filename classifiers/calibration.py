"""Raw score of a model → probability, by a step table learned on templates the scoring model had not seen.

Isotonic regression by pooling adjacent violators: sort by score, then merge neighbouring blocks while the left one is
right more often than the right one. Blocks are smoothed by one imagined hit and one imagined miss, so a table never
promises certainty.
"""

from __future__ import annotations

from collections.abc import Sequence

from parsers.calibration import StepTable

__all__ = ["SMALLEST_BLOCK", "StepTable", "fit", "threshold"]

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
