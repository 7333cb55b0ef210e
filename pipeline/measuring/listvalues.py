"""What was measured of lists as the plain JSON values of docs/contract.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from parsers.document import Scalar
from pipeline.measuring.listgoals import ListGoal
from pipeline.measuring.lists import Style
from pipeline.measuring.values import share_values
from pipeline.report import SCHEMA, masked
from pipeline.schedules import RESTRICTED

SHARES = (
    "rows",
    "cells",
    "terms",
    "valuation",
    "claim_count",
    "total_incurred",
    "proven",
    "false",
    "kinds",
    "unknown",
    "wrong_sure",
)
"""The shares of a style in the order they are told."""
HIDDEN = RESTRICTED


def style_values(style: Style, *, split: str, goals: Iterable[ListGoal] = ()) -> dict[str, Any]:
    """Return what one style, or all of them, came to."""
    return {
        "schema": SCHEMA,
        "family": style.family,
        "style": style.style,
        "split": split,
        "files": style.files,
        "extra": style.extra,
        **{name: share_values(getattr(style, name)) for name in SHARES},
        "seconds_per_file": round(style.seconds, 3),
        "goals": [{"figure": goal.name, "value": goal.value, "bound": goal.bound, "met": goal.met} for goal in goals],
    }


def faults(style: Style, *, most: int) -> Iterator[str]:
    """Yield what went wrong in a style, commonest first, a sentence each; personal values are masked."""
    told: Counter[str] = Counter()
    example: dict[str, str] = {}
    for one in style.results:
        for name, said in _wrong_in_file(one):
            told[name] += 1
            example.setdefault(name, f"{one.name}: {said}")
    for name, times in told.most_common(most):
        yield f"{times} × {name}, such as {example[name]}"


def _wrong_in_file(one: Any) -> Iterator[tuple[str, str]]:
    if one.kind != "right":
        yield f"kind {one.kind}", f"{one.said or 'nothing'} {one.confidence:.2f}"
    for name, exact in one.facts.items():
        if not exact:
            yield f"fact {name}", "not exact"
    for name in one.false_proofs:
        yield f"proof of {name}", "proven and wrong"
    for table in one.tables:
        if table.rows.hits < table.rows.n:
            yield f"rows of {table.name} lost", f"{table.rows.n - table.rows.hits} of {table.rows.n}"
        if table.extra:
            yield f"rows of {table.name} too many", str(table.extra)
        for column, stands, said in table.wrong:
            yield f"{table.name}.{column}", f"stands {_shown(column, stands)}, read {_shown(column, said)}"


def _shown(column: str, value: Scalar) -> str:
    return str(masked(str(value)) if column in HIDDEN else value)[:60]
