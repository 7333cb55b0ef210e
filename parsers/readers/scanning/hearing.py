"""Lay two readings of one line beside each other, sign by sign."""

from __future__ import annotations

import numpy as np


def beside(said: str, heard: str) -> list[str]:
    """Return for each sign of ``said`` the sign of ``heard`` in its place, empty where there is none.

    Both are laid beside each other so that the fewest signs are changed, left out or added; spaces go easily.
    """
    costs = np.zeros((len(said) + 1, len(heard) + 1))
    costs[1:, 0] = np.cumsum([_lost(sign) for sign in said])
    costs[0, 1:] = np.cumsum([_lost(sign) for sign in heard])
    for i, one in enumerate(said, 1):
        for j, other in enumerate(heard, 1):
            costs[i, j] = min(
                costs[i - 1, j - 1] + _changed(one, other), costs[i - 1, j] + _lost(one), costs[i, j - 1] + _lost(other)
            )
    found, i, j = [""] * len(said), len(said), len(heard)
    while i and j:
        if costs[i, j] == costs[i - 1, j - 1] + _changed(said[i - 1], heard[j - 1]):
            i, j = i - 1, j - 1
            found[i] = heard[j].strip()
        elif costs[i, j] == costs[i - 1, j] + _lost(said[i - 1]):
            i -= 1
        else:
            j -= 1
    return found


def _lost(sign: str) -> float:
    return 0.3 if sign == " " else 0.8


def _changed(one: str, other: str) -> float:
    return 0.0 if one == other else 0.7 if one.casefold() == other.casefold() else 1.0
