"""What a rule is and what a check finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.checks.conditions import Condition
from pipeline.submission import ItemState, Line, LookedAt, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One requirement as the rule file states it; conditions are compiled.

    ``lines`` empty makes one item for the submission, else one per requested line of them. ``titles`` and ``asks`` are
    by variant, '' is the usual one. ``late`` rules run after all others and see what those already ask for.
    ``rests_on`` names the list that may satisfy the rule and does not while it is unproven. A rule ``of_rows`` asks
    about single rows, and says nothing of those of a list that was read wrongly.
    """

    code: str
    titles: Mapping[str, str]
    asks: Mapping[str, str]
    severity: Severity
    group: str
    applies: Condition
    lines: tuple[Line, ...] = ()
    satisfied: Condition | None = None
    check: str | None = None
    severities: tuple[tuple[Condition, Severity], ...] = ()
    supplier: str = "agent"
    why: str = ""
    example: str = ""
    kinds: tuple[str, ...] = ()
    looks_in: tuple[str, ...] = ()
    field: str | None = None
    field_type: str | None = None
    accepts_none: bool = True
    late: bool = False
    rests_on: str | None = None
    of_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule finds about one unit. ``words`` fill the ask; ``share`` is how much of it is there, 0 to 1.

    Answers from before ``since`` are about something else: another file of that name.
    """

    subject: str = ""
    state: ItemState = "open"
    share: float = 0.0
    words: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""
    have: tuple[str, ...] = ()
    looked_at: tuple[LookedAt, ...] = ()
    severity: Severity | None = None
    field: str | None = None
    field_type: str | None = None
    kinds: tuple[str, ...] | None = None
    since: datetime | None = None


def satisfied(subject: str = "", **words: str) -> Finding:
    """Return the finding that nothing is wanted; ``words`` fill the title."""
    return Finding(subject=subject, state="satisfied", share=1.0, words=words)
