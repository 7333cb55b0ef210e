"""Learn how much each signal of a wish counts: logistic regression, by Newton's method."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.blending import SIGNALS

PRIOR = 4.0
"""How many outcomes it takes to move the weights away from what is believed before: that the whole alone counts."""
ROUNDS = 60
STRIDE = 0.5
"""How far a round may go: whole steps run away from where the likelihood is flat."""


def weights(signals: Sequence[Sequence[float]], hits: Sequence[bool]) -> tuple[float, ...]:
    """Return the weights of the signals of many messages, given whether each had the wish."""
    import numpy as np

    known, there = np.array(signals, dtype=float), np.array(hits, dtype=float)
    believed = np.array([float(name == "whole") for name in SIGNALS])
    found = believed.copy()
    for _ in range(ROUNDS):
        told = 1.0 / (1.0 + np.exp(-np.clip(known @ found, -30.0, 30.0)))
        slope = known.T @ (told - there) + PRIOR * (found - believed)
        bend = (known * (told * (1.0 - told))[:, None]).T @ known + PRIOR * np.eye(len(SIGNALS))
        found -= np.clip(np.linalg.solve(bend, slope), -STRIDE, STRIDE)
    return tuple(round(float(weight), 4) for weight in found)
