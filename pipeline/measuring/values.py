"""What was measured as the plain JSON values of docs/contract.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pipeline.measuring.forms import Fault, Rung, Summary
from pipeline.measuring.goals import Reached
from pipeline.measuring.intervals import Share
from pipeline.report import SCHEMA

SHARES = (
    "recall",
    "wrong",
    "ticks",
    "yes_no",
    "documents",
    "kinds",
    "editions",
    "called_new",
    "falsely_new",
    "accepted",
    "accepted_right",
    "doubtful",
    "conflicts",
)
"""The shares of a rung in the order they are told."""


def rung_values(rung: Rung, *, split: str, faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """Return one rung."""
    found = rung.figures
    return {
        "schema": SCHEMA,
        "rung": found.rung,
        "split": split,
        "files": found.files,
        "pages": found.pages,
        **{name: share_values(getattr(found, name)) for name in SHARES},
        "invented": found.invented,
        "unnamed": found.unnamed,
        "boundary_f1": None if found.boundaries is None else round(found.boundaries, 4),
        "seconds_per_page": round(found.seconds_per_page, 3),
        "goals": [_goal(goal) for goal in rung.goals],
        "faults": [asdict(fault) for fault in faults],
    }


def summary_values(summary: Summary, *, split: str) -> dict[str, Any]:
    """Return what all rungs come to."""
    return {
        "schema": SCHEMA,
        "rung": None,
        "split": split,
        "accepted": share_values(summary.accepted),
        "accepted_right": share_values(summary.accepted_right),
        "calibration_error": round(summary.error, 4),
        "calibration_error_by_family": {name: round(error, 4) for name, error in summary.error_by_family.items()},
        "reliability": [
            {"from": one.low, "to": one.high, "sure": round(one.sure, 4), "right": share_values(one.right)}
            for one in summary.bins
        ],
        "goals": [_goal(goal) for goal in summary.goals],
    }


def share_values(share: Share) -> dict[str, Any]:
    """Return a share with its n and its 95 % interval."""
    low, high = share.interval
    value = None if share.value is None else round(share.value, 5)
    return {"value": value, "n": share.n, "low": round(low, 5), "high": round(high, 5)}


def _goal(goal: Reached) -> dict[str, Any]:
    value = None if goal.value is None else round(goal.value, 5)
    return {"figure": goal.name, "value": value, "bound": goal.bound, "met": goal.met}
