"""What the reading of lists must reach, as data, and whether it did."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.measuring.goals import GoalsError, Reached
from pipeline.measuring.intervals import Share
from pipeline.measuring.lists import Style

_FILE = Path(__file__).with_name("goals.toml")
SCOPES = ("digital", "scanned", "all")
LEAST = frozenset({"rows", "cells", "terms", "valuation", "claim_count", "total_incurred", "kinds", "proven"})
MOST = frozenset({"extra", "false", "unknown", "wrong_sure"})


class ListGoal(Reached):
    """One figure of lists beside its bound."""

    __slots__ = ()

    @property
    def met(self) -> bool:
        """Return whether the figure as measured keeps the bound."""
        if self.value is None:
            return True
        return self.value >= self.bound if self.name in LEAST else self.value <= self.bound


@cache
def shipped() -> Mapping[str, Mapping[str, float]]:
    """Return the goals beside this module, by scope."""
    return read_goals(tomllib.loads(_FILE.read_text("utf-8")))


def read_goals(data: Mapping[str, Any]) -> Mapping[str, Mapping[str, float]]:
    """Return the goals of lists in parsed TOML; raises GoalsError naming the entry that is wrong."""
    told = data.get("lists", {})
    for scope, bounds in told.items():
        if scope not in SCOPES:
            raise GoalsError(f"lists.{scope}: there are {', '.join(SCOPES)}")
        if unknown := bounds.keys() - LEAST - MOST:
            raise GoalsError(f"lists.{scope}: has no figure {', '.join(sorted(unknown))}")
    return {scope: {name: float(bound) for name, bound in bounds.items()} for scope, bounds in told.items()}


def reached(found: Style, scope: str) -> Iterator[ListGoal]:
    """Yield every bound of a scope beside what was measured."""
    for name, bound in shipped().get(scope, {}).items():
        figure: Share | int = getattr(found, name)
        yield ListGoal(name=name, value=figure.value if isinstance(figure, Share) else float(figure), bound=bound)
