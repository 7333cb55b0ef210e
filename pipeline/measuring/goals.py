"""What reading must reach, as data, and whether it did."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.measuring.figures import Figures

LEAST = frozenset({"recall", "documents", "ticks", "accepted_right"})
MOST = frozenset({"wrong", "accepted", "calibration_error", "reported"})
_FILE = Path(__file__).with_name("goals.toml")
_FACTS = frozenset({"title", "rungs", "files"})


class GoalsError(ValueError):
    """The goals cannot be read; the message names the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What some rungs must reach: bounds by the name of a figure, and how many files are read of each."""

    title: str
    rungs: tuple[str, ...]
    files: int
    bounds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """The bounds that hold for every rung, and those of some."""

    every: Mapping[str, float]
    goals: tuple[Goal, ...]

    def of(self, rung: str) -> Goal | None:
        """Return the goal of a rung; None for a rung without one."""
        return next((goal for goal in self.goals if rung in goal.rungs), None)

    def files(self, rung: str) -> int:
        """Return how many files of a rung are read unless told otherwise."""
        goal = self.of(rung)
        return goal.files if goal else 4

    def bounds(self, rung: str) -> Mapping[str, float]:
        """Return all bounds of a rung by figure; the calibration error is of all rungs together and not among them."""
        goal = self.of(rung)
        mine = dict(goal.bounds) if goal else {}
        return {name: bound for name, bound in self.every.items() if name != "calibration_error"} | mine


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One figure beside its bound; ``value`` is None where nothing was there to measure."""

    name: str
    value: float | None
    bound: float

    @property
    def met(self) -> bool:
        """Return whether the figure as measured keeps the bound."""
        if self.value is None:
            return True
        return self.value >= self.bound if self.name in LEAST else self.value <= self.bound


def reached(found: Figures, goals: Goals) -> Iterator[Reached]:
    """Yield every bound of a rung beside what was measured."""
    for name, bound in goals.bounds(found.rung).items():
        yield Reached(name=name, value=_value(found, name), bound=bound)


def _value(found: Figures, name: str) -> float | None:
    if name == "reported":
        return float(found.wrong.n)
    value: float | None = getattr(found, name).value
    return value


@cache
def shipped() -> Goals:
    """Return the goals beside this module."""
    return read_goals(tomllib.loads(_FILE.read_text("utf-8")))


def read_goals(data: Mapping[str, Any]) -> Goals:
    """Return the goals in parsed TOML; raises GoalsError naming the entry that is wrong."""
    goals = tuple(_goal(entry) for entry in data.get("goal", ()))
    rungs = [rung for goal in goals for rung in goal.rungs]
    if twice := {rung for rung in rungs if rungs.count(rung) > 1}:
        raise GoalsError(f"{', '.join(sorted(twice))}: has two goals")
    return Goals(every=_bounds("every", data.get("every", {})), goals=goals)


def _goal(entry: Mapping[str, Any]) -> Goal:
    if missing := _FACTS - entry.keys():
        raise GoalsError(f"{entry.get('title', entry)}: lacks {', '.join(sorted(missing))}")
    bounds = {name: bound for name, bound in entry.items() if name not in _FACTS}
    title = entry["title"]
    return Goal(title=title, rungs=tuple(entry["rungs"]), files=entry["files"], bounds=_bounds(title, bounds))


def _bounds(title: str, bounds: Mapping[str, Any]) -> Mapping[str, float]:
    if unknown := bounds.keys() - LEAST - MOST:
        raise GoalsError(f"{title}: has no figure {', '.join(sorted(unknown))}")
    return {name: float(bound) for name, bound in bounds.items()}
